"""The one door for Twilio's webhooks: a request proves by its signature that it comes from the account.

The signature is the base64 HMAC-SHA1, keyed with an auth token, of the address as called followed by every field's
name and value, sorted by name; of a field that comes twice each different value counts once, sorted.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from chalicelib.core.errors import NotProved

_DEFAULT_PORTS = {"https": 443, "http": 80}


def prove(url: str, form: Sequence[tuple[str, str]], signature: str | None, tokens: Sequence[str]) -> None:
    """Let a webhook in that is signed with one of `tokens` (two of them while they are being rotated).

    Args:
        url: the configured public address with the path that was called; never what a header says.
        form: all fields that arrived, the unknown, blank and malformed ones too.
        signature: the header X-Twilio-Signature.
        tokens: the auth tokens now valid.

    Raises:
        NotProved: it is not so signed; nothing more is said.

    """
    given = (signature or "").encode()
    fields = "".join(name + value for name, value in sorted(set(form)))
    expected = [_sign(token, spelling + fields) for token in tokens for spelling in _spellings(url)]
    # Every candidate is compared, so that the time tells nothing.
    if not any([hmac.compare_digest(candidate, given) for candidate in expected]):  # noqa: C419 - see above
        raise NotProved("The webhook is not signed as from our account.")


def _sign(token: str, text: str) -> bytes:
    return b64encode(hmac.digest(token.encode(), text.encode(errors="surrogateescape"), "sha1"))


def _spellings(url: str) -> Iterator[str]:
    """Give the address with its port and without: Twilio is not consistent in what it signs."""
    parts = urlsplit(url)
    yield url
    if parts.port:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    else:
        yield parts._replace(netloc=f"{parts.netloc}:{_DEFAULT_PORTS[parts.scheme]}").geturl()
