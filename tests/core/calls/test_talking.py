"""The talk: its end by whoever, the lost agent, the old place, and what the page and the business are told."""

from dataclasses import replace

import pytest

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction, EndedBy, Place
from chalicelib.core.calls.legs import Leg, LegState
from chalicelib.core.calls.offers import OfferState
from chalicelib.core.carrier.commands import AddParticipant, HangUpLeg, JoinConference, TakeTurn
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import DialPlan, Queue
from chalicelib.core.ground.errors import IllegalMove, NotLegalNow
from chalicelib.core.told.notices import Heard

NOW = 1_000_000
QUEUE = Queue("service")
PLAN = DialPlan("CN", "0755", "+8675583000000")
READY = Agent(id="100", state=AgentState.READY, epoch=1, connected=True, ready_since=5)


def waiting(until=None):
    return Call(
        id="c1",
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="83366857",
        called="+8675583000000",
        started_at=NOW - 60_000,
        state=CallState.WAITING,
        legs={CUSTOMER: Leg(CUSTOMER, sid="CA1", state=LegState.ANSWERED)},
        place=Place("service", 1, NOW - 30_000, {"0": "menu"}, until),
    )


def ringing():
    return offering.make(waiting(), READY, QUEUE, NOW)


def in_talk(until=None):
    call, agent = offering.make(waiting(until), READY, QUEUE, NOW)
    return offering.answer(call.leg_moves("c1-1", "answer", "CA2"), agent, "CF1", NOW + 3000)


def commands(call, kind):
    return [command for command in call.outbox.commands if isinstance(command, kind)]


def hangup(agent):
    (told,) = [event for event in agent.events if event.type is Heard.HANGUP]
    return told


def test_an_offer_rings_at_page_and_device_and_ties_both_together():
    call, agent = ringing()
    (ring,) = commands(call, AddParticipant)
    assert (ring.leg, ring.endpoint, ring.ring_seconds, ring.vocid) == ("c1-1", "client:agent_100", 20, "c1-1")
    assert offering.is_live(call, agent, "c1-1")
    assert not offering.is_live(call, agent, "c1-2")
    assert list(agent.events[0].tags)[:2] == ["CALLERID", "TTYPE"]
    assert agent.events[0].tags["QWAIT"] == "30"


def test_an_answer_brings_the_caller_in_under_the_vocid():
    call, agent = in_talk()
    (join,) = commands(call, JoinConference)
    assert (join.leg, join.sid, join.vocid) == (CUSTOMER, "CA1", "c1-1")
    assert (call.state, call.offer, agent.state) == (CallState.TALKING, None, AgentState.TALKING)


@pytest.mark.parametrize(
    ("end", "told", "reason"),
    [
        (offering.miss, 6, "missed"),
        (offering.reject, 7, "rejected"),
        (lambda call, agent, now: offering.fail(call, agent, now, "failed"), 6, "unreachable"),
    ],
)
def test_an_offer_that_fails_keeps_the_place_and_sets_the_agent_aside(end, told, reason):
    call, agent = ringing()
    again, aside = end(call, agent, NOW + 5000)
    assert (again.state, again.place, again.offer) == (CallState.WAITING, waiting().place, None)
    assert (aside.state, aside.reason, aside.call, aside.caller) == (AgentState.PAUSED, reason, "", "")
    assert (hangup(aside).i_param, hangup(aside).tags["RINGSEC"]) == (told, "5")
    assert commands(again, HangUpLeg)[-1].leg == "c1-1"


def test_an_accepted_offer_gives_the_device_time_to_connect():
    call, agent = ringing()
    accepted, _ = offering.accept(call, agent, NOW + 19_000)
    assert (accepted.offer.state, accepted.offer.deadline) == (OfferState.ACCEPTED, NOW + 29_000)
    early, _ = offering.accept(call, agent, NOW + 1000)
    assert early.offer.deadline == NOW + 20_000


def test_no_offer_can_be_accepted_twice_or_where_there_is_none():
    accepted, agent = offering.accept(*ringing(), NOW)
    with pytest.raises(IllegalMove):
        offering.accept(accepted, agent, NOW)
    with pytest.raises(IllegalMove):
        offering.accept(waiting(), READY, NOW)


@pytest.mark.parametrize(
    ("by", "told"), [(EndedBy.AGENT, 1), (EndedBy.CUSTOMER, 2), (EndedBy.CARRIER, 3), (EndedBy.FLOW, 3)]
)
def test_a_talk_that_ends_tells_how_and_hangs_every_leg_up(by, told):
    call, agent = in_talk()
    ended, after = talking.end(call, agent, NOW + 13_000, by, wrap_up=60)
    assert (hangup(after).i_param, hangup(after).tags["TALKSEC"], hangup(after).tags["VOCID"]) == (told, "10", "c1-1")
    assert {command.leg for command in commands(ended, HangUpLeg)} == {CUSTOMER, "c1-1"}
    assert (after.state, after.wrap_up_until) == (AgentState.WRAP_UP, NOW + 73_000)
    facts = ended.outbox.notices[-1].data
    assert (facts["talkSeconds"], facts["seconds"], facts["vocId"], facts["endedBy"]) == (10, 73, "c1-1", by.value)


def test_an_ended_call_cannot_end_again():
    ended, agent = talking.end(*in_talk(), NOW, EndedBy.AGENT)
    with pytest.raises(IllegalMove):
        talking.end(ended, agent, NOW, EndedBy.AGENT)


