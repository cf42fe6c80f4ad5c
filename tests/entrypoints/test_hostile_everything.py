"""Anything at all, sent to every route and in every frame: refused or answered, and no function dies of it."""

import hmac
import json
import re
from base64 import b64encode
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import app
from chalicelib.core.agents.action_codes import ACTION_CODES
from tests.fakes.centre import PUBLIC, SECRETS, TOKEN
from tests.fakes.front_door import FORM
from tests.fakes.scenes import talking

ROUTES = sorted((path, method) for path, methods in app.app.routes.items() for method in methods)
HALF = "\ud83d"
PARAMETER = re.compile(r"\{\w+\}")

hostile = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)

texts = (
    st.text(st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(["", HALF, f"广州{HALF}", "\x00", "\ufffe\uffff", "\u202e", "100", "../..", "{", "'; --"])
    | st.integers(60, 3000).map(lambda length: "1" * length)
    | st.integers(60, 3000).map(lambda length: "图" * length)
)
numbers = st.integers() | st.sampled_from([10**8 - 2, 10**8, 10**38, 10**400, -(10**400), 2**53, 1e400, -0.0])
values = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
NAMES = ["agentId", "userName", "password", "code", "device", "requestId", "act", "iParam", "sParam", "type", "epoch"]
bodies = st.dictionaries(st.sampled_from([*NAMES, "lastSeq", "tab"]) | texts, values, max_size=6).map(json.dumps)
anything = (
    bodies | values.map(json.dumps) | st.sampled_from(["", "{", "[" * 50_000, '{"agentId":' * 50_000, "1" * 5_000])
)


@pytest.fixture
def page(centre):
    return centre.page("100").signs_in().is_ready()


def answered(centre, method, path, body=None, **more):
    answer = centre.asks(method, path, body, **more)
    assert answer.status < 500, answer.text
    return answer


def filled(route: str, segments: list[str]) -> str:
    """Give the route's path with anything in its parameters, percent-encoded as a client may."""
    left = iter(segments)
    return PARAMETER.sub(lambda _: quote(next(left).encode(errors="surrogatepass"), safe="") or "-", route)


@hostile
@given(body=anything, segments=st.lists(texts, min_size=2, max_size=2), who=st.sampled_from(["page", "key", "no"]))
@example(body="{}", segments=["x" * 2_100, "1" * 2_100], who="page")
@example(body=json.dumps({"agentId": "100", "code": "\ud800"}), segments=["1", "1"], who="no")
@example(body=json.dumps({"agentId": "100", "password": "\ud800"}), segments=["1", "1"], who="no")
@example(body=json.dumps({"userName": "张三\ud800"}), segments=["1", "1"], who="key")
@pytest.mark.parametrize(("route", "method"), [each for each in ROUTES if "/carriers/" not in each[0]])
def test_every_route_answers_anything(centre, page, route, method, body, segments, who):
    token = {"page": page.token, "key": SECRETS["business/api-key"], "no": ""}[who]
    answered(centre, method, filled(route, segments), body.encode(errors="surrogatepass"), token=token)
    if (route, method) == ("/agent/sessions/current", "DELETE"):
        page.signs_in().is_ready()


headings = st.text(st.characters(exclude_characters="\r\n"), max_size=40) | st.sampled_from(["x" * 8_000, "\x00", "图"])


@hostile
@given(
    kind=headings
    | st.sampled_from(["application/json; charset=utf-16", "application/json;", ";", "multipart/form-data"])
)
@pytest.mark.parametrize("path", ["/agent/sessions", "/carriers/twilio/voice"])
def test_a_body_of_any_content_type_is_taken_or_refused(centre, path, kind):
    answered(centre, "POST", path, b'{"agentId": "100", "password": "x"}', headers={"Content-Type": kind})


@hostile
@given(token=headings)
def test_a_bearer_of_anything_is_not_proved(centre, token):
    for method, path in (("GET", "/agent/state"), ("POST", "/sso/login-codes"), ("POST", "/agent/socket-tickets")):
        assert answered(centre, method, path, {}, headers={"Authorization": f"Bearer {token}"}).status == 401


def test_a_gateway_that_passes_bytes_on_as_half_characters_is_understood(centre):
    # As aiohttp does with a header that is no UTF-8.
    event = {
        "headers": {"Authorization": "Bearer \udcff"},
        "multiValueHeaders": {"Authorization": ["Bearer \udcff"]},
        "httpMethod": "GET",
        "path": "/agent/state",
        "resource": "/agent/state",
        "pathParameters": None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "requestContext": {"resourcePath": "/agent/state", "path": "/agent/state", "httpMethod": "GET", "stage": "api"},
        "body": None,
        "isBase64Encoded": False,
    }
    assert centre.functions.rest(event)["statusCode"] == 401


frames = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "heartbeat", "action"]) | values},
    optional=dict.fromkeys(("agentId", "epoch", "lastSeq", "tab", "requestId", "act", "iParam", "sParam"), values),
).map(json.dumps)
acts = st.fixed_dictionaries(
    {
        "type": st.just("action"),
        "act": st.sampled_from(sorted(ACTION_CODES)),
        "iParam": st.sampled_from([0, 1, 2, 3]) | numbers,
        "sParam": texts | texts.map(lambda text: f"13900139000;CITY:{text}"),
    },
    optional={"requestId": texts},
).map(json.dumps)


