"""What administrators publish, on DynamoDB: versions that never change, and pointers to the newest.

A version is read once in a process's life. Pointers and plugins are read again after ten seconds, so that a warm
function answers most calls without reading any of them. People are read one by one when they are needed (people.py).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from chalicelib.adapters.dynamodb import keys, people
from chalicelib.adapters.dynamodb.models import DocumentRow, EntryRow, PointerRow, bodied, keyed
from chalicelib.adapters.dynamodb.table import Put, Refused, Table
from chalicelib.core.centre.model import AgentRecord, Centre, Seat
from chalicelib.core.centre.people import (
    Entries,
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
from chalicelib.core.centre.sections import PEOPLE, is_agent_id
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.plugins import Plugin, readable
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.ports import Applying, Clock

T = TypeVar("T")

FRESH_MS = 10_000
VERSIONS = 64


class Fresh(Generic[T]):
    """A value that is read again once it is ten seconds old."""

    def __init__(self, read: Callable[[], T], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._held: tuple[int, T] | None = None

    def get(self) -> T:
        """Give the value as it was at most ten seconds ago."""
        now = self._clock.now()
        if self._held is None or not 0 <= now - self._held[0] < FRESH_MS:
            self._held = now, self._read()
        return self._held[1]

    def forget(self) -> None:
        """Have it read again: we have just changed it."""
        self._held = None


def _named(name: str, held: Fresh[Mapping[str, T]]) -> T | None:
    """Give what has this name, read again if nothing has: others may name what was published a moment ago."""
    if name not in held.get():
        held.forget()
    return held.get().get(name)


class DynamoCatalogue:
    """Keeps ports.Catalogue."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._centre_version = Fresh(self._read_centre_version, clock)
        self._flow_versions = Fresh(self._read_flow_versions, clock)
        self._plugins = Fresh(self._read_plugins, clock)
        self._centre = lru_cache(2)(self._read_centre)
        self._flow = lru_cache(VERSIONS)(self._read_flow)

    def version(self) -> int:
        """One GetItem."""
        self._centre_version.forget()
        return people.version_in_force(self._table)

    def centre(self) -> Centre:
        """At most two GetItems; none within ten seconds of the last."""
        return self._centre(self._centre_version.get())

    def agent_record(self, agent_id: str) -> AgentRecord | None:
        """One GetItem; two when the agent changed with an application we have not heard of."""
        return self._entry(agent_key(agent_id), AgentRecord)

    def agent_called(self, name: str) -> AgentRecord | None:
        """One GetItem for an AgentID, two for a user name."""
        if is_agent_id(name) and (record := self.agent_record(name)):
            return record
        known = self._entry(user_name_key(name), UserName)
        return self.agent_record(known.agent) if known else None

    def seat(self, number: int) -> Seat | None:
        """As `agent_record`."""
        return self._entry(seat_key(number), Seat)

    def group(self, name: str) -> tuple[str, ...]:
        """One GetItem for every part of the group, 1,000 agents."""
        first = self._entry(group_key(name), GroupPart)
        others = (self._entry(group_key(name, part), GroupPart) for part in range(1, first.parts if first else 1))
        return tuple(agent for part in (first, *others) if part for agent in part.agents)

    def password_hash(self, agent_id: str) -> str | None:
        """As `agent_record`."""
        kept = self._entry(password_key(agent_id), KeptPassword)
        return kept.hashed if kept else None

    def people(self) -> Entries:
        """A query for every megabyte."""
        version = people.version_in_force(self._table)
        found = ((key, kept.at(version)) for key, kept in people.read_all(self._table).items())
        return {key: entry for key, entry in found if entry is not None}

    def applying(self, expected: int) -> Applying:
        """A PutItem, a GetItem, and `people`."""
        return people.DynamoApplying(self._table, expected, self._centre_version.forget)

    def flow(self, name: str, version: int | None = None) -> tuple[int, Flow]:
        """At most a query and a GetItem, two queries for a new flow; none for a version that was read before."""
        number = self._newest(name) if version is None else version
        return number, self._flow(name, number)

    def flow_names(self) -> Mapping[str, int]:
        """At most one query; none within ten seconds of the last."""
        return self._flow_versions.get()

    def put_flow(self, name: str, document: Mapping[str, Any]) -> int:
        """One query and two PutItems, more when somebody publishes the same flow at the same time."""
        body = bodied(document)
        version = self._read_flow_versions().get(name, 0) + 1
        while not self._put_version(name, version, body):
            version += 1
        self._point_to(name, version)
        self._flow_versions.forget()
        return version

    def plugin(self, name: str) -> Plugin:
        """As `plugins`, and a query for one that nobody knew of."""
        plugin = _named(name, self._plugins)
        if plugin is None:
            raise NotConfigured(f"There is no plugin {name}: publish it.")
        return plugin

    def plugins(self) -> Mapping[str, Plugin]:
        """At most one query; none within ten seconds of the last."""
        return self._plugins.get()

    def put_plugin(self, name: str, document: Mapping[str, Any]) -> None:
        """One PutItem."""
        self._table.write([Put(DocumentRow(**keyed(keys.plugin(name)), **bodied(document)))])
        self._plugins.forget()

    def _put_version(self, name: str, version: int, body: Mapping[str, Any]) -> bool:
        """Take the number if nobody has it; a publisher that was killed may have left one that nothing points to."""
        row = DocumentRow(**keyed(keys.flow_version(name, version)), **body)
        try:
            self._table.write([Put(row, DocumentRow.PK.does_not_exist())])
        except Refused:
            return False
        return True

    def _point_to(self, name: str, version: int) -> None:
        older = PointerRow.PK.does_not_exist() | (PointerRow.version < version)
        try:
            self._table.write([Put(PointerRow(**keyed(keys.flow_pointer(name)), version=version), older)])
        except Refused:
            # Somebody who came later was faster: theirs is the newest.
            return

    def _newest(self, name: str) -> int:
        version = _named(name, self._flow_versions)
        if version is None:
            raise NotConfigured(f"There is no flow {name}: publish it.")
        return version

    def _entry(self, key: EntryKey, kind: type[T]) -> T | None:
        """Give the entry as it is in force now, however long ago we looked at the pointer: what is gone is gone."""
        row = self._table.get(keys.entry(key)) if people.can_be_named(key.name) else None
        if not isinstance(row, EntryRow):
            return None
        kept = people.read(row)
        if kept.version > self._centre_version.get():
            self._centre_version.forget()
        entry = kept.at(self._centre_version.get())
        return entry if isinstance(entry, kind) else None

    def _read_centre_version(self) -> int:
        version = people.version_in_force(self._table)
        if not version:
            raise NotConfigured("There is no configuration yet: apply one.")
        return version

    def _read_centre(self, version: int) -> Centre:
        row = self._table.get(keys.centre_version(version))
        if not isinstance(row, DocumentRow):
            raise NotConfigured(f"Version {version} of the configuration is missing: apply it again.")
        if not PEOPLE.isdisjoint(row.document):
            raise NotConfigured("The configuration in force is of an older form: apply it again.")
        return read_centre(row.document, version)

    def _read_flow_versions(self) -> Mapping[str, int]:
        found = self._table.query(keys.FLOWS, PointerRow.SK.startswith(keys.FLOW))
        return {row.SK.removeprefix(keys.FLOW): int(row.version) for row in found if isinstance(row, PointerRow)}

    def _read_flow(self, name: str, version: int) -> Flow:
        row = self._table.get(keys.flow_version(name, version))
        if not isinstance(row, DocumentRow):
            raise NotConfigured(f"There is no version {version} of the flow {name}: publish it.")
        return read_flow(row.document, Known())

    def _read_plugins(self) -> Mapping[str, Plugin]:
        found = self._table.query(keys.PLUGINS, DocumentRow.SK.startswith(keys.PLUGIN))
        rows = {row.SK.removeprefix(keys.PLUGIN): row.document for row in found if isinstance(row, DocumentRow)}
        return readable(rows)
