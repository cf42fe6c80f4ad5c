"""Explores the schedules of a few handlers, the fewest switches first, each state of the world and of them once.

Every schedule begins anew from a snapshot. A state is known by what is stored and under way and by what each handler
has seen so far; when another schedule comes to a state that is known, all that can follow is known as well. As those
with fewer switches and mishaps come first, the first schedule found to fail is a shortest one.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.interleavings.footprints import EVERYTHING, UNTOUCHED
from tests.interleavings.judging import judged
from tests.interleavings.scheduling import Choice, Moment, Running, Stagehand, Way, choices, commute
from tests.interleavings.snapshots import Snapshot, restored
from tests.interleavings.stage import Letter, Stage
from tests.interleavings.states import Part

Schedule = tuple[Choice, ...]
Asleep = frozenset[Choice]
NOBODY: Asleep = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """A schedule after which something is wrong, and what."""

    schedule: Schedule
    complaints: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What an exploration has seen: schedules to their end, and those that came to a known state."""

    ended: int = 0
    joined: int = 0
    judged: int = 0

    @property
    def schedules(self) -> int:
        """Every run counts, however it ended."""
        return self.ended + self.joined


@dataclass(slots=True)
class _Search:
    """Where to go on, the cheapest first; and what is asleep at each known state: choices that others make up for.

    A choice sleeps where it was tried one step earlier and nothing since has to do with it (P. Godefroid,
    "Partial-Order Methods for the Verification of Concurrent Systems", 1996, chapters 5 and 6).
    """

    switches: int
    waiting: list[tuple[int, int, Schedule, Asleep]] = field(default_factory=lambda: [(0, 0, (), NOBODY)])
    known: dict[int, Asleep] = field(default_factory=dict)
    left: int = 0

    def fresh(self, state: int, offered: Sequence[Choice], asleep: Asleep) -> list[Choice]:
        """Give the choices that nobody has tried in this state, and that do not sleep."""
        before = self.known.get(state)
        self.known[state] = asleep if before is None else before & asleep
        return [choice for choice in offered if choice not in asleep and (before is None or choice in before)]

    def leaves(self, cost: int, schedule: Schedule, asleep: Asleep) -> None:
        """Leave a way to be gone later."""
        if cost <= self.switches:
            self.left += 1
            heapq.heappush(self.waiting, (cost, self.left, schedule, asleep))


@dataclass(slots=True)
class Actor:
    """A handler on the stage, and the letter it has in hand."""

    part: Part
    letter: Letter | None = None
    running: Running | None = None


