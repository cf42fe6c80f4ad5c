"""Every state with every pair of parts that can meet in it; each story has a name by which it can be played again."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

from tests.interleavings.exploring import Bounds, Failure, Play, Tally, Verdicts
from tests.interleavings.rehearsing import Rehearsal
from tests.interleavings.scheduling import Schedule, written
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


class Theatre:
    """A stage on which every state can be built; `verdicts` of one state serve all its pairs."""

    def __init__(self) -> None:
        self.stage = Stage()
        self._empty = self.stage.snapshot()
        self._state = ""
        self._begins: Snapshot = []
        self._parts: dict[str, Part] = {}
        self._rehearsals: dict[str, Rehearsal] = {}
        self._verdicts: Verdicts = {}

    def parts(self, state: str) -> dict[str, Part]:
        """Build a state, once, and give its parts by name."""
        if state != self._state:
            restored(self._empty)
            self.stage.fingerprints.seen.clear()
            self._verdicts, self._rehearsals = {}, {}
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
        return Play(self.stage, cast, self._rehearsals, self._verdicts)

    def plays(self, story: Story) -> tuple[list[str], tuple[str, ...]]:
        """Play one schedule again: give its steps and what is wrong after it."""
        play = self.play(story.state, story.parts)
        complaints = play.follows(story.schedule)
        return play.told, complaints

    def explores(self, state: str, names: tuple[str, ...], tally: Tally, bounds: Bounds) -> Iterator[tuple[Story, Failure]]:
        """Give the failing schedules of these parts."""
        for failure in self.play(state, names).explores(tally, bounds):
            yield Story(state, names, failure.schedule), failure


def _takes(stage: Stage, letter: Letter) -> None:
    stage.agenda = [entry for entry in stage.agenda if entry[2] is not letter]
    heapq.heapify(stage.agenda)


def pairs(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pair everything with everything, itself included: most things may come twice."""
    return combinations_with_replacement(names, 2)
