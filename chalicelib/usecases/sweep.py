"""Sweep once a minute: the last net under everything that should have happened already."""

from chalicelib.core.agents import AT_REST, Agent, AgentState
from chalicelib.core.errors import NotConfigured
from chalicelib.core.notices import Timer, TimerKind
from chalicelib.ports import World
from chalicelib.usecases.due import due, expire_offer
from chalicelib.usecases.match import match


def sweep(world: World) -> None:
    """Match every queue, and do what is overdue at any agent."""
    try:
        centre = world.catalogue.centre()
    except NotConfigured:
        return
    match(world, queues=centre.queues)
    for agent in world.desk.agents(centre.agents):
        _overdue(agent, world)


def _overdue(agent: Agent, world: World) -> None:
    now = world.clock.now()
    if agent.state is AgentState.RINGING:
        expire_offer(agent.call, agent.offer, world)
    elif agent.state is AgentState.WRAP_UP and now >= agent.wrap_up_until:
        token = f"{agent.epoch}.{agent.wrap_up_until}"
        due(Timer(TimerKind.WRAP_UP, agent.id, token, agent.wrap_up_until), world)
    elif agent.state in AT_REST and not agent.connected and now >= agent.seat_until:
        due(Timer(TimerKind.SEAT, agent.id, str(agent.epoch), agent.seat_until), world)
