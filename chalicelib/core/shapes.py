"""The shapes that values of a configuration document may have.

One table of shapes reads a document (noting every mistake), writes it back, describes it as JSON Schema for
editors, and is what the documentation is checked against.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Protocol, Self

from chalicelib.core.mistakes import Notes, did_you_mean, kind_of


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a document: the mistakes so far, and the `names` that each of its sections declares."""

    notes: Notes
    names: Mapping[str, Collection[str]] = field(default_factory=dict)

    def at(self, step: str | int) -> Self:
        """Give the same reading one step further in."""
        return type(self)(self.notes.at(step), self.names)


class Shape(Protocol):
    """What a value may be. `read` notes mistakes; what it gives is used only if there was none."""

    def read(self, value: Any, reading: Reading) -> Any:
        """Give the value as it is used inside."""

    def write(self, value: Any) -> Any:
        """Give the value as it stands in the document."""

    def schema(self) -> dict[str, Any]:
        """Describe the shape in JSON Schema 2020-12."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that wholly matches `pattern`; `what` completes "must be ...".

    `check` may find fault beyond the pattern, and says what. A text that may be a secret is never quoted.
    """

    pattern: str
    what: str
    check: Callable[[str], str | None] | None = None

    def read(self, value: Any, reading: Reading) -> str | None:
        """Give the text."""
        if not isinstance(value, str):
            hint = " (put it in quotes)" if isinstance(value, bool | int | float) else ""
            reading.notes.add(f"must be {self.what}, not {kind_of(value)}{hint}")
        elif not re.fullmatch(self.pattern, value):
            reading.notes.add(f"must be {self.what}")
        elif self.check and (fault := self.check(value)):
            reading.notes.add(fault)
        else:
            return value
        return None

    def write(self, value: str) -> str:
        """Give the text."""
        return value

    def schema(self) -> dict[str, Any]:
        """Give its pattern."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "description": f"Must be {self.what}."}


@dataclass(frozen=True, slots=True)
class Made:
    """A text that stands for something else inside: `make` gives that, `tell` the text."""

    text: Text
    make: Callable[[str], Any]
    tell: Callable[[Any], str]

    def read(self, value: Any, reading: Reading) -> Any:
        """Give what the text stands for."""
        found = self.text.read(value, reading)
        return None if found is None else self.make(found)

    def write(self, value: Any) -> str:
        """Give the text again."""
        return self.tell(value)

    def schema(self) -> dict[str, Any]:
        """Give the text's schema."""
        return self.text.schema()


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds, both included."""

    low: int
    high: int

    def read(self, value: Any, reading: Reading) -> int | None:
        """Give the number."""
        if isinstance(value, bool) or not isinstance(value, int):
            reading.notes.add(f"must be a whole number, not {kind_of(value)}")
        elif not self.low <= value <= self.high:
            reading.notes.add(f"must be from {self.low} to {self.high}")
        else:
            return value
        return None

    def write(self, value: int) -> int:
        """Give the number."""
        return value

    def schema(self) -> dict[str, Any]:
        """Give its bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class YesNo:
    """True or false."""

    def read(self, value: Any, reading: Reading) -> bool | None:
        """Give the answer."""
        if isinstance(value, bool):
            return value
        reading.notes.add(f"must be true or false, not {kind_of(value)}")
        return None

    def write(self, value: bool) -> bool:  # noqa: FBT001 - the value itself, not a switch
        """Give the answer."""
        return value

    def schema(self) -> dict[str, Any]:
        """Say so."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`, all of one kind."""

    options: tuple[str, ...] | tuple[int, ...]

    def read(self, value: Any, reading: Reading) -> Any:
        """Give the chosen one."""
        if type(value) is type(self.options[0]) and value in self.options:
            return value
        near = did_you_mean(value, [str(option) for option in self.options]) if isinstance(value, str) else ""
        reading.notes.add(f"is none of those known{near}" if near else f"must be one of {self._listed()}")
        return None

    def write(self, value: Any) -> Any:
        """Give the chosen one."""
        return value

    def schema(self) -> dict[str, Any]:
        """List the options."""
        return {"enum": list(self.options)}

    def _listed(self) -> str:
        return ", ".join(map(str, self.options))


@dataclass(frozen=True, slots=True)
class Ref:
    """A name (or number) that the document's `section` declares; `what` is what such a thing is called."""

    section: str
    what: str
    kind: type[str] | type[int] = str

    def read(self, value: Any, reading: Reading) -> Any:
        """Give the name."""
        if type(value) is not self.kind:
            reading.notes.add(f"must be the name of a {self.what}, not {kind_of(value)}")
            return None
        known = reading.names.get(self.section, ())
        return value if reading.notes.refers(str(value), known, self.what) else None

    def write(self, value: Any) -> Any:
        """Give the name."""
        return value

    def schema(self) -> dict[str, Any]:
        """Say what is named: a schema cannot tell whether it is there."""
        return {
            "type": "string" if self.kind is str else "integer",
            "description": f"The name of a {self.what} of this document.",
        }


