"""Snapshots of a world in memory: its fakes hold values that never change, so copying their containers is enough."""

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

Containers = (dict, list, set, Counter)
_HASHED = frozenset([str, bytes, int, float, bool, frozenset, type(None)])
Plain = (int, float, str, bytes, bool, tuple, frozenset, type(None))


@dataclass(slots=True)
class Fingerprints:
    """Tells values apart by small numbers; a value once seen is known by its identity and kept alive by that."""

    seen: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def of(self, value: Any) -> int:
        """Give a number that is the same for equal values."""
        kind = type(value)
        if kind in _HASHED:
            return hash(value)
        if kind is tuple or kind is list:
            return hash(tuple([self.of(each) for each in value]))
        known = self.seen.get(id(value))
        if known is None:
            known = self.seen[id(value)] = (value, hash(pickle.dumps(value)))
        return known[1]


Slot = tuple[Any, str]


def slots_of(things: Iterable[Any]) -> list[Slot]:
    """Find what may change in these fakes: containers and plain values, those of the dataclasses inside them, too."""
    return [slot for thing in things for slot in _slots(thing)]


def _slots(thing: Any) -> Iterator[Slot]:
    for name in _names(thing):
        value = getattr(thing, name)
        if isinstance(value, Containers) or (isinstance(value, Plain) and not name.startswith("__")):
            yield thing, name
        elif is_dataclass(value) and not isinstance(value, type) and not _is_frozen(value):
            yield from _slots(value)


def _names(thing: Any) -> list[str]:
    return [each.name for each in fields(thing)] if is_dataclass(thing) else list(vars(thing))


def _is_frozen(value: Any) -> bool:
    return bool(value.__dataclass_params__.frozen) or type(value).__setattr__ is not object.__setattr__


def copied(value: Any) -> Any:
    """Give a container of the same values; anything else is a value itself."""
    return value.copy() if isinstance(value, Containers) else value


Snapshot = list[tuple[Slot, Any]]


def taken(slots: Iterable[Slot]) -> Snapshot:
    """Take a snapshot."""
    return [((thing, name), copied(getattr(thing, name))) for thing, name in slots]


def restored(snapshot: Snapshot) -> None:
    """Put everything back as it was."""
    for (thing, name), value in snapshot:
        setattr(thing, name, copied(value))


def digest(slots: Iterable[Slot], fingerprints: Fingerprints) -> int:
    """Give a number that is the same for worlds in the same state."""
    return hash(tuple([_digest(getattr(thing, name), fingerprints) for thing, name in slots]))


def _digest(value: Any, fingerprints: Fingerprints) -> int:
    if isinstance(value, dict):
        if not value or type(next(iter(value.values()))) in _HASHED:
            return hash(frozenset(value.items()))
        return hash(frozenset([(key, fingerprints.of(each)) for key, each in value.items()]))
    if isinstance(value, set):
        return hash(frozenset(value))
    return fingerprints.of(value)
