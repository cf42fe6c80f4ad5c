"""Sessions, tickets, login codes and sockets on DynamoDB, good until their time is over to the millisecond."""

from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.keys import Key
from chalicelib.adapters.dynamodb.models import CountRow, CredentialRow, Row, bodied, keyed
from chalicelib.adapters.dynamodb.table import Put, Refused, Table
from chalicelib.core.ground.errors import Conflict
from chalicelib.ports import Clock

ROUNDS = 4
"""How often counting begins anew because the count ended, or began, between two requests."""


class DynamoCredentials:
    """Keeps ports.Credentials."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put(self, kind: str, key: str, value: Mapping[str, Any], expires_at: int) -> None:
        """One PutItem."""
        row = CredentialRow(
            **keyed(keys.credential(kind, key)), until=expires_at, expires_at=_cleaned(expires_at), **bodied(value)
        )
        self._table.write([Put(row)])

    def get(self, kind: str, key: str) -> Mapping[str, Any] | None:
        """One GetItem."""
        return self._good(self._table.get(keys.credential(kind, key)))

    def consume(self, kind: str, key: str) -> Mapping[str, Any] | None:
        """One DeleteItem, which gives the old row to one caller alone."""
        return self._good(self._table.take(keys.credential(kind, key)))

    def drop(self, kind: str, key: str) -> None:
        """One DeleteItem."""
        self._table.take(keys.credential(kind, key))

    def count(self, kind: str, key: str, most: int, expires_at: int) -> bool:
        """One PutItem for the first, one UpdateItem more for another, and a GetItem for who is not counted."""
        name = keys.credential(kind, key)
        for _ in range(ROUNDS):
            if self._counts_first(name, expires_at) or self._counts_on(name, most, expires_at):
                return True
            row = self._table.get(name)
            if isinstance(row, CountRow) and self._clock.now() < row.until and row.counted >= most:
                return False
        raise Conflict("The count began or ended in every moment of looking: try again.")

    def _counts_first(self, name: Key, expires_at: int) -> bool:
        row = CountRow(**keyed(name), until=expires_at, expires_at=_cleaned(expires_at), counted=1)
        over = CountRow.PK.does_not_exist() | (CountRow.until <= self._clock.now())
        try:
            self._table.write([Put(row, over)])
        except Refused:
            return False
        return True

    def _counts_on(self, name: Key, most: int, expires_at: int) -> bool:
        live = (CountRow.until > self._clock.now()) & (CountRow.counted < most)
        longer = [CountRow.until.set(expires_at), CountRow.expires_at.set(_cleaned(expires_at))]
        try:
            self._table.update(name, [CountRow.counted.add(1), *longer], live)
        except Refused:
            return False
        return True

    def _good(self, row: Row | None) -> Mapping[str, Any] | None:
        if not isinstance(row, CredentialRow) or self._clock.now() >= row.until:
            return None
        document: Mapping[str, Any] = row.document
        return document


def _cleaned(expires_at: int) -> int:
    """Give the second at which DynamoDB may remove the row: its clean-up must not come early."""
    return expires_at // 1000 + 1
