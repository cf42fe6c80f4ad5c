"""Signing keys of webhooks, as Standard Webhooks writes them (standardwebhooks.com, specification 1.0)."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from chalicelib.core.ground.errors import NotConfigured

_PREFIX = "whsec_"
_FEWEST_BYTES, _MOST_BYTES = 24, 64
_MOST_KEYS = 2


def read_signing_keys(secret: str, name: str) -> list[bytes]:
    """Give the key, or both during a rotation, of `whsec_<base64>`s with a blank between; the padding may be left out.

    Raises:
        NotConfigured: naming the secret and what it must be, and nothing of what it is.
    """
    keys = [_key(written, name) for written in secret.split()]
    if not 1 <= len(keys) <= _MOST_KEYS:
        raise _no_key(name, f"holds {len(keys)} keys")
    return keys


def signature(key: bytes, notice_id: str, timestamp: int, body: bytes) -> str:
    """Give one signature of the header webhook-signature, `v1,<base64>`; `timestamp` in seconds since 1970."""
    content = f"{notice_id}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"


def _key(written: str, name: str) -> bytes:
    digits = written.removeprefix(_PREFIX).rstrip("=")
    try:
        key = b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (NotBase64, ValueError):
        raise _no_key(name, "is not base64 after whsec_") from None
    if not _FEWEST_BYTES <= len(key) <= _MOST_BYTES:
        raise _no_key(name, f"has {len(key)} bytes")
    return key


def _no_key(name: str, what: str) -> NotConfigured:
    return NotConfigured(
        f"the secret {name!r} is no signing key, for it {what}: store whsec_ and the base64 of {_FEWEST_BYTES} to "
        f"{_MOST_BYTES} random bytes (`openssl rand -base64 32`), or two of these with a blank between"
    )
