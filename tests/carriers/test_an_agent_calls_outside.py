"""An agent calls outside: the own telephone first, then the number, and how it goes."""

import pytest

from tests.carriers.backstage import Behaviour

NUMBER = "13900139000"


@pytest.mark.parametrize("seat", ["100", "101", "102"])
def test_an_outside_call_rings_at_home_first_and_then_at_the_number(stage, seat):
    agent, customer = stage.agent(seat), stage.outside(NUMBER)
    agent.calls(NUMBER, "ORDER:42")
    agent.is_rung()
    customer.is_not_rung(2)
    agent.picks_up()
    customer.is_rung()
    agent.is_told("Progress: ringing")
    customer.picks_up()
    talk = agent.is_told("Talk: outside")
    assert (talk["TTYPE"], talk["ORDER"], talk["CALLERID"].endswith(NUMBER)) == ("1", "42", True)
    stage.they_talk(agent, customer)
    customer.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    assert agent.progress() == ["dialling", "ringing", "answered"]
    assert "Ring: outside" not in agent.story()
    stage.business.is_told("call.ended")
    assert stage.business.heard() == ["call.answered", "call.ended"]


@pytest.mark.parametrize(
    ("behaviour", "told", "cause"),
    [
        (Behaviour.BUSY, "busy", "busy"),
        (Behaviour.NEVER_ANSWERS, "no answer", "no-answer"),
        (Behaviour.OUT_OF_ORDER, "failed", "failed"),
    ],
)
def test_a_number_that_cannot_be_had_says_why(stage, behaviour, told, cause):
    agent = stage.agent()
    stage.outside(NUMBER, behaviour)
    agent.calls(NUMBER)
    agent.picks_up()
    agent.is_told(f"Progress: {told}", within=90)
    hangup = agent.is_told("Hangup: by system")
    assert (hangup["CAUSE"], hangup["TALKSEC"], "VOCID" in hangup) == (cause, "0", False)
    agent.is_cut_off()
    agent.is_now("ready")
    assert agent.progress()[-1] == told
    assert stage.business.is_told("call.ended")["cause"] == cause


def test_a_stranger_who_declines_has_rejected(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.picks_up()
    customer.declines()
    agent.is_told("Progress: rejected")
    agent.is_told("Hangup: by system")
    agent.is_cut_off()
    agent.is_now("ready")


@pytest.mark.parametrize("number", ["12", "abc", ""])
def test_what_is_no_number_is_not_called(stage, number):
    agent = stage.agent()
    agent.does(7, 3, number, answered=-3)
    agent.is_not_rung(5)
    assert agent.story() == []


def test_a_stranger_is_not_rung_while_the_agents_own_telephone_does_not_answer(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.is_rung()
    customer.is_not_rung(50)
    agent.is_told("Progress: no answer", within=5)
    agent.is_told("Hangup: by system")
    agent.is_cut_off()
    agent.is_now("ready")


@pytest.mark.parametrize("picked_up", [False, True], ids=["at home", "at the number"])
def test_an_agent_gives_up_while_it_rings(stage, picked_up):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.is_rung()
    if picked_up:
        agent.picks_up()
        customer.is_rung()
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    customer.is_cut_off()
    agent.is_cut_off()
    customer.is_not_rung(20)


def test_an_agent_who_puts_the_own_telephone_down_while_it_rings_has_cancelled(stage):
    agent, customer = stage.agent("101"), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.picks_up()
    customer.is_rung()
    agent.puts_down()
    agent.is_told("Progress: cancelled")
    customer.is_cut_off()
    customer.is_not_rung(20)


def test_an_agent_works_through_the_strangers_own_menu(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.picks_up()
    customer.picks_up()
    agent.is_told("Talk: outside")
    agent.sends_keys("0755#")
    customer.hears_keys("0755#")
    stage.they_talk(agent, customer)


def test_a_stranger_can_be_held_like_any_customer(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.picks_up()
    customer.picks_up()
    stage.they_talk(agent, customer)
    agent.holds()
    customer.hears_music()
    agent.hears_nobody()
    agent.retrieves()
    stage.they_talk(agent, customer)
