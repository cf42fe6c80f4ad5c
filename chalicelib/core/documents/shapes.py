"""Kinds of field that become, and are written back from, dataclasses and references; for the rest see fields.py.

A kind here has `write` besides `read` and `schema`: what it read can be made a document again.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, field, fields
from typing import Any, NamedTuple, Self

from chalicelib.core.documents.fields import Kind, Schema
from chalicelib.core.ground.mistakes import Notes, kind_of
from chalicelib.core.ground.values import dataclass

Table = Mapping[str, tuple[Kind, str]]
"""The fields of a record: each one's kind, and a sentence for whoever writes it."""


@dataclass(frozen=True, slots=True)
class Reading(Notes):
    """The notes of a document whose sections declare `names` that other places may refer to."""

    names: Mapping[str, Collection[str]] = field(default_factory=dict)

    def at(self, step: str | int) -> Self:
        """Give the same notes and names one step further in."""
        return type(self)(Notes.at(self, step).place, self.found, self.error, self.names)


class Line(NamedTuple):
    """A text, perhaps empty, that wholly matches `pattern`; `hint` completes "must be ...".

    `fault` may find fault beyond the pattern, and says what. The text itself is never quoted: it may be a secret.
    """

    pattern: str
    hint: str
    fault: Callable[[str], str | None] = lambda _: None

    def read(self, value: Any, notes: Notes) -> str | None:
        """Give the text."""
        if not isinstance(value, str):
            quotes = " (put it in quotes)" if isinstance(value, bool | int | float) else ""
            notes.add(f"must be {self.hint}, not {kind_of(value)}{quotes}")
        elif not re.fullmatch(self.pattern, value):
            notes.add(f"must be {self.hint}")
        elif fault := self.fault(value):
            notes.add(fault)
        else:
            return value
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "description": f"Must be {self.hint}."}


class Made(NamedTuple):
    """A text that stands for something else inside: `make` gives that, `tell` the text."""

    line: Line
    make: Callable[[str], Any]
    tell: Callable[[Any], str]

    def read(self, value: Any, notes: Notes) -> Any:
        """Give what the text stands for."""
        found = self.line.read(value, notes)
        return None if found is None else self.make(found)

    def write(self, value: Any) -> str:
        """Give the text again."""
        return self.tell(value)

    def schema(self) -> Schema:
        """Describe the text."""
        return self.line.schema()


class OneNumber(NamedTuple):
    """One of a few whole numbers."""

    numbers: tuple[int, ...]

    def read(self, value: Any, notes: Notes) -> int | None:
        """Give the number."""
        if type(value) is int and value in self.numbers:
            return value
        notes.add(f"must be one of {', '.join(map(str, self.numbers))}")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"enum": list(self.numbers)}


class Ref(NamedTuple):
    """A name (or number) that the document's `section` declares; `what` is what such a thing is called."""

    section: str
    what: str
    of: type[str] | type[int] = str

    def read(self, value: Any, notes: Notes) -> Any:
        """Give the name."""
        if type(value) is not self.of:
            notes.add(f"must be the name of a {self.what}, not {kind_of(value)}")
            return None
        names = notes.names.get(self.section, ()) if isinstance(notes, Reading) else ()
        return value if notes.refers(str(value), names, self.what) else None

    def schema(self) -> Schema:
        """Say what is named: a schema cannot tell whether it is there."""
        kind = "string" if self.of is str else "integer"
        return {"type": kind, "description": f"The name of a {self.what} of this document."}


class Distinct(NamedTuple):
    """A list without repetitions, held as `into`."""

    item: Kind
    fewest: int = 0
    into: Callable[[Any], Collection[Any]] = tuple

    def read(self, value: Any, notes: Notes) -> Collection[Any] | None:
        """Give the items."""
        if not isinstance(value, list):
            notes.add(f"must be a list, not {kind_of(value)}")
            return None
        if len(value) < self.fewest:
            notes.add(f"must have at least {self.fewest} item")
        self._note_repetitions(value, notes)
        return self.into([self.item.read(item, notes.at(index)) for index, item in enumerate(value)])

    def _note_repetitions(self, value: list[Any], notes: Notes) -> None:
        seen: set[Any] = set()
        for index, item in enumerate(value):
            if isinstance(item, str | int):
                if item in seen:
                    notes.at(index).add("is already in this list")
                seen.add(item)

    def write(self, value: Collection[Any]) -> list[Any]:
        """Give the items as a list, those without an order sorted."""
        return [written(self.item, item) for item in (sorted(value) if isinstance(value, frozenset) else value)]

    def schema(self) -> Schema:
        """Describe one item."""
        return {"type": "array", "items": self.item.schema(), "minItems": self.fewest, "uniqueItems": True}


