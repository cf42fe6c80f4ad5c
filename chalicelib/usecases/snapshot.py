"""Snapshot: an agent's whole state, with its position in the events."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls.call import Call, CallState, Direction
from chalicelib.core.calls.company import held_since, on_hold
from chalicelib.core.calls.hearing import call_tags
from chalicelib.core.calls.members import members
from chalicelib.core.calls.parties import Role
from chalicelib.core.calls.takes import Taking
from chalicelib.core.ground.errors import NotProved
from chalicelib.ports import World


def snapshot(agent_id: str, world: World) -> Mapping[str, Any]:
    """Give an agent's whole state with its position in the events."""
    agent = world.desk.agent(agent_id)
    if agent is None:
        raise NotProved("Sign in first.")
    call = world.desk.call(agent.call) if agent.call else None
    return {
        "type": "Snapshot",
        "epoch": agent.epoch,
        "seq": agent.seq,
        "at": world.clock.now(),
        "sliceNo": agent.seat,
        "iParam": 1,
        "data": {"agent": agent_facts(agent), "call": call_facts(call, agent, world.clock.now())},
    }


def agent_facts(agent: Agent) -> dict[str, Any]:
    """Tell of an agent as their page knows them."""
    return {
        "agentId": agent.id,
        "state": int(agent.visible_code),
        "reason": agent.reason,
        "since": agent.since,
        "pending": agent.deferred,
        "device": agent.device.kind.value,
        "offer": agent.offer,
        "wrapUpUntil": agent.wrap_up_until,
    }


def call_facts(call: Call | None, agent: Agent, now: int) -> dict[str, Any] | None:
    """Tell of a call as its agent knows it: to who writes it up it is over, though the caller may wait for another."""
    if call is None:
        return None
    written_up = agent.state is AgentState.WRAP_UP
    own, offer = call.owner == agent.id and not written_up, call.offer_to(agent.id)
    held = own and on_hold(call)
    inside = own or written_up or any(party.there for party in call.parties_of(agent.id))
    return {
        "callId": call.id,
        "state": CallState.ENDED.value if written_up else _state_seen(call, agent, offered=offer is not None),
        "direction": call.direction.value,
        "startedAt": call.started_at,
        "talkSince": _talk_since(call, agent) if inside else None,
        "vocId": call.vocid if inside else "",
        "recording": call.taking.value if inside and not written_up else Taking.STOPPED.value,
        "held": held,
        "heldSince": held_since(call) if held else None,
        "deadline": offer.deadline if offer else None,
        "tags": call_tags(call, agent.id, now, _asked_by(call, agent)),
        "members": [] if written_up else members(call, supervisors=agent.state is AgentState.MONITORING),
    }


def _talk_since(call: Call, agent: Agent) -> int:
    """Give since when the talk is counted: of a call that waits again, since this agent came into it."""
    joined = [party.joined_at for party in call.parties_of(agent.id) if party.joined_at is not None]
    return call.talk_since if call.talk_since is not None else min(joined, default=call.started_at)


def _asked_by(call: Call, agent: Agent) -> str:
    """Name the agent who offers the call to this one, or has asked them into it; empty where nobody has."""
    offer = call.offer_to(agent.id)
    if offer:
        return offer.by
    if call.direction is Direction.INTERNAL or agent.id == call.owner:
        return ""
    asked = any(party.there and party.role is not Role.SUPERVISOR for party in call.parties_of(agent.id))
    return call.owner if asked else ""


def _state_seen(call: Call, agent: Agent, *, offered: bool) -> str:
    """Name the call's state as its agent sees it: it is offered to them, or waits for their telephone to come back.

    Who calls a flow talks with it, wherever it leads them.
    """
    if offered:
        return "offered"
    if agent.id == call.customer_agent and call.customer.there:
        return CallState.TALKING.value
    return "recovering" if call.agent_lost else call.state.value
