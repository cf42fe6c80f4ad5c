"""A call rings at an agent: answered, rejected, missed, gone."""

import pytest

from tests.carriers.backstage import Failure, Need, Order
from tests.carriers.stage import ASKS_FOR_A_PERSON

SEATS = [
    pytest.param("100", marks=pytest.mark.needs(Need.BROWSER_SEATS), id="browser"),
    pytest.param("101", marks=pytest.mark.needs(Need.SIP_SEATS), id="SIP telephone"),
    pytest.param("102", marks=pytest.mark.needs(Need.TELEPHONE_SEATS), id="telephone outside"),
]
HANDSETS = SEATS[1:]


@pytest.mark.parametrize("seat", SEATS)
def test_a_call_is_taken_at_every_kind_of_seat(stage, seat):
    caller, agent = stage.a_talk(seat)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    agent.wraps_up("solved")
    assert agent.story() == ["Ring: outside", "Talk: outside", "Hangup: by peer", "WrapUp: begins", "WrapUp: ends"]
    assert agent.states() == ["ready", "ringing", "talking", "wrap-up", "ready"]
    stage.business.is_told("call.ended")
    assert stage.business.heard() == ["call.rang", "call.answered", "call.ended"]


def test_the_ring_tells_who_calls_and_what_was_asked_before(stage):
    agent = stage.agent()
    caller = stage.caller("83366857").dials()
    caller.hears_prompt("查询运单请按1")
    caller.keys("16012345678#1")
    caller.hears_prompt("京 A 幺二三四五")
    caller.keys("0")
    ring = agent.rings(caller)
    assert list(ring.items())[:2] == [("CALLERID", "83366857"), ("TTYPE", "2")]
    assert (ring["WAYBILL"], ring["QUEUE"]) == ("6012345678", "service")
    talk = agent.answers()
    assert list(talk)[:3] == ["CALLERID", "TTYPE", "VOCID"]
    assert stage.business.is_told("call.answered")["owner"] == "100"


def test_while_it_rings_the_caller_hears_music_and_not_the_agent(stage):
    caller, agent = stage.a_call_that_rings()
    caller.hears_music(within=60)
    agent.answers()
    stage.they_talk(caller, agent)


def test_an_agent_who_rejects_on_the_page_leaves_the_caller_to_the_next(stage):
    caller, first = stage.a_call_that_rings("100")
    second = stage.agent("102")
    first.rejects()
    first.is_told("Hangup: rejected")
    first.is_cut_off()
    first.is_now("paused")
    second.rings(caller)
    second.answers()
    stage.they_talk(caller, second)
    assert first.story() == ["Ring: outside", "Hangup: rejected"]


@pytest.mark.needs(Need.SIP_SEATS)
def test_an_agent_who_declines_at_the_telephone_has_rejected(stage):
    caller, agent = stage.a_call_that_rings("101")
    agent.declines()
    agent.is_told("Hangup: rejected")
    agent.is_now("paused")
    caller.hears_music(within=60)


@pytest.mark.parametrize("seat", SEATS)
def test_a_call_that_nobody_answers_is_missed_and_keeps_its_place(stage, seat):
    caller, agent = stage.a_call_that_rings(seat)
    younger = stage.a_caller_in_the_queue("13700137000")
    hangup = agent.is_told("Hangup: missed", within=40)
    assert int(hangup["RINGSEC"]) in {15, 20}
    agent.is_now("paused")
    agent.is_cut_off()
    colleague = stage.agent("102" if seat == "101" else "101")
    colleague.rings(caller)
    colleague.answers()
    stage.they_talk(caller, colleague)
    younger.hears_music(within=60)


@pytest.mark.parametrize("fails", ["rejects", "declines", "misses"])
def test_who_failed_a_caller_and_is_ready_again_is_not_the_next_to_be_asked(stage, fails):
    caller, agent = stage.a_call_that_rings("101")
    if fails != "misses":
        getattr(agent, fails)()
    agent.is_told("Hangup: missed" if fails == "misses" else "Hangup: rejected", within=40)
    agent.is_cut_off()
    agent.is_ready()
    agent.is_not_rung(15)
    colleague = stage.agent("102")
    colleague.rings(caller)
    agent.is_now("ready")
    colleague.answers()
    stage.they_talk(caller, colleague)


def test_who_failed_a_caller_and_is_alone_is_asked_again_after_half_a_minute(stage):
    caller, agent = stage.a_call_that_rings()
    agent.rejects()
    agent.is_told("Hangup: rejected")
    agent.is_ready()
    agent.is_not_rung(25)
    agent.rings(caller, within=10)
    agent.answers()
    stage.they_talk(caller, agent)


@pytest.mark.needs(Need.TROUBLED_ORDERS)
def test_an_agent_whom_the_carrier_will_not_ring_is_set_aside_and_the_caller_waits_on(stage):
    stage.carrier.fails(Order.RING, Failure.REFUSED)
    agent = stage.agent("102")
    caller = stage.a_caller_in_the_queue()
    agent.is_told("Ring: outside")
    agent.is_told("Hangup: missed", CAUSE="failed")
    agent.is_now("paused")
    caller.hears_music(within=60)


def test_a_caller_who_hangs_up_while_it_rings_leaves_the_agent_ready(stage):
    caller, agent = stage.a_call_that_rings()
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    agent.is_now("ready")
    assert agent.states() == ["ready", "ringing", "ready"]
    assert stage.business.is_told("call.ended")["endedBy"] == "customer"


def test_a_key_leads_the_caller_back_even_while_it_rings(stage):
    caller, agent = stage.a_call_that_rings()
    caller.keys("0")
    caller.hears_prompt(ASKS_FOR_A_PERSON[0])
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    agent.is_now("ready")
    caller.keys("0")
    agent.rings(caller)
    agent.answers()
    stage.they_talk(caller, agent)


def test_the_caller_who_waits_longest_is_served_first(stage):
    first, second = stage.a_caller_in_the_queue(), stage.a_caller_in_the_queue("13700137000")
    agent = stage.agent()
    agent.rings(first)
    agent.answers()
    stage.they_talk(first, agent)
    second.hears_music(within=60)
    first.puts_down()
    agent.wraps_up()
    agent.rings(second)
    agent.answers()
    stage.they_talk(second, agent)


def test_two_callers_and_two_agents_are_two_talks(stage):
    callers = [stage.a_caller_in_the_queue(), stage.a_caller_in_the_queue("13700137000")]
    agents = [stage.agent("100"), stage.agent("102")]
    for caller, agent in zip(callers, agents, strict=True):
        agent.rings(caller)
        agent.answers()
    for caller, agent in zip(callers, agents, strict=True):
        stage.they_talk(caller, agent)


@pytest.mark.parametrize("seat", HANDSETS)
def test_a_handset_is_not_answered_from_the_page(stage, seat):
    caller, agent = stage.a_call_that_rings(seat)
    agent.does(1, answered=-4)
    caller.hears_music(within=60)
    agent.answers()
    stage.they_talk(caller, agent)
