"""Sweep once a minute: the last net under everything that should have happened already."""

from chalicelib.core.agents.agent import AT_REST, Agent, AgentState
from chalicelib.core.agents.presence import seat_timer, wrap_up_timer
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.ports import World
from chalicelib.usecases.due import due, expire_offer
from chalicelib.usecases.match import look_everywhere


def sweep(world: World) -> None:
    """Match every queue, and do what is overdue at any agent."""
    try:
        centre = world.catalogue.centre()
    except NotConfigured:
        return
    look_everywhere(world)
    for agent in world.desk.agents(centre.agents):
        _overdue(agent, world)


def _overdue(agent: Agent, world: World) -> None:
    now = world.clock.now()
    if agent.state is AgentState.RINGING:
        expire_offer(agent.call, agent.offer, world)
    elif agent.state is AgentState.WRAP_UP and now >= agent.wrap_up_until:
        due(wrap_up_timer(agent), world)
    elif agent.state in AT_REST and not agent.connected and now >= agent.seat_until:
        due(seat_timer(agent), world)
