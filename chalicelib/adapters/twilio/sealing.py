"""Keys that an agent sends to a foreign menu, on their way through an address.

Twilio plays keys into a conference by fetching what to play from an address of ours. The keys may be a card's or a
PIN: they must be in no log of addresses, and nothing of ours needs to store them. So the address carries them sealed:
with a key made from the account's auth token, a fresh nonce, HMAC-SHA256 as the stream and as the seal.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes

from chalicelib.core.ground.errors import NotFound

_MARK = "k"
"""An id of ours begins with a letter or digit, which base64 need not."""

_NONCE, _SEAL = 6, 6
"""Bytes: with 32 keys the segment has 60 characters, an id has 64 at most."""


def sealed(digits: str, secret: str) -> str:
    """Give a path segment that holds the keys (32 at most), to be read by who has the secret alone."""
    nonce = token_bytes(_NONCE)
    hidden = _mixed(digits.encode(), nonce, secret)
    return _MARK + urlsafe_b64encode(nonce + hidden + _seal(nonce + hidden, secret)).rstrip(b"=").decode()


def unsealed(segment: str, secret: str) -> str:
    """Give the keys that `sealed` hid.

    Raises:
        NotFound: it was not sealed with this secret.
    """
    try:
        data = urlsafe_b64decode(segment.removeprefix(_MARK) + "==")
    except ValueError:
        data = b""
    body, seal = data[:-_SEAL], data[-_SEAL:]
    if not hmac.compare_digest(_seal(body, secret), seal):
        raise NotFound("There is no such announcement.")
    return _mixed(body[_NONCE:], body[:_NONCE], secret).decode()


def _mixed(text: bytes, nonce: bytes, secret: str) -> bytes:
    stream = hmac.digest(secret.encode(), b"keys" + nonce, hashlib.sha256)
    return bytes(byte ^ mask for byte, mask in zip(text, stream, strict=False))


def _seal(body: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"seal" + body, hashlib.sha256)[:_SEAL]
