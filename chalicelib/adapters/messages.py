"""Things to be done later, or by another function: messages on SQS queues, as JSON.

timers: a timer's `to_plain`. webhooks: {id, type, at, data}, and with `endpoint` when it is meant for one receiver.
recordings: {vocid}.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from chalicelib.core.ground.errors import OurFault
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import CrmNotice, Timer
from chalicelib.ports import Clock

_MOST_AT_ONCE = 10
_LONGEST_DELAY = 900


@dataclass(frozen=True, slots=True)
class QueueUrls:
    """The addresses of the stack's queues."""

    timers: str
    webhooks: str
    recordings: str


class SqsMessages:
    """Messages on the three queues; `endpoint_url` is for a laptop."""

    def __init__(self, urls: QueueUrls, clock: Clock, region: str, endpoint_url: str | None = None) -> None:
        self._urls = urls
        self._clock = clock
        self._region = region
        self._endpoint_url = endpoint_url

    def remind(self, timers: Sequence[Timer]) -> None:
        """Bring each timer back when it is due (at most 15 minutes on: a later one comes earlier, still not due)."""
        now = self._clock.now()
        self._send(self._urls.timers, [(timer.to_plain(), _delay(timer.due - now)) for timer in timers])

    def tell_business(self, call_id: str, version: int, notices: Sequence[CrmNotice]) -> None:
        """Bring each notice back for each of its receivers; its id is the same however often it is told."""
        bodies = [
            {"id": f"{call_id}.{version}.{number}", "type": notice.type, "at": notice.at, "data": notice.data}
            for number, notice in enumerate(notices)
        ]
        self._send(self._urls.webhooks, [(body, 0) for body in bodies])

    def fan_out(self, notice_id: str, body: Mapping[str, Any], endpoints: Sequence[str]) -> None:
        """Bring a notice back once for each of these receivers, so that each is told again on its own."""
        copies = [{**body, "id": notice_id, "endpoint": endpoint} for endpoint in endpoints]
        self._send(self._urls.webhooks, [(copy, 0) for copy in copies])

    def put_off(self, receipt: str, seconds: int) -> None:
        """Bring the notice that is being handled back after this time, once its handler has failed it."""
        self._client.change_message_visibility(
            QueueUrl=self._urls.webhooks, ReceiptHandle=receipt, VisibilityTimeout=seconds
        )

    def fetch_recording(self, vocid: str) -> None:
        """Bring the recording's id back, to have its file fetched."""
        self._send(self._urls.recordings, [({"vocid": vocid}, 0)])

    def _send(self, url: str, messages: Sequence[tuple[Mapping[str, Any], int]]) -> None:
        """Send messages with their delays (s): all, or raise; then they are sent again, and twice is harmless."""
        for start in range(0, len(messages), _MOST_AT_ONCE):
            entries = _entries(messages[start : start + _MOST_AT_ONCE])
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
            if failed := answer.get("Failed"):
                raise OurFault(f"SQS did not take {len(failed)} of {len(entries)} messages: {failed[0]['Code']}.")

    @cached_property
    def _client(self) -> Any:
        # Imported on first use: boto3 takes a cold start longer than everything else here.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
        return boto3.client("sqs", region_name=self._region, endpoint_url=self._endpoint_url, config=config)


def _delay(ms: int) -> int:
    """Give whole seconds, rounded up: a timer that comes early has to be sent again."""
    return min(max(0, -(-ms // 1000)), _LONGEST_DELAY)


def _entries(messages: Iterable[tuple[Mapping[str, Any], int]]) -> list[dict[str, Any]]:
    return [
        {"Id": str(number), "MessageBody": json.dumps(body, ensure_ascii=False), "DelaySeconds": delay}
        for number, (body, delay) in enumerate(messages)
    ]
