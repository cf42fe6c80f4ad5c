"""Frozen dataclasses that cost a cold start little.

The standard library's `dataclass` writes the source of six methods for each class and compiles it, at every start of a
process: half a millisecond a class, a third of this package's import. This one makes the same fields, so that
`replace`, `fields` and `asdict` work, and gives all classes the same methods, which read the fields when they are
called. It takes what this package uses: frozen classes, with or without `slots` and `kw_only`. Type checkers see the
standard one. docs/decisions/cold-start.md has the figures.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - said twice, it is exported
else:

    def dataclass(*, frozen: bool, slots: bool = False, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
        """Make a frozen dataclass, as `dataclasses.dataclass(frozen=True, ...)` would."""
        if not frozen:
            raise TypeError("values are frozen")

        def make(cls: type[T]) -> type[T]:
            return _furnish(dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls))

        return make


def _furnish(cls: type[T]) -> type[T]:
    compared = tuple(field.name for field in _fields(cls) if field.compare)
    shown = tuple(field.name for field in _fields(cls) if field.repr)

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 - it becomes the method of that name
        if other.__class__ is not cls:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in compared)

    def __hash__(self: Any) -> int:  # noqa: N807 - as above
        return hash(tuple(getattr(self, name) for name in compared))

    def __repr__(self: Any) -> str:  # noqa: N807 - as above
        return f"{cls.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    for method in (_initialiser(cls), __eq__, __hash__, __repr__):
        if method.__name__ not in cls.__dict__:
            setattr(cls, method.__name__, method)
    cls.__setattr__ = cls.__delattr__ = _frozen  # type: ignore[method-assign]  # that is the point
    return cls


def _initialiser(cls: type) -> Callable[..., None]:
    known = [field for field in _fields(cls) if field.init]
    names = frozenset(field.name for field in known)
    positional = tuple(field.name for field in known if not field.kw_only)
    defaults = {field.name: field.default for field in known if field.default is not MISSING}
    factories = tuple((field.name, field.default_factory) for field in known if field.default_factory is not MISSING)
    after: Callable[[Any], None] | None = getattr(cls, "__post_init__", None)

    def __init__(self: Any, *args: Any, **given: Any) -> None:  # noqa: N807 - it becomes the method of that name
        values = {**defaults, **dict(zip(positional, args, strict=False)), **given} if args else {**defaults, **given}
        for name, factory in factories:
            if name not in values:
                values[name] = factory()
        if values.keys() != names or len(args) > len(positional):
            raise _wrong_call(cls, names, values, len(args) - len(positional))
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if after:
            after(self)

    return __init__


def _fields(cls: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(cls)


def _frozen(self: object, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change {name} of a {type(self).__name__}")


def _wrong_call(cls: type, names: frozenset[str], values: dict[str, Any], surplus: int) -> TypeError:
    missing, unknown = sorted(names - values.keys()), sorted(values.keys() - names)
    told = [f"{', '.join(missing)} missing"] if missing else []
    told += [f"{', '.join(unknown)} unknown"] if unknown else []
    told += [f"{surplus} positional too many"] if surplus > 0 else []
    return TypeError(f"{cls.__name__}: {'; '.join(told)}")
