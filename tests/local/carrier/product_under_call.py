import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from local.carrier.exchange import Exchange
from local.carrier.messages import Request, Response
from local.carrier.settings import CarrierSettings, Number

ACCOUNT = "AC" + "0" * 32
TOKEN = "pretend-token"
API_KEY = ("SK" + "0" * 32, "pretend-secret-of-an-api-key-thirty-two")
HOTLINE = "+8675583000000"
CUSTOMER = "83366857"
HOME = "https://product.test"
API = f"https://carrier.test/2010-04-01/Accounts/{ACCOUNT}"


@dataclass
class Received:
    path: str
    fields: dict[str, str]
    token: str
    genuine: bool


@dataclass
class Product:
    """A web application of a few pages that remembers what it was sent."""

    pages: dict[str, str | Callable[[dict[str, str]], str | Response]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        fields = dict(request.form() if request.method == "POST" else request.query())
        signed = fields if request.method == "POST" else {}
        signature = request.header("X-Twilio-Signature")
        genuine = RequestValidator(TOKEN).validate(request.url, signed, signature)
        token = request.header("I-Twilio-Idempotency-Token")
        path = urlsplit(request.url).path
        self.received.append(Received(path, fields, token, genuine))
        return self._answer(path, fields)

    def _answer(self, path, fields):
        page = self.pages.get(path, "")
        if callable(page):
            page = page(fields)
        if isinstance(page, Response):
            return page
        if not page:
            return Response(200 if path.startswith("/callbacks") else 404)
        return twiml(page)

    def sent(self, path: str) -> list[dict[str, str]]:
        return [item.fields for item in self.received if item.path == path]

    def events(self, path: str = "/callbacks/room") -> list[str]:
        return [item["StatusCallbackEvent"] for item in self.sent(path)]

    def statuses(self, path: str = "/callbacks/status") -> list[str]:
        return [item["CallStatus"] for item in self.sent(path)]


def twiml(content: str) -> Response:
    return Response(200, {"Content-Type": "text/xml; charset=utf-8"}, f"<Response>{content}</Response>".encode())


ROOM = (
    '<Dial><Conference {attributes} statusCallback="/callbacks/room" '
    'statusCallbackEvent="start end join leave mute hold modify announcement">{name}</Conference></Dial>'
)


def room(name: str = "call-1", attributes: str = 'participantLabel="customer"') -> str:
    return ROOM.format(name=name, attributes=attributes)


@dataclass
class Carrier:
    """An exchange, with short words for the REST requests of the product's adapter."""

    exchange: Exchange

    def rest(self, method: str, path: str, user: tuple[str, str] = (ACCOUNT, TOKEN), **fields):
        pairs = [
            (name, item) for name, value in fields.items() for item in (value if isinstance(value, list) else [value])
        ]
        headers = {
            "Authorization": "Basic " + base64.b64encode(":".join(user).encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        query = f"?{urlencode(pairs)}" if method == "GET" and pairs else ""
        body = b"" if method == "GET" else urlencode(pairs).encode()
        response = self.exchange.rest(Request(method, f"{API}/{path}{query}", headers, body))
        is_json = response.header("Content-Type") == "application/json"
        return response.status, json.loads(response.body) if is_json else response.body

    def add(self, name: str, to: str, **fields):
        defaults = {
            "From": HOTLINE,
            "To": to,
            "StatusCallback": f"{HOME}/callbacks/status",
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            "ConferenceStatusCallback": f"{HOME}/callbacks/room",
            "ConferenceStatusCallbackEvent": "start end join leave mute hold modify announcement",
        }
        return self.rest("POST", f"Conferences/{name}/Participants.json", **(defaults | fields))


def settings(**changes) -> CarrierSettings:
    number = Number(HOTLINE, f"{HOME}/voice", f"{HOME}/callbacks/number")
    return CarrierSettings(
        account_sid=ACCOUNT, auth_token=TOKEN, public_url="https://carrier.test", numbers=(number,), **changes
    )
