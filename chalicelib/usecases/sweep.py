"""Sweep once a minute: the last net under everything that should have happened already.

It reads who is signed in and not ready, and no one else; silent calls are looked up at their carrier. Each subject is
on its own: whatever fails at one is told, and does nothing to the others. What has been overdue longest comes first,
also of what the last sweep had to leave.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import TypeVar

from chalicelib.core.agents.agent import AT_REST, Agent, AgentState
from chalicelib.core.agents.presence import seat_timer, wrap_up_timer
from chalicelib.core.calls.automating import away_timer
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.ports import World
from chalicelib.usecases.due import due, expire_offer
from chalicelib.usecases.look_for_ghosts import look_for_ghosts, silent_calls
from chalicelib.usecases.match import look_everywhere

T = TypeVar("T")

BEGINS_MS = 40_000
"""For so long a sweep begins anything: it is ended after 50 s, and the next one comes within the minute."""


def sweep(world: World) -> None:
    """Match every queue, and do what is overdue at any agent, the oldest first."""
    began = world.clock.now()
    try:
        centre = world.catalogue.centre()
    except NotConfigured:
        return
    waiting = _by_itself(lambda: look_everywhere(world), world) or []
    restless = world.desk.restless(centre.profiles)
    seen = ((overdue_since(agent, began), agent) for agent in restless)
    overdue = sorted(((since, agent) for since, agent in seen if since is not None), key=itemgetter(0))

    def sweep_one(of: tuple[int, Agent]) -> bool:
        _, agent = of
        in_time = world.clock.now() < began + BEGINS_MS
        if in_time:
            _by_itself(lambda: do_what_is_overdue(agent, world), world, agent=agent.id)
        return in_time

    def look_up(call_id: str) -> bool:
        in_time = world.clock.now() < began + BEGINS_MS
        if in_time:
            _by_itself(lambda: look_for_ghosts(call_id, world), world, call=call_id)
        return in_time

    left = world.workers.each(sweep_one, overdue).count(False)
    left += world.workers.each(look_up, silent_calls(restless, waiting, began)).count(False)
    if left:
        world.watch.note("the sweep could not finish: it goes on in a minute", left=left)


def overdue_since(agent: Agent, now: int) -> int | None:
    """Give since when something may be overdue at the agent; how long an offer may ring, its call knows."""
    if agent.state is AgentState.RINGING:
        return agent.since
    if agent.state is AgentState.WRAP_UP and now >= agent.wrap_up_until:
        return agent.wrap_up_until
    if agent.state is AgentState.RESERVED and now >= away_timer(agent.call, agent.since).due:
        return agent.since
    if agent.state in AT_REST and not agent.connected and now >= agent.seat_until:
        return agent.seat_until
    return None


def do_what_is_overdue(agent: Agent, world: World) -> None:
    """Do what is overdue at an agent."""
    if agent.state is AgentState.RINGING:
        expire_offer(agent.call, agent.offer, world)
    elif agent.state is AgentState.RESERVED:
        due(away_timer(agent.call, agent.since), world)
    elif agent.state is AgentState.WRAP_UP:
        due(wrap_up_timer(agent), world)
    else:
        due(seat_timer(agent), world)


def _by_itself(work: Callable[[], T], world: World, **about: str) -> T | None:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - whatever it was, the others are not to wait for it
        world.watch.note("the sweep failed at one", error=type(error).__name__, **about)
        return None
