"""Entering a queue, waiting in it, and leaving it for the flow."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, CallState, Place
from chalicelib.core.calls.offering import withdraw
from chalicelib.core.calls.routing import SPARED_MS, Ready, Waiting
from chalicelib.core.calls.scene import Scene
from chalicelib.core.told.notices import Timer, TimerKind


def enqueue(call: Call, place: Place) -> Call:
    """Give the call as a waiting one at this place."""
    return call.moves("queue", place=place)


def leave_queue(scene: Scene, now: int) -> Scene:
    """Give the call back to its flow; an agent at whom it rings is told that the caller has gone."""
    scene = withdraw(scene, now)
    return scene.with_call(replace(scene.call.moves("leave_queue"), place=None))


def overdue(call: Call, now: int) -> bool:
    """Tell whether the call has waited as long as its flow allows."""
    return bool(call.place and call.place.until is not None and now >= call.place.until)


def waits_for_an_agent(call: Call) -> bool:
    """Tell whether the call may be offered: it waits, and its queue has no offer out (I2)."""
    return call.state is CallState.WAITING and call.queue_offer is None


def waiting_row(call: Call) -> Waiting | None:
    """Give the row that mirrors a waiting call, None when it does not wait (I4)."""
    if call.place is None or not waits_for_an_agent(call):
        return None
    place = call.place
    return Waiting(
        call.id, place.queue, place.priority, place.since, place.counts_from, place.spares, place.spares_until
    )


def behind_nobody_newer(place: Place, call: Call, now: int) -> Place:
    """Give a place to who has been with an agent: not behind those who come now, but waiting from now on."""
    return replace(place, since=call.place.since if call.place else call.started_at, counts_from=now)


def spare(call: Call, agent_id: str, now: int) -> Call:
    """Give a call that goes to others than this agent for a while, and is looked at again after it."""
    if call.place is None:
        return call
    until = now + SPARED_MS
    spared = replace(call, place=replace(call.place, spares=agent_id, spares_until=until))
    return spared.reminds(Timer(TimerKind.WAITING, call.id, "", until))


def ready_row(agent: Agent) -> Ready | None:
    """Give the row that mirrors a ready agent, None when no call may be offered (I4)."""
    return Ready(agent.id, agent.profile, agent.ready_since) if agent.routable else None
