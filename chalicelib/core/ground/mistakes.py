"""Mistakes in a document that somebody wrote: all of them at once, each with its place.

::

    notes = Notes(error=FlowMistakes)
    reads a document, moving inwards with `inner = notes.at("queues").at("service")`,
    says `inner.at("ring_seconds").add("must be a whole number")` for every mistake,
    and ends with `notes.refuse()`, which raises if there was any.

A document with a hundred mistakes is refused at the hundredth: nobody reads on, and a hostile one costs no more.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from difflib import get_close_matches
from heapq import nsmallest
from typing import Any, Final, Self

from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.values import dataclass

MOST_MISTAKES: Final = 100

_LONGEST_WORD: Final = 64
_FARTHEST: Final = 5
_MOST_COMPARED: Final = 20


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and where: `place` is a path such as `queues.service.ring_seconds`, or empty."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class MistakesFound(BadRequest):
    """The document cannot be used; `mistakes` says everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True, slots=True)
class Notes:
    """The mistakes found so far, seen from one place of the document."""

    place: str = ""
    found: list[Mistake] = field(default_factory=list)
    error: type[MistakesFound] = MistakesFound

    def at(self, step: str | int) -> Self:
        """Give the same notes one step further in: a field's name, or an item's index in a list."""
        if isinstance(step, int):
            return type(self)(f"{self.place}[{step}]", self.found, self.error)
        return type(self)(f"{self.place}.{step}" if self.place else step, self.found, self.error)

    def add(self, message: str) -> None:
        """Note a mistake at this place. Never quote a value that may be a secret.

        Raises:
            MistakesFound: as `refuse`, when there are so many that nobody would read more.
        """
        self.found.append(Mistake(self.place, message))
        if len(self.found) >= MOST_MISTAKES:
            raise self.error([*self.found, Mistake("", "there may be more mistakes: mend these first")])

    def refuse(self) -> None:
        """Raise `error` with every mistake, if there is any."""
        if self.found:
            raise self.error(self.found)

    def mapping(self, value: Any) -> Mapping[str, Any]:
        """Give `value` if it is a mapping; else note that and give an empty one, so that reading goes on."""
        if isinstance(value, Mapping):
            return value
        self.add(f"must be a mapping of names to values, not {kind_of(value)}")
        return {}

    def fields(self, value: Any, known: Collection[str], required: Collection[str] = ()) -> Mapping[str, Any]:
        """Give the mapping `value` without its unknown fields; note these, and the required ones missing."""
        document = self.mapping(value)
        for name in document:
            if name not in known:
                self.at(str(name)).add(f"unknown field{did_you_mean(str(name), known)}")
        if isinstance(value, Mapping):
            for name in required:
                if name not in document:
                    self.at(name).add("is missing")
        return {name: document[name] for name in document if name in known}

    def refers(self, name: str, known: Collection[str], what: str) -> bool:
        """Tell whether `name` is one of `known`; else note that there is no such `what`."""
        if name in known:
            return True
        self.add(f"there is no {what} {name!r}{did_you_mean(name, known)}")
        return False


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Give "; did you mean 'x'?" for the closest of `known`, or nothing when none is close."""
    close = get_close_matches(word, _near(word, known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _near(word: str, known: Collection[str]) -> list[str]:
    """Give those of `known` that are worth comparing, which takes a hundred times as long as this."""
    if len(word) > _LONGEST_WORD:
        return []
    letters = frozenset(word)
    far = {name: len(letters.symmetric_difference(name)) for name in known if abs(len(name) - len(word)) <= _FARTHEST}
    return nsmallest(_MOST_COMPARED, (name for name in far if far[name] <= _FARTHEST), key=lambda name: far[name])


_KINDS: Mapping[type, str] = {
    bool: "yes or no",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
    type(None): "nothing",
}


def kind_of(value: Any) -> str:
    """Name the kind of a document's value as a writer of YAML would, without quoting it."""
    return _KINDS.get(type(value), f"a {type(value).__name__}")