@hostile
@given(text=frames | acts | anything)
@example(text=json.dumps({"type": "action", "requestId": "\ud800", "act": 10}))
@example(text=json.dumps({"type": "action", "requestId": "1", "act": HALF}))
@example(text=json.dumps({"type": "heartbeat", "agentId": "1" * 3_000}))
@example(text='{"type": "hello", "epoch": 1, "lastSeq": 1' + "0" * 1_100 + "}")
@example(text=json.dumps({"type": "hello", "epoch": 1, "lastSeq": 999_999_998}))
def test_every_frame_is_answered_whatever_is_in_it(centre, text):
    page = centre.page("101").signs_in()
    assert page.sends_text(text)
    assert page.frames[-1]["type"] in {"Error", "ActionResult", "Snapshot", "resume", "heartbeat", "close"}
    centre.time.advance(1)


@hostile
@given(text=acts)
def test_every_action_in_a_talk_is_answered_whatever_it_says(centre, text):
    scene = talking(centre) if not centre.desk.all_calls() else None
    page = scene.agent if scene else centre.page("100").signs_in()
    assert page.sends_text(text)
    centre.time.advance(1)
    assert centre.dead_letters == []


@hostile
@given(protocols=headings)
def test_any_subprotocols_are_taken_or_refused(centre, protocols):
    assert centre.page("101").knocks(f"icall.v1, ticket.{protocols}")["statusCode"] == 401


TWILIOS = [path for path, _ in ROUTES if path.startswith("/carriers/twilio/")]
SIDS = {"CallSid": "CA" + "1" * 32, "ConferenceSid": "CF" + "1" * 32, "RecordingSid": "RE" + "1" * 32}
FIELDS = ["From", "To", "Digits", "CallStatus", "DialCallStatus", "StatusCallbackEvent", "ParticipantLabel"]


@st.composite
def forms(draw) -> bytes:
    if draw(st.booleans()):
        return draw(st.binary(max_size=200))
    fields = SIDS | draw(st.dictionaries(st.sampled_from(FIELDS), texts, max_size=5))
    return "&".join(f"{name}={quote(text.encode(errors='surrogatepass'))}" for name, text in fields.items()).encode()


def signature(path: str, body: bytes) -> str:
    """Sign as Twilio does, over whatever bytes there are."""
    fields = sorted({unquote_to_bytes(pair.replace(b"+", b" ")).partition(b"=") for pair in body.split(b"&")})
    told = b"".join(name + value for name, _, value in fields)
    return b64encode(hmac.digest(TOKEN.encode(), (PUBLIC + path).encode() + told, "sha1")).decode()


@hostile
@given(body=forms(), segments=st.lists(texts, min_size=2, max_size=2), signed=st.booleans())
@example(body=b"CallSid=CA" + b"1" * 32 + b"&Digits=1", segments=["c" * 2_100, "1"], signed=True)
@example(body=b"CallSid=%ff", segments=["c1", "1"], signed=True)
@pytest.mark.parametrize("route", TWILIOS)
def test_every_webhook_is_answered_whatever_it_says(centre, route, body, segments, signed):
    path = filled(route, segments)
    headers = {"Content-Type": FORM} | ({"X-Twilio-Signature": signature(path, body)} if signed else {})
    answer = answered(centre, "POST", path, body, headers=headers)
    assert signed or answer.status in (403, 404)


def test_a_long_caller_who_writes_their_own_address_is_a_call_like_any_other(centre):
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.calls(f"sip:{'x' * 3_000}@evil.example")
    caller.hears("请按1")
    caller.presses("0")
    agent.hears("Ring")
    agent.answers()
    agent.hears("Talk")
    caller.hang_up()
    agent.hears("Hangup")
    centre.settles()
    assert centre.stream.rows == []
    assert len(centre.asks("GET", "/agent/calls", token=agent.token).json["calls"]) == 1
