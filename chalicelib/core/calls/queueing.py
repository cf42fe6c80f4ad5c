"""Entering a queue, waiting in it, and leaving it for the flow."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, CallState, Place
from chalicelib.core.calls.offering import withdraw
from chalicelib.core.calls.routing import Ready, Waiting


def enqueue(call: Call, place: Place) -> Call:
    """Give the call as a waiting one at this place."""
    return call.moves("queue", place=place)


def leave_queue(call: Call, agent: Agent | None, now: int) -> tuple[Call, Agent | None]:
    """Give the call back to its flow; an agent at whom it rings is told that the caller has gone."""
    if call.state is CallState.OFFERED and agent:
        call, agent = withdraw(call, agent, now)
    return replace(call.moves("leave_queue"), place=None), agent


def overdue(call: Call, now: int) -> bool:
    """Tell whether the call has waited as long as its flow allows."""
    return bool(call.place and call.place.until is not None and now >= call.place.until)


def waiting_row(call: Call) -> Waiting | None:
    """Give the row that mirrors a waiting call, None when it does not wait (I4)."""
    if call.state is not CallState.WAITING or call.place is None:
        return None
    return Waiting(call.id, call.place.queue, call.place.priority, call.place.since)


def ready_row(agent: Agent) -> Ready | None:
    """Give the row that mirrors a ready agent, None when no call may be offered (I4)."""
    return Ready(agent.id, agent.profile, agent.ready_since) if agent.routable else None
