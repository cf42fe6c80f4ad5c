"""Who takes which call: waiting calls x ready agents -> pairs."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.core.centre.model import RoutingProfile
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting call, as its queue's row tells; `since` in ms since 1970, priority 1 first."""

    call: str
    queue: str
    priority: int
    since: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready agent, as their profile's row tells; `since` in ms since 1970."""

    agent: str
    profile: str
    since: int


def pairs(
    waiting: Iterable[Waiting], ready: Iterable[Ready], profiles: Mapping[str, RoutingProfile]
) -> list[tuple[Waiting, Ready]]:
    """Pair calls with agents: the longest ready agent first, each with the best call their profile serves.

    Best is: the profile's priority of the queue, then the call's priority, then its age. So nobody younger is served
    before an older call of the same or higher priority that the agent could take (I7), and each call gets the longest
    ready among the agents who could take it and have nothing better to do (I8).
    """
    left = list(waiting)
    found = []
    for agent in sorted(ready, key=lambda row: (row.since, row.agent)):
        profile = profiles.get(agent.profile)
        call = _best(left, profile) if profile else None
        if call:
            left.remove(call)
            found.append((call, agent))
    return found


def _best(waiting: Sequence[Waiting], profile: RoutingProfile) -> Waiting | None:
    served = [call for call in waiting if call.queue in profile.queues]
    return min(served, key=lambda call: rank(call, profile), default=None)


def rank(call: Waiting, profile: RoutingProfile) -> tuple[int, int, int, str]:
    """Order calls for one profile: smaller is served earlier."""
    return profile.queues[call.queue], call.priority, call.since, call.call


def serving(queue: str, profiles: Mapping[str, RoutingProfile]) -> tuple[str, ...]:
    """Name the profiles that serve `queue`."""
    return tuple(name for name, profile in profiles.items() if queue in profile.queues)


def position(row: Waiting, line: Iterable[Waiting]) -> int:
    """Give the place of a call in its queue's line, 1 first, whether or not its own row is among them."""
    return 1 + sum((other.priority, other.since, other.call) < (row.priority, row.since, row.call) for other in line)


def estimated_wait(since: int, waiting: Iterable[Waiting], now: int) -> int:
    """Estimate in seconds how much longer somebody waits who came at `since` (ms).

    The head of the line has waited H; a newcomer is expected to wait about as long, so H less one's own wait remains.
    Source: the head-of-line delay predictor of R. Ibrahim and W. Whitt, "Real-Time Delay Estimation in Overloaded
    Multiserver Queues with Abandonments", Management Science 55 (2009): nearly as good as any that knows more.
    """
    head = min((row.since for row in waiting), default=now)
    return max(0, (now - head) - (now - since)) // 1000
