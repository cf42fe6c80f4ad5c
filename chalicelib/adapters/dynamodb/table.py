"""The one table: rows read, rows written together or not at all, and DynamoDB's refusals told as Conflict.

Reads are refused, too: a partition that is asked too much throttles them like writes.

PynamoDB's models serialise rows and conditions; the requests go through its TableConnection and not through the
models, whose connection and table name are global to the process.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from pynamodb.connection import TableConnection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.dynamodb.keys import Key
from chalicelib.adapters.dynamodb.models import Row, keyed
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.ground.values import dataclass

MOST_IN_BATCH = 100
"""So many keys BatchGetItem takes."""

_REFUSED = frozenset(["ConditionalCheckFailed", "ConditionalCheckFailedException"])
_BUSY = frozenset(
    [
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
    ]
)
"""What remains after botocore's own repetitions: somebody is writing the same rows, or everybody too many."""


class Refused(Conflict):
    """A condition does not hold, which trying the same again would not change."""


@dataclass(frozen=True, slots=True)
class Put:
    """A row to be stored, in place of an earlier one, if `condition` holds."""

    row: Row
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """A row to be removed; it may be gone already."""

    key: Key


Write = Put | Delete


def connect(name: str, region: str | None = None, host: str | None = None) -> TableConnection:
    """Give the connection to the table `name`; nothing is sent before the first request, no DescribeTable ever.

    `host` is the address of another engine than AWS's. The times are short, and botocore repeats a request once alone:
    a carrier waits for our answer. (What is throttled it would repeat after up to 1, 2, 4 seconds; use cases decide
    again sooner, and not all at once.)
    """
    schema = {
        "TableName": name,
        "KeySchema": [
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
    }
    return TableConnection(
        name,
        region=region,
        host=host,
        connect_timeout_seconds=2,
        read_timeout_seconds=4,
        max_retry_attempts=1,
        max_pool_connections=32,
        meta_table=MetaTable(schema),
    )


class Table:
    """Reads (all strongly consistent) and writes rows."""

    def __init__(self, connection: TableConnection) -> None:
        self._connection = connection

    def get(self, key: Key) -> Row | None:
        """Give the row, or None."""
        with told_as_conflict():
            item = self._connection.get_item(*key, consistent_read=True).get("Item")
        return Row.from_raw_data(item) if item else None

    def get_all(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """Give those rows that exist, a request for every hundred; only what one leaves unread is asked for again."""
        hundreds = (keys[first : first + MOST_IN_BATCH] for first in range(0, len(keys), MOST_IN_BATCH))
        return {row.key: row for some in hundreds for row in self._get_batch(some)}

    def query(
        self, partition: str, within: Condition | None = None, most: int | None = None, *, newest_first: bool = False
    ) -> list[Row]:
        """Give rows of a partition, those whose SK is `within`, in the order of SK or against it, at most `most`."""
        found: list[Row] = []
        start: dict[str, Any] | None = None
        while most is None or len(found) < most:
            with told_as_conflict():
                page = self._connection.query(
                    partition,
                    range_key_condition=within,
                    consistent_read=True,
                    exclusive_start_key=start,
                    scan_index_forward=not newest_first,
                    limit=None if most is None else most - len(found),
                )
            found += map(Row.from_raw_data, page["Items"])
            start = page.get("LastEvaluatedKey")
            if not start:
                break
        return found

    def count(self, partition: str, within: Condition, most: int) -> int:
        """Count the rows of a partition whose SK is `within`, up to `most`."""
        counted = 0
        start: dict[str, Any] | None = None
        while counted < most:
            with told_as_conflict():
                page = self._connection.query(
                    partition,
                    range_key_condition=within,
                    consistent_read=True,
                    exclusive_start_key=start,
                    limit=most - counted,
                    select="COUNT",
                )
            counted += page["Count"]
            start = page.get("LastEvaluatedKey")
            if not start:
                break
        return counted

    def write(self, writes: Sequence[Write]) -> None:
        """Do all of it or nothing: a single row by a plain write, several in one transaction.

        Raises:
            Conflict: a condition does not hold (Refused), or somebody else is writing the same rows.
        """
        with told_as_conflict():
            if len(writes) == 1 and isinstance(writes[0], Put):
                self._put(writes[0])
            else:
                self._transact(writes)

    def update(self, key: Key, actions: Sequence[Action], condition: Condition) -> None:
        """Change attributes of a row, or raise Refused when `condition` does not hold."""
        with told_as_conflict():
            self._connection.update_item(*key, actions=actions, condition=condition)

    def take(self, key: Key) -> Row | None:
        """Remove the row and give it to one caller alone, or None when it is not there."""
        # Without the condition DynamoDB Local gives the same row to two who take it at the same moment.
        try:
            with told_as_conflict():
                answer = self._connection.delete_item(*key, condition=Row.PK.exists(), return_values="ALL_OLD")
        except Refused:
            return None
        return Row.from_raw_data(answer["Attributes"])

    def _get_batch(self, keys: Sequence[Key]) -> Iterator[Row]:
        wanted: Any = [keyed(key) for key in keys]  # PynamoDB's annotation says str, its code wants mappings.
        with told_as_conflict():
            answer = self._connection.batch_get_item(wanted, consistent_read=True)
        yield from map(Row.from_raw_data, answer["Responses"].get(self._connection.table_name, ()))
        for key in answer.get("UnprocessedKeys", {}).get(self._connection.table_name, {}).get("Keys", ()):
            if row := self.get((key["PK"]["S"], key["SK"]["S"])):
                yield row

    def _put(self, put: Put) -> None:
        self._connection.put_item(*put.row.key, attributes=put.row.serialize(), condition=put.condition)

    def _transact(self, writes: Iterable[Write]) -> None:
        puts, deletes = [], []
        for write in writes:
            if isinstance(write, Put):
                puts.append(
                    self._connection.get_operation_kwargs(
                        *write.row.key, key="Item", attributes=write.row.serialize(), condition=write.condition
                    )
                )
            else:
                deletes.append(self._connection.get_operation_kwargs(*write.key))
        self._connection.connection.transact_write_items(
            condition_check_items=(),
            delete_items=deletes,
            put_items=puts,
            update_items=(),
            # It only makes a repeated request of this very call harmless. Were it made from the content, two handlers
            # that decide the same in the same millisecond would both be told that they won, and both act.
            client_request_token=uuid4().hex,
        )


@contextmanager
def told_as_conflict() -> Iterator[None]:
    """Turn DynamoDB's refusals that reading again may overcome into Conflict; anything else is raised as it is."""
    try:
        yield
    except PynamoDBException as error:
        codes = _codes(error)
        if codes & _REFUSED:
            raise Refused("Somebody else changed it first: read again and decide anew.") from error
        if codes & _BUSY:
            raise Conflict("Somebody else is changing it, or the table is too busy: read again.") from error
        raise


def _codes(error: PynamoDBException) -> frozenset[str]:
    code = error.cause_response_code or ""
    if isinstance(error, TransactWriteError) and code == "TransactionCanceledException":
        return frozenset(reason.code for reason in error.cancellation_reasons if reason)
    return frozenset([code])
