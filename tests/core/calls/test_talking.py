"""The talk: its end by whoever, the lost agent, the old place, and what the page and the business are told."""

from dataclasses import replace

import pytest

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls import dialling, handing_over, leaving, offering, talking
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction, EndedBy, Place
from chalicelib.core.calls.engagement import agree, engaged_as
from chalicelib.core.calls.offers import OfferState
from chalicelib.core.calls.parties import Party, PartyState, Role, Where
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.wanted import difference
from chalicelib.core.carrier.commands import AddParticipant, HangUpLeg, JoinConference, TakeTurn
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import Centre, DialPlan, Queue
from chalicelib.core.flow.turns import Run
from chalicelib.core.ground.errors import IllegalMove, NotLegalNow
from chalicelib.core.told.notices import Heard

NOW = 1_000_000
QUEUE = Queue("service")
PLAN = DialPlan("CN", "0755", "+8675583000000")
CENTRE = Centre(
    version=1,
    name="",
    time_zone="Asia/Shanghai",
    languages=("zh-CN",),
    dial_plan=PLAN,
    numbers={},
    queues={"service": QUEUE},
    profiles={},
    groups={},
    roles={},
    reasons={},
    dispositions={},
)
READY = Agent(id="100", state=AgentState.READY, epoch=1, connected=True, ready_since=5)


def waiting(until=None):
    customer = Party(id=CUSTOMER, role=Role.CUSTOMER, sid="CA1", state=PartyState.CONNECTED, where=Where.SCRIPT)
    return Call(
        id="c1",
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="83366857",
        called="+8675583000000",
        started_at=NOW - 60_000,
        state=CallState.WAITING,
        parties={CUSTOMER: customer},
        place=Place("service", 1, NOW - 30_000, {"0": "menu"}, until),
    )


def ringing(until=None):
    return offering.make(Scene(waiting(until), {"100": READY}), "100", offering.from_queue(QUEUE), NOW)


def in_talk(until=None):
    return offering.take(noted(ringing(until), "c1-1", "answer"), "100", NOW + 3000)


def noted(scene, leg, verb, sid="CA2"):
    return scene.with_call(scene.call.notes(leg, verb, NOW, sid))


def lost(scene, leg="c1-1", now=NOW):
    return talking.lose_agent(noted(scene, leg, "end"), leg, now)


def commands(before, after, kind):
    return [command for command in difference(before.call, after.call) if isinstance(command, kind)]


def hangup(scene):
    (told,) = [event for event in scene.agent("100").events if event.type is Heard.HANGUP]
    return told


def test_an_offer_rings_at_page_and_device_and_ties_both_together():
    rings = ringing()
    (ring,) = commands(Scene(waiting()), rings, AddParticipant)
    assert (ring.leg, ring.endpoint, ring.ring_seconds, ring.vocid) == ("c1-1", "agent:100", 20, "c1-1")
    assert agree(rings.call, rings.agent("100"))
    events = rings.agent("100").events
    assert list(events[0].tags)[:2] == ["CALLERID", "TTYPE"]
    assert events[0].tags["QWAIT"] == "30"


def test_an_answer_brings_the_caller_in_under_the_vocid():
    before, talk = ringing(), in_talk()
    (join,) = commands(before, talk, JoinConference)
    assert (join.leg, join.sid, join.vocid) == (CUSTOMER, "CA1", "c1-1")
    assert (talk.call.state, talk.call.offers, talk.call.owner) == (CallState.TALKING, {}, "100")
    assert talk.agent("100").state is engaged_as(talk.call, "100") is AgentState.TALKING


@pytest.mark.parametrize(
    ("end", "told", "reason"),
    [
        (offering.miss, 6, "missed"),
        (offering.reject, 7, "rejected"),
        (lambda scene, agent, now: offering.fail(scene, agent, now, "failed"), 6, "unreachable"),
    ],
)
def test_an_offer_that_fails_keeps_the_place_and_sets_the_agent_aside(end, told, reason):
    rings = ringing()
    after = end(rings, "100", NOW + 5000)
    aside = after.agent("100")
    assert (after.call.state, after.call.place, after.call.offers) == (CallState.WAITING, waiting().place, {})
    assert (aside.state, aside.reason, aside.call, aside.caller) == (AgentState.PAUSED, reason, "", "")
    assert (hangup(after).i_param, hangup(after).tags["RINGSEC"]) == (told, "5")
    assert commands(rings, after, HangUpLeg)[-1].leg == "c1-1"


