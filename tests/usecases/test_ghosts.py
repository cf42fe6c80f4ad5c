"""Ghosts: legs whose end nobody told are found at the carrier, and no live call is ever ended for want of an answer."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from local.carrier.faults import RestFault, WebhookFault
from tests.fakes.centre import Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, a_talk, is_sound


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.exchange.faults.clear()
    is_sound(centre)


def minutes_pass(centre, minutes):
    for _ in range(minutes):
        centre.time.advance(60)
        centre.sweeps()


def loses_every_report(centre):
    for kind in ("status", "conference"):
        centre.exchange.faults.on_webhook(WebhookFault(kind, lose=True, times=None))


def test_a_talk_whose_end_nobody_told_is_over_within_three_minutes(centre):
    talk = a_talk(centre)
    loses_every_report(centre)
    talk.caller.hang_up()
    talk.leg.hang_up()
    minutes_pass(centre, 4)

    assert centre.the_call().state is CallState.ENDED
    assert talk.agent.state.state is not AgentState.TALKING
    assert talk.agent.kinds().count("Hangup") == 1


def test_a_caller_who_has_long_gone_rings_at_nobody(centre):
    caller = a_caller_in_line(centre)
    loses_every_report(centre)
    caller.hang_up()
    minutes_pass(centre, 4)
    agent = a_ready_agent(centre)
    centre.time.advance(5)

    assert "Ring" not in agent.kinds()
    assert centre.desk.all_waiting() == []


def test_a_talk_goes_on_however_often_it_is_looked_up(centre):
    talk = a_talk(centre)
    minutes_pass(centre, 12)

    assert talk.caller.talks_with == [talk.leg.party]
    assert talk.agent.state.state is AgentState.TALKING


def test_a_carrier_that_gives_no_answer_ends_no_call(centre):
    talk = a_talk(centre)
    centre.exchange.faults.on_rest(RestFault("GET *", "fail-before", times=None))
    minutes_pass(centre, 6)

    assert centre.the_call().state is CallState.TALKING
    assert talk.caller.talks_with == [talk.leg.party]
