"""Sessions, tickets, login codes and sockets on DynamoDB, good until their time is over to the millisecond."""

from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.models import CredentialRow, Row, bodied, keyed
from chalicelib.adapters.dynamodb.table import Put, Table
from chalicelib.ports import Clock


class DynamoCredentials:
    """Keeps ports.Credentials."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put(self, kind: str, key: str, value: Mapping[str, Any], expires_at: int) -> None:
        """One PutItem."""
        # DynamoDB's own clean-up counts seconds and must not come early.
        row = CredentialRow(
            **keyed(keys.credential(kind, key)), until=expires_at, expires_at=expires_at // 1000 + 1, **bodied(value)
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

    def _good(self, row: Row | None) -> Mapping[str, Any] | None:
        if not isinstance(row, CredentialRow) or self._clock.now() >= row.until:
            return None
        document: Mapping[str, Any] = row.document
        return document
