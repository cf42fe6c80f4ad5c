"""The REST API's front: who asks, what is asked, and the answer or refusal in the carrier's own form."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.carrier.faults import RestFault
from local.carrier.messages import FORM, Request, Response
from local.carrier.rest.calls import NOT_FOUND, NOT_IN_PROGRESS, Answer
from local.carrier.rest.conferences import LABEL_TAKEN, ROOM_FULL
from local.carrier.rest.forms import INVALID, NotEmulatedError, RestError, check
from local.carrier.rest.resources import BELOW_A_CALL, BELOW_A_RECORDING
from local.carrier.wire.journal import Exchanged, shown
from local.carrier.wire.not_emulated import NOT_EMULATED
from local.carrier.wire.plant import API_VERSION, Plant

RACES = frozenset({NOT_IN_PROGRESS, LABEL_TAKEN, ROOM_FULL})
"""Refusals that a faultless product meets too, when a party was quicker."""
NOT_AUTHENTICATED, WRONG_METHOD = 20003, 20004
EMULATED = frozenset({"Calls", "Conferences", "Recordings"})
ELSEWHERE = frozenset({
    "Addresses", "Applications", "AuthorizedConnectApps", "AvailablePhoneNumbers", "Balance", "ConnectApps",
    "IncomingPhoneNumbers", "Keys", "Messages", "Notifications", "OutgoingCallerIds", "Queues", "SIP", "SMS",
    "SigningKeys", "Tokens", "Transcriptions", "Usage",
})  # fmt: skip
"""What Twilio's accounts have besides; compared with its own library by a test."""
MESSAGES = {20429: "Too Many Requests", 20500: "An internal server error has occurred"}
MORE_INFO = "docs/laptop.md"
Handler = Callable[..., Answer]
Routes = Mapping[str, Handler]
"""Operation, as in forms.json ("POST Calls/{call}") -> handler(form, **the path's ids)."""


class NoAnswerError(ConnectionResetError):
    """A fault dropped the connection: whoever asked does not learn what became of it."""


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """An answer and what a fault does to it on the way back."""

    response: Response
    late: float = 0.0
    dropped: bool = False


