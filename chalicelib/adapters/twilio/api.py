"""Twilio's REST API: who asks, how often, and by which error of ours an answer that is no success is told.

Only "too many requests" (429) is repeated, and a request that found no connection: of anything else that failed
nobody knows whether it happened, and a call that is made twice rings twice. One that was asked for patience longer
than a webhook can wait is uncertain, too: it is to be looked at again, not given up.
"""

import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.transport import ApiReply, ApiRequest, NoAnswer, NotSent, Transport
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, CarriersFault, CarrierUncertain
from chalicelib.core.ground.values import dataclass

Fields = Mapping[str, str | tuple[str, ...]]
"""A form; a tuple is sent as a repeated field."""

_PATIENCE_SECONDS = 2.0
_FIRST_WAIT_SECONDS = 0.25
_GONE = frozenset({20404, 21220})
"""There is no such thing (any more); the call is not in a state that can be changed."""


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """The account; `auth` gives user and password (an API key, or the account and its token) when first needed."""

    account_sid: str
    addresses: Addresses
    auth: Callable[[], tuple[str, str]] = field(repr=False)
    api_url: str = "https://api.twilio.com"


class TwilioRefused(CarrierRefused):
    """A definite no, with Twilio's code for it (0 when it gave none)."""

    def __init__(self, operation: str, status: int, code: int) -> None:
        super().__init__(f"Twilio refused to {operation}: HTTP {status}, code {code}.")
        self.code = code


class TwilioApi:
    """Sends requests about one account. `operation` is what an error may say of a request: a verb, no data."""

    def __init__(
        self, settings: TwilioSettings, transport: Transport, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._sleep = sleep

    def get(self, operation: str, *path: str, **query: str) -> Mapping[str, Any]:
        """Give the resource at this path below the account."""
        asked = f"?{urlencode(query)}" if query else ""
        return _document(operation, self._ask(operation, "GET", _url_path(path) + ".json" + asked))

    def secret(self) -> str:
        """Give the account's auth token."""
        return self._settings.auth()[1]

    def post(self, operation: str, *path: str, form: Fields) -> None:
        """Make or change the resource at this path below the account."""
        self._ask(operation, "POST", _url_path(path) + ".json", urlencode(form, doseq=True).encode())

    def delete(self, operation: str, *path: str) -> None:
        """Remove the resource at this path below the account."""
        self._ask(operation, "DELETE", _url_path(path) + ".json")

    def download(self, operation: str, *path: str, suffix: str, max_bytes: int) -> bytes:
        """Give the file at this path below the account, from wherever Twilio says that it lies."""
        reply = self._ask(operation, "GET", _url_path(path) + suffix, max_bytes=max_bytes)
        elsewhere = reply.headers.get("location")
        if elsewhere is None:
            return reply.body
        # Another host keeps the file; its address is its own proof, and ours is none of its business.
        return self._judged(operation, self._sent(operation, ApiRequest("GET", elsewhere, {}, None, max_bytes))).body

    def _ask(
        self, operation: str, method: str, path: str, body: bytes | None = None, max_bytes: int = 1024 * 1024
    ) -> ApiReply:
        """Send a request, again as often as Twilio asks for patience and ours lasts."""
        request = ApiRequest(method, self._base() + path, self._headers(body), body, max_bytes)
        left, wait = _PATIENCE_SECONDS, _FIRST_WAIT_SECONDS
        while True:
            reply = self._sent(operation, request)
            pause = _asked_wait(reply) or wait
            if reply.status != 429 or pause > left:  # noqa: PLR2004 - Too Many Requests
                return self._judged(operation, reply)
            self._sleep(pause)
            left, wait = left - pause, wait * 2

    def _sent(self, operation: str, request: ApiRequest) -> ApiReply:
        """Send a request once, or twice when the first found no connection."""
        try:
            try:
                return self._transport(request)
            except NotSent:
                return self._transport(request)
        except NotSent:
            raise CarrierUncertain(f"Twilio could not be reached to {operation}.") from None
        except NoAnswer:
            raise CarrierUncertain(f"Twilio gave no answer when asked to {operation}.") from None

    def _judged(self, operation: str, reply: ApiReply) -> ApiReply:
        if reply.status < 400:  # noqa: PLR2004 - success, or a redirect of a download
            return reply
        raise _fault(operation, reply)

    def _base(self) -> str:
        return f"{self._settings.api_url}/2010-04-01/Accounts/{self._settings.account_sid}"

    def _headers(self, body: bytes | None) -> dict[str, str]:
        user, password = self._settings.auth()
        headers = {
            "Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode(),
            "Accept": "application/json",
        }
        return headers if body is None else headers | {"Content-Type": "application/x-www-form-urlencoded"}


def _url_path(segments: tuple[str, ...]) -> str:
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


def _asked_wait(reply: ApiReply) -> float:
    asked = reply.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0.0


def _fault(operation: str, reply: ApiReply) -> CarriersFault:
    code = _code(reply)
    if reply.status == 429 or reply.status >= 500:  # noqa: PLR2004 - too many requests, or Twilio's own trouble
        return CarrierUncertain(f"Twilio did not {operation}, not yet at least: HTTP {reply.status}, code {code}.")
    if reply.status == 404 or code in _GONE:  # noqa: PLR2004 - Not Found
        return CarrierGone(f"Twilio has nothing left to {operation}: HTTP {reply.status}, code {code}.")
    return TwilioRefused(operation, reply.status, code)


def _code(reply: ApiReply) -> int:
    """Give the error's number and nothing else: its message may quote a number that was called."""
    try:
        return int(json.loads(reply.body)["code"])
    except (ValueError, TypeError, KeyError):
        return 0


def _document(operation: str, reply: ApiReply) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = json.loads(reply.body)
    except ValueError:
        raise CarrierUncertain(f"Twilio's answer could not be read when asked to {operation}.") from None
    return document
