"""Explores the schedules of a few handlers, the fewest switches first, each state of the world and of them once.

A state is known by what is stored and under way and by how far each handler has come; where another schedule comes to
a state that is known, all that can follow is known as well. As those with fewer switches and mishaps come first, the
first schedule found to fail is a shortest one.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.interleavings.footprints import EVERYTHING, UNTOUCHED
from tests.interleavings.judging import judged
from tests.interleavings.rehearsing import Moment, Rehearsal, Work
from tests.interleavings.scheduling import (
    Actor,
    Choice,
    Schedule,
    Way,
    came_of,
    choices,
    commute,
    had_a_mishap,
    price,
)
from tests.interleavings.snapshots import Snapshot, restored
from tests.interleavings.stage import Stage
from tests.interleavings.states import Part

Asleep = frozenset[Choice]
NOBODY: Asleep = frozenset()
Verdicts = dict[tuple[int, bool], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A schedule after which something is wrong, and what."""

    schedule: Schedule
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far an exploration goes: so many schedules, switches and mishaps in each, and whether mishaps at all."""

    schedules: int = 10**9
    switches: int = 10**9
    mishaps: bool = True


@dataclass(slots=True)
class Tally:
    """What an exploration has seen: schedules to their end, those that came to a known state, ends judged, calls."""

    ended: int = 0
    joined: int = 0
    judged: int = 0
    calls: int = 0

    @property
    def schedules(self) -> int:
        """Every one counts, however it ended."""
        return self.ended + self.joined


@dataclass(frozen=True, slots=True)
class _Way:
    """Where to go on: the state that was left, how it was come to, and the choice that is to be made there."""

    schedule: Schedule
    begins: Snapshot
    actors: tuple[Actor, ...]
    choice: Choice | None = None
    asleep: Asleep = NOBODY
    digest: int | None = None


@dataclass(slots=True)
class _Search:
    """What is to be gone yet, the cheapest first; and what is asleep at each known state: others make up for it.

    A choice sleeps where it was tried one step earlier and nothing since has to do with it (P. Godefroid,
    "Partial-Order Methods for the Verification of Concurrent Systems", 1996, chapters 5 and 6).
    """

    switches: int
    waiting: list[tuple[int, int, _Way]] = field(default_factory=list)
    known: dict[int, Asleep] = field(default_factory=dict)
    left: int = 0

    def fresh(self, state: int, offered: Sequence[Choice], asleep: Asleep) -> list[Choice]:
        """Give the choices that nobody has tried in this state, and that do not sleep."""
        before = self.known.get(state)
        self.known[state] = asleep if before is None else before & asleep
        return [choice for choice in offered if choice not in asleep and (before is None or choice in before)]

    def leaves(self, cost: int, way: _Way) -> None:
        """Leave a way to be gone later."""
        if cost <= self.switches:
            self.left += 1
            heapq.heappush(self.waiting, (cost, self.left, way))


class Play:
    """Parts played at once on one stage, from one beginning.

    `rehearsals` and `verdicts` are kept for all plays that begin in the same state.
    """

    def __init__(
        self, stage: Stage, parts: Sequence[Part], rehearsals: dict[str, Rehearsal], verdicts: Verdicts
    ) -> None:
        self._stage, self._parts, self._verdicts = stage, parts, verdicts
        self._begins = stage.snapshot()
        for part in parts:
            if part.name not in rehearsals:
                rehearsals[part.name] = Rehearsal(stage.world, _work(stage, part), stage.fingerprints)
        self._rehearsals = [rehearsals[part.name] for part in parts]
        self.told: list[str] = []

    def explores(self, tally: Tally, bounds: Bounds) -> Iterator[Failure]:
        """Give the failing schedules, the shortest of each kind of failure first."""
        search = _Search(bounds.switches)
        search.leaves(0, _Way((), self._begins, self._opening()))
        found: set[tuple[str, ...]] = set()
        most = tally.schedules + bounds.schedules
        while search.waiting and tally.schedules < most:
            cost, _, way = heapq.heappop(search.waiting)
            schedule = self._goes(search, cost, way, tally, mishaps=bounds.mishaps)
            if schedule is None:
                tally.joined += 1
                continue
            tally.ended += 1
            complaints = self._verdict(tally, calm=not had_a_mishap(schedule))
            if complaints and complaints not in found:
                found.add(complaints)
                yield Failure(schedule, complaints)

    def follows(self, schedule: Schedule) -> tuple[str, ...]:
        """Play one schedule, and whatever is left after it; tell it in `told`, and give what is wrong then."""
        restored(self._begins)
        self.told, actors, gone = [], self._opening(), ()
        for choice in schedule:
            self.told.append(self._telling(actors, choice))
            actors, gone = self._stepped(actors, choice), (*gone, choice)
        while rest := next(iter(choices(actors, gone, mishaps=False)), None):
            self.told.append(self._telling(actors, rest))
            actors, gone = self._stepped(actors, rest), (*gone, rest)
        return judged(self._stage, calm=not had_a_mishap(gone))

    def _goes(self, search: _Search, cost: int, way: _Way, tally: Tally, *, mishaps: bool) -> Schedule | None:
        """Go a way to its end, and leave what else there is at each state for later; None where all is known."""
        restored(way.begins)
        actors, schedule, asleep, choice = way.actors, way.schedule, way.asleep, way.choice
        digest = way.digest
        while True:
            if choice:
                tally.calls += 1
                changes = choice.way is not Way.GOES_ON or actors[choice.who].node.changes
                actors, schedule = self._stepped(actors, choice), (*schedule, choice)
                digest = None if changes or actors[choice.who].node.ended == "failed" else digest
            digest = self._stage.digest() if digest is None else digest
            offered = choices(actors, schedule, mishaps=mishaps)
            if not offered:
                return schedule
            fresh = search.fresh(_state(digest, actors, schedule), offered, asleep)
            onward = self._leaves(search, cost, _Way(schedule, [], actors, None, asleep, digest), fresh)
            if onward is None:
                return None
            choice, asleep = onward

    def _leaves(self, search: _Search, cost: int, here: _Way, fresh: Sequence[Choice]) -> tuple[Choice, Asleep] | None:
        """Give the choice to go on with, if one costs nothing; leave the others for later.

        Deaths are tried first: so they come as early as they can, and are not tried once more at each step of others.
        """
        tried, onward, begins = here.asleep, None, self._stage.snapshot() if len(fresh) > 1 else None
        for choice in sorted(fresh, key=lambda choice: choice.way is not Way.DIES):
            sleeps = frozenset([other for other in tried if commute(choice, other, here.actors)])
            tried |= {choice}
            costs = price(here.actors, here.schedule, choice)
            if not costs and onward is None:
                onward = (choice, sleeps)
            else:
                begins = begins or self._stage.snapshot()
                search.leaves(cost + costs, _Way(here.schedule, begins, here.actors, choice, sleeps, here.digest))
        return onward

    def _opening(self) -> tuple[Actor, ...]:
        return tuple(Actor(rehearsal.root) for rehearsal in self._rehearsals)

    def _stepped(self, actors: tuple[Actor, ...], choice: Choice) -> tuple[Actor, ...]:
        actor = actors[choice.who]
        assert actor.at
        if choice.way is Way.DIES:
            after = actor.dies()
        else:
            after = Actor(self._rehearsals[choice.who].after(actor.node, came_of(actor.at, choice.way)))
        self._ended(after)
        return (*actors[: choice.who], after, *actors[choice.who + 1 :])

    def _ended(self, actor: Actor) -> None:
        letter = actor.node.letter
        if letter and actor.dead:
            self._stage.again(letter)
        elif letter and actor.node.ended == "failed":
            self._stage.failed(letter, f"{type(actor.node.error).__name__}: {actor.node.error}")

    def _verdict(self, tally: Tally, *, calm: bool) -> tuple[str, ...]:
        state = (self._stage.digest(), calm)
        if state not in self._verdicts:
            tally.judged += 1
            self._verdicts[state] = judged(self._stage, calm=calm)
        return self._verdicts[state]

    def _telling(self, actors: Sequence[Actor], choice: Choice) -> str:
        moment = actors[choice.who].at
        assert moment
        return _told(self._parts[choice.who].name, moment, choice.way)


def _state(digest: int, actors: Sequence[Actor], schedule: Schedule) -> int:
    local = tuple([(id(actor.node), actor.dead) for actor in actors])
    return hash((digest, local, had_a_mishap(schedule)))


def _work(stage: Stage, part: Part) -> Work:
    """Give all that a part's handler does."""

    def work(rehearsal: Rehearsal) -> None:
        letter = rehearsal.letter = part.letter
        if part.fact:
            fact = Moment(part.name, EVERYTHING, lambda: part.happens(stage))
            letter = rehearsal.letter = rehearsal.moment(fact)
        if letter:
            stage.handles(letter, rehearsal.world)
            rehearsal.moment(Moment("answer", UNTOUCHED, lambda: None, mutable=False))

    return work


_WAYS = {
    Way.GOES_ON: "",
    Way.DIES: " — and here its process dies",
    Way.ANSWER_LOST: " — the carrier does it, but its answer is lost",
    Way.NOT_DONE: " — the carrier never hears of it, and is silent",
    Way.REFUSED: " — the carrier says no",
}


def _told(name: str, moment: Moment, way: Way) -> str:
    said = ", ".join(_short(argument) for argument in moment.arguments)
    if way is Way.DIES:
        return f"[{name}] before {moment.name}{_WAYS[way]}"
    return f"[{name}] {moment.name}({said}){_WAYS[way]}" if said else f"[{name}] {moment.name}{_WAYS[way]}"


def _short(argument: object) -> str:
    calls, agents = getattr(argument, "calls", ()), getattr(argument, "agents", ())
    if calls or agents:
        return "; ".join(f"{moved.after.id} becomes {moved.after.state}" for moved in (*calls, *agents))
    text = str(argument)
    return text if len(text) <= 120 else text[:117] + "..."
