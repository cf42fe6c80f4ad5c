"""Credentials in memory."""

import json
import threading
from collections.abc import Mapping
from typing import Any

from chalicelib.ports import Clock


class MemoryCredentials:
    """Keeps ports.Credentials."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[tuple[str, str], tuple[str, int]] = {}
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = threading.Lock()

    def put(self, kind: str, key: str, value: Mapping[str, Any], expires_at: int) -> None:
        with self._lock:
            self._records[kind, key] = (json.dumps(value), expires_at)

    def get(self, kind: str, key: str) -> Mapping[str, Any] | None:
        with self._lock:
            return self._good(self._records.get((kind, key)))

    def consume(self, kind: str, key: str) -> Mapping[str, Any] | None:
        with self._lock:
            return self._good(self._records.pop((kind, key), None))

    def drop(self, kind: str, key: str) -> None:
        with self._lock:
            self._records.pop((kind, key), None)
            self._counts.pop((kind, key), None)

    def count(self, kind: str, key: str, most: int, expires_at: int) -> bool:
        with self._lock:
            counted, until = self._counts.get((kind, key), (0, 0))
            counted = counted if self._clock.now() < until else 0
            if counted >= most:
                return False
            self._counts[kind, key] = (counted + 1, expires_at)
            return True

    def all_records(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        with self._lock:
            return {name: json.loads(text) for name, (text, _) in self._records.items()}

    def _good(self, record: tuple[str, int] | None) -> Mapping[str, Any] | None:
        if record is None or self._clock.now() >= record[1]:
            return None
        value: Mapping[str, Any] = json.loads(record[0])
        return value
