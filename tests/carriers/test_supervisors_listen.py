"""A supervisor in an agent's talk: who hears whom, in both directions, and never more."""

import pytest

SEAT = 1
MONITOR, INTERCEPT, BARGE_IN, EMERGENCY, WHISPER, STOP = 1, 2, 3, 4, 6, 11
TO_MONITOR, TO_BARGE_IN, TO_WHISPER = 14, 15, 16


@pytest.fixture
def talk(stage):
    """A caller and agent 100 talk; their supervisor is at their page."""
    caller, agent = stage.a_talk()
    return caller, agent, stage.agent("200", ready=False)


def monitored(caller, agent, supervisor):
    supervisor.hears(caller, agent)
    caller.hears(agent)
    agent.hears(caller)


def whispered(caller, agent, supervisor):
    supervisor.hears(caller, agent)
    caller.hears(agent)
    agent.hears(caller, supervisor)


def barged_in(caller, agent, supervisor):
    supervisor.hears(caller, agent)
    caller.hears(agent, supervisor)
    agent.hears(caller, supervisor)


HEARD = {MONITOR: monitored, WHISPER: whispered, BARGE_IN: barged_in}


@pytest.mark.parametrize("control", HEARD)
def test_a_supervisor_is_heard_by_whom_they_should_be_and_leaves(stage, talk, control):
    caller, agent, supervisor = talk
    supervisor.controls(SEAT, control)
    supervisor.comes_in()
    supervisor.is_now("monitoring")
    HEARD[control](*talk)
    supervisor.controls(SEAT, STOP)
    supervisor.is_told("Hangup: by agent")
    supervisor.is_cut_off()
    stage.they_talk(caller, agent)


def test_a_supervisor_switches_without_being_rung_again(talk):
    supervisor = talk[2]
    supervisor.controls(SEAT, MONITOR)
    supervisor.comes_in()
    supervisor.is_now("monitoring")
    ways = {TO_WHISPER: whispered, TO_BARGE_IN: barged_in, TO_MONITOR: monitored}
    for switch in (TO_WHISPER, TO_BARGE_IN, TO_MONITOR, TO_BARGE_IN, TO_WHISPER, TO_MONITOR):
        supervisor.controls(SEAT, switch)
        ways[switch](*talk)
    assert supervisor.story().count("Ring: listening") == 1


def test_a_supervisor_takes_the_customer_over(stage, talk):
    caller, agent, supervisor = talk
    supervisor.controls(SEAT, INTERCEPT)
    supervisor.comes_in()
    agent.is_told("Hangup: forced")
    agent.is_cut_off()
    supervisor.is_told("Talk: outside", FROMAGENT="100")
    stage.they_talk(caller, supervisor)


def test_a_supervisor_has_an_urgent_word_while_the_customer_hears_music(stage, talk):
    caller, agent, supervisor = talk
    supervisor.controls(SEAT, EMERGENCY)
    supervisor.comes_in()
    agent.is_told("Control: emergency", BY="200")
    stage.they_talk(agent, supervisor)
    caller.hears_music()
    supervisor.puts_down()
    agent.is_told("Retrieve")
    stage.they_talk(caller, agent)


def test_who_is_taken_off_hold_during_an_urgent_word_hears_the_agent_alone(talk):
    caller, agent, supervisor = talk
    supervisor.controls(SEAT, EMERGENCY)
    supervisor.comes_in()
    caller.hears_music()
    agent.retrieves()
    whispered(*talk)
