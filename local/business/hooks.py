"""The receiver of the contact centre's webhooks, in the Standard Webhooks form.

Proved before anything is read: HMAC-SHA256 over `id.timestamp.body`, five minutes of tolerance, each id once.
Strangers may call this address too: whatever they send as headers is a no, and never an error of ours.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

from aiohttp import web

from local.business.register import STORE
from local.business.requests import SETTINGS, read_object, refuse
from local.business.settings import IncompleteSettings

TOLERANCE_SECONDS = 300
_MOST_FAILURES = 100
_FEWEST_KEY_BYTES, _MOST_KEY_BYTES = 24, 64
_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(slots=True)
class Failures:
    """How many deliveries are still to be refused, as a receiver that is down would."""

    left: int = 0


FAILURES = web.AppKey("failures", Failures)
WEBHOOK_KEY = web.AppKey("webhook_key", bytes)


def webhook_key(secret: str) -> bytes:
    """The key inside a `whsec_` secret: base64 of 24 to 64 bytes, with its padding or without."""
    digits = secret.removeprefix("whsec_").rstrip("=")
    try:
        key = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise IncompleteSettings("webhook_secret must be whsec_ followed by base64") from None
    if not _FEWEST_KEY_BYTES <= len(key) <= _MOST_KEY_BYTES:
        raise IncompleteSettings(
            f"webhook_secret must hold {_FEWEST_KEY_BYTES} to {_MOST_KEY_BYTES} bytes (`openssl rand -base64 32`)"
        )
    return key


async def receive(request: web.Request) -> web.StreamResponse:
    """POST /hooks/icall: keep the event; a doubled delivery is accepted and kept once."""
    body = await request.read()
    webhook_id = request.headers.get("webhook-id", "")
    _prove(request, webhook_id, body)
    _fail_if_asked(request)
    store = request.app[STORE]
    if not store.delivered(webhook_id):
        event = _event(body)
        received_at = request.app[SETTINGS].clock()
        store.add_delivery({"id": webhook_id, "receivedAt": received_at, "event": event})
    return web.Response(status=204)


async def list_received(request: web.Request) -> web.StreamResponse:
    """GET /hooks/received: what came, oldest first; a demonstration's view."""
    return web.json_response({"received": list(request.app[STORE].deliveries)})


async def fail_next(request: web.Request) -> web.StreamResponse:
    """POST /hooks/fail: answer 503 to the next `times` deliveries."""
    times = (await read_object(request)).get("times")
    if type(times) is not int or not 0 <= times <= _MOST_FAILURES:
        refuse(web.HTTPBadRequest, f"times is a whole number from 0 to {_MOST_FAILURES}")
    request.app[FAILURES].left = times
    return web.json_response({"times": times})


def _prove(request: web.Request, webhook_id: str, body: bytes) -> None:
    timestamp = request.headers.get("webhook-timestamp", "")
    signatures = request.headers.get("webhook-signature", "")
    if not webhook_id or not _signed(request.app[WEBHOOK_KEY], f"{webhook_id}.{timestamp}.", body, signatures):
        refuse(web.HTTPUnauthorized, "the signature does not fit")
    if not _SECONDS.fullmatch(timestamp) or abs(request.app[SETTINGS].clock() - int(timestamp)) > TOLERANCE_SECONDS:
        refuse(web.HTTPUnauthorized, "the webhook is older or newer than five minutes")


def _signed(key: bytes, head: str, body: bytes, signatures: str) -> bool:
    if not (head + signatures).isascii():
        return False
    expected = "v1," + base64.b64encode(hmac.digest(key, head.encode() + body, hashlib.sha256)).decode()
    return any(hmac.compare_digest(one, expected) for one in signatures.split())


def _fail_if_asked(request: web.Request) -> None:
    failures = request.app[FAILURES]
    if failures.left:
        failures.left -= 1
        refuse(web.HTTPServiceUnavailable, "the demonstration asked for this")


def _event(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        refuse(web.HTTPBadRequest, "the body is not JSON")
