"""Note what a leg did: answered, joined, rang, ended; in any order, doubled or late."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy
from chalicelib.core.calls.hearing import Progressed
from chalicelib.core.calls.legs import LegState
from chalicelib.core.carrier.commands import HangUpLeg
from chalicelib.core.carrier.events import Cause, LegAnswered, LegEnded, LegRang, ParticipantJoined
from chalicelib.core.centre.model import Centre, DeviceKind
from chalicelib.ports import Moved, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match

LegEvent = LegRang | LegAnswered | ParticipantJoined | LegEnded

VERBS: Mapping[type, str] = {LegRang: "ring", LegAnswered: "answer", ParticipantJoined: "answer", LegEnded: "end"}

Decided = tuple[Call, Agent | None]


@decides_again
def note_leg(event: LegEvent, world: World) -> None:
    """Decide what a leg's news means; news of an unknown call or leg, or that comes late, changes nothing."""
    call = world.desk.call(event.call)
    if call is None or event.leg not in call.legs or _changes_nothing(event, call):
        return
    agent = _agent_concerned(call, event.leg, world)
    known = call.leg_moves(event.leg, VERBS[type(event)], event.sid)
    decide = _DECIDERS[type(event)]
    decided, moved_agent = decide(event, known, agent, world)
    if decided is known and moved_agent is agent:
        return
    told = Moved(agent, moved_agent) if agent and moved_agent else None
    commit_and_match(world, Moved(call, decided), told)


def _changes_nothing(event: LegEvent, call: Call) -> bool:
    """Tell from the call alone that this is no news; most callbacks are none, and the agent need not be read."""
    if isinstance(event, LegRang):
        return call.state is not CallState.DIALLING
    if isinstance(event, LegEnded):
        return not call.live
    if event.leg == CUSTOMER:
        return call.state is not CallState.DIALLING
    return call.state is CallState.TALKING and _is_talks(call, event.leg)


def wrap_up_of(call: Call, centre: Centre) -> int:
    """Give the seconds of wrap-up after this call: its queue's, or those of outside calls."""
    queue = centre.queues.get(call.place.queue) if call.place else None
    return queue.wrap_up if queue else centre.dial_plan.wrap_up


def _agent_concerned(call: Call, leg_id: str, world: World) -> Agent | None:
    named = call.legs[leg_id].agent
    if not named and call.offer:
        named = call.offer.agent
    if not named and call.talk:
        named = call.talk.agent
    return world.desk.agent(named) if named else None


def _rang(event: LegRang, call: Call, agent: Agent | None, world: World) -> Decided:
    first = call.legs[event.leg].state is LegState.RINGING
    if event.leg == CUSTOMER and call.state is CallState.DIALLING and agent and first:
        return replace(call), dialling.progress(agent, call, Progressed.RINGING, world.clock.now())
    return call, agent


def _answered(event: LegAnswered | ParticipantJoined, call: Call, agent: Agent | None, world: World) -> Decided:
    if agent is None:
        return call, agent
    if event.leg != CUSTOMER:
        return _agent_answered(event, call, agent, world)
    if call.state is not CallState.DIALLING:
        return call, agent
    if isinstance(event, LegAnswered):
        return dialling.customer_answered(call, agent, world.clock.now())
    return replace(call), agent


def _agent_answered(event: LegAnswered | ParticipantJoined, call: Call, agent: Agent, world: World) -> Decided:
    now = world.clock.now()
    conference = event.conference if isinstance(event, ParticipantJoined) else ""
    if offering.is_live(call, agent, event.leg):
        return offering.answer(call, agent, conference, now)
    if call.live and _is_talks(call, event.leg):
        calls_out = call.state is CallState.DIALLING and CUSTOMER not in call.legs
        plan = world.catalogue.centre().dial_plan
        return (dialling.agent_joined(call, conference, plan, now) if calls_out else call), agent
    if talking.is_brought_back(call, agent, event.leg):
        return talking.recover(call, agent, event.leg, now)
    return call.orders(HangUpLeg(call.id, event.leg, event.sid)), agent


def _ended(event: LegEnded, call: Call, agent: Agent | None, world: World) -> Decided:
    if not call.live:
        return call, agent
    now, wrap_up = world.clock.now(), wrap_up_of(call, world.catalogue.centre())
    if event.leg == CUSTOMER:
        return _customer_gone(event.cause, call, agent, now, wrap_up)
    if agent and offering.is_live(call, agent, event.leg):
        return _offer_failed(event.cause, call, agent, now)
    if agent and _is_talks(call, event.leg):
        return _agent_gone(event.cause, call, agent, now, wrap_up)
    return (replace(call) if call.state is CallState.RECOVERING else call), agent


def _customer_gone(cause: Cause, call: Call, agent: Agent | None, now: int, wrap_up: int) -> Decided:
    if call.state is CallState.DIALLING and agent:
        return dialling.failed(call, agent, cause, now)
    return talking.end(call, agent, now, EndedBy.CUSTOMER, wrap_up=wrap_up)


def _offer_failed(cause: Cause, call: Call, agent: Agent, now: int) -> Decided:
    if cause in (Cause.BUSY, Cause.REJECTED):
        return offering.reject(call, agent, now)
    if cause is Cause.FAILED:
        return offering.fail(call, agent, now, cause.value)
    return offering.miss(call, agent, now)


def _agent_gone(cause: Cause, call: Call, agent: Agent, now: int, wrap_up: int) -> Decided:
    if call.state is CallState.DIALLING:
        return dialling.failed(call, agent, Cause.CANCELLED if CUSTOMER in call.legs else cause, now)
    if call.state is not CallState.TALKING:
        return call, agent
    if agent.device.kind is DeviceKind.BROWSER:
        return talking.lose_agent(call, agent, now)
    return talking.end(call, agent, now, EndedBy.AGENT, wrap_up=wrap_up)


def _is_talks(call: Call, leg_id: str) -> bool:
    return call.talk is not None and call.talk.leg == leg_id


_DECIDERS: Mapping[type, Callable[[Any, Call, Agent | None, World], Decided]] = {
    LegRang: _rang,
    LegAnswered: _answered,
    ParticipantJoined: _answered,
    LegEnded: _ended,
}
