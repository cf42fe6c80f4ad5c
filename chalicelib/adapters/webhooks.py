"""Notices to business systems in the Standard Webhooks form (standardwebhooks.com, specification 1.0)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.http import GuardedHttp
from chalicelib.core.centre.model import WebhookEndpoint
from chalicelib.core.ground.errors import AddressRefused, PluginFailed
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.webhook_keys import read_signing_keys, signature
from chalicelib.ports import Clock, Secrets

_TIMEOUT_MS = 10_000
_MAX_REPLY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StandardWebhooks:
    """Delivers notices; the endpoint's secret holds its key, or both keys with a blank between during a rotation."""

    http: GuardedHttp
    secrets: Secrets
    clock: Clock

    def check(self, endpoint: WebhookEndpoint) -> None:
        """Raise AddressRefused, naming the receiver, if its address can never be told anything."""
        with _named(endpoint):
            self.http.check(endpoint.url)

    def deliver(self, endpoint: WebhookEndpoint, notice_id: str, kind: str, at: int, data: Mapping[str, Any]) -> None:
        """Deliver one notice that happened `at` (ms since 1970), or raise BusinessSystemsFault."""
        body = body_of(kind, at, data)
        timestamp = self.clock.now() // 1000
        keys = read_signing_keys(self.secrets.get(endpoint.secret), endpoint.secret)
        headers = {
            "content-type": "application/json",
            "webhook-id": notice_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(keys, notice_id, timestamp, body),
        }
        with _named(endpoint):
            reply = self.http.send(
                "POST", endpoint.url, headers, body, timeout_ms=_TIMEOUT_MS, max_bytes=_MAX_REPLY_BYTES
            )
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - success
            raise PluginFailed("bad_status", f"webhook {endpoint.name} answered {reply.status}")


@contextmanager
def _named(endpoint: WebhookEndpoint) -> Iterator[None]:
    """Let a refusal say whose address it is."""
    try:
        yield
    except AddressRefused as refusal:
        raise AddressRefused(f"The webhook {endpoint.name} may not be told: {refusal}.") from None


def body_of(kind: str, at: int, data: Mapping[str, Any]) -> bytes:
    """Give the JSON body of a notice that happened `at` (ms since 1970)."""
    timestamp = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    notice = {"type": kind, "timestamp": timestamp, "data": data}
    return json.dumps(notice, ensure_ascii=False, separators=(",", ":")).encode()


def sign(keys: list[bytes], notice_id: str, timestamp: int, body: bytes) -> str:
    """Give the header webhook-signature: `v1,<base64>` for each key, blanks between; `timestamp` in seconds."""
    return " ".join(signature(key, notice_id, timestamp, body) for key in keys)
