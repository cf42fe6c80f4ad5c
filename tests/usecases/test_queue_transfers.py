"""A customer is sent into a queue: at their old place, to others first, and the talk is no waiting."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from tests.fakes.centre import CALLER, Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, a_talk, is_sound

TRANSFER, RESUME, HANG_UP, WRAP_UP = 5, 10, 2, 25
QUEUE = 4
YOUNGER = "13900139000"


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def given_to_the_queue(centre, queue="service"):
    """Agent 100 has talked with a customer for a minute and sent them into a queue in which nobody is ready."""
    talk = a_talk(centre)
    centre.time.advance(60)
    assert talk.agent.does(TRANSFER, QUEUE, queue) == 0
    talk.agent.hears("Transfer", TO=queue, RESULT="done")
    assert talk.agent.hears("Hangup")["iParam"] == 5
    return talk


def test_a_customer_may_be_sent_into_a_queue_in_which_nobody_is_ready(centre):
    talk = given_to_the_queue(centre)
    assert centre.the_call().state is CallState.WAITING
    talk.caller.hears("您目前排在第一位", 30)


def test_who_sent_the_customer_is_not_asked_while_another_comes(centre):
    talk = given_to_the_queue(centre)
    assert talk.agent.does(RESUME) == 0
    centre.time.advance(20)
    assert talk.agent.state.state is AgentState.READY
    colleague = a_ready_agent(centre, "102")
    ring = colleague.hears("Ring", within=2, FROMAGENT="100", TTYPE="3")
    assert ring["tags"]["CALLERID"] == CALLER
    assert talk.agent.state.state is AgentState.READY
    talk.caller.hang_up()


def test_who_is_alone_is_asked_again_after_half_a_minute(centre):
    talk = given_to_the_queue(centre)
    talk.agent.does(RESUME)
    centre.time.advance(29)
    assert talk.agent.state.state is AgentState.READY
    talk.agent.hears("Ring", within=3)
    talk.caller.hang_up()


def test_who_sent_the_customer_takes_others_meanwhile(centre):
    talk = given_to_the_queue(centre)
    talk.agent.does(RESUME)
    younger = a_caller_in_line(centre, YOUNGER)
    assert talk.agent.hears("Ring")["tags"]["CALLERID"] == YOUNGER
    younger.hang_up()
    talk.caller.hang_up()


def test_a_customer_who_was_sent_comes_before_who_called_later(centre):
    talk = given_to_the_queue(centre)
    younger = a_caller_in_line(centre, YOUNGER)
    ring = a_ready_agent(centre, "102").hears("Ring")
    assert ring["tags"]["CALLERID"] == CALLER
    younger.hang_up()
    talk.caller.hang_up()


def test_the_talk_does_not_count_as_waiting(centre):
    given = given_to_the_queue(centre)
    centre.time.advance(7)
    ring = a_ready_agent(centre, "102").hears("Ring")
    assert int(ring["tags"]["QWAIT"]) in range(7, 10)
    given.caller.hang_up()


def test_a_newcomer_hears_no_longer_wait_because_somebody_talked_for_long(centre):
    given = given_to_the_queue(centre)
    younger = a_caller_in_line(centre, YOUNGER)
    waiting = sorted(centre.desk.all_waiting(), key=lambda row: row.since)
    assert [row.began is None for row in waiting] == [False, True]
    assert waiting[0].began >= waiting[0].since + 60_000
    younger.hears("您目前排在第二位。预计等待不到一分钟", 30)
    for caller in (younger, given.caller):
        caller.hang_up()


def test_a_customer_whose_agent_was_cut_off_has_waited_no_longer_by_that(centre):
    talk = a_talk(centre)
    centre.time.advance(60)
    waited = centre.the_call().talk_since - centre.the_call().place.since
    talk.leg.hang_up()
    centre.time.advance(31)
    call = centre.the_call()
    assert call.state is CallState.WAITING
    assert centre.clock.now() - call.place.began <= waited + 2000
    talk.caller.hang_up()


def test_a_customer_whose_flow_leads_to_that_queue_waits_by_its_keys_and_its_time_out(centre):
    talk = given_to_the_queue(centre)
    talk.caller.hears("您目前排在第一位", 30)
    place = centre.the_call().place
    assert (place.until - centre.the_call().place.began) // 1000 == 600
    talk.caller.presses("0")
    talk.caller.hears("查询运单请按1", 30)
    talk.caller.hang_up()


def test_a_customer_whose_flow_does_not_lead_to_that_queue_waits_until_somebody_comes(centre):
    talk = given_to_the_queue(centre, "vip")
    place = centre.the_call().place
    assert (dict(place.keys), place.until) == ({}, None)
    talk.caller.hang_up()


def test_who_talked_and_how_long_is_told_though_the_customer_gave_up_in_the_next_queue(centre):
    talk = given_to_the_queue(centre)
    talk.caller.hang_up()
    centre.time.advance(1)
    told = centre.the_call().end_facts()
    assert told["owner"] == "100"
    assert 60 <= told["talkSeconds"] <= 62
    assert told["vocId"] == told["recordings"][-1]["vocId"]
    assert [part["owner"] for part in told["agents"]] == [True]