def test_an_accepted_offer_gives_the_device_time_to_connect():
    accepted = offering.accept(ringing(), "100", NOW + 19_000).call.queue_offer
    assert (accepted.state, accepted.deadline) == (OfferState.ACCEPTED, NOW + 29_000)
    assert offering.accept(ringing(), "100", NOW + 1000).call.queue_offer.deadline == NOW + 20_000


def test_no_offer_can_be_accepted_twice_or_where_there_is_none():
    accepted = offering.accept(ringing(), "100", NOW)
    with pytest.raises(IllegalMove):
        offering.accept(accepted, "100", NOW)
    with pytest.raises(IllegalMove):
        offering.accept(Scene(waiting(), {"100": READY}), "100", NOW)


@pytest.mark.parametrize(
    ("by", "told"), [(EndedBy.AGENT, 1), (EndedBy.CUSTOMER, 2), (EndedBy.CARRIER, 3), (EndedBy.FLOW, 3)]
)
def test_a_talk_that_ends_tells_how_and_hangs_every_leg_up(by, told):
    talk = in_talk()
    ended = talking.end(talk, NOW + 13_000, by, wrap_up=60)
    after = ended.agent("100")
    assert (hangup(ended).i_param, hangup(ended).tags["TALKSEC"], hangup(ended).tags["VOCID"]) == (told, "10", "c1-1")
    assert {command.leg for command in commands(talk, ended, HangUpLeg)} == {CUSTOMER, "c1-1"}
    assert (after.state, after.wrap_up_until) == (AgentState.WRAP_UP, NOW + 73_000)
    facts = ended.call.outbox.notices[-1].data
    assert (facts["talkSeconds"], facts["seconds"], facts["vocId"], facts["endedBy"]) == (10, 73, "c1-1", by.value)


def test_what_is_told_of_a_call_names_every_agent_with_their_part_and_the_owner_among_them():
    ended = talking.end(in_talk(), NOW + 13_000, EndedBy.CUSTOMER)
    facts = ended.call.outbox.notices[-1].data
    assert facts["owner"] == "100"
    assert facts["agents"] == [
        {"agentId": "100", "owner": True, "from": NOW + 3000, "until": NOW + 13_000, "how": "customer"}
    ]


def test_an_agent_who_was_away_has_two_parts_in_the_talk():
    rung = talking.redial_agent(lost(in_talk(), now=NOW + 5000), 20, NOW + 6000)
    back = talking.recover(noted(rung, "c1-1.1", "answer"), "c1-1.1", NOW + 8000)
    ended = talking.end(back, NOW + 13_000, EndedBy.AGENT)
    assert [(part["from"], part["until"], part["how"]) for part in ended.call.agents_parts("100")] == [
        (NOW + 3000, NOW + 5000, "agent-lost"),
        (NOW + 8000, NOW + 13_000, "agent"),
    ]


def test_an_ended_call_cannot_end_again():
    ended = talking.end(in_talk(), NOW, EndedBy.AGENT)
    with pytest.raises(IllegalMove):
        talking.end(ended, NOW, EndedBy.AGENT)


def test_the_caller_who_leaves_a_ringing_agent_takes_only_the_offer():
    ended = talking.end(ringing(), NOW + 2000, EndedBy.CUSTOMER, wrap_up=60)
    agent = ended.agent("100")
    assert (agent.state, agent.ready_since, hangup(ended).i_param) == (AgentState.READY, 5, 2)
    assert ended.call.outbox.notices[-1].data["vocId"] is None


def test_hold_parts_and_retrieve_joins_and_neither_twice():
    held = talking.hold(in_talk(), "media:hold-music", NOW)
    assert (held.call.customer_held, held.agent("100").state) == (True, AgentState.HOLDING)
    with pytest.raises(NotLegalNow):
        talking.hold(held, "", NOW)
    back = talking.retrieve(held, NOW)
    assert (back.call.customer_held, back.agent("100").state) == (False, AgentState.TALKING)
    with pytest.raises(NotLegalNow):
        talking.retrieve(back, NOW)


def test_a_lost_agent_is_rung_once_and_again_only_when_that_leg_is_over():
    rung = talking.redial_agent(lost(in_talk()), 20, NOW)
    assert rung.call.parties["c1-1.1"].agent == "100"
    assert talking.redial_agent(rung, 20, NOW) is rung
    again = talking.redial_agent(noted(rung, "c1-1.1", "end"), 20, NOW)
    assert again.call.parties["c1-1.2"].state is PartyState.DIALLING


