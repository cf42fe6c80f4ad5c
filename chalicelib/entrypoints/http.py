"""From Chalice's requests to ours and back: the only Chalice import below app.py."""

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from chalice.app import MultiDict, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.core.ground.errors import BadRequest, IcallError, NotFound, NotProved, OurFault
from chalicelib.core.ground.outside import carried, is_id
from chalicelib.core.ground.values import dataclass
from chalicelib.entrypoints.errors import shown, status_of

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

MOST_BYTES = 256 * 1024
"""The largest request body that any of our routes has a use for."""

MOST_QUERY_NAMES, MOST_QUERY_TEXT = 16, 256
"""As many filters as a list may have, each of a length that its fields have."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request: `path` as it was called, below the stage; header names in lower case; UTF-8 carries all of it.

    `params` are what the path names, `query` is what its query string does.
    """

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Mapping[str, Any]:
        """Give the body as a JSON object.

        Raises:
            BadRequest: it is none.
        """
        try:
            value = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise BadRequest("The body is not JSON, or too deeply nested.") from None
        if not isinstance(value, dict):
            raise BadRequest("The body must be a JSON object.")
        return value

    def named(self, name: str) -> str:
        """Give the id that stands in the path under this name.

        Raises:
            NotFound: no id of ours is so formed; it is not looked for.
        """
        value = self.params[name]
        if not is_id(value):
            raise NotFound("There is nothing of this name.")
        return value

    def bearer(self) -> str:
        """Give the bearer token.

        Raises:
            NotProved: there is none.
        """
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise NotProved("Send the header Authorization: Bearer <token>.")
        return token.strip()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a JSON-ready value, or text of `content_type`."""

    body: Any
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Reply]


def answer(request: ChaliceRequest | None, handler: Handler, note: Callable[[OurFault], None]) -> Response:
    """Let `handler` answer; an error of ours becomes its status with a sentence, any other is Chalice's 500.

    Who asks is told little of what is our own fault: `note` writes down the rest, for operators.
    """
    if request is None:
        raise OurFault("There is no request to answer.")
    try:
        reply = handler(_read(request))
    except IcallError as error:
        if isinstance(error, OurFault):
            note(error)
        reply = _refusal(error)
    body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body, ensure_ascii=False)
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{reply.content_type}; charset=utf-8",
        "Cache-Control": "no-store",
    }
    headers.update(reply.headers)
    return Response(body=body, status_code=reply.status, headers=headers)


def _read(request: ChaliceRequest) -> Request:
    body = request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
    if len(body) > MOST_BYTES:
        raise BadRequest(f"The body is larger than {MOST_BYTES} bytes.")
    return Request(
        path=carried(_below_stage(request.context)),
        params=request.uri_params or {},
        headers={name.lower(): carried(value) for name, value in request.headers.items()},
        body=body,
        query=_query(request.query_params),
    )


def _query(params: MultiDict | None) -> Mapping[str, str]:
    """Read the query string, in which each name stands once: of two values nobody knows which is meant."""
    given = {name: params.getlist(name) for name in params} if params else {}
    if len(given) > MOST_QUERY_NAMES or any(len(values) != 1 for values in given.values()):
        raise BadRequest(f"A query string has at most {MOST_QUERY_NAMES} names, each once.")
    query = {carried(name): carried(value) for name, (value,) in given.items()}
    if any(len(text) > MOST_QUERY_TEXT for pair in query.items() for text in pair):
        raise BadRequest(f"In a query string, a name or a value has at most {MOST_QUERY_TEXT} characters.")
    return query


def _below_stage(context: Mapping[str, Any]) -> str:
    """Give the path below the public address: API Gateway's own domain puts the stage before it, one's own does not."""
    path, stage = str(context["path"]), f"/{context.get('stage', '')}"
    return path.removeprefix(stage) if path.startswith(f"{stage}/") else path


def _refusal(error: IcallError) -> Reply:
    return Reply({"error": type(error).__name__, "message": shown(error)}, status_of(error))
