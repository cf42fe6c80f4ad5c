"""The catalogue in memory; a change is seen at once, which is within ten seconds."""

import threading
from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import pack, unpack
from chalicelib.adapters.dynamodb.keys import Key
from chalicelib.core.centre.model import AgentRecord, Centre
from chalicelib.core.centre.reading import read_centre
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.plugins import Plugin, readable
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.ground.errors import Conflict, NotConfigured
from tests.fakes.strictness import admitted


class MemoryCatalogue:
    """Keeps ports.Catalogue."""

    def __init__(self) -> None:
        self._centres: list[str | bytes] = []
        self._flows: dict[str, list[str | bytes]] = {}
        self._plugins: dict[str, str | bytes] = {}
        self._hashes: dict[Key, str] = {}
        self._read: dict[tuple[str, int], Any] = {}
        self._lock = threading.RLock()

    def copied(self) -> "MemoryCatalogue":
        """Give another catalogue in which the same is published."""
        other = MemoryCatalogue()
        other._centres = list(self._centres)
        other._flows = {name: list(stored) for name, stored in self._flows.items()}
        other._plugins, other._hashes, other._read = dict(self._plugins), dict(self._hashes), dict(self._read)
        return other

    def centre(self) -> Centre:
        with self._lock:
            version = len(self._centres)
            if not version:
                raise NotConfigured("There is no configuration yet: apply one.")
            if ("", version) not in self._read:
                self._read["", version] = read_centre(unpack(self._centres[-1]), version)
            centre: Centre = self._read["", version]
            return centre

    def agent_record(self, agent_id: str) -> AgentRecord | None:
        return self.centre().agents.get(agent_id)

    def agent_called(self, name: str) -> AgentRecord | None:
        named = (record for record in self.centre().agents.values() if name in record.user_names)
        return self.agent_record(name) or next(named, None)

    def put_centre(self, document: Mapping[str, Any], expected: int) -> int:
        with self._lock:
            if len(self._centres) != expected:
                raise Conflict("Somebody else changed it first: read again and decide anew.")
            self._centres.append(pack(document))
            return expected + 1

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

    def password_hash(self, agent_id: str) -> str | None:
        with self._lock:
            return self._hashes.get(admitted(keys.password(agent_id)))

    def put_password_hash(self, agent_id: str, hashed: str) -> None:
        with self._lock:
            self._hashes[admitted(keys.password(agent_id))] = hashed
