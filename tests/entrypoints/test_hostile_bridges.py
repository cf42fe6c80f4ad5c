"""Webhooks that no bridge of ours sends, or not as it does: refused at the door, nothing behind it moves."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.asterisk_centre import KEYS, AsteriskFrontDoor
from tests.fakes.centre import CALLER, NUMBER

PATH = "/carriers/asterisk/main/events"
CHANNEL = "asterisk-9.0"
ARRIVED = f"c{hashlib.sha256(f'asterisk:main:{CHANNEL}'.encode()).hexdigest()[:20]}.main"
RINGS = {"type": "call.arrived", "call": ARRIVED, "leg": "customer", "channel": CHANNEL, "at": 1, "seq": 1}
RINGS |= {"caller": CALLER, "called": NUMBER}


@pytest.fixture
def centre(monkeypatch):
    return AsteriskFrontDoor(monkeypatch, ("main", "second"))


def signed(centre, body, key=KEYS["main"], late=0):
    told, at = "n-1", str(int(centre.time.now) - late)
    digest = hmac.new(key, f"{told}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": told, "webhook-timestamp": at, "webhook-signature": signature}


def tells(centre, document, path=PATH, **how):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return centre.asks("POST", path, body, headers=signed(centre, body, **how))


def nothing_moved(centre):
    return centre.fate.calls == [] and centre.desk.all_calls() == [] and centre.main.orders == []


@pytest.mark.parametrize(
    "forged",
    [
        lambda centre: centre.asks("POST", PATH, RINGS),
        lambda centre: tells(centre, RINGS, key=b"x" * 32),
        lambda centre: tells(centre, RINGS, key=KEYS["second"]),
        lambda centre: tells(centre, RINGS, late=301),
        lambda centre: tells(centre, RINGS, late=-301),
        lambda centre: tells(centre, RINGS, path="/carriers/asterisk/third/events"),
        lambda centre: centre.asks(
            "POST", PATH, RINGS | {"called": "+8675583000009"}, headers=signed(centre, json.dumps(RINGS).encode())
        ),
    ],
    ids=["unsigned", "a foreign key", "another pbx's key", "old", "early", "a pbx that is none", "another body"],
)
def test_a_webhook_that_is_not_proved_gets_403_and_touches_nothing(centre, forged):
    centre.fate.counting = True
    answer = forged(centre)
    assert (answer.status, answer.json["error"]) == (403, "NotSigned")
    assert CALLER not in answer.text
    assert nothing_moved(centre)


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (RINGS | {"type": CALLER}, 400),
        (RINGS | {"call": "c0123456789abcdef0123.main"}, 400),
        (RINGS | {"call": "c0123456789abcdef0123.second"}, 400),
        (RINGS | {"type": "leg.ended", "cause": "completed", "call": "c0123456789abcdef0123.second"}, 404),
        (RINGS | {"type": "turn.taken", "turn": "1", "digits": "1"}, 404),
        (RINGS | {"type": "turn.taken", "turn": "1", "digits": f"{CALLER}!"}, 400),
    ],
    ids=[
        "no JSON",
        "no object",
        "an unknown type",
        "a call of another channel",
        "a call of another pbx",
        "another pbx's call",
        "a turn of a call that is none",
        "digits that are none",
    ],
)
def test_a_proved_webhook_that_is_wrong_gets_a_definite_no_that_repeats_nothing(centre, document, status):
    answer = tells(centre, document)
    assert answer.status == status
    assert CALLER not in answer.text
    assert centre.desk.all_calls() == []


def test_a_webhook_that_is_replayed_gets_the_same_answer_and_one_call(centre):
    first, second, replayed = (tells(centre, RINGS, late=late) for late in (0, 0, 200))
    assert (first.status, first.text) == (second.status, second.text) == (replayed.status, replayed.text)
    assert first.headers["Content-Type"].startswith("application/json")
    assert centre.the_call().turn == 1


def test_a_number_without_a_flow_is_refused_in_asterisks_words(centre):
    answer = tells(centre, RINGS | {"called": "+8675583000009"})
    assert answer.json == {"script": [{"do": "reject", "reason": "rejected"}]}


def test_twilios_door_answers_404_where_asterisk_is_the_only_carrier(centre):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert centre.asks("POST", "/carriers/twilio/voice", b"CallSid=CA1", headers=form).status == 404


FIELDS = ("leg", "channel", "seq", "turn", "digits", "dialled", "cause", "key", "vocid", "status", "seconds", "called")
TYPES = ("call.arrived", "turn.taken", "leg.answered", "leg.joined", "leg.ended", "leg.key", "recording.ended")
values = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=()), max_size=20)
news = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional=dict.fromkeys(FIELDS, values | st.sampled_from(["customer", "1", "busy"])),
)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)
@given(told=news)
def test_whatever_a_bridge_tells_is_answered_and_no_function_dies_of_it(centre, told):
    assert tells(centre, RINGS | told).status in (200, 400, 404)
