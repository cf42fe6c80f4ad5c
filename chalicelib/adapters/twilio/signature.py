"""The one door for Twilio's webhooks: a request proves by its signature that it comes from the account.

The signature is the base64 HMAC, keyed with a key of the account, of the address as called followed by every field's
name and value, sorted by name; of a field that comes twice each different value counts once, sorted. The key is an auth
token and the hash SHA-1, unless the account has a rule for webhooks (twilio.com/docs/usage/webhooks/webhook-rules, a
public beta): then it is a shared key's secret, with SHA-1 or SHA-256, and X-Twilio-Webhooks-Signature-Settings names
both. That header is not signed, so it decides nothing here: every key is tried with both hashes.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from chalicelib.core.ground.errors import NotSigned

_HASHES = ("sha1", "sha256")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def prove(url: str, form: Sequence[tuple[str, str]], signature: str | None, keys: Sequence[str]) -> None:
    """Let a webhook in that is signed with one of `keys` (several of one kind while they are being rotated).

    Args:
        url: the configured public address with the path that was called; never what a header says.
        form: all fields that arrived, the unknown, blank and malformed ones too.
        signature: the header X-Twilio-Signature.
        keys: the auth tokens and the secrets of shared keys that are now valid.

    Raises:
        NotSigned: it is not so signed; nothing more is said.

    """
    given = (signature or "").encode(errors="replace")
    fields = "".join(name + value for name, value in sorted(set(form)))
    texts = [(spelling + fields).encode(errors="surrogateescape") for spelling in _spellings(url)]
    expected = [_sign(key, text, how) for key in keys for text in texts for how in _HASHES]
    # Every candidate is compared, so that the time tells nothing.
    if not any([hmac.compare_digest(candidate, given) for candidate in expected]):  # noqa: C419 - see above
        raise NotSigned("The webhook is not signed as from our account.")


def _sign(key: str, text: bytes, how: str) -> bytes:
    return b64encode(hmac.digest(key.encode(), text, how))


def _spellings(url: str) -> Iterator[str]:
    """Give the address with its port and without: Twilio is not consistent in what it signs."""
    parts = urlsplit(url)
    yield url
    if parts.port:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    else:
        yield parts._replace(netloc=f"{parts.netloc}:{_DEFAULT_PORTS[parts.scheme]}").geturl()