@dataclass(frozen=True, slots=True)
class Many:
    """A list without repetitions, held as `into`."""

    item: Shape
    at_least: int = 0
    into: Callable[[Any], Collection[Any]] = tuple

    def read(self, value: Any, reading: Reading) -> Collection[Any] | None:
        """Give the items."""
        if not isinstance(value, list):
            reading.notes.add(f"must be a list, not {kind_of(value)}")
            return None
        if len(value) < self.at_least:
            reading.notes.add(f"must have at least {self.at_least} item")
        for index, item in enumerate(value):
            if item in value[:index]:
                reading.notes.at(index).add("is already in this list")
        return self.into([self.item.read(item, reading.at(index)) for index, item in enumerate(value)])

    def write(self, value: Collection[Any]) -> list[Any]:
        """Give the items as a list, those without an order sorted."""
        ordered = sorted(value) if isinstance(value, frozenset) else value
        return [self.item.write(item) for item in ordered]

    def schema(self) -> dict[str, Any]:
        """Describe one item."""
        return {
            "type": "array",
            "items": self.item.schema(),
            "minItems": self.at_least,
            "uniqueItems": True,
        }


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping from keys, each a text for `key`, to values of one shape.

    A Record with a `key` of its own is given the key. Unquoted digits, numbers to YAML, are texts as keys.
    """

    key: Shape
    value: Shape
    at_least: int = 0

    def read(self, value: Any, reading: Reading) -> dict[Any, Any]:
        """Give the mapping."""
        found: dict[Any, Any] = {}
        document = reading.notes.mapping(value)
        if len(document) < self.at_least and isinstance(value, Mapping):
            reading.notes.add(f"must have at least {self.at_least} entry")
        for name, inner in document.items():
            self._read_one(name, inner, found, reading.at(str(name)))
        return found

    def _read_one(self, name: Any, inner: Any, found: dict[Any, Any], reading: Reading) -> None:
        key = self.key.read(str(name) if type(name) is int else name, reading)
        if key in found:
            reading.notes.add("is given twice")
        if isinstance(self.value, Record):
            found[key] = self.value.read(inner, reading, key)
        else:
            found[key] = self.value.read(inner, reading)

    def write(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        """Give the mapping with its keys as texts."""
        return {self.key.write(name): self.value.write(inner) for name, inner in value.items()}

    def schema(self) -> dict[str, Any]:
        """Describe keys and values."""
        return {
            "type": "object",
            "propertyNames": self.key.schema(),
            "additionalProperties": self.value.schema(),
            "minProperties": self.at_least,
        }


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping that becomes the dataclass `cls`; fields without a default there are required here.

    `table` gives each field its shape and a sentence for the writer; the field `key` comes from outside.
    """

    cls: type[Any]
    table: Mapping[str, tuple[Shape, str]]
    key: str | None = None

    def read(self, value: Any, reading: Reading, key: Any = None) -> Any:
        """Give the object, or None after mistakes."""
        before = len(reading.notes.found)
        document = reading.notes.fields(value, self.table, self._required())
        values = {name: self.table[name][0].read(inner, reading.at(name)) for name, inner in document.items()}
        self._check_defaults(document, reading)
        if self.key:
            values[self.key] = key
        return self.cls(**values) if len(reading.notes.found) == before else None

    def _check_defaults(self, document: Mapping[str, Any], reading: Reading) -> None:
        """Read the defaults of what was left out: a default may name something that is not declared."""
        for name in self.table.keys() - document.keys() - self._required():
            shape, default = self.table[name][0], _default(self._declared()[name])
            if default is not None:
                shape.read(shape.write(default), reading.at(name))

    def write(self, value: Any) -> dict[str, Any]:
        """Give the fields that differ from their defaults."""
        return {
            name: shape.write(getattr(value, name))
            for name, (shape, _) in self.table.items()
            if name in self._required() or getattr(value, name) != _default(self._declared()[name])
        }

    def schema(self) -> dict[str, Any]:
        """Describe the fields with their sentences and defaults."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": sorted(self._required()),
            "properties": {name: self._field_schema(name) for name in self.table},
        }

    def _field_schema(self, name: str) -> dict[str, Any]:
        shape, sentence = self.table[name]
        described = shape.schema() | {"description": sentence}
        default = _default(self._declared()[name])
        return described if default in (MISSING, None) else described | {"default": shape.write(default)}

    def _declared(self) -> dict[str, "Field[Any]"]:
        return {declared.name: declared for declared in fields(self.cls)}

    def _required(self) -> frozenset[str]:
        return frozenset(name for name in self.table if _default(self._declared()[name]) is MISSING)


def _default(declared: "Field[Any]") -> Any:
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return declared.default
