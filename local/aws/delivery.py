"""One batch to one function, and which of its records failed: the part that streams and queues share."""

import base64
import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from local.aws.faults import Faults
from local.aws.functions import Functions

LOG = logging.getLogger("laptop.pumps")


class Delivery:
    """The way to one function."""

    def __init__(self, functions: Functions, name: str, faults: Faults) -> None:
        self.name = name
        self._functions = functions
        self._faults = faults

    @property
    def paused(self) -> bool:
        """Whether nothing may be delivered now."""
        return self._faults.is_paused(self.name)

    def invoke(self, event: dict[str, Any]) -> Any:
        """The function's answer; a fault may make it twice."""
        for _ in range(self._faults.deliveries(self.name) - 1):
            self._functions.invoke(self.name, event)
        return self._functions.invoke(self.name, event)

    def failed(self, records: list[dict[str, Any]], identifiers: Sequence[str]) -> set[str]:
        """Delivers the records; answers the identifiers of those that must come again."""
        try:
            answer = self.invoke({"Records": records})
        except Exception:
            LOG.exception("%s failed; its batch of %d will come again", self.name, len(records))
            return set(identifiers)
        failed = reported(answer, identifiers)
        if failed:
            LOG.warning("%s asks for %d of %d records again", self.name, len(failed), len(records))
        return failed


def reported(answer: Any, identifiers: Sequence[str]) -> set[str]:
    """Reads an answer as ReportBatchItemFailures does: what it cannot understand fails the whole batch."""
    if not answer:
        return set()
    if not isinstance(answer, dict):
        return set(identifiers)
    failed = {item.get("itemIdentifier") for item in answer.get("batchItemFailures") or []}
    return failed if failed.issubset(identifiers) else set(identifiers)


def as_json(value: Any) -> Any:
    """What boto3 parsed, as Lambda's events write it: bytes in base64, times in seconds."""
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        return value.timestamp()
    return value
