"""Explores the schedules of a few handlers, the fewest switches first, each state of the world and of them once.

Every schedule begins anew from a snapshot. A state is known by what is stored and under way and by what each handler
has seen so far; when another schedule comes to a state that is known, all that can follow is known as well. As those
with fewer switches and mishaps come first, the first schedule found to fail is a shortest one.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.interleavings.judging import judged
from tests.interleavings.scheduling import Choice, Moment, Running, Stagehand, Way, choices
from tests.interleavings.snapshots import Snapshot, restored
from tests.interleavings.stage import Letter, Stage
from tests.interleavings.states import Part

Schedule = tuple[Choice, ...]

MOST_STEPS = 200
"""A handler that goes round without end is no schedule."""


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
        waiting: list[tuple[int, int, Schedule]] = [(0, 0, ())]
        known: set[int] = set()
        found: set[tuple[str, ...]] = set()
        pushed = 0
        while waiting and tally.schedules < most:
            cost, _, schedule = heapq.heappop(waiting)
            self._opens(schedule)
            while (state := self._state(schedule)) not in known:
                known.add(state)
                offered = list(self._choices(schedule))
                if not offered:
                    break
                for other in offered[1:]:
                    price = cost + self._price(schedule, other)
                    if price <= switches:
                        pushed += 1
                        heapq.heappush(waiting, (price, pushed, (*schedule, other)))
                schedule = (*schedule, offered[0])
                self._steps(offered[0])
            else:
                tally.joined += 1
                self._closes()
                continue
            tally.ended += 1
            complaints = self._verdict(tally)
            if complaints and complaints not in found:
                found.add(complaints)
                yield Failure(schedule, complaints)

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
            moment = Moment(actor.part.name, (), mutable=True, at_carrier=False)
            actor.letter = self._stagehand.moment(moment, lambda: actor.part.happens(self._stage))
        if actor.letter:
            self._stage.handles(actor.letter, self._world)
            if actor.running and actor.running.has_changed:
                self._stagehand.moment(Moment("answer", (), mutable=False, at_carrier=False), lambda: None)

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
