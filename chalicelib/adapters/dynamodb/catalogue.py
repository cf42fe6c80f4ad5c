"""What administrators publish, on DynamoDB: versions that never change, and pointers to the newest.

A version is read once in a process's life. Pointers and plugins are read again after ten seconds, so that a warm
function answers most calls without reading any of them.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.models import DocumentRow, PasswordRow, PointerRow, bodied, keyed
from chalicelib.adapters.dynamodb.table import Put, Refused, Table
from chalicelib.core.centre.model import AgentRecord, Centre
from chalicelib.core.centre.reading import read_centre
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.plugins import Plugin, readable
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.ports import Clock

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

    def centre(self) -> Centre:
        """At most two GetItems; none within ten seconds of the last."""
        return self._centre(self._centre_version.get())

    def agent_record(self, agent_id: str) -> AgentRecord | None:
        """As `centre`."""
        return self.centre().agents.get(agent_id)

    def agent_called(self, name: str) -> AgentRecord | None:
        """As `centre`."""
        named = (record for record in self.centre().agents.values() if name in record.user_names)
        return self.agent_record(name) or next(named, None)

    def put_centre(self, document: Mapping[str, Any], expected: int) -> int:
        """One transaction: the version and the pointer to it."""
        version = expected + 1
        stored = DocumentRow(**keyed(keys.centre_version(version)), **bodied(document))
        pointer = PointerRow(**keyed(keys.centre_pointer()), version=version)
        unchanged = PointerRow.version == expected if expected else PointerRow.PK.does_not_exist()
        self._table.write([Put(stored, DocumentRow.PK.does_not_exist()), Put(pointer, unchanged)])
        self._centre_version.forget()
        return version

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

    def password_hash(self, agent_id: str) -> str | None:
        """One GetItem."""
        row = self._table.get(keys.password(agent_id))
        return row.hashed if isinstance(row, PasswordRow) else None

    def put_password_hash(self, agent_id: str, hashed: str) -> None:
        """One PutItem."""
        self._table.write([Put(PasswordRow(**keyed(keys.password(agent_id)), hashed=hashed))])

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

    def _read_centre_version(self) -> int:
        row = self._table.get(keys.centre_pointer())
        if not isinstance(row, PointerRow):
            raise NotConfigured("There is no configuration yet: apply one.")
        return int(row.version)

    def _read_centre(self, version: int) -> Centre:
        row = self._table.get(keys.centre_version(version))
        if not isinstance(row, DocumentRow):
            raise NotConfigured(f"Version {version} of the configuration is missing: apply it again.")
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
