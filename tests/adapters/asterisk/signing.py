"""Webhooks as a bridge signs them: by the specification's words, not by our code."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

PBX = "main"
NOW = 1_795_000_000_000
KEY, NEXT_KEY, FOREIGN_KEY = b"k" * 32, b"n" * 32, b"f" * 32
PATH = f"/carriers/asterisk/{PBX}/events"
CHANNEL = "asterisk-1795000000.12"
ARRIVED = f"c{hashlib.sha256(f'asterisk:{PBX}:{CHANNEL}'.encode()).hexdigest()[:20]}.{PBX}"
MADE = "c0123456789abcdef0123"


def body(kind: str = "leg.rang", **fields: Any) -> bytes:
    """A body as the bridge writes it; a field that is None is left out."""
    common = {"type": kind, "call": ARRIVED, "leg": "customer", "channel": CHANNEL, "at": NOW, "seq": 7}
    return json.dumps({name: value for name, value in (common | fields).items() if value is not ...}).encode()


def signed(sent: bytes, *keys: bytes, at: int = NOW // 1000, told: str = "n-1") -> dict[str, str]:
    """The headers of a webhook that these keys sign."""
    content = f"{told}.{at}.".encode() + sent
    digests = [base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in keys or [KEY]]
    signatures = " ".join(f"v1,{digest}" for digest in digests)
    return {"webhook-id": told, "webhook-timestamp": str(at), "webhook-signature": signatures}


class Stopped:
    """A clock that stands."""

    def __init__(self, now: int = NOW) -> None:
        self.time = now

    def now(self) -> int:
        return self.time

    def pause(self, most: int) -> None:
        self.time += most


def plain(document: bytes | str) -> Mapping[str, Any]:
    """JSON as it was written."""
    read: Mapping[str, Any] = json.loads(document)
    return read
