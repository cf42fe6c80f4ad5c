"""Heartbeat: a page's sign of life, and what it may have missed."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.told.closing import Closing
from chalicelib.ports import World
from chalicelib.usecases.due import due


def heartbeat(socket: str, page: str, agent_id: str, world: World) -> Mapping[str, Any] | Closing:
    """Answer a sign of life with the newest position; a page that is not the agent's any more is told so.

    One read of the table: the agent's own row names the socket, so the claim `agent_id` proves itself. Who may not be
    signed in any more is signed out when that is applied, and needs no looking for with every beat.
    """
    agent = world.desk.agent(agent_id)
    if agent is None or agent.socket != socket:
        return why_no_more(agent, page)
    now = world.clock.now()
    if agent.state is AgentState.WRAP_UP and now >= agent.wrap_up_until:
        due(presence.wrap_up_timer(agent), world)
    return {"type": "heartbeat", "epoch": agent.epoch, "seq": agent.seq, "at": now}


def why_no_more(agent: Agent | None, page: str) -> Closing:
    """Tell why a socket is the agent's no more: another page took over, or `page` itself is on another socket."""
    return Closing.REPLACED if agent and agent.page == page else Closing.SUPERSEDED
