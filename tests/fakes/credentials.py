"""Credentials in memory."""

import threading
from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import pack, unpack
from chalicelib.adapters.dynamodb.keys import Key
from chalicelib.ports import Clock
from tests.fakes.strictness import admitted, number


class MemoryCredentials:
    """Keeps ports.Credentials."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[Key, tuple[str | bytes, int]] = {}
        self._counts: dict[Key, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def put(self, kind: str, key: str, value: Mapping[str, Any], expires_at: int) -> None:
        with self._lock:
            self._records[_name(kind, key)] = (pack(value), number(expires_at))

    def get(self, kind: str, key: str) -> Mapping[str, Any] | None:
        with self._lock:
            return self._good(self._records.get(_name(kind, key)))

    def consume(self, kind: str, key: str) -> Mapping[str, Any] | None:
        with self._lock:
            return self._good(self._records.pop(_name(kind, key), None))

    def drop(self, kind: str, key: str) -> None:
        with self._lock:
            self._records.pop(_name(kind, key), None)
            self._counts.pop(_name(kind, key), None)

    def count(self, kind: str, key: str, most: int, expires_at: int) -> bool:
        with self._lock:
            counted, until = self._counts.get(_name(kind, key), (0, 0))
            counted = counted if self._clock.now() < until else 0
            if counted >= most:
                return False
            self._counts[_name(kind, key)] = (counted + 1, number(expires_at))
            return True

    def _good(self, record: tuple[str | bytes, int] | None) -> Mapping[str, Any] | None:
        if record is None or self._clock.now() >= record[1]:
            return None
        value: Mapping[str, Any] = unpack(record[0])
        return value


def _name(kind: str, key: str) -> Key:
    return admitted(keys.credential(kind, key))
