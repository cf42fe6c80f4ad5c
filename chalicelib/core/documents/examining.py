"""What any document of ours must be, whatever it is about: small, shallow, and made of texts, numbers and flags.

Readers look at this first, so that whatever somebody sends costs them little: `examine` takes time and memory linear
in the bounds below, however large the document is, however often one part of it stands in others, and though it
contain itself.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from chalicelib.core.ground.mistakes import Notes, kind_of
from chalicelib.core.ground.outside import MOST


class Bounds(NamedTuple):
    """How many values a document may have, those inside others counted where they stand, and characters in all."""

    nodes: int
    characters: int


USUAL: Final = Bounds(20_000, 300_000)
"""A flow of 300 steps has half of the values; a row of the table has room for more characters."""

MANY: Final = Bounds(2_000_000, 40_000_000)
"""For what is stored entry by entry, and never read whole again: 100,000 agents with their seats have half."""

MOST_DEPTH: Final = 20
"""How deep values may stand in each other; our own documents go to nine."""

LONGEST_NAME: Final = 200

_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class _At(NamedTuple):
    """A value and where it stands: most need no name for their place, so none is made."""

    value: Any
    depth: int = 0
    step: str | int = ""
    owner: "_At | None" = None

    def notes(self, whole: Notes) -> Notes:
        """Give the notes for this place."""
        return whole if self.owner is None else self.owner.notes(whole).at(self.step)

    def inside(self) -> Iterator["_At"]:
        """Give what is inside."""
        if isinstance(self.value, Mapping):
            return (_At(inner, self.depth + 1, str(name), self) for name, inner in self.value.items())
        return (_At(inner, self.depth + 1, index, self) for index, inner in enumerate(self.value))


def examine(document: Any, notes: Notes, bounds: Bounds = USUAL) -> None:
    """Raise the notes' error if the document (parsed YAML or JSON) is too large or too deep, or has odd values.

    Odd are numbers that are none or too great, characters that cannot be stored, and names that are no texts; whole
    numbers as names are taken, since YAML reads digits without quotes as such.
    """
    nodes = characters = 0
    ahead: list[Iterator[_At]] = [iter((_At(document),))]
    while ahead:
        here = next(ahead[-1], None)
        if here is None:
            ahead.pop()
            continue
        nodes += 1
        characters += len(here.step) if isinstance(here.step, str) else 0
        if isinstance(here.value, str):
            characters += len(here.value)
        if here.depth > MOST_DEPTH:
            _stop(here.notes(notes), f"stands in more than {MOST_DEPTH} others, one inside the other")
        if nodes + _inside(here.value) > bounds.nodes:
            _stop(notes, f"has more than {bounds.nodes} values, those of its aliases counted: divide it")
        if characters > bounds.characters:
            _stop(notes, f"has more than {bounds.characters} characters: divide it")
        if isinstance(here.value, Mapping | list):
            _look_at_names(here, notes)
            ahead.append(here.inside())
        elif fault := fault_of(here.value):
            here.notes(notes).add(fault)
    notes.refuse()


def fault_of(value: Any) -> str | None:
    """Tell what is wrong with a single value, in words that complete its name: the value is not repeated."""
    if isinstance(value, str):
        return "has a control character, or half a character" if _UNWANTED.search(value) else None
    if isinstance(value, float) and not math.isfinite(value):
        return "is no number: infinite, or none at all"
    if isinstance(value, int) and not -MOST <= value <= MOST:
        return f"is a whole number beyond {MOST}, which not everybody keeps: put it in quotes if it is a text"
    if value is None or isinstance(value, int | float):
        return None
    return f"must be a text, a number, true or false, not {kind_of(value)}"


def _inside(value: Any) -> int:
    return len(value) if isinstance(value, Mapping | list) else 0


def _look_at_names(here: _At, notes: Notes) -> None:
    if not isinstance(here.value, Mapping):
        return
    for name in here.value:
        if isinstance(name, bool) or not isinstance(name, str | int):
            _stop(here.notes(notes), f"has a name that must be a text, not {kind_of(name)}: put it in quotes")
        if fault := _fault_of_name(name):
            _stop(here.notes(notes), fault)


def _fault_of_name(name: str | int) -> str | None:
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        return f"has a name of more than {LONGEST_NAME} characters"
    fault = fault_of(name)
    return fault and f"has a name that {fault}"


def _stop(notes: Notes, message: str) -> None:
    notes.add(message)
    notes.refuse()
