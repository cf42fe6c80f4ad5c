"""Counts the requests to AWS of each step, and what DynamoDB would bill for them.

The meter sits where every client of botocore passes, PynamoDB's and boto3's alike, whenever they were made. A
repetition by botocore itself is not a request of ours. Units are computed by DynamoDB's rules from the items that
travel, since emulators report them wrongly or not at all; a deleted or updated item does not travel: it counts as 1 KB.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from math import ceil
from types import TracebackType
from typing import Any, Final, Self

from botocore.client import BaseClient

ApiCall = Callable[[BaseClient, str, dict[str, Any]], dict[str, Any]]

WRITE_UNIT_BYTES: Final = 1024
READ_UNIT_BYTES: Final = 4096
_MOST_NUMBER_BYTES: Final = 21


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """One request; `beside` tells that another thread than the step's own sent it."""

    service: str
    operation: str
    seconds: float
    write_units: float
    read_units: float
    beside: bool
    failed: bool
    read_bytes: int = 0


@dataclass(slots=True)
class Counted:
    """What one step asked of AWS."""

    step: str
    requests: list[AwsRequest] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """How many requests."""
        return len(self.requests)

    @property
    def sequential(self) -> int:
        """How many of them one after the other: those sent beside each other by other threads count as one."""
        beside = [request.beside for request in self.requests]
        return sum(not now or not before for before, now in zip([False, *beside], beside, strict=False))

    @property
    def write_units(self) -> float:
        """DynamoDB's write request units."""
        return sum(request.write_units for request in self.requests)

    @property
    def read_units(self) -> float:
        """DynamoDB's read request units."""
        return sum(request.read_units for request in self.requests)

    @property
    def read_bytes(self) -> int:
        """Bytes of all items that DynamoDB gave."""
        return sum(request.read_bytes for request in self.requests)

    @property
    def operations(self) -> Counter[str]:
        """How often each operation was asked for, as in `dynamodb.PutItem`."""
        return Counter(f"{request.service}.{request.operation}" for request in self.requests)


class Meter:
    """While it is open, steps can be measured; requests outside of a step are not counted."""

    def __init__(self) -> None:
        self.steps: list[Counted] = []
        self._open: tuple[Counted, int] | None = None
        self._lock = threading.Lock()
        # Every request of every botocore client passes this private method; tracers hook in here too.
        self._original: ApiCall = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001  # said above

    def __enter__(self) -> Self:
        def make_api_call(client: BaseClient, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
            return self._measured(client, operation, asked)

        self._pass_through(make_api_call)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pass_through(self._original)

    @contextmanager
    def step(self, name: str) -> Iterator[Counted]:
        """Count what is asked until the end of the block, whichever thread asks."""
        counted = Counted(name)
        self.steps.append(counted)
        with self._lock:
            self._open = counted, threading.get_ident()
        try:
            yield counted
        finally:
            with self._lock:
                self._open = None

    @staticmethod
    def _pass_through(door: ApiCall) -> None:
        BaseClient._make_api_call = door  # type: ignore[attr-defined]  # noqa: SLF001  # as above

    def _measured(self, client: BaseClient, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        began = time.perf_counter()
        answered: dict[str, Any] | None = None
        try:
            answered = self._original(client, operation, asked)
        finally:
            self._note(client.meta.service_model.service_name, operation, time.perf_counter() - began, asked, answered)
        return answered

    def _note(
        self, service: str, operation: str, seconds: float, asked: Mapping[str, Any], answered: Mapping[str, Any] | None
    ) -> None:
        dynamodb = service == "dynamodb"
        written = write_units(operation, asked) if dynamodb else 0
        read = read_units(operation, asked, answered) if dynamodb and answered is not None else 0
        came = sum(map(item_bytes, _items(operation, answered))) if dynamodb and answered is not None else 0
        with self._lock:
            if self._open:
                counted, owner = self._open
                beside = threading.get_ident() != owner
                counted.requests.append(
                    AwsRequest(service, operation, seconds, written, read, beside, answered is None, came)
                )


def write_units(operation: str, asked: Mapping[str, Any]) -> float:
    """Give the write units of a request: 1 for each KB begun of each item, twice that in a transaction."""
    if operation == "TransactWriteItems":
        return sum(2 * _written(next(iter(action.values()))) for action in asked["TransactItems"])
    if operation == "BatchWriteItem":
        requests = (request for table in asked["RequestItems"].values() for request in table)
        return sum(_written(next(iter(request.values()))) for request in requests)
    return _written(asked) if operation in ("PutItem", "UpdateItem", "DeleteItem") else 0


def read_units(operation: str, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> float:
    """Give the read units of a request: 1 for 4 KB begun, of each item or of a whole query; half if not consistent."""
    if operation == "GetItem":
        return _read([answered.get("Item", {})], consistent=asked.get("ConsistentRead", False))
    if operation in ("Query", "Scan"):
        size = sum(map(item_bytes, answered["Items"]))
        return _blocks(size, READ_UNIT_BYTES) * _share(consistent=asked.get("ConsistentRead", False))
    if operation == "BatchGetItem":
        responses = answered["Responses"]
        return sum(_batch(request, responses.get(name, ())) for name, request in asked["RequestItems"].items())
    return 0


def _items(operation: str, answered: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Give the items that a read gave."""
    if operation == "BatchGetItem":
        return chain.from_iterable(answered["Responses"].values())
    return [answered["Item"]] if "Item" in answered else answered.get("Items", ())


def item_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Give an item's size by DynamoDB's rules: the UTF-8 bytes of names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _batch(request: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> float:
    found = list(items)
    absent: list[Mapping[str, Any]] = [{}] * (len(request["Keys"]) - len(found))
    return _read([*found, *absent], consistent=request.get("ConsistentRead", False))


def _read(items: Iterable[Mapping[str, Any]], *, consistent: bool) -> float:
    return sum(_blocks(item_bytes(item), READ_UNIT_BYTES) for item in items) * _share(consistent=consistent)


def _written(asked: Mapping[str, Any]) -> int:
    return _blocks(item_bytes(asked["Item"]), WRITE_UNIT_BYTES) if "Item" in asked else 1


def _blocks(size: int, block: int) -> int:
    """Even what is not there costs one."""
    return max(1, ceil(size / block))


def _share(*, consistent: bool) -> float:
    return 1 if consistent else 0.5


def _value_bytes(value: Mapping[str, Any]) -> int:
    kind, inner = next(iter(value.items()))
    return _SIZES.get(kind, _one_byte)(inner)


def _number_bytes(digits: str) -> int:
    return min(_MOST_NUMBER_BYTES, ceil(len(digits.strip("-0.").replace(".", "")) / 2) + 1)


def _one_byte(_: Any) -> int:
    return 1


_SIZES: Final[Mapping[str, Callable[[Any], int]]] = {
    "S": lambda text: len(text.encode()),
    "N": _number_bytes,
    "B": len,
    "M": lambda inner: 3 + item_bytes(inner) + len(inner),
    "L": lambda inner: 3 + sum(map(_value_bytes, inner)) + len(inner),
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda numbers: sum(map(_number_bytes, numbers)),
    "BS": lambda values: sum(map(len, values)),
}
