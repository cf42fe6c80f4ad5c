"""Carries a queue's messages to its function: what is done with is deleted, what failed comes back by itself."""

from typing import Any, Final

from local.aws.delivery import Delivery

REGION: Final = "us-east-1"
_MOST_AT_ONCE: Final = 10  # ReceiveMessage's own limit


class QueuePump:
    """One queue, one function. A message that failed is visible again after the queue's visibility time-out.

    `visibility_seconds` replaces the queue's time-out where a test cannot wait for it.
    """

    failures = 0  # a queue needs no patience: each message waits by itself

    def __init__(
        self,
        delivery: Delivery,
        client: Any,
        url: str,
        arn: str,
        batch_size: int,
        visibility_seconds: int | None = None,
    ) -> None:
        self._delivery = delivery
        self._client = client
        self._url = url
        self._arn = arn
        self._reception: dict[str, Any] = {
            "QueueUrl": url,
            "MaxNumberOfMessages": min(batch_size, _MOST_AT_ONCE),
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        }
        if visibility_seconds is not None:
            self._reception["VisibilityTimeout"] = visibility_seconds

    def turn(self) -> int:
        """Carries at most one batch; answers how many messages are done with."""
        if self._delivery.paused:
            return 0
        messages = self._client.receive_message(**self._reception).get("Messages", [])
        if not messages:
            return 0
        identifiers = [message["MessageId"] for message in messages]
        failed = self._delivery.failed([self._record(message) for message in messages], identifiers)
        done = [message for message in messages if message["MessageId"] not in failed]
        self._delete(done)
        return len(done)

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        if messages:
            entries = [
                {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]} for place, message in enumerate(messages)
            ]
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "stringValue": value.get("StringValue"),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
