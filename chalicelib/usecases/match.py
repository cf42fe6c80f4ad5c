"""Match waiting calls with ready agents: run whenever either side changes, and again by the table's stream."""

from collections.abc import Iterable

from chalicelib.core.calls import offering
from chalicelib.core.calls.queueing import ready_row, waiting_row, waits_for_an_agent
from chalicelib.core.calls.routing import Ready, Waiting, pairs, serving
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import Conflict
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import commit

ROUNDS = 6
"""How often the lines are read again after losing a race, before the next change or the sweeper takes over."""


def commit_and_match(world: World, change: Change) -> Change:
    """Commit, then match if the change made somebody wait or ready."""
    commit(world, change)
    queues = [moved.after.place.queue for moved in change.calls if waiting_row(moved.after) and moved.after.place]
    profiles = [moved.after.profile for moved in change.agents if ready_row(moved.after)]
    if queues or profiles:
        match(world, queues, profiles)
    return change


def match(world: World, queues: Iterable[str] = (), profiles: Iterable[str] = ()) -> None:
    """Offer calls of these queues, and to agents of these profiles, until nobody is left to be paired."""
    centre = world.catalogue.centre()
    concerned = _concerned(centre, set(queues), set(profiles))
    served = {queue for name in concerned for queue in centre.profiles[name].queues}
    for _ in range(ROUNDS):
        waiting, ready = world.desk.lines(sorted(served), sorted(concerned))
        chosen = pairs(waiting, ready, centre.profiles)
        made = [_offer(world, centre, call, agent) for call, agent in chosen]
        if all(made):
            return


def _concerned(centre: Centre, queues: set[str], profiles: set[str]) -> set[str]:
    also = {name for queue in queues for name in serving(queue, centre.profiles)}
    return {name for name in profiles | also if name in centre.profiles}


def _offer(world: World, centre: Centre, waiting: Waiting, ready: Ready) -> bool:
    """Tell whether the offer was made; False means that somebody was faster and the lines must be read again."""
    call, agent = world.desk.both(waiting.call, ready.agent)
    if call is None or agent is None or not waits_for_an_agent(call) or not agent.routable:
        return False
    queue, before = centre.queues[waiting.queue], Scene(call, {agent.id: agent})
    try:
        commit(world, Change.of(before, offering.make(before, agent.id, queue, world.clock.now())))
    except Conflict:
        return False
    return True
