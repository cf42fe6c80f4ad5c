"""Lets moto copy a table once for a transaction: it copies it for each of its operations, and the last copy counts."""

import copy
from types import SimpleNamespace
from typing import Any

import pytest
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table


def copies_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the copies of one transaction, all taken before it writes anything, be one."""
    transact = DynamoDBBackend.transact_write_items
    copies: dict[int, Any] = {}

    def copied(thing: Any) -> Any:
        if not isinstance(thing, Table):
            return copy.deepcopy(thing)
        if id(thing) not in copies:
            # The stream of what was written grows longest: it is cut back instead.
            copies[id(thing)] = copy.deepcopy(thing, {id(thing.stream_shard): thing.stream_shard})
        return copies[id(thing)]

    def transacting(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
        copies.clear()
        streams = [table.stream_shard for table in backend.tables.values() if table.stream_shard]
        lengths = [len(stream.items) for stream in streams]
        try:
            transact(backend, items)
        except Exception:
            for stream, length in zip(streams, lengths, strict=True):
                del stream.items[length:]
            raise

    monkeypatch.setattr(models, "copy", SimpleNamespace(deepcopy=copied))
    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", transacting)