class Rest:
    """Answers requests below /2010-04-01/Accounts/{sid}."""

    def __init__(self, plant: Plant, routes: Routes) -> None:
        self._plant = plant
        self._routes = [(operation, _pattern(operation), handler) for operation, handler in routes.items()]

    def answer(self, request: Request) -> RestAnswer:
        """Carry a request out."""
        operation = self._operation(request)
        faults = self._plant.faults.spoil_rest(operation)
        response = self._spoiled("before", faults)
        if response is None:
            done = self._carry_out(request)
            response = self._spoiled("after", faults) or done
        self._keep(request, response)
        dropped = any(fault.effect.startswith("drop") for fault in faults)
        return RestAnswer(response, sum(fault.seconds for fault in faults), dropped)

    def _operation(self, request: Request) -> str:
        below = request.path.removeprefix(f"{self._plant.account_uri}/")
        return f"{request.method} {below.removesuffix('.json')}"

    def _spoiled(self, moment: str, faults: list[RestFault]) -> Response | None:
        for fault in faults:
            if fault.effect == f"fail-{moment}":
                return _refusal(RestError(fault.status, fault.code, MESSAGES.get(fault.code, "refused by a fault")))
            if fault.effect == f"drop-{moment}":
                return Response(0)
        return None

    def _carry_out(self, request: Request) -> Response:
        try:
            self._check_caller(request)
            handler, template, ids = self._route(request)
            form = check(template, self._fields(request))
            status, body = handler(form, **ids)
        except RestError as error:
            if _is_a_slip(error):
                self._plant.error(error.code, str(error), f"{request.method} {request.path}")
            return _refusal(error)
        return _response(status, body)

    def _check_caller(self, request: Request) -> None:
        settings = self._plant.settings
        users = {settings.account_sid: settings.auth_token} | dict(settings.api_keys)
        given = request.header("Authorization").encode()
        if not any(hmac.compare_digest(given, _basic(user, secret)) for user, secret in users.items()):
            raise RestError(401, NOT_AUTHENTICATED, "Authenticate")
        if request.path in {f"{self._plant.account_uri}.json", f"/{API_VERSION}/Accounts.json"}:
            raise NotEmulatedError("the resource Accounts")
        if not request.path.startswith(f"{self._plant.account_uri}/"):
            raise RestError(404, NOT_FOUND, f"The requested resource {request.path} was not found")

    def _route(self, request: Request) -> tuple[Handler, str, dict[str, str]]:
        below = request.path.removeprefix(f"{self._plant.account_uri}/")
        methods = []
        for operation, pattern, handler in self._routes:
            match = pattern.fullmatch(below)
            if match and operation.startswith(f"{request.method} "):
                return handler, operation, {name: unquote(value) for name, value in match.groupdict().items()}
            if match:
                methods.append(operation.partition(" ")[0])
        if methods:
            raise RestError(405, WRONG_METHOD, f"{request.method} is not allowed here, only {', '.join(methods)}")
        _refuse_what_is_twilios(below)
        raise RestError(404, NOT_FOUND, f"The requested resource {request.path} was not found")

    def _fields(self, request: Request) -> list[tuple[str, str]]:
        if request.method == "GET":
            return request.query()
        if request.query():
            raise RestError(400, INVALID, "parameters of a POST or DELETE belong into the form, not into the query")
        if request.body and request.header("Content-Type").partition(";")[0].strip() != FORM:
            raise RestError(400, INVALID, f"the body must be {FORM}")
        return request.form()

    def _keep(self, request: Request, response: Response) -> None:
        fields = request.query() if request.method == "GET" else request.form()
        note = "" if response.succeeded else _message(response)
        self._plant.journal.exchanged(
            Exchanged(
                direction="to-carrier",
                kind="rest",
                method=request.method,
                url=request.path,
                fields=shown(fields),
                status=response.status,
                at=self._plant.time.now,
                note=note,
            ),
        )


def _is_a_slip(error: RestError) -> bool:
    """Whether the product asked for something that never can be right, as opposed to having lost a race."""
    return error.status in {400, 401, 405, NOT_EMULATED} and error.code not in RACES


def _refuse_what_is_twilios(below: str) -> None:
    """Tell a resource, or a form of it, that exists at Twilio alone from one that exists nowhere."""
    first, *more = below.removesuffix(".json").split("/")
    if first in ELSEWHERE or (first in EMULATED and {*more[1:2]} & {*BELOW_A_CALL, *BELOW_A_RECORDING} - EMULATED):
        raise NotEmulatedError(f"the resource {'/'.join([first, *more[1:2]])}")
    if first.removesuffix(".csv") in EMULATED and not below.endswith(".json"):
        raise NotEmulatedError("an answer in another form than JSON (a path that does not end in .json)")


def _basic(user: str, secret: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{secret}".encode())


def _pattern(operation: str) -> re.Pattern[str]:
    """The path of an operation; a sound needs no ending, as in the RecordingUrl of a callback."""
    path = operation.partition(" ")[2]
    suffix = "" if "." in path.replace("{", "") else r"\.json"
    escaped = re.escape(path).replace(r"\{", "{").replace(r"\}", "}").replace(r"\.wav", r"(?:\.wav)?")
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+?)", escaped) + suffix)


def _refusal(error: RestError) -> Response:
    document = {
        "code": error.code,
        "message": str(error),
        "more_info": MORE_INFO if error.code == NOT_EMULATED else f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return _response(error.status, document)


def _response(status: int, body: Mapping[str, Any] | bytes | None) -> Response:
    headers = {"X-Twilio-API-Version": API_VERSION}
    if body is None:
        return Response(status, headers)
    if isinstance(body, bytes):
        return Response(status, headers | {"Content-Type": "audio/x-wav"}, body)
    return Response(status, headers | {"Content-Type": "application/json"}, json.dumps(body).encode())


def _message(response: Response) -> str:
    return str(json.loads(response.body)["message"]) if response.body else "connection dropped by a fault"
