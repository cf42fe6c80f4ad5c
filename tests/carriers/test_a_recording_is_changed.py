"""An agent stops, starts, pauses and resumes the recording of a talk; what is said meanwhile is in no file."""

import pytest

from tests.carriers.backstage import Failure, Need, Order

NOT_NOW = -4


def hears_the_file(agent, vocid, *passages):
    agent.is_told("Record: file ready", within=90, VOCID=vocid)
    return agent.finds_recorded(vocid, *passages)


def a_recorded_talk(stage, agent_id="100"):
    caller, agent = stage.a_call_that_rings(agent_id)
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(2)
    return caller, agent, vocid


def a_talk_recorded_anew(stage):
    """A talk whose recording was stopped, and another begun, with both their names."""
    caller, agent, first = a_recorded_talk(stage)
    agent.stops_recording()
    agent.starts_recording()
    agent.is_told("Record: stopped", VOCID=first)
    second = agent.is_told("Record: started")["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(2)
    return caller, agent, first, second


def what_is_said_in_the_pause_is_in_no_file(stage, caller, agent, vocid):
    agent.resumes_recording()
    stage.they_talk(caller, agent)
    stage.passes(2)
    caller.puts_down()
    hears_the_file(agent, vocid, (caller, agent), (), (caller, agent))


def test_a_card_number_that_is_said_while_the_recording_is_paused_is_not_in_the_file(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    agent.pauses_recording()
    agent.is_told("Record: paused", VOCID=vocid)
    stage.they_talk(caller, agent)
    stage.passes(4)
    agent.resumes_recording()
    agent.is_told("Record: resumed", VOCID=vocid)
    stage.they_talk(caller, agent)
    stage.passes(2)
    caller.puts_down()
    hears_the_file(agent, vocid, (caller, agent), (), (caller, agent))
    assert agent.records() == ["started", "paused", "resumed", "file ready"]


def test_the_business_system_is_told_which_while_is_not_in_the_file(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    agent.pauses_recording()
    stage.passes(5)
    agent.resumes_recording()
    stage.passes(2)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    (take,) = stage.business.is_told("call.ended")["recordings"]
    (pause,) = take["pauses"]
    assert take["vocId"] == vocid
    assert take["from"] < pause["from"] < pause["until"] < take["until"]
    assert 5000 <= pause["until"] - pause["from"] < 8000


def test_a_pause_that_lasts_until_the_end_ends_with_the_recording(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    agent.pauses_recording()
    stage.passes(5)
    caller.puts_down()
    (take,) = stage.business.is_told("call.ended")["recordings"]
    assert take["pauses"][0]["until"] == take["until"]
    agent.is_told("Record: file ready", within=90, VOCID=vocid)


def test_a_recording_that_is_stopped_holds_what_was_said_before(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    agent.stops_recording()
    agent.is_told("Record: stopped", VOCID=vocid)
    stage.they_talk(caller, agent)
    stage.passes(3)
    hears_the_file(agent, vocid, (caller, agent))
    caller.puts_down()
    assert agent.is_told("Hangup: by peer")["VOCID"] == vocid


def test_what_is_started_after_a_stop_is_a_recording_of_its_own(stage):
    caller, agent, first = a_recorded_talk(stage)
    agent.stops_recording()
    agent.is_told("Record: stopped", VOCID=first)
    stage.passes(3)
    agent.starts_recording()
    second = agent.is_told("Record: started")["VOCID"]
    assert second != first
    stage.they_talk(caller, agent)
    stage.passes(3)
    caller.puts_down()
    hears_the_file(agent, second, (caller, agent))
    agent.finds_recorded(first, (caller, agent))
    told = stage.business.is_told("call.ended")
    assert [take["vocId"] for take in told["recordings"]] == [first, second]
    assert told["vocId"] == second


def test_a_recording_that_was_started_is_paused_and_resumed_like_any_other(stage):
    caller, agent, _, vocid = a_talk_recorded_anew(stage)
    agent.pauses_recording()
    stage.passes(4)
    what_is_said_in_the_pause_is_in_no_file(stage, caller, agent, vocid)


def test_a_pause_outlasts_hold_and_retrieve(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    agent.pauses_recording()
    agent.holds()
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)
    stage.passes(2)
    what_is_said_in_the_pause_is_in_no_file(stage, caller, agent, vocid)


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_a_pause_outlasts_a_lost_browser_and_the_page_that_comes_back_is_told(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    agent.pauses_recording()
    agent.is_told("Record: paused")
    agent.browser_dies()
    caller.hears_music()
    agent.browser_comes_back()
    assert agent.answers()["VOCID"] == vocid
    agent.is_told("Record: paused", VOCID=vocid)
    stage.they_talk(caller, agent)
    stage.passes(2)
    what_is_said_in_the_pause_is_in_no_file(stage, caller, agent, vocid)


def test_an_agent_who_stays_away_takes_no_recording_along_into_the_queue(stage):
    caller, agent, first, second = a_talk_recorded_anew(stage)
    agent.browser_dies()
    stage.passes(35)
    agent.browser_comes_back()
    agent.is_told("Hangup: by system")
    caller.hears_music()
    colleague = stage.agent("102")
    colleague.rings(caller)
    third = colleague.answers()["VOCID"]
    stage.they_talk(caller, colleague)
    stage.passes(2)
    caller.puts_down()
    colleague.is_told("Record: file ready", within=90, VOCID=third)
    colleague.finds_recorded(third, (caller, colleague))
    assert [take["vocId"] for take in stage.business.is_told("call.ended")["recordings"]] == [first, second, third]


def test_what_cannot_be_done_to_a_recording_now_is_not_done(stage):
    caller, agent, _ = a_recorded_talk(stage)
    agent.starts_recording(answered=NOT_NOW)
    agent.resumes_recording(answered=NOT_NOW)
    agent.pauses_recording()
    agent.pauses_recording(answered=NOT_NOW)
    agent.starts_recording(answered=NOT_NOW)
    agent.stops_recording()
    agent.stops_recording(answered=NOT_NOW)
    agent.resumes_recording(answered=NOT_NOW)
    agent.does(27, 4, answered=-3)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.pauses_recording(answered=NOT_NOW)
    assert agent.records()[:3] == ["started", "paused", "stopped"]


@pytest.mark.needs(Need.TROUBLED_ORDERS)
def test_a_pause_that_the_carrier_refuses_is_taken_back_and_said(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    stage.carrier.fails(Order.RECORD, Failure.REFUSED)
    agent.pauses_recording()
    agent.is_told("Record: resumed", VOCID=vocid, CAUSE="carrier-refused")
    agent.pauses_recording()
    agent.is_told("Record: paused", VOCID=vocid)
    stage.passes(3)
    what_is_said_in_the_pause_is_in_no_file(stage, caller, agent, vocid)


@pytest.mark.needs(Need.TROUBLED_ORDERS)
def test_a_start_that_the_carrier_refuses_is_taken_back_and_said(stage):
    caller, agent, first = a_recorded_talk(stage)
    agent.stops_recording()
    agent.is_told("Record: stopped", VOCID=first)
    stage.carrier.fails(Order.RECORD, Failure.REFUSED)
    agent.starts_recording()
    second = agent.is_told("Record: started")["VOCID"]
    agent.is_told("Record: stopped", VOCID=second, CAUSE="carrier-refused")
    stage.passes(3)
    caller.puts_down()
    hears_the_file(agent, first, (caller, agent))
    agent.finds_nothing_recorded(second)


@pytest.mark.needs(Need.TROUBLED_ORDERS)
def test_a_stop_that_the_carrier_refuses_is_taken_back_and_said(stage):
    caller, agent, vocid = a_recorded_talk(stage)
    stage.carrier.fails(Order.RECORD, Failure.REFUSED)
    agent.stops_recording()
    agent.is_told("Record: started", VOCID=vocid, CAUSE="carrier-refused")
    stage.passes(3)
    caller.puts_down()
    assert hears_the_file(agent, vocid, (caller, agent)) >= 5


@pytest.mark.needs(Need.TROUBLED_ORDERS)
@pytest.mark.parametrize("failure", [Failure.FAULT, Failure.FAULT_BUT_DONE, Failure.SILENCE_BUT_DONE])
def test_a_pause_to_which_the_carrier_gives_no_answer_is_taken_back_and_said_at_once(stage, failure):
    caller, agent, vocid = a_recorded_talk(stage)
    stage.carrier.fails(Order.RECORD, failure)
    agent.pauses_recording()
    agent.is_told("Record: resumed", within=2, VOCID=vocid, CAUSE="carrier-refused")
    stage.they_talk(caller, agent)
    stage.passes(2)
    agent.pauses_recording()
    agent.is_told("Record: paused", VOCID=vocid)
    stage.passes(4)
    what_is_said_in_the_pause_is_in_no_file(stage, caller, agent, vocid)


@pytest.mark.needs(Need.TROUBLED_ORDERS)
@pytest.mark.parametrize("failure", [Failure.FAULT, Failure.SILENCE_BUT_DONE, Failure.OVERRUN])
def test_a_stop_to_which_the_carrier_gives_no_answer_is_looked_at_again(stage, failure):
    caller, agent, vocid = a_recorded_talk(stage)
    stage.carrier.fails(Order.RECORD, failure, times=None if failure is Failure.OVERRUN else 1)
    agent.stops_recording()
    stage.passes(4)
    stage.carrier.behaves()
    stage.passes(16)
    stage.they_talk(caller, agent)
    stage.passes(4)
    caller.puts_down()
    agent.is_told("Record: file ready", within=90, VOCID=vocid)
    assert agent.finds_recorded(vocid, (caller, agent)) < 20


def test_a_call_outside_is_paused_like_any_other(stage):
    agent, customer = stage.agent(), stage.outside()
    agent.calls(customer.number)
    agent.picks_up()
    customer.picks_up()
    vocid = agent.is_told("Talk: outside")["VOCID"]
    stage.they_talk(agent, customer)
    stage.passes(2)
    agent.pauses_recording()
    stage.passes(3)
    agent.resumes_recording()
    stage.they_talk(agent, customer)
    stage.passes(2)
    customer.puts_down()
    hears_the_file(agent, vocid, (agent, customer), (), (agent, customer))
