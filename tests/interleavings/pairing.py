"""Every state with every pair of parts that can meet in it; each story has a name by which it is played again."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

from tests.interleavings.exploring import Bounds, Failure, Play, Tally, Verdicts
from tests.interleavings.rehearsing import Rehearsal
from tests.interleavings.scheduling import Schedule, read, written
from tests.interleavings.snapshots import Snapshot, restored
from tests.interleavings.stage import Letter, Stage
from tests.interleavings.states import STATES, Part, lost_news, parts

STEPS = ": "
MEETS = " | "


@dataclass(frozen=True, slots=True)
class Story:
    """A schedule: in which state who met whom, and how they took turns."""

    state: str
    parts: tuple[str, ...]
    schedule: Schedule = ()

    def __str__(self) -> str:
        return STEPS.join([self.state, MEETS.join(self.parts), written(self.schedule)])

    @classmethod
    def named(cls, name: str) -> "Story":
        """Give the story of this name."""
        begins, _, steps = name.rpartition(STEPS)
        state, _, cast = begins.partition(STEPS)
        return cls(state, tuple(cast.split(MEETS)), read(steps))


class Theatre:
    """A stage on which every state can be built; what is learnt in one state serves all that is played in it."""

    def __init__(self) -> None:
        self._stage = Stage()
        self._empty = self._stage.snapshot()
        self._state = ""
        self._begins: Snapshot = []
        self._parts: dict[str, Part] = {}
        self._lost: dict[str, Part] = {}
        self._rehearsals: dict[str, Rehearsal] = {}
        self._verdicts: Verdicts = {}

    def meeting(self, state: str) -> list[str]:
        """Name the parts that can meet in a state."""
        self._builds(state)
        return list(self._parts)

    def unheard(self, state: str) -> list[str]:
        """Name what can happen in a state without anybody telling."""
        self._builds(state)
        return list(self._lost)

    def explores(
        self, state: str, names: tuple[str, ...], tally: Tally, bounds: Bounds, *, deaf: bool = False
    ) -> Iterator[tuple[Story, Failure]]:
        """Give the failing schedules of these parts."""
        for failure in self._play(state, names, deaf=deaf).explores(tally, bounds):
            yield Story(state, names, failure.schedule), failure

    def plays(self, story: Story) -> tuple[list[str], tuple[str, ...]]:
        """Play one schedule: give its steps and what is wrong after it."""
        play = self._play(story.state, story.parts)
        complaints = play.follows(story.schedule)
        return play.told, complaints

    def _play(self, state: str, names: Iterable[str], *, deaf: bool = False) -> Play:
        """Set the stage for these parts; letters that are in their hands are off the agenda."""
        self._builds(state)
        known = self._parts | self._lost
        cast = [known[name] for name in names]
        restored(self._begins)
        for part in cast:
            _takes(self._stage, part.letter)
        if deaf:
            self._stage.goes_deaf()
        return Play(self._stage, cast, self._rehearsals, self._verdicts)

    def _builds(self, state: str) -> None:
        if state == self._state:
            return
        restored(self._empty)
        self._stage.fingerprints.seen.clear()
        self._rehearsals, self._verdicts = {}, {}
        STATES[state](self._stage)
        self._parts = {part.name: part for part in parts(self._stage)}
        self._lost = {part.name: part for part in lost_news(self._stage)}
        self._begins, self._state = self._stage.snapshot(), state


def _takes(stage: Stage, letter: Letter | None) -> None:
    stage.agenda = [entry for entry in stage.agenda if entry[2] is not letter]
    heapq.heapify(stage.agenda)


def pairs(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Pair everything with everything, itself included: most things may come twice."""
    return combinations_with_replacement(names, 2)
