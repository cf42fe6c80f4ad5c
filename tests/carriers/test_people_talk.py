"""A caller and an agent talk: hold and retrieve, keys, the end by either side."""

import pytest

from tests.carriers.backstage import Need


def test_a_caller_and_an_agent_hear_each_other_and_nobody_else(stage):
    caller, agent = stage.a_talk()
    stage.passes(5)
    stage.they_talk(caller, agent)
    caller.puts_down()
    assert int(agent.is_told("Hangup: by peer")["TALKSEC"]) >= 5
    agent.is_cut_off()


def test_a_held_caller_hears_music_and_the_agent_nobody(stage):
    caller, agent = stage.a_talk()
    agent.holds()
    agent.is_told("Hold: with music")
    agent.is_now("holding")
    caller.hears_music()
    agent.hears_nobody()
    agent.retrieves()
    agent.is_told("Retrieve")
    agent.is_now("talking")
    stage.they_talk(caller, agent)
    assert agent.story() == ["Ring: outside", "Talk: outside", "Hold: with music", "Retrieve"]


def test_a_caller_held_in_silence_hears_nothing(stage):
    caller, agent = stage.a_talk()
    agent.holds(silently=True)
    agent.is_told("Hold: in silence")
    caller.hears_nobody()
    agent.hears_nobody()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_hold_and_retrieve_again_and_again_end_in_the_talk(stage):
    caller, agent = stage.a_talk()
    for _ in range(3):
        agent.holds()
        agent.retrieves()
    stage.they_talk(caller, agent)
    agent.holds()
    caller.hears_music()


def test_hold_and_retrieve_are_refused_out_of_their_turn(stage):
    caller, agent = stage.a_talk()
    agent.does(4, answered=-4)
    agent.holds()
    agent.does(3, answered=-4)
    caller.hears_music()


def test_the_customer_hears_the_keys_that_an_agent_sends_and_the_talk_goes_on(stage):
    caller, agent = stage.a_talk()
    agent.sends_keys("12w3#")
    assert agent.is_told("Key: sent")["KEY"] == "12w3#"
    caller.hears_keys("123#")
    stage.they_talk(caller, agent)


@pytest.mark.needs(Need.KEYS_WHILE_TALKING)
def test_the_agent_is_told_the_keys_that_the_customer_presses(stage):
    caller, agent = stage.a_talk()
    caller.keys("42")
    assert agent.is_told("Key: received")["KEY"] == "4"
    assert agent.is_told("Key: received")["KEY"] == "2"
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("seat", ["100", "101", "102"])
def test_an_agent_hangs_up_on_the_page(stage, seat):
    caller, agent = stage.a_talk(seat)
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    caller.is_cut_off()
    agent.is_cut_off()
    assert stage.business.is_told("call.ended")["endedBy"] == "agent"


@pytest.mark.parametrize(
    "seat",
    [
        pytest.param("101", marks=pytest.mark.needs(Need.SIP_SEATS)),
        pytest.param("102", marks=pytest.mark.needs(Need.TELEPHONE_SEATS)),
    ],
)
def test_an_agent_puts_the_handset_down(stage, seat):
    caller, agent = stage.a_talk(seat)
    agent.puts_down()
    agent.is_told("Hangup: by agent")
    caller.is_cut_off()


def test_the_next_caller_is_served_when_the_wrap_up_is_over(stage):
    caller, agent = stage.a_talk()
    second = stage.a_caller_in_the_queue("13700137000")
    caller.puts_down()
    agent.wraps_up("solved")
    agent.rings(second)
    agent.answers()
    stage.they_talk(second, agent)


def test_a_pause_asked_for_while_talking_comes_after_the_call(stage):
    caller, agent = stage.a_talk()
    agent.pauses()
    stage.they_talk(caller, agent)
    caller.puts_down()
    agent.is_told("WrapUp: begins")
    agent.does(25, 1)
    agent.is_now("paused")
    stage.a_caller_in_the_queue("13700137000")
    agent.is_not_rung(10)
