"""Who takes which call: waiting calls x ready agents -> pairs."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from zlib import crc32

from chalicelib.core.centre.model import RoutingProfile
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting call, as its queue's row tells; times in ms since 1970, priority 1 first.

    `began` is when it began to wait, where that is not `since`, by which it stands in line. Until `spares_until` the
    agent `spares` is not asked.
    """

    call: str
    queue: str
    priority: int
    since: int
    began: int | None = None
    spares: str = ""
    spares_until: int = 0

    @property
    def id(self) -> str:
        """Whose row it is."""
        return self.call


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready agent, as their profile's row tells; `since` in ms since 1970."""

    agent: str
    profile: str
    since: int

    @property
    def id(self) -> str:
        """Whose row it is."""
        return self.agent


SPARED_MS = 30_000
"""Who sent a customer into a queue, or did not take them, is asked only when nobody else has come in so long."""

MOST_IN_LINE = 200
"""As many of a line as anybody looks at; who is further back cannot be the next."""

Pair = tuple[Waiting, Ready]

FRESH_MS = 100
"""For so long the handler of whoever came last is trusted to be on its way to their pair."""

OTHERS_MS = 500
"""A pair that stands beside each other for so long has been forgotten by its own handlers: whoever looks offers it."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one handler does about the lines: the pairs it offers, and whose place in them it has to look at again."""

    offers: tuple[Pair, ...] = ()
    again: tuple[Waiting | Ready, ...] = ()


def may_take(agent_id: str, call: Waiting, now: int) -> bool:
    """Tell whether an agent may be asked to take this call: not at once by who has just given it away or failed it."""
    return call.spares != agent_id or now >= call.spares_until


def pairs(
    waiting: Iterable[Waiting], ready: Iterable[Ready], profiles: Mapping[str, RoutingProfile], now: int
) -> list[Pair]:
    """Pair calls with agents: the longest ready agent first, each with the best call that they may take.

    Best is: the profile's priority of the queue, then the call's priority, then its age. So nobody younger is served
    before an older call of the same or higher priority that the agent could take (I7), and each call gets the longest
    ready among the agents who could take it and have nothing better to do (I8).
    """
    lines: dict[str, deque[Waiting]] = {}
    for call in sorted(waiting, key=lambda row: (row.priority, row.since, row.call)):
        lines.setdefault(call.queue, deque()).append(call)
    found = []
    for agent in sorted(ready, key=lambda row: (row.since, row.agent)) if lines else ():
        profile = profiles.get(agent.profile)
        best = _best(lines, profile, agent.agent, now) if profile else None
        if best:
            lines[best.queue].remove(best)
            found.append((best, agent))
    return found


def share(
    waiting: Sequence[Waiting],
    ready: Sequence[Ready],
    profiles: Mapping[str, RoutingProfile],
    mine: Collection[Waiting | Ready],
    now: int,
) -> Share:
    """Divide the pairs among the handlers that look at the same lines, so that they do not all try the same heads.

    A handler offers its own calls' and agents' pairs (`mine`) at once. Of those that have been forgotten by others it
    takes one, and another handler another: in a table that is too busy all pairs look forgotten, and all handlers would
    try them all. Who looks for nobody (the sweep) gets all of these. Of a pair's two sides the younger is the one to
    act: its handler certainly sees both. What a handler leaves to the younger side, or did not get because the pairs in
    front are still being offered, it has to look at again.
    """
    ours = {row.id: row for row in mine}
    calls = {row.call: row for row in (*mine, *waiting) if isinstance(row, Waiting)}
    agents = {row.agent: row for row in (*mine, *ready) if isinstance(row, Ready)}
    offers, others, left, forgotten = [], [], [], []
    for pair in pairs(calls.values(), agents.values(), profiles, now):
        sides = [ours.pop(row.id) for row in pair if row.id in ours]
        younger = _younger(pair)
        age = now - younger.since
        if not sides:
            others.append(pair)
            forgotten += [pair] if age >= OTHERS_MS else []
        elif age >= FRESH_MS or younger.id in {row.id for row in sides}:
            offers.append(pair)
        else:
            left += sides
    close = _close(calls.values(), agents.values(), profiles, others, now) if ours else []
    return Share((*offers, *_one_of(forgotten, mine)), (*left, *(row for row in close if row.id in ours)))


def _one_of(forgotten: Sequence[Pair], mine: Collection[Waiting | Ready]) -> Sequence[Pair]:
    """Give the one that falls to the handler of these, by a number that differs from handler to handler."""
    number = sum(crc32(row.id.encode()) for row in mine)
    return [forgotten[number % len(forgotten)]] if forgotten and mine else forgotten


def _younger(pair: Pair) -> Waiting | Ready:
    call, agent = pair
    return call if call.since >= agent.since else agent


def _close(
    waiting: Iterable[Waiting],
    ready: Iterable[Ready],
    profiles: Mapping[str, RoutingProfile],
    others: Sequence[Pair],
    now: int,
) -> list[Waiting | Ready]:
    """Give who would be paired if only one side of the others' pairs were gone: the two lines are not read as one."""
    if not others:
        return []
    taken = {row.id for pair in others for row in pair}
    without_calls = pairs((row for row in waiting if row.call not in taken), ready, profiles, now)
    without_agents = pairs(waiting, (row for row in ready if row.agent not in taken), profiles, now)
    return [call for call, _ in without_calls] + [agent for _, agent in without_agents]


def _best(lines: Mapping[str, Sequence[Waiting]], profile: RoutingProfile, agent_id: str, now: int) -> Waiting | None:
    heads = (
        next((call for call in lines.get(queue, ()) if may_take(agent_id, call, now)), None) for queue in profile.queues
    )
    return min((call for call in heads if call), key=lambda call: rank(call, profile), default=None)


def rank(call: Waiting, profile: RoutingProfile) -> tuple[int, int, int, str]:
    """Order calls for one profile: smaller is served earlier."""
    return profile.queues[call.queue], call.priority, call.since, call.call


def serving(queue: str, profiles: Mapping[str, RoutingProfile]) -> tuple[str, ...]:
    """Name the profiles that serve `queue`."""
    return tuple(name for name, profile in profiles.items() if queue in profile.queues)


def position(row: Waiting, line: Sequence[Waiting]) -> int | None:
    """Give the place of a call in its queue's line, 1 first, whether or not its own row is among them.

    None for who stands behind all that were looked at: nobody counted how far.
    """
    ahead = sum((other.priority, other.since, other.call) < (row.priority, row.since, row.call) for other in line)
    return None if ahead >= MOST_IN_LINE else 1 + ahead


def estimated_wait(since: int, waiting: Iterable[Waiting], now: int) -> int:
    """Estimate in seconds how much longer somebody waits who began to at `since` (ms).

    The head of the line has waited H; a newcomer is expected to wait about as long, so H less one's own wait remains.
    Source: the head-of-line delay predictor of R. Ibrahim and W. Whitt, "Real-Time Delay Estimation in Overloaded
    Multiserver Queues with Abandonments", Management Science 55 (2009): nearly as good as any that knows more.
    """
    head = min((row.since if row.began is None else row.began for row in waiting), default=now)
    return max(0, (now - head) - (now - since)) // 1000