class Play:
    """Parts played at once on one stage, from one beginning; `verdicts` are kept for all plays of one stage."""

    def __init__(
        self, stage: Stage, begins: Snapshot, parts: Sequence[Part], verdicts: dict[int, tuple[str, ...]]
    ) -> None:
        self._stage, self._begins, self._parts, self._verdicts = stage, begins, parts, verdicts
        self._stagehand = Stagehand(stage.fingerprints)
        self._world = self._stagehand.watched(stage.world)
        self._actors: list[Actor] = []
        self.told: list[str] = []

    def explores(self, tally: Tally, *, most: int = 10**9, switches: int = 10**9) -> Iterator[Failure]:
        """Give the failing schedules, the shortest of each kind of failure first."""
        search = _Search(switches)
        found: set[tuple[str, ...]] = set()
        while search.waiting and tally.schedules < most:
            cost, _, schedule, asleep = heapq.heappop(search.waiting)
            self._opens(schedule)
            ended = self._goes_down(search, cost, schedule, asleep)
            if ended is None:
                tally.joined += 1
                self._closes()
                continue
            tally.ended += 1
            complaints = self._verdict(tally)
            if complaints and complaints not in found:
                found.add(complaints)
                yield Failure(ended, complaints)

    def _goes_down(self, search: "_Search", cost: int, schedule: Schedule, asleep: Asleep) -> Schedule | None:
        """Go on to an end, and leave what else there is at each state for later; None where all is known already."""
        while True:
            offered = list(self._choices(schedule))
            if not offered:
                return schedule
            fresh = search.fresh(self._state(schedule), offered, asleep)
            if not fresh:
                return None
            onward = self._leaves(search, cost, schedule, fresh, asleep)
            if onward is None:
                return None
            asleep, schedule = onward[1], (*schedule, onward[0])
            self._steps(onward[0])

    def _leaves(
        self, search: "_Search", cost: int, schedule: Schedule, fresh: Sequence[Choice], asleep: Asleep
    ) -> tuple[Choice, Asleep] | None:
        """Give the choice to go on with, if one costs nothing; leave the others for later.

        Deaths are tried first: so they come as early as they can, and are not tried once more at each step of others.
        """
        running = [actor.running for actor in self._actors if actor.running]
        tried, onward = asleep, None
        for choice in sorted(fresh, key=lambda choice: choice.way is not Way.DIES):
            sleeps = frozenset(other for other in tried if commute(choice, other, running))
            tried |= {choice}
            price = self._price(schedule, choice)
            if not price and onward is None:
                onward = (choice, sleeps)
            else:
                search.leaves(cost + price, (*schedule, choice), sleeps)
        return onward

    def follows(self, schedule: Schedule) -> tuple[str, ...]:
        """Play one schedule, telling it in `told`, and give what is wrong after it."""
        self.told = []
        self._opens(())
        for choice in schedule:
            self.told.append(self._telling(choice))
            self._steps(choice)
        while rest := next(iter(self._choices(schedule)), None):
            self.told.append(self._telling(rest))
            schedule = (*schedule, rest)
            self._steps(rest)
        return judged(self._stage)

    def _opens(self, schedule: Schedule) -> None:
        restored(self._begins)
        self._actors = [Actor(part) for part in self._parts]
        for number, actor in enumerate(self._actors):
            actor.running = self._stagehand.begins(number, lambda actor=actor: self._acts(actor))
            self._ended(actor)
        for choice in schedule:
            self._steps(choice)

    def _closes(self) -> None:
        self._stagehand.drops([actor.running for actor in self._actors if actor.running])

    def _acts(self, actor: Actor) -> None:
        actor.letter = actor.part.letter
        if actor.part.fact:
            moment = Moment(actor.part.name, (), True, EVERYTHING)
            actor.letter = self._stagehand.moment(moment, lambda: actor.part.happens(self._stage))
        if actor.letter:
            self._stage.handles(actor.letter, self._world)
            if actor.running and actor.running.has_changed:
                self._stagehand.moment(Moment("answer", (), False, UNTOUCHED), lambda: None)

    def _steps(self, choice: Choice) -> None:
        actor = self._actors[choice.who]
        assert actor.running
        self._stagehand.steps(actor.running, choice.way)
        self._ended(actor)

    def _ended(self, actor: Actor) -> None:
        running = actor.running
        if running is None or running.at or not actor.letter:
            return
        if running.ended == "died":
            self._stage.again(actor.letter)
        elif running.ended.startswith("raised"):
            self._stage.failed(actor.letter, f"{type(running.error).__name__}: {running.error}")

    def _state(self, schedule: Schedule) -> int:
        local = tuple([(actor.running.seen, actor.running.ended) for actor in self._actors if actor.running])
        return hash((self._stage.digest(), local, _had_a_mishap(schedule)))

    def _choices(self, schedule: Schedule) -> Iterator[Choice]:
        running = [actor.running for actor in self._actors if actor.running]
        last = schedule[-1].who if schedule else -1
        return choices(running, last, mishaps=not _had_a_mishap(schedule))

    def _price(self, schedule: Schedule, choice: Choice) -> int:
        if choice.way is not Way.GOES_ON:
            return 1
        last = self._actors[schedule[-1].who].running if schedule else None
        return int(last is not None and last.at is not None and last.number != choice.who)

    def _verdict(self, tally: Tally) -> tuple[str, ...]:
        digest = self._stage.digest()
        if digest not in self._verdicts:
            tally.judged += 1
            self._verdicts[digest] = judged(self._stage)
        return self._verdicts[digest]

    def _telling(self, choice: Choice) -> str:
        actor = self._actors[choice.who]
        assert actor.running
        assert actor.running.at
        return _told(actor.part.name, actor.running.at, choice.way)


def _had_a_mishap(schedule: Schedule) -> bool:
    return any(choice.way is not Way.GOES_ON for choice in schedule)


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