def test_the_page_of_a_lost_agent_is_told_and_the_agent_talks_on():
    told = lost(in_talk()).agent("100")
    assert (told.state, told.events[-1].type, told.events[-1].i_param) == (AgentState.TALKING, Heard.STATE, 5)
    assert (told.events[-1].tags["LEG"], told.events[-1].call_id) == ("lost", "c1")


def test_an_agent_is_away_since_the_last_leg_that_was_lost():
    away = lost(in_talk())
    assert talking.is_last_lost(away.call, "c1-1")
    back = talking.recover(noted(talking.redial_agent(away, 20, NOW), "c1-1.1", "answer"), "c1-1.1", NOW)
    assert not talking.is_last_lost(back.call, "c1-1")
    away = lost(back, "c1-1.1")
    assert not talking.is_last_lost(away.call, "c1-1")
    assert talking.is_last_lost(away.call, "c1-1.1")


def test_a_talk_that_was_held_goes_on_held():
    away = lost(talking.hold(in_talk(), "", NOW))
    rung = noted(talking.redial_agent(away, 20, NOW), "c1-1.1", "answer")
    back = talking.recover(rung, "c1-1.1", NOW)
    assert (back.call.customer_held, back.call.agent_lost, back.call.vocid) == (True, False, "c1-1")
    assert back.agent("100").state is AgentState.HOLDING


def test_a_caller_whose_agent_stays_away_waits_on_at_the_old_place_for_as_long_as_was_left():
    away = lost(in_talk(until=NOW + 10_000), now=NOW + 600_000)
    again = leaving.owner_leaves(away, CENTRE, 60, NOW + 603_000, lost=True)
    assert (again.call.state, again.call.place.since, again.call.owner) == (CallState.WAITING, NOW - 30_000, "")
    assert again.call.place.until == NOW + 610_000
    assert commands(away, again, TakeTurn)
    assert (again.agent("100").state, hangup(again).tags["CAUSE"]) == (AgentState.WRAP_UP, "agent-lost")


def test_an_outside_call_whose_agent_stays_away_ends():
    talk = dialling.customer_answered(noted(outside(), CUSTOMER, "answer"), NOW)
    ended = leaving.owner_leaves(lost(talk, "c2-1"), CENTRE, 30, NOW, lost=True)
    assert (ended.call.state, ended.call.ended_by) == (CallState.ENDED, "carrier")


def test_a_customer_whom_nobody_takes_goes_back_into_their_flow_and_what_was_recorded_is_closed():
    """Their queue is gone from the configuration meanwhile, and who gave them away has something else to do."""
    talk = in_talk()
    talk = talk.with_call(replace(talk.call, run=Run("freight-waybill", 1, "wait", "zh-CN")))
    given = handing_over.to_agent(talk.with_agent(replace(READY, id="200")), "200", 20, 0, NOW + 9000)
    away = given.with_agent(replace(given.agent("100"), connected=False))
    back = handing_over.nobody_took_over(offering.withdraw(away, NOW), replace(CENTRE, queues={}), NOW + 20_000).call

    assert (back.state, back.comes_back, back.owner, back.place) == (CallState.FLOW, "failed", "", None)
    assert [(take.vocid, take.until, take.closed) for take in back.takes] == [("c1-1", NOW + 20_000, True)]


def outside():
    dials = dialling.dial(READY, "c2", "+8613900139000", {}, PLAN, "twilio", NOW)
    return dialling.agent_is_there(noted(dials, "c2-1", "answer"), PLAN, NOW)


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_of_a_failed_call_has_a_progress_of_its_own_kind(cause):
    ended = dialling.failed(outside(), cause, NOW + 9000)
    after = ended.agent("100")
    told = [event for event in after.events if event.type is Heard.PROGRESS][-1]
    assert told.i_param in range(4, 10)
    assert (told.tags["CAUSE"], hangup(ended).tags["TALKSEC"]) == (cause.value, "0")
    assert (ended.call.state, after.state) == (CallState.ENDED, AgentState.READY)
    assert ended.call.outbox.notices[-1].data["owner"] == "100"


def test_a_ring_that_is_due_asks_who_is_there():
    dials = outside()
    assert dialling.ring_due(dials, CUSTOMER, NOW).call.state is CallState.ENDED
    there = noted(dials, CUSTOMER, "answer")
    assert dialling.ring_due(there, CUSTOMER, NOW).call.state is CallState.TALKING
    assert dialling.ring_due(there, "c2-1", NOW) is there
