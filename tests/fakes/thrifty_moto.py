"""Moto copies less: of its transactions' time, most went into copies that nobody looks at.

Before a transaction of n rows moto copies the whole table n times, with all that its stream ever told, to put the copy
in place should the transaction be cancelled. One copy serves; and what the stream told never changes.
"""

import copy
import threading
from typing import Any

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import StreamRecord, Table

_transaction = threading.local()
_transact = DynamoDBBackend.transact_write_items


def copy_once() -> None:
    """Have moto do so, in this process."""
    DynamoDBBackend.transact_write_items = _in_one_copy
    Table.__deepcopy__ = _once
    StreamRecord.__deepcopy__ = lambda record, _memo: record


def told_so_far(table: str) -> int:
    """Give how many records the streams of all tables of this name hold."""
    backends = [backend for account in dynamodb_backends.values() for backend in account.values()]
    tables = [backend.tables[table] for backend in backends if table in backend.tables]
    return sum(len(each.stream_shard.items) for each in tables if each.stream_shard)


def _in_one_copy(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
    _transaction.copies = {}
    try:
        _transact(backend, items)
    finally:
        del _transaction.copies


def _once(table: Table, memo: dict[int, Any]) -> Table:
    copies: dict[int, Table] = getattr(_transaction, "copies", {})
    if id(table) not in copies:
        twin = memo[id(table)] = copies[id(table)] = object.__new__(Table)
        vars(twin).update(copy.deepcopy(vars(table), memo))
    return copies[id(table)]
