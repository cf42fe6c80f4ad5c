"""One agent calls another: who hears what, and how it ends."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from tests.fakes.centre import Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, is_sound

CALL, HANG_UP, HOLD, RETRIEVE, KEYS, MUTE, CONSULT, TRANSFER = 7, 2, 3, 4, 8, 24, 6, 5
AGENT, OUTSIDE = 2, 3


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def a_call_to_a_colleague(centre):
    """Agent 100 calls agent 200, at whom it rings."""
    caller, colleague = a_ready_agent(centre, "100"), a_ready_agent(centre, "200")
    assert caller.does(CALL, AGENT, "200;TOPIC:parcel") == 0
    leg = caller.phone.answer(10)
    ring = colleague.hears("Ring", TOPIC="parcel")
    assert (ring["iParam"], ring["tags"]["CALLERID"]) == (0, "100")
    return caller, colleague, leg


def two_colleagues_talk(centre):
    caller, colleague, leg = a_call_to_a_colleague(centre)
    other = colleague.answers()
    colleague.hears("Talk", CALLERID="100")
    caller.hears("Talk", CALLERID="200")
    centre.time.advance(1)
    assert leg.talks_with == [other.party]
    return caller, colleague, leg, other


def test_two_colleagues_talk_and_either_ends_it(centre):
    caller, colleague, _, _ = two_colleagues_talk(centre)
    assert colleague.does(HANG_UP) == 0
    assert colleague.hears("Hangup")["iParam"] == 1
    assert caller.hears("Hangup")["iParam"] == 2
    assert centre.the_call().state is CallState.ENDED


def test_a_colleague_who_says_no_or_does_not_answer_is_told_to_the_caller(centre):
    caller, colleague, _ = a_call_to_a_colleague(centre)
    assert colleague.does(HANG_UP) == 0
    assert caller.hears("Progress", CAUSE="rejected")["iParam"] == 6
    caller.hears("Hangup")
    assert centre.the_call().state is CallState.ENDED
    assert colleague.state.reason == "rejected"


def test_a_colleague_who_was_offered_a_call_meanwhile_is_busy(centre):
    caller, colleague = a_ready_agent(centre, "100"), a_ready_agent(centre, "200")
    assert caller.does(CALL, AGENT, "200") == 0
    customer = a_caller_in_line(centre)
    colleague.hears("Ring")
    caller.phone.answer(10)
    assert caller.hears("Progress", CAUSE="busy")["iParam"] == 4
    caller.hears("Hangup")
    customer.hang_up()


def test_a_colleague_is_held_and_retrieved_and_has_no_keys(centre):
    caller, _, leg, other = two_colleagues_talk(centre)
    assert caller.does(KEYS, 0, "1") == -4
    assert caller.does(HOLD) == 0
    centre.time.advance(1)
    assert (leg.talks_with, other.talks_with) == ([], [])
    assert caller.does(RETRIEVE) == 0
    centre.time.advance(1)
    assert leg.talks_with == [other.party]


def test_who_calls_a_colleague_may_bring_in_a_stranger(centre):
    caller, colleague, leg, other = two_colleagues_talk(centre)
    stranger = centre.exchange.device("+8613900139000")
    assert caller.does(TRANSFER, OUTSIDE, "13900139000") == -4
    assert caller.does(CONSULT, OUTSIDE, "13900139000") == 0
    third = stranger.answer(30)
    caller.hears("Consult", RESULT="answered")
    assert caller.does(21) == 0
    centre.time.advance(1)
    assert sorted(leg.talks_with) == sorted([other.party, third.party])
    assert caller.does(HANG_UP) == 0
    centre.time.advance(1)
    assert centre.the_call().owner == "200"
    assert other.talks_with == [third.party]
    assert colleague.does(HANG_UP) == 0
    third.ends(5)


def test_the_caller_gives_up_while_it_rings(centre):
    caller, colleague, _ = a_call_to_a_colleague(centre)
    assert caller.does(HANG_UP) == 0
    assert colleague.hears("Hangup")["iParam"] == 2
    assert colleague.state.state is AgentState.READY


def test_the_callers_browser_is_lost_while_they_talk_and_comes_back(centre):
    caller, _, leg, other = two_colleagues_talk(centre)
    leg.hang_up()
    caller.hears("State", LEG="lost")
    assert caller.does(1) == 0
    again = caller.phone.answer(10)
    caller.hears("Talk")
    centre.time.advance(1)
    assert other.talks_with == [again.party]
    caller.does(HANG_UP)
