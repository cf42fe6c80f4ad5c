"""What is said is recorded, under the VOCID that the agent was told when the talk began."""

import pytest

from tests.carriers.backstage import Failure, Need, News, Order


def test_the_recording_holds_both_voices_and_is_known_from_the_first_word_on(stage):
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(5)
    caller.puts_down()
    assert agent.is_told("Hangup: by peer")["VOCID"] == vocid
    agent.is_told("Record: file ready", within=90, VOCID=vocid)
    assert agent.records() == ["started", "file ready"]
    assert agent.finds_recorded(vocid, (caller, agent)) >= 5
    assert stage.business.is_told("call.ended")["vocId"] == vocid


def test_while_the_caller_is_held_the_agent_alone_is_recorded_and_no_music(stage):
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(3)
    agent.holds()
    caller.hears_music()
    stage.passes(3)
    agent.retrieves()
    stage.they_talk(caller, agent)
    stage.passes(3)
    caller.puts_down()
    agent.is_told("Record: file ready", within=90)
    agent.finds_recorded(vocid, (caller, agent), (agent,), (caller, agent))


def test_an_outside_call_is_recorded_once_there_is_a_talk(stage):
    agent, customer = stage.agent(), stage.outside()
    agent.calls(customer.number)
    agent.picks_up()
    customer.picks_up()
    vocid = agent.is_told("Talk: outside")["VOCID"]
    stage.they_talk(agent, customer)
    stage.passes(3)
    customer.puts_down()
    agent.is_told("Record: file ready", within=90, VOCID=vocid)
    agent.finds_recorded(vocid, (agent, customer))


def test_a_colleague_may_not_hear_it_but_a_supervisor_may(stage):
    caller, agent = stage.a_call_that_rings()
    colleague, supervisor = stage.agent("102", ready=False), stage.agent("200", ready=False)
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(3)
    caller.puts_down()
    agent.is_told("Record: file ready", within=90)
    colleague.finds_nothing_recorded(vocid)
    supervisor.finds_recorded(vocid, (caller, agent))


@pytest.mark.needs(Need.TROUBLED_NEWS)
def test_r15_a_file_that_comes_minutes_later_is_announced_then(stage):
    stage.carrier.is_late(News.RECORDED, 400)
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(3)
    caller.puts_down()
    agent.wraps_up()
    agent.finds_nothing_recorded(vocid)
    agent.is_told("Record: file ready", within=500, VOCID=vocid)
    agent.finds_recorded(vocid, (caller, agent))


def test_r15_a_talk_too_short_to_record_promises_no_file(stage):
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    stage.passes(60)
    assert "file ready" not in agent.records()
    agent.finds_nothing_recorded(vocid)


@pytest.mark.needs(Need.TROUBLED_NEWS)
def test_r15_a_file_announced_twice_is_told_once(stage):
    stage.carrier.tells_twice(News.RECORDED)
    caller, agent = stage.a_talk()
    stage.passes(3)
    caller.puts_down()
    agent.is_told("Record: file ready", within=90)
    stage.passes(60)
    assert agent.records() == ["started", "file ready"]


@pytest.mark.needs(Need.TROUBLED_ORDERS)
def test_a_file_that_the_carrier_cannot_give_now_is_fetched_later(stage):
    stage.carrier.fails(Order.HAND_OVER_RECORDING, Failure.FAULT, times=2)
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(3)
    caller.puts_down()
    agent.is_told("Record: file ready", within=240)
    agent.finds_recorded(vocid, (caller, agent))