class Entry(NamedTuple):
    """A mapping that becomes the dataclass `cls`; fields without a default there are required here.

    The field `key` of `cls`, if any, comes from outside: it is what the entry is filed under.
    """

    cls: type[Any]
    table: Table
    key: str = ""

    def read(self, value: Any, notes: Notes, key: Any = None) -> Any:
        """Give the object, or None after mistakes."""
        before = len(notes.found)
        document = notes.fields(value, self.table, self._required())
        values = {name: self.table[name][0].read(inner, notes.at(name)) for name, inner in document.items()}
        self._check_defaults(document, notes)
        own = {self.key: key} if self.key else {}
        return self.cls(**values, **own) if len(notes.found) == before else None

    def _check_defaults(self, document: Mapping[str, Any], notes: Notes) -> None:
        """Read the defaults of what was left out: a default may name something that is not declared."""
        for name in self.table.keys() - document.keys() - self._required():
            kind, default = self.table[name][0], self._defaults()[name]
            if default is not None:
                kind.read(written(kind, default), notes.at(name))

    def write(self, value: Any) -> dict[str, Any]:
        """Give the fields that differ from their defaults."""
        defaults = self._defaults()
        return {
            name: written(kind, getattr(value, name))
            for name, (kind, _) in self.table.items()
            if getattr(value, name) != defaults[name]
        }

    def schema(self) -> Schema:
        """Describe the fields with their sentences and defaults."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": sorted(self._required()),
            "properties": {name: self._field_schema(name) for name in self.table},
        }

    def _field_schema(self, name: str) -> Schema:
        kind, sentence = self.table[name]
        default = self._defaults()[name]
        described = kind.schema() | {"description": sentence}
        return described if default in (MISSING, None) else described | {"default": written(kind, default)}

    def _defaults(self) -> Mapping[str, Any]:
        return {
            declared.name: declared.default if declared.default_factory is MISSING else declared.default_factory()
            for declared in fields(self.cls)
        }

    def _required(self) -> frozenset[str]:
        return frozenset(name for name, default in self._defaults().items() if default is MISSING) & self.table.keys()


class Named(NamedTuple):
    """A mapping from keys to values of one kind; an entry is given its key.

    Digits without quotes, numbers to YAML, are texts as keys.
    """

    key: Kind
    value: Kind
    fewest: int = 0

    def read(self, value: Any, notes: Notes) -> dict[Any, Any]:
        """Give the mapping."""
        found: dict[Any, Any] = {}
        document = notes.mapping(value)
        if isinstance(value, Mapping) and len(document) < self.fewest:
            notes.add(f"must have at least {self.fewest} entry")
        for name, inner in document.items():
            place = notes.at(str(name))
            key = self.key.read(str(name), place)
            if key in found:
                place.add("is given twice")
            kind = self.value
            found[key] = kind.read(inner, place, key) if isinstance(kind, Entry) else kind.read(inner, place)
        return found

    def write(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        """Give the mapping with its keys as texts."""
        return {written(self.key, name): written(self.value, inner) for name, inner in value.items()}

    def schema(self) -> Schema:
        """Describe keys and values."""
        return {
            "type": "object",
            "propertyNames": self.key.schema(),
            "additionalProperties": self.value.schema(),
            "minProperties": self.fewest,
        }


def written(kind: Kind, value: Any) -> Any:
    """Give what `kind` read as it stands in a document; most kinds give just what they read."""
    write: Callable[[Any], Any] | None = getattr(kind, "write", None)
    return write(value) if write else value
