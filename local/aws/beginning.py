"""What a stack holds when its centre has just been published: kept, to be put back as often as somebody begins again.

Publishing takes seconds, which passwords are meant to take; putting back takes a few requests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from infra.resources import Clients

_MOST_AT_ONCE: Final = 25  # BatchWriteItem's own limit
_LABELS: Final = ("ContentType", "Metadata")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beginning:
    """All rows of a table, and all objects of some buckets as PutObject takes them."""

    table: str
    rows: Sequence[Row]
    objects: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, clients: Clients, table: str, buckets: Sequence[str]) -> "Beginning":
        """Look at a stack that has just been published to."""
        pages = clients.dynamodb.get_paginator("scan").paginate(TableName=table)
        rows = [row for page in pages for row in page["Items"]]
        return cls(table, rows, [found for bucket in buckets for found in _objects(clients.s3, bucket)])

    def put_back(self, clients: Clients) -> None:
        """Fill a stack that is empty."""
        for start in range(0, len(self.rows), _MOST_AT_ONCE):
            puts = [{"PutRequest": {"Item": row}} for row in self.rows[start : start + _MOST_AT_ONCE]]
            clients.dynamodb.batch_write_item(RequestItems={self.table: puts})
        for found in self.objects:
            clients.s3.put_object(**found)


def keys_in(s3: Any, bucket: str) -> Iterator[str]:
    """Every object's key."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (found["Key"] for found in page.get("Contents", []))


def _objects(s3: Any, bucket: str) -> Iterator[Mapping[str, Any]]:
    for key in keys_in(s3, bucket):
        found = s3.get_object(Bucket=bucket, Key=key)
        labels = {name: found[name] for name in _LABELS if name in found}
        yield {"Bucket": bucket, "Key": key, "Body": found["Body"].read(), **labels}
