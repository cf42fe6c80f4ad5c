"""Asterisk's door: who is not proved touches nothing, and a pbx speaks of its own calls alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import ARRIVED, CHANNEL, FOREIGN_KEY, KEY, MADE, NEXT_KEY, NOW, PATH, PBX, Stopped, body, signed

from chalicelib.adapters.asterisk.door import AsteriskDoor
from chalicelib.adapters.asterisk.pbxs import call_id_of, pbx_of
from chalicelib.core.carrier.events import (
    CallArrived,
    Cause,
    CommandRefused,
    ExchangeReported,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegRang,
    ParticipantJoined,
    RecordingReported,
    RecordingStored,
    TurnTaken,
)
from chalicelib.core.ground.errors import BadRequest, IcallError, NotFound, NotSigned

SID = f"{PBX}:{CHANNEL}"
SECOND = "second"


def door(*keys, now=NOW, pbxs=(PBX,)):
    return AsteriskDoor(pbxs, lambda _pbx: list(keys or [KEY]), Stopped(now))


def tells(sent, path=PATH, **headers):
    return door().read(path, signed(sent) | headers, sent)


ROADS = [
    (
        {"kind": "call.arrived", "caller": "83366857", "called": "+8675583000000"},
        CallArrived(ARRIVED, SID, "83366857", "+8675583000000"),
    ),
    (
        {"kind": "call.arrived", "caller": "", "called": "+8675583000000"},
        CallArrived(ARRIVED, SID, "", "+8675583000000"),
    ),
    ({"kind": "turn.taken", "turn": "3", "digits": "12#"}, TurnTaken(ARRIVED, "3", "12#")),
    ({"kind": "turn.taken", "turn": "3", "digits": "", "dialled": None}, TurnTaken(ARRIVED, "3", "")),
    ({"kind": "turn.taken", "turn": "3", "digits": None}, TurnTaken(ARRIVED, "3", None)),
    ({"kind": "turn.taken", "turn": "3", "dialled": "busy"}, TurnTaken(ARRIVED, "3", None, Cause.BUSY)),
    ({"kind": "leg.rang"}, LegRang(ARRIVED, "customer", SID)),
    ({"kind": "leg.answered"}, LegAnswered(ARRIVED, "customer", SID)),
    ({"kind": "leg.joined"}, ParticipantJoined(ARRIVED, "customer", SID, ARRIVED)),
    (
        {"kind": "leg.ended", "cause": "completed", "caller": "83366857", "called": "+8675583000000"},
        LegEnded(ARRIVED, "customer", SID, Cause.COMPLETED, "83366857", "+8675583000000"),
    ),
    (
        {"kind": "leg.ended", "leg": f"{ARRIVED}-1", "cause": "no-answer", "channel": ""},
        LegEnded(ARRIVED, f"{ARRIVED}-1", "", Cause.NO_ANSWER),
    ),
    ({"kind": "leg.key", "key": "#"}, KeyPressed(ARRIVED, "customer", "#", 7)),
    (
        {"kind": "recording.ended", "vocid": f"{ARRIVED}-1", "status": "completed", "seconds": 12, "leg": ""},
        RecordingReported(ARRIVED, f"{ARRIVED}-1", f"{PBX}:{ARRIVED}-1", "completed", 12),
    ),
    (
        {"kind": "recording.ended", "vocid": f"{ARRIVED}-1", "status": "absent"},
        RecordingReported(ARRIVED, f"{ARRIVED}-1", f"{PBX}:{ARRIVED}-1", "absent", 0),
    ),
    ({"kind": "recording.stored", "vocid": f"{ARRIVED}-1"}, RecordingStored(ARRIVED, f"{ARRIVED}-1")),
    (
        {"kind": "command.failed", "command": "hold", "why": "gone", "again": False},
        CommandRefused(ARRIVED, "customer", "HoldParticipant", gone=True, again=False),
    ),
    (
        {"kind": "command.failed", "command": "stop_recording", "why": "refused", "leg": ""},
        CommandRefused(ARRIVED, "", "StopRecording", gone=False, again=True),
    ),
    ({"kind": "command.failed", "command": "credentials", "why": "refused", "call": "", "leg": ""}, None),
    (
        {"kind": "pbx.alive", "call": "", "leg": "", "channel": "", "state": "frozen", "endpoints": []},
        ExchangeReported(PBX, "frozen"),
    ),
]


@pytest.mark.parametrize(("told", "event"), ROADS, ids=[f"{told['kind']} {n}" for n, (told, _) in enumerate(ROADS)])
def test_what_a_pbx_tells_becomes_our_event(told, event):
    assert tells(body(**told)) == event


def test_unknown_fields_are_ignored():
    assert tells(body("leg.rang", colour="blue")) == LegRang(ARRIVED, "customer", SID)


def test_a_callers_own_end_alone_tells_who_called_whom():
    ended = tells(body("leg.ended", leg=f"{ARRIVED}-1", cause="completed", caller="1", called="2"))
    assert (ended.caller, ended.called) == ("", "")


def test_the_key_of_somebody_is_in_no_text_of_the_event():
    assert "'9'" not in repr(tells(body("leg.key", key="9")))


RINGS = body("leg.rang")


def without(name):
    return {key: value for key, value in signed(RINGS).items() if key != name}


UNPROVED = {
    "no header": {},
    "no signature": without("webhook-signature"),
    "no id": without("webhook-id"),
    "no time": without("webhook-timestamp"),
    "a foreign key": signed(RINGS, FOREIGN_KEY),
    "another body": signed(body("leg.answered")),
    "another id": signed(RINGS) | {"webhook-id": "n-2"},
    "another time": signed(RINGS) | {"webhook-timestamp": str(NOW // 1000 + 1)},
    "another version": signed(RINGS) | {"webhook-signature": signed(RINGS)["webhook-signature"].replace("v1,", "v1a,")},
    "no version": signed(RINGS) | {"webhook-signature": signed(RINGS)["webhook-signature"].removeprefix("v1,")},
    "an empty signature": signed(RINGS) | {"webhook-signature": ""},
    "nonsense": signed(RINGS) | {"webhook-signature": "\udcff\x00 v1,"},
    "a time that is none": signed(RINGS) | {"webhook-timestamp": "now"},
    "a negative time": signed(RINGS) | {"webhook-timestamp": "-5"},
    "a time of other digits": signed(RINGS) | {"webhook-timestamp": "１７９５０００００0"},
    "an endless time": signed(RINGS) | {"webhook-timestamp": "1" * 5000},
    "too old": signed(RINGS, at=NOW // 1000 - 301),
    "too new": signed(RINGS, at=NOW // 1000 + 301),
    "the eleventh of many": signed(RINGS)
    | {"webhook-signature": " ".join(["v1,x"] * 10 + [signed(RINGS)["webhook-signature"]])},
}


@pytest.mark.parametrize("headers", UNPROVED.values(), ids=UNPROVED.keys())
def test_what_is_not_proved_is_refused_without_a_word_why(headers):
    with pytest.raises(NotSigned) as refused:
        door().read(PATH, headers, RINGS)
    assert str(refused.value) == str(NotSigned(*refused.value.args))
    assert CHANNEL not in str(refused.value)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_webhook_is_good_for_five_minutes_either_way_also_the_second_time(seconds):
    at = NOW // 1000 + seconds
    first, second = (door().read(PATH, signed(RINGS, at=at), RINGS) for _ in range(2))
    assert first == second == LegRang(ARRIVED, "customer", SID)


def test_while_a_key_is_rotated_both_are_good_and_afterwards_the_old_one_is_not():
    by_old, by_both = signed(RINGS, KEY), signed(RINGS, FOREIGN_KEY, NEXT_KEY)
    rotating, after = door(NEXT_KEY, KEY), door(NEXT_KEY)
    assert rotating.read(PATH, by_old, RINGS) == rotating.read(PATH, by_both, RINGS)
    with pytest.raises(NotSigned):
        after.read(PATH, by_old, RINGS)


@pytest.mark.parametrize(
    "path",
    ["/carriers/asterisk/other/events", "/carriers/asterisk//events", f"{PATH}/", "/carriers/asterisk/MAIN/events"],
)
def test_a_pbx_that_is_none_of_ours_is_refused_as_a_stranger(path):
    with pytest.raises(NotSigned):
        tells(RINGS, path)


def test_the_keys_of_a_stranger_are_not_looked_for():
    asked = []
    with pytest.raises(NotSigned):
        AsteriskDoor([PBX], lambda pbx: asked.append(pbx) or [KEY], Stopped()).read(
            "/carriers/asterisk/other/events", signed(RINGS), RINGS
        )
    assert asked == []


def test_a_malformed_body_is_told_so_only_if_it_is_signed():
    with pytest.raises(NotSigned):
        door().read(PATH, signed(b"[]", FOREIGN_KEY), b"[]")
    with pytest.raises(BadRequest):
        door().read(PATH, signed(b"[]"), b"[]")


def test_a_pbx_cannot_speak_of_a_call_that_arrived_at_another():
    elsewhere = call_id_of(SECOND, CHANNEL)
    with pytest.raises(NotFound):
        tells(body("leg.ended", call=elsewhere, cause="completed"))


def test_a_pbx_cannot_speak_of_a_call_that_the_stack_made_at_another():
    pbxs = (PBX, SECOND)
    mine = next(f"c{n:020x}" for n in range(99) if pbx_of(f"c{n:020x}", pbxs) == PBX)
    others = next(f"c{n:020x}" for n in range(99) if pbx_of(f"c{n:020x}", pbxs) == SECOND)
    both = door(pbxs=pbxs)
    sent = body("leg.answered", call=mine, channel=f"{mine}.{mine}-1", leg=f"{mine}-1")
    assert both.read(PATH, signed(sent), sent).call == mine
    sent = body("leg.answered", call=others, channel=f"{others}.{others}-1", leg=f"{others}-1")
    with pytest.raises(NotFound):
        both.read(PATH, signed(sent), sent)


def test_a_call_cannot_arrive_under_the_id_of_another():
    for call in (MADE, call_id_of(PBX, "another"), call_id_of(SECOND, CHANNEL)):
        with pytest.raises((BadRequest, NotFound)):
            tells(body("call.arrived", call=call, caller="1", called="2"))


SECRET = "83366857"
HOSTILE = {
    "no JSON": SECRET.encode() + b"{",
    "no object": json.dumps([SECRET]).encode(),
    "no UTF-8": b'{"type": "\xff"}',
    "UTF-16": body("leg.rang").decode().encode("utf-16"),
    "too deep": b"[" * 100_000,
    "too long": body("leg.rang", more="x" * 65536),
    "a field twice": b'{"type": "leg.rang", "type": "leg.ended"}',
    "an inner field twice": b'{"type": "leg.rang", "x": {"a": 1, "a": 2}}',
    "no number": b'{"type": "leg.rang", "seq": NaN}',
    "no type": b"{}",
    "an unknown type": body(SECRET),
    "a type that is a list": body(["leg.rang"]),
    "no call": body("leg.rang", call=...),
    "a call that is no id": body("leg.rang", call=f"../{SECRET}"),
    "a call that is a number": body("leg.rang", call=int(SECRET)),
    "a leg that is no id": body("leg.rang", leg="a b"),
    "no leg": body("leg.ended", leg="", cause="busy"),
    "no channel": body("leg.answered", channel=""),
    "a channel with a line's end": body("leg.answered", channel=f"{SECRET}\r\nX: y"),
    "an endless channel": body("leg.answered", channel="x" * 151),
    "an unknown cause": body("leg.ended", cause=SECRET),
    "no cause": body("leg.ended"),
    "digits that are none": body("turn.taken", turn="1", digits=f"{SECRET}x"),
    "digits that are a number": body("turn.taken", turn="1", digits=5),
    "endless digits": body("turn.taken", turn="1", digits="1" * 257),
    "a turn that is no id": body("turn.taken", turn=""),
    "two keys": body("leg.key", key="12"),
    "no key": body("leg.key"),
    "a key of other digits": body("leg.key", key="５"),
    "a negative number": body("leg.key", key="1", seq=-1),
    "a truth for a number": body("leg.key", key="1", seq=True),
    "a fraction": body("leg.key", key="1", seq=1.5),
    "a huge number": body("leg.key", key="1", seq=2**60),
    "a caller that is a list": body("call.arrived", caller=[SECRET], called="1"),
    "nobody called": body("call.arrived", caller=SECRET, called=""),
    "an unknown order": body("command.failed", command=SECRET, why="gone"),
    "an unknown why": body("command.failed", command="hold", why=SECRET),
    "again as a word": body("command.failed", command="hold", why="gone", again="no"),
    "an unknown state": body("pbx.alive", state=SECRET),
    "a file without a length": body("recording.ended", vocid="v", status="completed"),
    "a vocid that is a path": body("recording.ended", vocid=f"../{SECRET}", status="completed", seconds=1),
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_not_as_it_must_be_is_refused_and_not_repeated(sent):
    with pytest.raises(BadRequest) as refused:
        tells(sent)
    assert SECRET not in str(refused.value)


def test_of_a_callers_own_text_so_much_is_kept_and_half_a_character_is_replaced():
    arrived = tells(body("call.arrived", caller="\ud83d" + "9" * 400, called="+8675583000000"))
    assert len(arrived.caller) == 256
    assert arrived.caller.startswith("\ufffd9")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("call", "leg", "channel", "seq", "turn", "digits", "dialled", "cause", "key", "vocid", "status", "seconds")
TYPES = sorted({told["kind"] for told, _ in ROADS})


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_whatever_a_proved_body_holds_is_read_or_refused_in_words(kind, fields):
    sent = body(kind, **fields)
    try:
        tells(sent)
    except IcallError as refused:
        assert isinstance(refused, BadRequest | NotFound)  # noqa: PT017 - anything else is what is looked for
