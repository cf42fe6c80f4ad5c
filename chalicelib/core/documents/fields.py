"""Kinds of field that a document may have: each reads a value and describes itself as JSON Schema.

A table of fields is thus told once: the reader and the schema for editors are both drawn from it.
A kind that refuses a value notes why and gives None; the reading goes on, so that every mistake is found. Of too many
items twice as many as are allowed are read: so none of those is blamed for what the surplus would have explained.
Kinds are named tuples: Python makes such a class nine times as fast as a frozen dataclass, and cold starts wait for it.
"""

import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple, Protocol

from chalicelib.core.ground.mistakes import Notes, did_you_mean, kind_of

Schema = dict[str, Any]


class Kind(Protocol):
    """How one sort of value is read."""

    def read(self, value: Any, notes: Notes) -> Any:
        """Give what `value` means, or note what is wrong with it."""

    def schema(self) -> Schema:
        """Describe the values that are accepted."""


class Field(NamedTuple):
    """One field of a record; `about` is what an editor shows beside it."""

    kind: Kind
    about: str
    required: bool = False
    default: Any = None


Fields = dict[str, Field]


class Text(NamedTuple):
    """A text, not empty; `hint` says what fits `pattern` in words."""

    pattern: str = ""
    hint: str = ""
    longest: int = 2000

    def read(self, value: Any, notes: Notes) -> str | None:
        """Give the text."""
        if not isinstance(value, str):
            notes.add(f"must be a text, not {kind_of(value)}")
        elif self.pattern and not re.search(self.pattern, value):
            notes.add(f"must be {self.hint}")
        elif not 0 < len(value) <= self.longest:
            notes.add(f"must have 1 to {self.longest} characters")
        else:
            return value
        return None

    def schema(self) -> Schema:
        """Describe it."""
        schema: Schema = {"type": "string", "minLength": 1, "maxLength": self.longest}
        return schema | ({"pattern": self.pattern} if self.pattern else {})


class Number(NamedTuple):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def read(self, value: Any, notes: Notes) -> int | None:
        """Give the number."""
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return value
        notes.add(f"must be a whole number from {self.low} to {self.high}")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Flag:
    """Yes or no."""

    def read(self, value: Any, notes: Notes) -> bool | None:
        """Give the flag."""
        if isinstance(value, bool):
            return value
        notes.add(f"must be true or false, not {kind_of(value)}")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "boolean"}


class OneOf(NamedTuple):
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Any, notes: Notes) -> str | None:
        """Give the word."""
        if isinstance(value, str) and value in self.words:
            return value
        close = did_you_mean(value, self.words) if isinstance(value, str) else ""
        notes.add(f"must be one of {', '.join(self.words)}{close}")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"enum": list(self.words)}


class MapOf(NamedTuple):
    """A mapping from names that fit `names` to values of one kind."""

    names: Kind
    values: Kind
    fewest: int = 0
    most: int = 50

    def read(self, value: Any, notes: Notes) -> dict[str, Any]:
        """Give the mapping with each value read."""
        items = notes.mapping(value)
        if isinstance(value, Mapping) and not self.fewest <= len(items) <= self.most:
            notes.add(f"must have {self.fewest} to {self.most} entries")
        read: dict[str, Any] = {}
        for name, inner in islice(items.items(), 2 * self.most):
            place = notes.at(str(name))
            if self.names.read(str(name), place) is None:
                continue
            if str(name) in read:
                place.add("is given twice")
            read[str(name)] = self.values.read(inner, place)
        return read

    def schema(self) -> Schema:
        """Describe it."""
        return {
            "type": "object",
            "propertyNames": self.names.schema(),
            "additionalProperties": self.values.schema(),
            "minProperties": self.fewest,
            "maxProperties": self.most,
        }


class ListOf(NamedTuple):
    """A list of values of one kind."""

    items: Kind
    fewest: int = 1
    most: int = 50

    def read(self, value: Any, notes: Notes) -> tuple[Any, ...]:
        """Give the list as a tuple with each item read."""
        if not isinstance(value, list):
            notes.add(f"must be a list, not {kind_of(value)}")
            return ()
        if not self.fewest <= len(value) <= self.most:
            notes.add(f"must have {self.fewest} to {self.most} items")
        return tuple(self.items.read(item, notes.at(place)) for place, item in enumerate(value[: 2 * self.most]))

    def schema(self) -> Schema:
        """Describe it."""
        return {
            "type": "array",
            "items": self.items.schema(),
            "minItems": self.fewest,
            "maxItems": self.most,
        }


class Record(NamedTuple):
    """A mapping with known fields."""

    fields: Fields
    about: str = ""

    def read(self, value: Any, notes: Notes) -> dict[str, Any]:
        """Give every field: as read, or its default where it is absent."""
        required = [name for name, known in self.fields.items() if known.required]
        given = notes.fields(value, self.fields, required)
        return {
            name: known.kind.read(given[name], notes.at(name)) if name in given else known.default
            for name, known in self.fields.items()
        }

    def schema(self) -> Schema:
        """Describe it."""
        schema: Schema = {
            "type": "object",
            "properties": {name: _described(known) for name, known in self.fields.items()},
            "additionalProperties": False,
            "required": [name for name, known in self.fields.items() if known.required],
        }
        return schema | ({"description": self.about} if self.about else {})


class Built(NamedTuple):
    """Something made of another kind's value; `build` may note mistakes, and meets None where a part was refused."""

    kind: Kind
    build: Callable[[Any, Notes], Any]

    def read(self, value: Any, notes: Notes) -> Any:
        """Give what is built."""
        return self.build(self.kind.read(value, notes), notes)

    def schema(self) -> Schema:
        """Describe what it is built of."""
        return self.kind.schema()


class Either(NamedTuple):
    """A short form, told by its Python type, or the full one."""

    short_type: type
    short: Kind
    full: Kind

    def read(self, value: Any, notes: Notes) -> Any:
        """Give what the form that fits gives."""
        return (self.short if isinstance(value, self.short_type) else self.full).read(value, notes)

    def schema(self) -> Schema:
        """Describe both forms."""
        return {"anyOf": [self.short.schema(), self.full.schema()]}


def _described(known: Field) -> Schema:
    default = {} if known.default in (None, (), {}) else {"default": known.default}
    return known.kind.schema() | {"description": known.about} | default
