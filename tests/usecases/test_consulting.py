"""Consultation and handing over, on the whole centre in memory: who hears whom, and what each page is told."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from tests.fakes.centre import Centre
from tests.fakes.people import a_talk, is_sound

CONSULT, TRANSFER, COMPLETE, CONFERENCE, CANCEL, SWAP, HANG_UP = 6, 5, 20, 21, 22, 23, 2
AGENT, OUTSIDE = 2, 3
STRANGER = "13900139000"


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def a_consultation(centre):
    """Agent 100 talks with a caller, has asked agent 200, who has picked up."""
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    assert talk.agent.does(CONSULT, AGENT, "200") == 0
    ring = colleague.hears("Ring", TTYPE="3", FROMAGENT="100")
    assert ring["iParam"] == 0
    leg = colleague.answers()
    talk.agent.hears("Consult", RESULT="answered", TO="200")
    colleague.hears("Talk", TTYPE="3", FROMAGENT="100")
    centre.time.advance(2)
    return talk, colleague, leg


def test_the_customer_hears_music_while_a_colleague_is_asked(centre):
    talk, colleague, leg = a_consultation(centre)

    assert talk.caller.on_hold
    assert talk.leg.talks_with == [leg.party]
    assert (talk.agent.state.state, colleague.state.state) == (AgentState.CONSULTING, AgentState.CONSULTING)


def test_both_sides_are_swapped_any_number_of_times(centre):
    talk, _, leg = a_consultation(centre)
    for _ in range(3):
        assert talk.agent.does(SWAP) == 0
        centre.time.advance(1)
        assert talk.leg.talks_with == [talk.caller.party]
        assert leg.on_hold
        assert talk.agent.does(SWAP) == 0
        centre.time.advance(1)
        assert talk.leg.talks_with == [leg.party]
        assert talk.caller.on_hold


def test_a_customer_is_handed_to_the_colleague_who_was_asked(centre):
    talk, colleague, leg = a_consultation(centre)
    vocid = centre.the_call().vocid
    assert talk.agent.does(COMPLETE) == 0
    talk.agent.hears("Transfer", RESULT="done", TO="200")
    assert talk.agent.hears("Hangup")["iParam"] == 5
    taken = colleague.hears("Talk", TTYPE="3", FROMAGENT="100", VOCID=vocid)
    centre.time.advance(1)

    assert taken["tags"]["CALLERID"]
    assert talk.caller.talks_with == [leg.party]
    assert (talk.agent.state.state, colleague.state.state) == (AgentState.WRAP_UP, AgentState.TALKING)
    colleague.does(HANG_UP)


def test_everybody_is_brought_together_and_the_owner_leaves(centre):
    talk, colleague, leg = a_consultation(centre)
    assert talk.agent.does(CONFERENCE) == 0
    told = colleague.hears("Conference")
    centre.time.advance(1)
    assert {member["role"] for member in told["data"]["members"]} == {"customer", "agent"}
    assert sorted(talk.caller.talks_with) == sorted([talk.leg.party, leg.party])
    assert colleague.state.state is AgentState.CONFERENCE

    assert talk.agent.does(HANG_UP) == 0
    centre.time.advance(1)
    assert centre.the_call().owner == "200"
    assert talk.caller.talks_with == [leg.party]
    assert colleague.state.state is AgentState.TALKING
    talk.caller.hang_up()


def test_a_consultation_is_called_off_and_the_customer_comes_back(centre):
    talk, colleague, _ = a_consultation(centre)
    assert talk.agent.does(CANCEL) == 0
    talk.agent.hears("Consult", RESULT="cancelled")
    talk.agent.hears("Retrieve")
    assert colleague.hears("Hangup")["iParam"] == 2
    centre.time.advance(1)
    assert talk.caller.talks_with == [talk.leg.party]
    assert (talk.agent.state.state, colleague.state.state) == (AgentState.TALKING, AgentState.READY)


def test_a_colleague_who_does_not_answer_leaves_the_customer_on_hold_with_the_owner(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    talk.agent.does(CONSULT, AGENT, "200")
    colleague.hears("Ring")
    talk.agent.hears("Consult", within=60, RESULT="noanswer")
    assert colleague.hears("Hangup")["iParam"] == 6
    assert talk.agent.state.state is AgentState.HOLDING
    assert talk.caller.on_hold


def test_a_stranger_is_asked_and_given_the_customer_and_both_talk_on_until_one_leaves(centre):
    talk = a_talk(centre)
    stranger = centre.exchange.device("+86" + STRANGER)
    assert talk.agent.does(CONSULT, OUTSIDE, STRANGER) == 0
    leg = stranger.answer(30)
    talk.agent.hears("Consult", RESULT="answered")
    centre.time.advance(1)
    assert talk.leg.talks_with == [leg.party]
    assert talk.agent.does(COMPLETE) == 0
    centre.time.advance(1)

    assert talk.caller.talks_with == [leg.party]
    assert talk.agent.state.state is AgentState.WRAP_UP
    leg.hang_up()
    centre.time.advance(2)
    assert centre.the_call().state is CallState.ENDED


def test_a_blind_transfer_lets_the_owner_go_at_once_and_the_colleague_take_over(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    vocid = centre.the_call().vocid
    assert talk.agent.does(TRANSFER, AGENT, "200") == 0
    assert talk.agent.hears("Hangup")["iParam"] == 5
    centre.time.advance(1)
    assert talk.caller.on_hold
    leg = colleague.answers()
    colleague.hears("Talk", TTYPE="3", FROMAGENT="100", VOCID=vocid)
    talk.agent.hears("Transfer", RESULT="done")
    centre.time.advance(1)
    assert talk.caller.talks_with == [leg.party]


def test_a_customer_whom_nobody_takes_comes_back_to_who_gave_them_away(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    talk.agent.does(TRANSFER, AGENT, "200")
    colleague.hears("Ring")
    talk.agent.hears("Transfer", within=60, RESULT="returned")
    talk.agent.hears("Ring")
    leg = talk.agent.answers()
    talk.agent.hears("Talk")
    centre.time.advance(1)
    assert talk.caller.talks_with == [leg.party]


def test_a_customer_whom_nobody_takes_waits_again_where_they_came_from_when_the_giver_is_gone(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    before = centre.the_call().place.since
    talk.agent.does(TRANSFER, AGENT, "200")
    talk.agent.does(9, 1)
    colleague.does(HANG_UP)
    talk.agent.hears("Transfer", within=60, RESULT="failed")
    centre.time.advance(2)
    call = centre.the_call()
    assert (call.state, call.place.since) == (CallState.WAITING, before)
    talk.caller.hears("您目前排在第一位", 60)


def test_who_hangs_up_while_it_still_rings_at_the_colleague_has_handed_the_customer_over(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    talk.agent.does(CONSULT, AGENT, "200")
    colleague.hears("Ring")
    assert talk.agent.does(HANG_UP) == 0
    assert talk.agent.hears("Hangup")["iParam"] == 5
    leg = colleague.answers()
    talk.agent.hears("Transfer", RESULT="done")
    centre.time.advance(1)
    assert talk.caller.talks_with == [leg.party]


def test_an_owner_who_holds_a_conference_and_leaves_leaves_nobody_on_hold(centre):
    talk, colleague, leg = a_consultation(centre)
    talk.agent.does(CONFERENCE)
    assert talk.agent.does(3) == 0
    centre.time.advance(1)
    assert talk.caller.on_hold
    assert leg.on_hold
    assert talk.agent.does(HANG_UP) == 0
    centre.time.advance(1)
    assert centre.the_call().owner == colleague.agent_id
    assert talk.caller.talks_with == [leg.party]
