"""HTTP requests as REST proxy events (payload version 1.0), and the function's answers as HTTP responses."""

import base64
import datetime as dt
import fnmatch
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web
from multidict import CIMultiDict, MultiMapping

API_ID: Final = "laptop"
ACCOUNT: Final = "123456789012"
_NOT_OURS: Final = ("content-length", "transfer-encoding", "connection")


class MalformedAnswerError(Exception):
    """The function answered what API Gateway would not accept: a fault of the app."""


@dataclass(frozen=True, slots=True)
class Match:
    """A route's template and what the path says for its parameters."""

    resource: str
    parameters: Mapping[str, str]


class RouteTable:
    """Finds a path's route; a literal part is preferred to a parameter, as API Gateway does."""

    def __init__(self, resources: Iterable[str]) -> None:
        # "{" sorts behind every character that a literal part may hold.
        self._routes = [(resource, resource.split("/")) for resource in sorted(resources)]

    def find(self, path: str) -> Match | None:
        """The route of a path without its stage, or None."""
        parts = (path.rstrip("/") or "/").split("/")
        for resource, wanted in self._routes:
            if len(wanted) == len(parts) and all(map(_fits, wanted, parts)):
                found = {
                    name[1:-1]: unquote(part) for name, part in zip(wanted, parts, strict=True) if _is_parameter(name)
                }
                return Match(resource, found)
        return None


def _is_parameter(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")


def _fits(wanted: str, part: str) -> bool:
    return wanted == part or (_is_parameter(wanted) and bool(part))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came in: its path without the stage, the stage, and the route that it found."""

    path: str
    prefix: str
    stage: str
    match: Match


def event(request: web.Request, place: Place, body: bytes, binary_types: Iterable[str]) -> dict[str, Any]:
    """The proxy event of a request."""
    binary = _is_binary(request.content_type, binary_types)
    headers = forwarded(request)
    return {
        "resource": place.match.resource,
        "path": place.path,
        "httpMethod": request.method,
        "headers": last_values(headers),
        "multiValueHeaders": all_values(headers),
        "queryStringParameters": last_values(request.query) or None,
        "multiValueQueryStringParameters": all_values(request.query) or None,
        "pathParameters": dict(place.match.parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": place.match.resource,
            "httpMethod": request.method,
            "path": place.prefix + place.path,
            **request_context(request, place.stage),
            "protocol": f"HTTP/{request.version.major}.{request.version.minor}",
        },
        "body": _text(body, binary=binary),
        "isBase64Encoded": binary and bool(body),
    }


def request_context(request: web.Request, stage: str) -> dict[str, Any]:
    """What REST and socket events alike tell about a request."""
    now = dt.datetime.now(dt.UTC)
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": request.host,
        "stage": stage,
        "requestId": str(uuid.uuid4()),
        "extendedRequestId": uuid.uuid4().hex[:15],
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "identity": {"sourceIp": request.remote or "127.0.0.1", "userAgent": request.headers.get("User-Agent")},
    }


def forwarded(request: web.Request) -> CIMultiDict[str]:
    """The request's headers and those that API Gateway adds."""
    headers = CIMultiDict(request.headers)
    headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
    headers["X-Forwarded-Proto"] = request.scheme
    headers["X-Forwarded-Port"] = str(request.url.port)
    return headers


def last_values(pairs: MultiMapping[str]) -> dict[str, str]:
    """One value a name: of several, the last."""
    return {name: pairs.getall(name)[-1] for name in pairs}


def all_values(pairs: MultiMapping[str]) -> dict[str, list[str]]:
    """All values of each name."""
    return {name: list(pairs.getall(name)) for name in pairs}


def response(answer: Any) -> web.Response:
    """The function's answer as API Gateway would send it; raises MalformedAnswerError if it would not."""
    try:
        status = int(answer["statusCode"])
        headers = CIMultiDict[str]({"Content-Type": "application/json"} | _given(answer, "headers"))
        for name, values in _given(answer, "multiValueHeaders").items():
            headers.popall(name, None)
            headers.extend((name, value) for value in values)
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise MalformedAnswerError("The function's answer is no proxy response.") from error
    for name in _NOT_OURS:
        headers.popall(name, None)
    return web.Response(status=status, headers=headers, body=content)


def _given(answer: Mapping[str, Any], name: str) -> dict[str, Any]:
    return answer.get(name) or {}


def _is_binary(content_type: str, binary_types: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(content_type, pattern) for pattern in binary_types)


def _text(body: bytes, *, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode(errors="replace")
