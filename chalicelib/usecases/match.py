"""Match waiting calls with ready agents: run whenever either side changes, and again by the table's stream.

Many handlers look at the same lines at the same moment. Each offers the pairs of those it was run for, and leaves the
others to their own handlers (routing.share); what it did not get it looks at again after a moment.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from chalicelib.core.calls import offering
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.calls.routing import MOST_IN_LINE, Pair, Ready, Share, Waiting, may_take, serving, share
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.told.notices import Timer, TimerKind
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import commit

ROUNDS = 6
"""How often the lines are read again after losing a race, before the next change or the sweeper takes over."""

PAUSE_MS = 40
"""A handler that looks again waits a part of this first, so that those who met do not meet again."""

LATER_MS = 1000

FEW = 24
"""Of each line so many are read first, which one read unit pays for: mostly one of the two sides is shorter still."""

Row = Waiting | Ready


def commit_and_match(world: World, change: Change) -> None:
    """Commit, then match if the change made somebody wait or ready."""
    commit(world, change)
    waiting = [waiting_row(moved.after) for moved in change.calls]
    ready = [ready_row(moved.after) for moved in change.agents]
    match(world, [row for row in (*waiting, *ready) if row])


def match(world: World, mine: Sequence[Row]) -> None:
    """Offer these calls, and to these agents, until each has a partner or nobody is there for them.

    A table that is too busy to be read is no error: the stream shows the same rows once more.
    """
    centre = world.catalogue.centre()
    left = [*mine]
    for _ in range(ROUNDS):
        if not left:
            return
        try:
            left = _round(world, centre, left)
        except Conflict:
            world.clock.pause(PAUSE_MS)
            continue
        if left:
            world.clock.pause(PAUSE_MS)


def look_again(world: World, mine: Sequence[Row]) -> None:
    """Have those of these calls and agents offered that their own handlers have left beside each other.

    Each offer is made by a function of its own: whoever looks after many must not take as long as all their offers.
    """
    centre = world.catalogue.centre()
    idle = [row for row in mine if isinstance(row, Ready)]
    waiting, _ = world.desk.lines(sorted(_queues(mine) | _served(centre, _profiles(idle))), [], FEW)
    still = _still_there(mine, waiting, (), FEW)
    if not waiting or not (still or idle):
        return
    mine = [*still, *idle]
    found = _look(world, centre, mine)
    now = world.clock.now()
    due = [_timer(call, now) for call, _ in found.offers]
    world.messages.remind(due + [_timer(row, now + LATER_MS) for row in found.again])


def look_everywhere(world: World) -> list[Waiting]:
    """Have every pair offered that stands beside each other and has been forgotten; give the calls that wait."""
    centre = world.catalogue.centre()
    waiting, ready = world.desk.lines(sorted(centre.queues), sorted(centre.profiles))
    now = world.clock.now()
    found = share(waiting, ready, centre.profiles, (), now)
    world.messages.remind([_timer(call, now) for call, _ in found.offers])
    return waiting


def match_waiting(call_id: str, world: World) -> None:
    """Match a call, if it waits."""
    call = world.desk.call(call_id)
    row = waiting_row(call) if call else None
    match(world, [row] if row else [])


def match_ready(agent_id: str, world: World) -> None:
    """Match an agent, if they are ready."""
    agent = world.desk.agent(agent_id)
    row = ready_row(agent) if agent else None
    match(world, [row] if row else [])


def _round(world: World, centre: Centre, mine: Sequence[Row]) -> list[Row]:
    """Make the offers that fall to us, and give those who have to be looked at again."""
    found = _look(world, centre, mine)
    lost = [row for pair in found.offers if not _offer(world, centre, pair) for row in pair]
    return [*dict.fromkeys([*lost, *found.again])]


def _look(world: World, centre: Centre, mine: Sequence[Row]) -> Share:
    profiles = _concerned(centre, _queues(mine), _profiles(mine))
    served = _served(centre, profiles)
    found = Share()
    for most in (FEW, MOST_IN_LINE):
        waiting, ready = world.desk.lines(sorted(served), sorted(profiles), most)
        there = _still_there(mine, waiting, ready, most)
        found = share(waiting, ready, centre.profiles, there, world.clock.now())
        if min(len(waiting), len(ready)) < FEW // 2 or _all_paired(there, found):
            break
    return found


def _all_paired(rows: Iterable[Row], found: Share) -> bool:
    paired = {row.id for pair in found.offers for row in pair}
    return all(row.id in paired for row in rows)


def _still_there(mine: Iterable[Row], waiting: Sequence[Waiting], ready: Sequence[Ready], most: int) -> list[Row]:
    """Give whose rows are there, or may be, behind the `most` that were read of a long line."""
    lines: list[Row] = [*waiting, *ready]
    seen = {row.id for row in lines}
    read = Counter(_line(row) for row in lines)
    return [row for row in mine if row.id in seen or read[_line(row)] >= most]


def _line(row: Row) -> str:
    return f"calls {row.queue}" if isinstance(row, Waiting) else f"agents {row.profile}"


def _queues(rows: Iterable[Row]) -> set[str]:
    return {row.queue for row in rows if isinstance(row, Waiting)}


def _profiles(rows: Iterable[Row]) -> set[str]:
    return {row.profile for row in rows if isinstance(row, Ready)}


def _served(centre: Centre, profiles: Iterable[str]) -> set[str]:
    return {queue for name in profiles if name in centre.profiles for queue in centre.profiles[name].queues}


def _concerned(centre: Centre, queues: set[str], profiles: set[str]) -> set[str]:
    also = {name for queue in queues for name in serving(queue, centre.profiles)}
    return {name for name in profiles | also if name in centre.profiles}


def _timer(row: Row, due: int) -> Timer:
    if isinstance(row, Waiting):
        return Timer(TimerKind.WAITING, row.call, "", due)
    return Timer(TimerKind.READY, row.agent, "", due)


def _offer(world: World, centre: Centre, pair: Pair) -> bool:
    """Tell whether the offer was made; False means that somebody was faster and the lines must be read again."""
    call, agent = world.desk.both(pair[0].call, pair[1].agent)
    row = waiting_row(call) if call else None
    if call is None or agent is None or row is None or not agent.routable:
        return False
    if not may_take(agent.id, row, world.clock.now()):
        return False
    queue, before = centre.queues[pair[0].queue], Scene(call, {agent.id: agent})
    try:
        commit(world, Change.of(before, offering.make(before, agent.id, offering.from_queue(queue), world.clock.now())))
    except Conflict:
        return False
    return True