def test_the_caller_who_leaves_a_ringing_agent_takes_only_the_offer():
    ended, agent = talking.end(*ringing(), NOW + 2000, EndedBy.CUSTOMER, wrap_up=60)
    assert (agent.state, agent.ready_since, hangup(agent).i_param) == (AgentState.READY, 5, 2)
    assert ended.outbox.notices[-1].data["vocId"] is None


def test_hold_parts_and_retrieve_joins_and_neither_twice():
    held, agent = talking.hold(*in_talk(), "media:hold-music", NOW)
    assert (held.talk.held, agent.holding) == (True, True)
    with pytest.raises(NotLegalNow):
        talking.hold(held, agent, "", NOW)
    back, agent = talking.retrieve(held, agent, NOW)
    assert (back.talk.held, agent.holding) == (False, False)
    with pytest.raises(NotLegalNow):
        talking.retrieve(back, agent, NOW)


def test_a_lost_agent_is_rung_once_and_again_only_when_that_leg_is_over():
    call, agent = in_talk()
    lost, agent = talking.lose_agent(call.leg_moves("c1-1", "end"), agent, NOW)
    rung = talking.redial_agent(lost, agent, "+8675583000000", 20)
    assert rung.legs["c1-1.1"].agent == "100"
    assert talking.redial_agent(rung, agent, "+8675583000000", 20) is rung
    again = talking.redial_agent(rung.leg_moves("c1-1.1", "end"), agent, "+8675583000000", 20)
    assert again.legs["c1-1.2"].state is LegState.DIALLING


def test_the_page_of_a_lost_agent_is_told_and_the_agent_talks_on():
    call, agent = in_talk()
    _, told = talking.lose_agent(call.leg_moves("c1-1", "end"), agent, NOW)
    assert (told.state, told.events[-1].type, told.events[-1].i_param) == (AgentState.TALKING, Heard.STATE, 5)
    assert (told.events[-1].tags["LEG"], told.events[-1].call_id) == ("lost", "c1")


def test_only_a_live_leg_of_the_lost_agent_brings_them_back():
    call, agent = in_talk()
    lost, agent = talking.lose_agent(call.leg_moves("c1-1", "end"), agent, NOW)
    lost = lost.with_leg(Leg("c1-9", "102", state=LegState.ANSWERED))
    back = talking.redial_agent(lost, agent, "", 20).leg_moves("c1-1.1", "answer")
    assert talking.is_brought_back(back, agent, "c1-1.1")
    assert not talking.is_brought_back(back, agent, "c1-1")
    assert not talking.is_brought_back(back, replace(agent, id="102"), "c1-9")


def test_a_talk_that_was_held_goes_on_held():
    held, agent = talking.hold(*in_talk(), "", NOW)
    lost, agent = talking.lose_agent(held.leg_moves("c1-1", "end"), agent, NOW)
    rung = talking.redial_agent(lost, agent, "", 20).leg_moves("c1-1.1", "answer")
    back, _ = talking.recover(rung, agent, "c1-1.1", NOW)
    assert (back.state, back.talk.held, back.talk.leg, back.talk.vocid) == (CallState.TALKING, True, "c1-1.1", "c1-1")


def test_a_caller_whose_agent_stays_away_waits_on_at_the_old_place_for_as_long_as_was_left():
    call, agent = in_talk(until=NOW + 10_000)
    lost, agent = talking.lose_agent(call.leg_moves("c1-1", "end"), agent, NOW + 600_000)
    again, freed = talking.requeue(lost, agent, NOW + 603_000, 60)
    assert (again.state, again.place.since, again.talk) == (CallState.WAITING, NOW - 30_000, None)
    assert again.place.until == NOW + 610_000
    assert commands(again, TakeTurn)
    assert (freed.state, hangup(freed).tags["CAUSE"]) == (AgentState.WRAP_UP, "agent-lost")


def test_an_outside_call_whose_agent_stays_away_ends():
    call, agent = outside()
    talk, agent = dialling.customer_answered(call, agent, NOW)
    ended, _ = talking.requeue(*talking.lose_agent(talk, agent, NOW), NOW, 30)
    assert (ended.state, ended.ended_by) == (CallState.ENDED, "carrier")


def outside():
    call, agent = dialling.dial(READY, "c2", "+8613900139000", {}, PLAN, "twilio", NOW)
    joined = dialling.agent_joined(call.leg_moves("c2-1", "answer"), "CF1", PLAN, NOW)
    return joined, agent


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_of_a_failed_call_has_a_progress_of_its_own_kind(cause):
    call, agent = outside()
    ended, after = dialling.failed(call, agent, cause, NOW + 9000)
    told = [event for event in after.events if event.type is Heard.PROGRESS][-1]
    assert told.i_param in range(4, 10)
    assert (told.tags["CAUSE"], hangup(after).tags["TALKSEC"]) == (cause.value, "0")
    assert (ended.state, after.state) == (CallState.ENDED, AgentState.READY)
    assert ended.outbox.notices[-1].data["agent"] == "100"


def test_a_ring_that_is_due_asks_who_is_there():
    call, agent = outside()
    assert dialling.ring_due(call, agent, call.legs[CUSTOMER], NOW)[0].state is CallState.ENDED
    there = call.leg_moves(CUSTOMER, "answer")
    assert dialling.ring_due(there, agent, there.legs[CUSTOMER], NOW)[0].state is CallState.TALKING
    assert dialling.ring_due(there, agent, there.legs["c2-1"], NOW) == (there, agent)
