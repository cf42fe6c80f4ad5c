"""Dataclasses to small JSON-ready documents and back, by their type hints: what is stored, whatever the engine.

Fields that have their default are left out. So are those that take no part in comparison (`outbox`, `events`,
`timers`): they are no state but what a change wants told, and have rows of their own.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.values import dataclass

T = TypeVar("T")

READABLE_BYTES = 900
"""A write is billed by the KB: more than this, and keys and other attributes would bring the row above one."""

MOST_BYTES = 390_000
"""A row may have 400 KB with everything in it."""

KIND = "do"
"""Where one of several dataclasses is meant, the class's name stands under this key."""


def encode(thing: Any) -> dict[str, Any]:
    """Give the document of a dataclass."""
    return cast("dict[str, Any]", _form(type(thing)).write(thing))


def decode(kind: type[T], document: Mapping[str, Any]) -> T:
    """Give the dataclass that `encode` made the document from."""
    return cast("T", _form(kind).read(document))


def encode_all(kind: Any, things: tuple[Any, ...]) -> list[Any]:
    """Give the documents of several things of one kind, which may be a union."""
    form = _form(kind)
    return [form.write(thing) for thing in things]


def decode_all(kind: Any, documents: list[Any]) -> tuple[Any, ...]:
    """Give the things that `encode_all` made the documents from."""
    form = _form(kind)
    return tuple(form.read(document) for document in documents)


def to_text(document: Any) -> str:
    """Give the document as JSON without blanks; Chinese stays Chinese, which takes half the bytes of escapes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def pack(document: Any) -> str | bytes:
    """Give the document as text that people can read, or compressed where that would be billed as a second KB.

    Raises:
        BadRequest: it does not fit into a row.
    """
    text = to_text(document)
    data = text.encode()
    if len(data) <= READABLE_BYTES:
        return text
    packed = zlib.compress(data)
    if len(packed) > MOST_BYTES:
        raise BadRequest(
            f"The document has {len(packed) // 1000} KB when compressed, {MOST_BYTES // 1000} KB fit: divide it."
        )
    return packed


def unpack(stored: str | bytes) -> Any:
    """Give the document that `pack` stored."""
    return json.loads(stored if isinstance(stored, str) else zlib.decompress(stored))


@dataclass(frozen=True, slots=True)
class _Form:
    """How values of one type are written and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


_AS_IT_IS = _Form(_same, _same)


def _derive(kind: Any) -> _Form:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _union(arguments)
    if origin is tuple:
        return _sequence(_form(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_form(arguments[1]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _Form(lambda value: value.value, kind)
    return _AS_IT_IS


_form: Callable[[Any], _Form] = cache(_derive)


def _sequence(item: _Form) -> _Form:
    return _Form(
        lambda value: [item.write(each) for each in value],
        lambda document: tuple(item.read(each) for each in document),
    )


def _mapping(item: _Form) -> _Form:
    if item is _AS_IT_IS:
        return _Form(dict, dict)
    return _Form(
        lambda value: {name: item.write(each) for name, each in value.items()},
        lambda document: {name: item.read(each) for name, each in document.items()},
    )


def _union(kinds: tuple[Any, ...]) -> _Form:
    some = [kind for kind in kinds if kind is not NoneType]
    if len(some) > 1:
        return _one_of({kind.__name__: kind for kind in some})
    form = _form(some[0])
    return _Form(
        lambda value: None if value is None else form.write(value),
        lambda document: None if document is None else form.read(document),
    )


def _one_of(kinds: Mapping[str, type]) -> _Form:
    def write(value: Any) -> dict[str, Any]:
        return {KIND: type(value).__name__} | encode(value)

    def read(document: Mapping[str, Any]) -> Any:
        return decode(kinds[document[KIND]], document)

    return _Form(write, read)


def _record(kind: type[Any]) -> _Form:
    hints = get_type_hints(kind)
    table = [(each.name, _form(hints[each.name]), _default(each)) for each in fields(kind) if each.compare]

    def write(value: Any) -> dict[str, Any]:
        given = ((name, form, getattr(value, name), default) for name, form, default in table)
        return {name: form.write(inner) for name, form, inner, default in given if inner != default}

    def read(document: Mapping[str, Any]) -> Any:
        return kind(**{name: form.read(document[name]) for name, form, _ in table if name in document})

    return _Form(write, read)


def _default(declared: "Field[Any]") -> Any:
    return declared.default_factory() if declared.default_factory is not MISSING else declared.default
