"""An earlier change's commands, looked at again: what a later change has undone is not done after all."""

from dataclasses import replace

import pytest

from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction, Talk
from chalicelib.core.calls.legs import Leg, LegState
from chalicelib.core.calls.repeating import still_wanted
from chalicelib.core.carrier.commands import (
    AddParticipant,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    RetrieveParticipant,
    SendDigits,
    TakeTurn,
)

RING = AddParticipant("c1", "c1-1", "client:agent_100", "+8675583000000", 20)
JOIN = JoinConference("c1", CUSTOMER, "CA1")
TURN = TakeTurn("c1", CUSTOMER, "CA1", "3")
HOLD = HoldParticipant("c1", CUSTOMER, "CA1", "CF1", "media:hold-music")
RETRIEVE = RetrieveParticipant("c1", CUSTOMER, "CA1", "CF1")
HANG_UP = HangUpLeg("c1", "c1-1", "CA2")
KEYS = SendDigits("c1", CUSTOMER, "CA1", "CF1")


def call(state, *, held=False, leg=LegState.DIALLING):
    return Call(
        id="c1",
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="83366857",
        called="+8675583000000",
        started_at=0,
        state=state,
        legs={CUSTOMER: Leg(CUSTOMER), "c1-1": Leg("c1-1", "100", state=leg)},
        talk=Talk("100", "c1-1", "c1-1", 0, held_since=0 if held else None),
    )


@pytest.mark.parametrize(
    ("command", "state", "wanted"),
    [
        (RING, CallState.OFFERED, True),
        (RING, CallState.ENDED, False),
        (JOIN, CallState.TALKING, True),
        (JOIN, CallState.RECOVERING, True),
        (JOIN, CallState.WAITING, False),
        (JOIN, CallState.ENDED, False),
        (TURN, CallState.WAITING, True),
        (TURN, CallState.OFFERED, True),
        (TURN, CallState.TALKING, False),
        (TURN, CallState.ENDED, False),
        (HOLD, CallState.TALKING, False),
        (HOLD, CallState.RECOVERING, True),
        (HOLD, CallState.ENDED, False),
        (RETRIEVE, CallState.TALKING, True),
        (RETRIEVE, CallState.RECOVERING, False),
        (RETRIEVE, CallState.ENDED, False),
        (HANG_UP, CallState.ENDED, True),
        (KEYS, CallState.TALKING, True),
    ],
)
def test_a_command_is_wanted_while_the_call_is_where_it_was_given(command, state, wanted):
    assert still_wanted(command, call(state)) is wanted


def test_hold_and_retrieve_follow_what_the_agent_asked_for_last():
    held = call(CallState.TALKING, held=True)
    assert (still_wanted(HOLD, held), still_wanted(RETRIEVE, held)) == (True, False)


@pytest.mark.parametrize("leg", [LegState.RINGING, LegState.ANSWERED, LegState.ENDED])
def test_a_leg_that_has_rung_is_not_rung_again(leg):
    assert not still_wanted(RING, call(CallState.OFFERED, leg=leg))


def test_nothing_is_wanted_apart_without_a_talk():
    assert not still_wanted(HOLD, replace(call(CallState.TALKING), talk=None))
