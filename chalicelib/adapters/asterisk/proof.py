"""The one door for the bridges' webhooks: proved as Standard Webhooks has it (specification 1.0), over the raw body.

Several signatures may stand in the header while a key is rotated, and several keys may be good here: one that fits is
enough. A webhook is good for five minutes either way; one that is told again within them changes nothing, as one that
is told again after them would not: what it tells is known already.
"""

import hmac
import re
from collections.abc import Mapping, Sequence

from chalicelib.core.ground.errors import NotSigned
from chalicelib.core.told.webhook_keys import signature

TOLERANCE_MS = 5 * 60 * 1000

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_MOST_SIGNATURES = 10


def prove(headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], now: int) -> None:
    """Let a webhook in that is signed with one of `keys`; `now` in ms since 1970, header names in lower case.

    Raises:
        NotSigned: it is not so signed, or at another time; nothing more is said.
    """
    told, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    if not _ID.fullmatch(told) or not _SECONDS.fullmatch(at) or abs(now - int(at) * 1000) > TOLERANCE_MS:
        raise _not_signed()
    expected = [signature(key, told, int(at), body).encode() for key in keys]
    sent = [each.encode(errors="replace") for each in given]
    # Every candidate is compared, so that the time tells nothing.
    if not any([hmac.compare_digest(one, other) for one in expected for other in sent]):  # noqa: C419 - see above
        raise _not_signed()


def _not_signed() -> NotSigned:
    return NotSigned("The webhook is not signed as from our Asterisk, or not within five minutes of our time.")
