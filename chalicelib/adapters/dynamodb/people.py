"""Agents, seats, user names and passwords on DynamoDB: an entry is a row, which knows what it is since which version.

A row tells of the version it was stored for, and of the one before. A reader takes what holds for the version in force,
so all of an application is seen at once, when the pointer moves, and nothing of one that died. Who applies writes every
batch together with the claim to apply, which the next one takes over: nobody who was overtaken can write any more.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode, encode
from chalicelib.adapters.dynamodb.models import ClaimRow, DocumentRow, EntryRow, PointerRow, bodied, keyed
from chalicelib.adapters.dynamodb.table import Delete, Put, Refused, Table, Write
from chalicelib.core.centre.people import ENTRIES, Entries, Entry, EntryKey
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.ground.values import dataclass

MOST_BESIDE_CLAIM = 99
"""TransactWriteItems takes 100 items."""

TRIES = 8
"""How often a batch is sent that the table is too busy for: it grows to what is asked of it within minutes."""

LONGEST_NAME = 800
"""Bytes of a user name, which has 200 characters at most: nothing longer is configured, nor could be a key."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry since `version`, and what it was before; None: not there."""

    version: int
    now: Entry | None
    was: Entry | None

    def at(self, version: int) -> Entry | None:
        """Give the entry as this version of the configuration has it: the newest, or the one before."""
        return self.now if self.version <= version else self.was


_NOTHING = Kept(0, None, None)


def read(row: EntryRow) -> Kept:
    """Read what `entry_row` stored."""
    kind = ENTRIES[keys.read_entry(row.key).kind]
    now, was = (row.document.get(name) for name in ("now", "was"))
    return Kept(int(row.version), now and decode(kind, now), was and decode(kind, was))


def can_be_named(name: str) -> bool:
    """Tell whether any entry could have this name, which comes from outside."""
    return len(name.encode()) <= LONGEST_NAME


def read_all(table: Table) -> dict[EntryKey, Kept]:
    """Give every entry there is, whatever version it is of: a query for each partition."""
    found = (row for partition in keys.peoples() for row in table.query(partition))
    return {keys.read_entry(row.key): read(row) for row in found if isinstance(row, EntryRow)}


class DynamoApplying:
    """Keeps ports.Applying."""

    def __init__(
        self, table: Table, expected: int, applied: Callable[[], None], pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the claim over, and only then look what is in force: nobody can change it any more but who claims next.

        Args:
            table: where it is stored.
            expected: the version in force, 0 for none.
            applied: told when another one is.
            pause: waits for so many seconds.

        Raises:
            Conflict: another version than `expected` is in force.
        """
        self._table, self._applied, self._pause = table, applied, pause
        self._expected, self._token = expected, uuid4().hex
        table.write([Put(self._claim())])
        if version_in_force(table) != expected:
            raise Conflict("Another configuration was applied meanwhile: look at what it says and apply again.")
        self._rows = read_all(table)
        self.in_force: Entries = _present({key: kept.at(expected) for key, kept in self._rows.items()})
        self.stored: Entries = _present({key: kept.at(expected + 1) for key, kept in self._rows.items()})

    def store(self, entries: Mapping[EntryKey, Entry | None]) -> None:
        """One transaction for every 99 that differ."""
        kept = {key: self._kept(key, entry) for key, entry in entries.items()}
        changed = {key: now for key, now in kept.items() if now != self._rows.get(key, _NOTHING)}
        self._write_all([Put(entry_row(key, now)) for key, now in changed.items()])
        self._rows.update(changed)

    def finish(self, document: Mapping[str, Any]) -> int:
        """One transaction; then what is no more goes, unless somebody else begins to apply: they remove it."""
        version = self._expected + 1
        stored = DocumentRow(**keyed(keys.centre_version(version)), **bodied(document))
        pointer = PointerRow(**keyed(keys.centre_pointer()), version=version)
        unchanged = PointerRow.version == self._expected if self._expected else PointerRow.PK.does_not_exist()
        self._write([Put(stored), Put(pointer, unchanged)])
        self._applied()
        gone = [Delete(keys.entry(key)) for key, kept in self._rows.items() if kept.at(version) is None]
        with suppress(Conflict):
            self._write_all(gone)
        self._token = ""
        return version

    def _kept(self, key: EntryKey, entry: Entry | None) -> Kept:
        """Give what the row must be, so that the next version has this entry and the one in force stays what it is."""
        version, kept = self._expected + 1, self._rows.get(key, _NOTHING)
        return kept if kept.at(version) == entry else Kept(version, entry, kept.at(self._expected))

    def _write_all(self, writes: Sequence[Write]) -> None:
        for first in range(0, len(writes), MOST_BESIDE_CLAIM):
            self._write(writes[first : first + MOST_BESIDE_CLAIM])

    def _write(self, writes: Sequence[Write]) -> None:
        """Write it in one transaction with our claim; a table that is too busy is waited for."""
        claimed = Put(self._claim(), ClaimRow.token == self._token)
        for tries in range(1, TRIES + 1):
            try:
                self._table.write([*writes, claimed])
            except Refused:
                raise Conflict("Somebody else began to apply a configuration: theirs will be in force.") from None
            except Conflict:
                if tries == TRIES:
                    raise
                self._pause(0.1 * 2**tries)
            else:
                return

    def _claim(self) -> ClaimRow:
        return ClaimRow(**keyed(keys.centre_claim()), token=self._token)


def version_in_force(table: Table) -> int:
    """Give the number of the version that the pointer names, 0 if there is none."""
    row = table.get(keys.centre_pointer())
    return int(row.version) if isinstance(row, PointerRow) else 0


def entry_row(key: EntryKey, kept: Kept) -> EntryRow:
    """Store an entry, as it is and as it was before."""
    document = {"now": kept.now and encode(kept.now), "was": kept.was and encode(kept.was)}
    document = {name: entry for name, entry in document.items() if entry is not None}
    return EntryRow(**keyed(keys.entry(key)), version=kept.version, **bodied(document))


def _present(entries: Mapping[EntryKey, Entry | None]) -> Entries:
    return {key: entry for key, entry in entries.items() if entry is not None}
