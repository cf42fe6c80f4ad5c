"""The catalogue in memory; a change is seen at once, which is within ten seconds."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode, encode, pack, unpack
from chalicelib.core.centre.model import AgentRecord, Centre, Seat
from chalicelib.core.centre.people import (
    ENTRIES,
    Entries,
    Entry,
    EntryKey,
    GroupPart,
    KeptPassword,
    UserName,
    agent_key,
    group_key,
    password_key,
    seat_key,
    user_name_key,
)
from chalicelib.core.centre.reading import read_centre
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.plugins import Plugin, readable
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.ground.errors import Conflict, NotConfigured
from tests.fakes.strictness import admitted

T = TypeVar("T")

LONGEST_NAME = 800

Stored = Mapping[EntryKey, str | bytes]


class MemoryCatalogue:
    """Keeps ports.Catalogue."""

    def __init__(self) -> None:
        self._centres: list[str | bytes] = []
        self._people: Stored = {}
        self._begun: Stored = {}
        self._claims = 0
        self._flows: dict[str, list[str | bytes]] = {}
        self._plugins: dict[str, str | bytes] = {}
        self._read: dict[tuple[str, int], Any] = {}
        self._lock = threading.RLock()

    def copied(self) -> "MemoryCatalogue":
        """Give another catalogue in which the same is published."""
        other = MemoryCatalogue()
        other._centres, other._people = list(self._centres), self._people
        other._flows = {name: list(stored) for name, stored in self._flows.items()}
        other._plugins, other._read = dict(self._plugins), dict(self._read)
        return other

    def version(self) -> int:
        with self._lock:
            return len(self._centres)

    def centre(self) -> Centre:
        with self._lock:
            version = len(self._centres)
            if not version:
                raise NotConfigured("There is no configuration yet: apply one.")
            if ("", version) not in self._read:
                self._read["", version] = read_centre(unpack(self._centres[-1]), version)
            centre: Centre = self._read["", version]
            return centre

    def edits(self, change: Callable[[Any], None]) -> None:
        """Put a changed configuration in force whose people stay as they are."""
        document = unpack(self._centres[-1])
        change(document)
        self._centres.append(pack(document))

    def agent_record(self, agent_id: str) -> AgentRecord | None:
        return self._entry(agent_key(agent_id), AgentRecord)

    def agent_called(self, name: str) -> AgentRecord | None:
        known = self._entry(user_name_key(name), UserName)
        return self.agent_record(name) or (self.agent_record(known.agent) if known else None)

    def seat(self, number: int) -> Seat | None:
        return self._entry(seat_key(number), Seat)

    def group(self, name: str) -> tuple[str, ...]:
        first = self._entry(group_key(name), GroupPart)
        others = (self._entry(group_key(name, part), GroupPart) for part in range(1, first.parts if first else 1))
        return tuple(agent for part in (first, *others) if part for agent in part.agents)

    def password_hash(self, agent_id: str) -> str | None:
        kept = self._entry(password_key(agent_id), KeptPassword)
        return kept.hashed if kept else None

    def people(self) -> Entries:
        return _read_all(self._people)

    def applying(self, expected: int) -> "MemoryApplying":
        with self._lock:
            self._claims += 1
            if len(self._centres) != expected:
                raise Conflict("Somebody else changed it first: read again and decide anew.")
            return MemoryApplying(self, self._claims)

    def flow(self, name: str, version: int | None = None) -> tuple[int, Flow]:
        with self._lock:
            stored = self._flows.get(name, [])
            number = len(stored) if version is None else version
            if not 0 < number <= len(stored):
                raise NotConfigured(f"There is no version {number} of the flow {name}: publish it.")
            if (name, number) not in self._read:
                self._read[name, number] = read_flow(unpack(stored[number - 1]), Known())
            return number, self._read[name, number]

    def flow_names(self) -> Mapping[str, int]:
        with self._lock:
            return {name: len(stored) for name, stored in self._flows.items()}

    def put_flow(self, name: str, document: Mapping[str, Any]) -> int:
        stored = pack(document)
        with self._lock:
            self._flows.setdefault(name, []).append(stored)
            return len(self._flows[name])

    def plugin(self, name: str) -> Plugin:
        plugin = self.plugins().get(name)
        if plugin is None:
            raise NotConfigured(f"There is no plugin {name}: publish it.")
        return plugin

    def plugins(self) -> Mapping[str, Plugin]:
        with self._lock:
            return readable({name: unpack(stored) for name, stored in self._plugins.items()})

    def put_plugin(self, name: str, document: Mapping[str, Any]) -> None:
        with self._lock:
            self._plugins[name] = pack(document)

    def _entry(self, key: EntryKey, kind: type[T]) -> T | None:
        if len(key.name.encode()) > LONGEST_NAME:
            return None
        with self._lock:
            stored = self._people.get(key)
        return None if stored is None else decode(kind, unpack(stored))


class MemoryApplying:
    """Keeps ports.Applying."""

    def __init__(self, catalogue: MemoryCatalogue, claim: int) -> None:
        self._catalogue, self._claim = catalogue, claim
        self._next = {**catalogue._people, **catalogue._begun}
        self.in_force: Entries = _read_all(catalogue._people)
        self.stored: Entries = _read_all(self._next)

    def store(self, entries: Mapping[EntryKey, Entry | None]) -> None:
        with self._catalogue._lock:
            self._check()
            for key, entry in entries.items():
                admitted(keys.entry(key))
                self._next[key] = _GONE if entry is None else pack(encode(entry))
            self._catalogue._begun = self._next

    def finish(self, document: Mapping[str, Any]) -> int:
        with self._catalogue._lock:
            self._check()
            self._catalogue._centres.append(pack(document))
            self._catalogue._people = {key: stored for key, stored in self._next.items() if stored != _GONE}
            self._catalogue._begun = {}
            self._catalogue._claims += 1
            return len(self._catalogue._centres)

    def _check(self) -> None:
        if self._catalogue._claims != self._claim:
            raise Conflict("Somebody else began to apply a configuration: theirs will be in force.")


_GONE = ""


def _read_all(stored: Stored) -> Entries:
    return {key: decode(ENTRIES[key.kind], unpack(document)) for key, document in stored.items() if document != _GONE}
