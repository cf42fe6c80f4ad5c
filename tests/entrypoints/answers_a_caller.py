"""A process of its own: app.py answers a caller's first webhook, then says which modules of ours that took."""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from twilio.request_validator import RequestValidator

import app
from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.door import TwilioDoor
from chalicelib.core.centre.reading import without_people
from chalicelib.ports import World
from chalicelib.wiring import Parts
from tests.fakes.catalogue import MemoryCatalogue
from tests.fakes.clock import FakeClock
from tests.fakes.desk import MemoryDesk
from tests.fakes.outside import MemoryWatch

PUBLIC, TOKEN, NUMBER = "https://icall.example", "0123456789abcdef0123456789abcdef", "+8675583000000"
VOICE = "/carriers/twilio/voice"
RINGING = {"CallSid": "CA" + "1" * 32, "From": "83366857", "To": NUMBER, "CallStatus": "ringing"}
ECHO = Path(__file__).parents[2] / "flows" / "echo.yaml"

CENTRE = {
    "name": "Echo",
    "time_zone": "Asia/Shanghai",
    "languages": ["zh-CN", "en-US"],
    "dial_plan": {"region": "CN", "area_code": "0755", "caller_id": NUMBER},
    "numbers": {NUMBER: {"flow": "echo"}},
    "queues": {"service": {}},
    "profiles": {"service": {"queues": {"service": 1}}},
    "agents": {"100": {"name": "张三", "profile": "service", "seat": 1}},
    "seats": {"1": {"device": "browser"}},
    "groups": {},
    "roles": {"agent": {"permissions": ["calls.handle"]}},
    "reasons": {},
    "dispositions": {},
}


def parts() -> Parts:
    """Give what answers a caller, published without the use cases that publish; nothing else is there."""
    catalogue, clock = MemoryCatalogue(), FakeClock()
    catalogue.applying(0).finish(without_people(CENTRE))
    catalogue.put_flow("echo", yaml.safe_load(ECHO.read_text("utf-8")))
    known = {"desk": MemoryDesk(clock), "catalogue": catalogue, "clock": clock, "watch": MemoryWatch()}
    known["carriers"] = {"twilio": TwilioDoor(Addresses(PUBLIC), lambda: [TOKEN])}
    world = World(**{port.name: known.get(port.name, object()) for port in fields(World)})
    return Parts(world, lambda _: None, lambda _, __: "")


def ring() -> dict[str, Any]:
    """The webhook's event, as API Gateway makes it."""
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(PUBLIC + VOICE, RINGING),
    }
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "httpMethod": "POST",
        "path": VOICE,
        "resource": VOICE,
        "pathParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "requestContext": {"resourcePath": VOICE, "path": VOICE, "httpMethod": "POST"},
        "body": urlencode(RINGING),
        "isBase64Encoded": False,
    }


if __name__ == "__main__":
    made = parts()
    app.parts = lambda: made
    answer = app.app(ring(), None)
    loaded = sorted(name for name in sys.modules if name.startswith("chalicelib."))
    json.dump({"status": answer["statusCode"], "body": answer["body"], "loaded": loaded}, sys.stdout)
