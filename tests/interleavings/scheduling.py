"""Schedules: rows of choices who goes on next, with at most one mishap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from chalicelib.core.carrier.commands import HangUpLeg
from chalicelib.core.ground.errors import CarrierUncertain, IcallError
from tests.interleavings.rehearsing import Moment, Node, Outcome


class Way(StrEnum):
    """What becomes of the call that a handler stands before; the sign by which a schedule is written."""

    GOES_ON = ""
    DIES = "!"
    ANSWER_LOST = "?"
    NOT_DONE = "~"
    REFUSED = "#"


class Choice(NamedTuple):
    """Which handler, and how it goes on."""

    who: int
    way: Way


Schedule = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """A handler on the stage: how far it has come, and whether it is dead."""

    node: Node
    dead: bool = False

    @property
    def at(self) -> Moment | None:
        """The call that it stands before."""
        return None if self.dead else self.node.at

    def dies(self) -> "Actor":
        """Give the handler after its process died."""
        return replace(self, dead=True)


def came_of(moment: Moment, way: Way) -> Outcome:
    """Make a call in this way, and give what came of it."""
    if way is Way.NOT_DONE:
        return Outcome(error=CarrierUncertain("The carrier never heard of it."))
    try:
        value = moment.refused() if way is Way.REFUSED and moment.refused else moment.perform()
    except IcallError as error:
        return Outcome(error=error.with_traceback(None))
    if way is Way.ANSWER_LOST:
        return Outcome(error=CarrierUncertain("The carrier did it, and its answer is lost."))
    return Outcome(value)


def had_a_mishap(schedule: Schedule) -> bool:
    """Tell whether the one mishap is used up."""
    return any(choice.way is not Way.GOES_ON for choice in schedule)


def choices(actors: Sequence[Actor], schedule: Schedule, *, mishaps: bool) -> list[Choice]:
    """Give what may come next: first what goes on where it was, then the others, then mishaps."""
    last = schedule[-1].who if schedule else -1
    ready = sorted((who for who, actor in enumerate(actors) if actor.at), key=lambda who: who != last)
    found = [Choice(who, Way.GOES_ON) for who in ready]
    if mishaps and not had_a_mishap(schedule):
        found += [choice for who in ready for choice in _mishaps(who, actors[who])]
    return found


def _mishaps(who: int, actor: Actor) -> Iterator[Choice]:
    if actor.node.has_changed:
        yield Choice(who, Way.DIES)
    if actor.at and actor.at.at_carrier:
        yield Choice(who, Way.ANSWER_LOST)
        yield Choice(who, Way.NOT_DONE)
        if not isinstance(actor.at.arguments[0], HangUpLeg):
            yield Choice(who, Way.REFUSED)


def commute(one: Choice, other: Choice, actors: Sequence[Actor]) -> bool:
    """Tell whether two choices of one state lead to the same state in either order."""
    if one.who == other.who or (one.way is not Way.GOES_ON and other.way is not Way.GOES_ON):
        return False
    if Way.DIES in (one.way, other.way):
        return True
    first, second = actors[one.who].at, actors[other.who].at
    return not (first and second and first.touches.meets(second.touches))


def price(actors: Sequence[Actor], schedule: Schedule, choice: Choice) -> int:
    """Give what a choice adds to the length of a story: one for a mishap, or for leaving who could go on."""
    if choice.way is not Way.GOES_ON:
        return 1
    last = schedule[-1].who if schedule else choice.who
    return int(last != choice.who and actors[last].at is not None)


def written(schedule: Schedule) -> str:
    """Write a schedule as letters, one for each handler, with a sign after a mishap: `AAB?BA`."""
    return "".join(f"{chr(ord('A') + choice.who)}{choice.way.value}" for choice in schedule)


def read(text: str) -> Schedule:
    """Read what `written` wrote."""
    found: list[Choice] = []
    for sign in text:
        if sign in tuple(way.value for way in Way if way):
            found[-1] = Choice(found[-1].who, Way(sign))
        else:
            found.append(Choice(ord(sign) - ord("A"), Way.GOES_ON))
    return tuple(found)
