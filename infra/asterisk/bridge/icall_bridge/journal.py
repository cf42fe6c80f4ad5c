"""The journal: what must outlive the bridge, in one SQLite file.

Calls as they are, news that was not told yet, how legs ended (so that none is rung twice), orders that were carried
out. What was told is overwritten with zeros when it is deleted: digits may stand in it. A disk that is full costs the
journal and not the calls: they go on in memory, and it is counted.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REMEMBERED = 3600
"""Seconds that an ended leg, and an order, are remembered."""

_TABLES = """
CREATE TABLE IF NOT EXISTS calls (call TEXT PRIMARY KEY, kept TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS news (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, call TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS ends (
    call TEXT NOT NULL, leg TEXT NOT NULL, kept TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (call, leg)
);
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, kept TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Untold:
    """News that waits to be told; `number` is its place in the journal, 0 when it could not be written there."""

    number: int
    id: str
    call: str
    body: bytes = field(repr=False)


class Journal:
    """One file; every method is quick, and none raises when the disk is full."""

    def __init__(self, path: Path | str) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute("PRAGMA secure_delete=ON")
        self._base.executescript(_TABLES)
        self.lost = 0

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def keep_call(self, call: str, kept: str) -> None:
        """Keep a call as it is."""
        self._write("INSERT OR REPLACE INTO calls VALUES (?, ?)", call, kept)

    def drop_call(self, call: str) -> None:
        """Forget a call."""
        self._write("DELETE FROM calls WHERE call = ?", call)

    def calls(self) -> list[dict[str, Any]]:
        """Give all calls as they were kept."""
        return [json.loads(kept) for (kept,) in self._base.execute("SELECT kept FROM calls")]

    def keep_news(self, id_: str, call: str, body: bytes) -> Untold:
        """Keep what is to be told."""
        number = self._write("INSERT INTO news (id, call, body) VALUES (?, ?, ?)", id_, call, body)
        return Untold(number, id_, call, body)

    def told(self, news: Untold) -> None:
        """Forget what was told."""
        if news.number:
            self._write("DELETE FROM news WHERE number = ?", news.number)

    def untold(self) -> Iterator[Untold]:
        """Give what was not told, in order."""
        rows = self._base.execute("SELECT number, id, call, body FROM news ORDER BY number").fetchall()
        return (Untold(*row) for row in rows)

    def keep_end(self, call: str, leg: str, kept: str) -> None:
        """Remember that a leg was there once, and how it ended."""
        self._write("INSERT OR REPLACE INTO ends VALUES (?, ?, ?, ?)", call, leg, kept, _now())

    def ends(self, call: str) -> list[dict[str, Any]]:
        """Give the legs of a call that were there once."""
        return [json.loads(kept) for (kept,) in self._base.execute("SELECT kept FROM ends WHERE call = ?", (call,))]

    def note_order(self, id_: str) -> bool:
        """Note that an order is being carried out; tell whether it was before."""
        if self._base.execute("SELECT 1 FROM orders WHERE id = ?", (id_,)).fetchone():
            return True
        self._write("INSERT OR IGNORE INTO orders VALUES (?, ?)", id_, _now())
        return False

    def keep_job(self, id_: str, kept: str) -> None:
        """Keep something that takes its time."""
        self._write("INSERT OR REPLACE INTO jobs VALUES (?, ?)", id_, kept)

    def drop_job(self, id_: str) -> None:
        """Forget it."""
        self._write("DELETE FROM jobs WHERE id = ?", id_)

    def jobs(self) -> list[tuple[str, str]]:
        """Give what was not finished."""
        return list(self._base.execute("SELECT id, kept FROM jobs"))

    def forget_old(self) -> None:
        """Forget ends and orders of long ago."""
        for table in ("ends", "orders"):
            self._write(f"DELETE FROM {table} WHERE at < ?", _now() - REMEMBERED)  # noqa: S608 - our own two names

    def _write(self, statement: str, *values: object) -> int:
        try:
            return self._base.execute(statement, values).lastrowid or 0
        except sqlite3.OperationalError:
            self.lost += 1
            return 0


def _now() -> int:
    return int(time.time())
