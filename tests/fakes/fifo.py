"""FIFO queues of SQS in memory, as strict as SQS: what it refuses, remembers and holds back (SQS developer guide)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

REMEMBERED_SECONDS = 300
"""For so long a deduplication id is known, also of a message that was taken and deleted."""

MOST_BYTES = 256 * 1024
MOST_AT_ONCE = 10
_NAME = re.compile(r"[A-Za-z0-9!-/:-@\[-`{-~]{1,128}")
_CARRIED = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
_SEND = {"QueueUrl", "MessageBody", "MessageGroupId", "MessageDeduplicationId"}


@dataclass(slots=True)
class Message:
    """A message: not to be received again before `visible`."""

    id: str
    body: str
    group: str
    visible: float = 0
    receipt: str = ""
    received: int = 0


@dataclass(slots=True)
class Queue:
    """The messages in the order in which they came, and the deduplication ids with what they got."""

    messages: list[Message] = field(default_factory=list)
    known: dict[str, tuple[float, str]] = field(default_factory=dict)


class FifoQueues:
    """The client of SQS as far as FIFO queues are sent to and received from; `now` gives seconds.

    `came` hears of the queue that has a new message.
    """

    def __init__(self, now: Callable[[], float], *urls: str, visibility_seconds: float = 30) -> None:
        self._now = now
        self._visibility = visibility_seconds
        self._numbers = count(1)
        self.queues = {url: Queue() for url in urls}
        self.fails_with: Exception | None = None
        self.came: Callable[[str], None] = lambda _url: None

    def send_message(self, **sent: str) -> dict[str, Any]:
        """Take a message, once for each deduplication id."""
        if self.fails_with:
            raise self.fails_with
        if missing := _SEND - sent.keys():
            raise refused("MissingParameter", f"{sorted(missing)}")
        assert sent.keys() == _SEND, "what stands on a queue is no message's own"
        queue, dedup = self._queue(sent["QueueUrl"]), sent["MessageDeduplicationId"]
        if not _NAME.fullmatch(dedup) or not _NAME.fullmatch(sent["MessageGroupId"]):
            raise refused("InvalidParameterValue", "1 to 128 letters, digits and signs")
        if not 1 <= len(sent["MessageBody"].encode()) <= MOST_BYTES:
            raise refused("InvalidParameterValue", "the message is too long, or empty")
        if not _CARRIED.fullmatch(sent["MessageBody"]):
            raise refused("InvalidMessageContents", "a character that XML cannot hold")
        at, known = queue.known.get(dedup, (0.0, ""))
        if not known or self._now() - at >= REMEMBERED_SECONDS:
            known = f"message-{next(self._numbers)}"
            queue.known[dedup] = self._now(), known
            queue.messages.append(Message(known, sent["MessageBody"], sent["MessageGroupId"]))
            self.came(sent["QueueUrl"])
        return {"MessageId": known}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """Give messages in order; of a group one of which is out, none."""
        queue, now, given = self._queue(asked["QueueUrl"]), self._now(), []
        out = {message.group for message in queue.messages if message.visible > now}
        for message in queue.messages:
            if message.group in out or len(given) == min(asked.get("MaxNumberOfMessages", 1), MOST_AT_ONCE):
                out.add(message.group)
                continue
            message.visible = now + asked.get("VisibilityTimeout", self._visibility)
            message.receipt, message.received = f"receipt-{next(self._numbers)}", message.received + 1
            given.append({"MessageId": message.id, "ReceiptHandle": message.receipt, "Body": message.body})
        return {"Messages": given} if given else {}

    def delete_message(self, **asked: str) -> None:
        """Remove a message that was received by this receipt, unless it was received again since."""
        queue = self._queue(asked["QueueUrl"])
        queue.messages = [message for message in queue.messages if message.receipt != asked["ReceiptHandle"]]

    def _queue(self, url: str) -> Queue:
        if url not in self.queues:
            raise refused("AWS.SimpleQueueService.NonExistentQueue", "no such queue")
        return self.queues[url]


def refused(code: str, message: str, status: int = 400) -> ClientError:
    """Give the error by which SQS says no."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendMessage")
