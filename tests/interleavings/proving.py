"""The work of `make prove`, in rounds from what finds most in least time to what never ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import combinations, count, islice, product
from random import Random

from tests.interleavings.exploring import Bounds, Tally
from tests.interleavings.pairing import Story, Theatre, pairs
from tests.interleavings.states import STATES

UNREMARKABLE = (
    "signs out",
    "leaves after this call",
    "has their state put right",
    "is removed",
    "pauses",
    "calls out",
    "though nobody asks",
    "arrives once more",
    "tags the call",
    "sends the customer to a survey",
    "has the agent pause",
    "has the agent signed out",
)
"""Ends of the names of parts that the short form leaves out: they have little to do with others, or are as others."""

SHORT_STATES = tuple(
    state
    for state in STATES
    if state
    not in (
        "a caller waits",  # as with two agents
        "a call rings",  # as one that has just been offered, or has rung long enough
        "what rings is picked up by another agent",  # as one whose device was picked up
        "a supervisor listens",  # as one who whispers
        "an agent has said yes",  # as one whose device was picked up
        "an agent's device was picked up",  # as one that was put down as well
        "the caller is held",  # as one who has just been held
        "an agent wraps up",  # as one for whom another caller waits
        "a colleague is asked",  # as one who has rung long enough
        "the sides are swapped",  # as those who have just been swapped
        "a customer is given away",  # as one who has just been given away
        "a stranger is asked",  # as one who was picked up
        "a colleague is called",  # as one who was picked up
        "a flow is called",  # as one who was picked up
        "a colleague serves an agent",  # as one who was picked up
    )
)
"""The states of which no other has all parts as well."""

SHARE = 2
"""Of so many pairs that meet in a state, the short form takes one: in one state the odd ones, in the next the even."""

CALM = Bounds(switches=1, mishaps=False)
EVERYTHING = Bounds()
OF_THREE = Bounds(schedules=4000)


class Round(Enum):
    """What is explored of a state."""

    SHORT = "one at a moment of another, of the chief parts every other pair"
    ALONE = "each alone, with a mishap and without"
    CALM = "one at a moment of another"
    PAIRS = "every pair in every order, with a mishap and without"
    SWEPT = "each alone, and of all that should follow only the sweeper comes"
    UNHEARD = "news that nobody tells, beside each part"
    THREES = "three at once"


@dataclass(frozen=True, slots=True)
class Job:
    """One state in one round; the seed chooses three of its parts."""

    round: Round
    state: str
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a job found: failing stories with their complaints."""

    job: Job
    met: int
    tally: Tally
    failures: tuple[tuple[Story, tuple[str, ...]], ...]


def jobs(*, seed: int = 0) -> Iterator[Job]:
    """Give jobs without end."""
    for each in (Round.ALONE, Round.CALM, Round.SWEPT, Round.PAIRS, Round.UNHEARD):
        for state in STATES:
            yield Job(each, state)
    for number in count(seed):
        for state in STATES:
            yield Job(Round.THREES, state, number)


def done(job: Job, theatre: Theatre) -> Found:
    """Do a job."""
    tally, failures, met = Tally(), [], 0
    for cast in _casts(job, theatre):
        met += 1
        for story, failure in theatre.explores(
            job.state, cast, tally, _BOUNDS[job.round], deaf=job.round is Round.SWEPT
        ):
            failures.append((story, failure.complaints))
    return Found(job, met, tally, tuple(failures))


_BOUNDS = {
    Round.SHORT: CALM,
    Round.CALM: CALM,
    Round.ALONE: EVERYTHING,
    Round.SWEPT: EVERYTHING,
    Round.PAIRS: EVERYTHING,
    Round.UNHEARD: CALM,
    Round.THREES: OF_THREE,
}


def _casts(job: Job, theatre: Theatre) -> Iterator[tuple[str, ...]]:
    names = theatre.meeting(job.state)
    match job.round:
        case Round.SHORT:
            chief = pairs([name for name in names if not name.endswith(UNREMARKABLE)])
            yield from islice(chief, SHORT_STATES.index(job.state) % SHARE, None, SHARE)
        case Round.ALONE | Round.SWEPT:
            yield from ((name,) for name in names)
        case Round.UNHEARD:
            unheard = theatre.unheard(job.state)
            yield from ((name,) for name in unheard)
            yield from product(unheard, names)
        case Round.THREES:
            yield Random(f"{job.seed} {job.state}").choice(list(combinations(names, 3)))  # noqa: S311 - guards nothing
        case _:
            yield from pairs(names)
