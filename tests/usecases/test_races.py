"""Races between a carrier and us, R1 to R10: what arrives twice, too early, too late or not at all changes nothing."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from local.carrier.faults import RestFault, WebhookFault
from tests.fakes.centre import Centre
from tests.fakes.people import (
    a_caller_in_line,
    a_ready_agent,
    a_ringing_agent,
    a_talk,
    is_sound,
    picks_up,
)

ADD = "POST Conferences/*/Participants"


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.exchange.faults.clear()
    centre.settles()
    is_sound(centre)


def test_r1_every_webhook_twice_is_every_webhook_once(centre):
    centre.exchange.faults.on_webhook(WebhookFault(double=True, times=None))
    scene = a_talk(centre)
    scene.caller.hang_up()
    scene.agent.hears("Hangup")
    centre.settles()

    assert centre.exchange.errors == []
    assert [scene.agent.kinds().count(kind) for kind in ("Ring", "Talk", "Hangup")] == [1, 1, 1]
    assert centre.webhooks.kinds() == ["call.rang", "call.answered", "call.ended"]
    assert centre.watch.counted["Calls"] == 1


def test_r2_completed_arrives_before_in_progress(centre):
    caller, agent = a_ringing_agent(centre)
    centre.exchange.faults.on_webhook(WebhookFault("status", {"CallStatus": "in-progress"}, delay=3))
    centre.exchange.faults.on_webhook(WebhookFault("conference", delay=3, times=2))
    leg = agent.phone.answer()
    leg.hang_up()
    hangup = agent.hears("Hangup")
    centre.time.advance(5)

    assert hangup["iParam"] == 6
    assert "Talk" not in agent.kinds()
    assert centre.the_call().state is CallState.WAITING
    assert caller.talks_with == []


def test_r2_an_outside_number_that_hangs_up_before_its_answer_is_known_is_over(centre):
    agent = a_ready_agent(centre)
    centre.exchange.faults.on_webhook(
        WebhookFault("status", {"CallStatus": "in-progress", "To": "+8613900139000"}, delay=8)
    )
    agent.does(7, 3, "13900139000")
    agent.phone.answer()
    customer = centre.exchange.known_device("+8613900139000")
    centre.time.run_until(lambda: bool(customer.talking()), 10)
    customer.hang_up()
    centre.time.advance(20)

    assert agent.kinds().count("Hangup") == 1
    assert "Talk" not in agent.kinds()
    assert agent.state.state is AgentState.READY


def test_r3_callbacks_come_before_the_rest_answer(centre):
    centre.exchange.faults.on_rest(RestFault(ADD, "late", seconds=4))
    agent = a_ready_agent(centre)
    centre.exchange.device("client:agent_100", "auto", 1.0)
    caller = centre.calls()
    caller.hears("人工服务请按0")
    caller.presses("0")
    agent.hears("Talk")
    centre.time.advance(6)

    assert caller.talks_with == ["client:agent_100"]
    assert len(agent.phone.talking()) == 1


@pytest.mark.parametrize("effect", ["fail-after", "drop-after"])
def test_r4_a_leg_that_exists_though_its_request_failed_is_adopted(centre, effect):
    centre.exchange.faults.on_rest(RestFault(ADD, effect))
    caller, agent = a_ringing_agent(centre)
    picks_up(centre, caller, agent)
    centre.time.advance(30)

    assert caller.talks_with == ["client:agent_100"]
    assert len(agent.phone.talking()) == 1
    assert agent.phone.ringing() == []


@pytest.mark.parametrize("effect", ["fail-before", "drop-before"])
def test_r4_a_leg_that_was_never_made_is_made_when_it_is_looked_after(centre, effect):
    centre.exchange.faults.on_rest(RestFault(ADD, effect))
    agent = a_ready_agent(centre)
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    agent.phone.rings(within=15)
    picks_up(centre, caller, agent)


@pytest.mark.parametrize("effect", ["fail-before", "drop-after"])
def test_r4_a_leg_of_a_call_that_is_over_is_not_made_later(centre, effect):
    centre.exchange.faults.on_rest(RestFault(ADD, effect))
    agent = a_ready_agent(centre)
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    centre.time.advance(2)
    caller.hang_up()
    agent.hears("Hangup")
    rang_again = centre.time.run_until(lambda: bool(agent.phone.ringing()), 40)

    assert not rang_again


def test_r5_the_caller_hangs_up_while_the_agent_rings(centre):
    caller, agent = a_ringing_agent(centre)
    ready_since = agent.state.ready_since
    caller.hang_up()
    hangup = agent.hears("Hangup")
    centre.time.advance(2)

    assert hangup["iParam"] == 2
    assert agent.phone.ringing() == []
    assert (agent.state.state, agent.state.ready_since) == (AgentState.READY, ready_since)


def test_r5_the_caller_hangs_up_at_the_moment_the_agent_answers(centre):
    caller, agent = a_ringing_agent(centre)
    centre.exchange.faults.on_webhook(
        WebhookFault("status", {"From": caller.party, "CallStatus": "completed"}, delay=2)
    )
    caller.hang_up()
    leg = agent.phone.answer()
    centre.time.advance(5)

    assert leg.over
    assert agent.kinds().count("Hangup") == 1
    assert centre.the_call().state is CallState.ENDED


@pytest.mark.parametrize("late", [19.5, 20.0, 20.5, 40.0])
def test_r6_an_answer_at_the_moment_of_the_time_out_bridges_wholly_or_not_at_all(centre, late):
    caller, agent = a_ringing_agent(centre)
    rang_at = centre.the_call().queue_offer.rang_at / 1000
    for kind in ("status", "conference"):
        centre.exchange.faults.on_webhook(WebhookFault(kind, delay=rang_at + late - centre.time.now, times=None))
    agent.phone.answer()
    centre.time.advance(45)

    talking = centre.the_call().state is CallState.TALKING
    assert talking is (late < 20)
    assert caller.talks_with == (["client:agent_100"] if talking else [])
    assert agent.phone.talking() == [] or talking
    assert agent.kinds().count("Talk") == int(talking)
    assert agent.kinds().count("Hangup") == int(not talking)
    centre.exchange.faults.clear()


def test_r7_hold_while_the_conferences_id_is_unknown(centre):
    centre.exchange.faults.on_webhook(WebhookFault("conference", delay=15, times=None))
    scene = a_talk(centre)
    assert centre.the_call().conference == ""
    assert scene.agent.does(3) == 0
    assert scene.caller.on_hold
    assert scene.agent.does(4) == 0
    assert scene.caller.talks_with == [scene.leg.party]


def test_r8_a_leg_that_leaves_by_a_redirect_lives(centre):
    scene = a_talk(centre)
    scene.leg.hang_up()
    centre.time.advance(31)

    left = [entry for entry in centre.exchange.log if entry.fields.get("StatusCallbackEvent") == "participant-leave"]
    assert any(entry.fields.get("ParticipantLabel") == "customer" for entry in left)
    assert centre.the_call().state is CallState.WAITING
    assert not scene.caller.over
    scene.caller.hears("hold-music")


def test_r9_no_leg_ends_the_conference_by_leaving_so_we_end_the_held_customers_leg(centre):
    scene = a_talk(centre)
    scene.agent.does(3)
    assert scene.agent.does(2) == 0
    assert scene.caller.ends(5) == "completed"
    assert scene.leg.over

    asked = [
        entry.fields["EndConferenceOnExit"] for entry in centre.exchange.log if "EndConferenceOnExit" in entry.fields
    ]
    assert asked
    assert set(asked) == {"false"}


def test_r10_hanging_up_a_leg_that_has_just_ended_is_no_error(centre):
    scene = a_talk(centre)
    centre.exchange.faults.on_webhook(WebhookFault("status", delay=5, times=None))
    centre.exchange.faults.on_webhook(WebhookFault("conference", delay=5, times=None))
    scene.caller.hang_up()
    assert scene.agent.does(2) == 0
    centre.time.advance(10)

    assert scene.leg.over
    assert centre.watch.counted["Refused"] == 0
    assert scene.agent.kinds().count("Hangup") == 1


def test_r10_holding_a_customer_who_has_just_hung_up_ends_the_call(centre):
    scene = a_talk(centre)
    centre.exchange.faults.on_webhook(WebhookFault("status", delay=5, times=None))
    centre.exchange.faults.on_webhook(WebhookFault("conference", delay=5, times=None))
    scene.caller.hang_up()
    scene.agent.does(3)
    scene.agent.hears("Hangup")
    assert centre.the_call().state is CallState.ENDED
