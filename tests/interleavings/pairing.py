"""Every state with every pair of parts that can meet in it; each story has a name by which it can be played again."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

from tests.interleavings.exploring import Failure, Play, Schedule, Tally
from tests.interleavings.scheduling import Choice, Way
from tests.interleavings.snapshots import Snapshot, restored
from tests.interleavings.stage import Letter, Stage
from tests.interleavings.states import STATES, Part, parts

STEPS = ": "
MEETS = " | "


@dataclass(frozen=True, slots=True)
class Story:
    """A failing schedule: in which state who met whom, and how they took turns."""

    state: str
    parts: tuple[str, ...]
    schedule: Schedule

    def __str__(self) -> str:
        return f"{self.state}{STEPS}{MEETS.join(self.parts)}{STEPS}{written(self.schedule)}"


def written(schedule: Schedule) -> str:
    """Write a schedule as letters, one for each handler, with a sign for a mishap: `AAB?BA`."""
    return "".join(f"{chr(ord('A') + choice.who)}{choice.way.value}" for choice in schedule)


def read(text: str) -> Schedule:
    """Read what `written` wrote."""
    found: list[Choice] = []
    for sign in text:
        found = [*found[:-1], Choice(found[-1].who, Way(sign))] if sign in "!?~#" else [*found, _choice(sign)]
    return tuple(found)


def _choice(letter: str) -> Choice:
    return Choice(ord(letter) - ord("A"), Way.GOES_ON)


class Theatre:
    """A stage on which every state can be built; `verdicts` of one state serve all its pairs."""

    def __init__(self) -> None:
        self.stage = Stage()
        self._empty = self.stage.snapshot()
        self._state = ""
        self._begins: Snapshot = []
        self._parts: dict[str, Part] = {}
        self._verdicts: dict[int, tuple[str, ...]] = {}

    def parts(self, state: str) -> dict[str, Part]:
        """Build a state, once, and give its parts by name."""
        if state != self._state:
            restored(self._empty)
            self.stage.fingerprints.seen.clear()
            self._verdicts = {}
            STATES[state](self.stage)
            self._parts = {part.name: part for part in parts(self.stage)}
            self._begins, self._state = self.stage.snapshot(), state
        return self._parts

    def play(self, state: str, names: Iterable[str]) -> Play:
        """Set the stage for these parts; letters that are in their hands are off the agenda."""
        known = self.parts(state)
        cast = [known[name] for name in names]
        restored(self._begins)
        for letter in {id(part.letter): part.letter for part in cast if part.letter}.values():
            _takes(self.stage, letter)
        return Play(self.stage, self.stage.snapshot(), cast, self._verdicts)

    def plays(self, story: Story) -> tuple[list[str], tuple[str, ...]]:
        """Play one schedule again: give its steps and what is wrong after it."""
        play = self.play(story.state, story.parts)
        complaints = play.follows(story.schedule)
        return play.told, complaints

    def explores(self, state: str, names: tuple[str, ...], tally: Tally, **bounds: int) -> Iterator[tuple[Story, Failure]]:
        """Give the failing schedules of these parts."""
        for failure in self.play(state, names).explores(tally, **bounds):
            yield Story(state, names, failure.schedule), failure


def _takes(stage: Stage, letter: Letter) -> None:
    stage.agenda = [entry for entry in stage.agenda if entry[2] is not letter]
    heapq.heapify(stage.agenda)


def pairs(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pair everything with everything, itself included: most things may come twice."""
    return combinations_with_replacement(names, 2)
