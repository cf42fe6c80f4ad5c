"""The queues by which the bridges are told: one SQS FIFO queue for each pbx.

The message group is the call, so that its orders keep their order and no call waits for another; the deduplication id
is the order's own, so that a request to SQS that is repeated for want of an answer is still one message.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from chalicelib.adapters.asterisk.orders import Order
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, CarriersFault, CarrierUncertain
from chalicelib.ports import Clock

_SERVER_FAULT = 500
_TOO_MANY = 429
_PATIENCE = frozenset({"RequestThrottled", "ThrottlingException", "Throttling", "KmsThrottled", "OverLimit"})
"""Codes by which SQS asks for patience, with the status of a definite no."""

_PAUSES_MS = (250, 500, 1000)
"""What it is given: more is not ours to give, for a caller waits meanwhile."""


class Queues:
    """Sends orders; `urls` are the queues' addresses by the pbxs' names, `endpoint_url` is for a laptop.

    `ids` gives each order one that none had before.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        clock: Clock,
        ids: Callable[[], str],
        region: str,
        endpoint_url: str | None = None,
    ) -> None:
        self.urls = urls
        self._clock = clock
        self._region = region
        self._endpoint_url = endpoint_url
        self._ids = ids

    def send(self, pbx: str, group: str, order: Order) -> None:
        """Send an order to this pbx, after all others of its group; again as long as it is asked for patience.

        Raises:
            CarrierGone: there is no such pbx (any more).
            CarrierUncertain: SQS gave no answer, or asked for patience: it may have been sent.
            CarrierRefused: SQS said no: it was not sent.
        """
        if pbx not in self.urls:
            raise CarrierGone("The Asterisk of this call is none of this deployment's.")
        known = {"id": self._ids(), "at": self._clock.now(), **order}
        message = {
            "QueueUrl": self.urls[pbx],
            "MessageBody": json.dumps(known, ensure_ascii=False, separators=(",", ":")),
            "MessageGroupId": group,
            "MessageDeduplicationId": known["id"],
        }
        for pause in _PAUSES_MS:
            if self._send(message, str(order["do"]), patiently=True):
                return
            self._clock.pause(pause)
        self._send(message, str(order["do"]))

    def _send(self, message: Mapping[str, str], do: str, *, patiently: bool = False) -> bool:
        """Send it; tell whether it was taken, where a wish for patience is no fault yet."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as the client below

        try:
            self._client.send_message(**message)
        except ClientError as refusal:
            if patiently and _code(refusal.response) in _PATIENCE:
                return False
            raise _fault(refusal.response, do) from None
        except BotoCoreError as silence:
            kind = type(silence).__name__
            raise CarrierUncertain(f"SQS gave no answer when given the order {do}: {kind}.") from None
        return True

    @cached_property
    def _client(self) -> Any:
        # Imported on first use: boto3 takes a cold start longer than everything else here.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
        return boto3.client("sqs", region_name=self._region, endpoint_url=self._endpoint_url, config=config)


def _fault(answer: Mapping[str, Any], do: str) -> CarriersFault:
    """Tell a no from a wish for patience; of SQS's text nothing is repeated: it may quote an account."""
    code = _code(answer)
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER_FAULT))
    if status >= _SERVER_FAULT or status == _TOO_MANY or code in _PATIENCE:
        return CarrierUncertain(f"SQS did not take the order {do}, not yet at least: HTTP {status}, {code}.")
    return CarrierRefused(f"SQS refused the order {do}: HTTP {status}, {code}.")


def _code(answer: Mapping[str, Any]) -> str:
    return str(answer.get("Error", {}).get("Code", "none")).rpartition(".")[2]
