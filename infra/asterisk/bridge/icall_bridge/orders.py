"""Orders: an SQS FIFO queue, read by long poll in a thread of its own."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

LONG_POLL = 10
MOST = 10
AFTER_AN_ERROR = 1.0


@dataclass(frozen=True, slots=True)
class Slip:
    """One message; `again`: it was given out before."""

    receipt: str
    body: bytes = field(repr=False)
    again: bool = False


class Orders(Protocol):
    """Where orders come from."""

    async def take(self) -> list[Slip]:
        """Wait for orders, at most some seconds; those of one call come in their order."""

    async def done(self, slips: Sequence[Slip]) -> None:
        """Let these never come again."""


class SqsOrders:
    """The queue of this pbx; how long an order may take before it is given out again is the queue's own setting."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url
        self._polling = ThreadPoolExecutor(1, thread_name_prefix="orders")
        self._deleting = ThreadPoolExecutor(2, thread_name_prefix="orders-done")

    async def take(self) -> list[Slip]:
        """Long poll; an error of AWS's costs a second and no order."""
        loop = asyncio.get_running_loop()
        try:
            answer: Mapping[str, Any] = await loop.run_in_executor(self._polling, self._receive)
        except Exception:  # noqa: BLE001 - whatever AWS's library has to say: it is asked again
            await asyncio.sleep(AFTER_AN_ERROR)
            return []
        return [_slip(message) for message in answer.get("Messages", ())]

    async def done(self, slips: Sequence[Slip]) -> None:
        """Delete them; what could not be deleted comes again, and changes nothing."""
        loop = asyncio.get_running_loop()
        for start in range(0, len(slips), MOST):
            await loop.run_in_executor(self._deleting, self._delete, slips[start : start + MOST])

    def close(self) -> None:
        """Let the threads go when their last request is over."""
        self._polling.shutdown(wait=False, cancel_futures=True)
        self._deleting.shutdown(wait=True)

    def _receive(self) -> Mapping[str, Any]:
        received: Mapping[str, Any] = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=MOST,
            WaitTimeSeconds=LONG_POLL,
            AttributeNames=["ApproximateReceiveCount"],
        )
        return received

    def _delete(self, slips: Sequence[Slip]) -> None:
        entries = [{"Id": str(place), "ReceiptHandle": slip.receipt} for place, slip in enumerate(slips)]
        try:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except Exception:  # noqa: BLE001 - it comes again
            return


def _slip(message: Mapping[str, Any]) -> Slip:
    count = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
    return Slip(message["ReceiptHandle"], str(message["Body"]).encode(), again=count > 1)
