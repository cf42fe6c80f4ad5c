"""Access tokens, by which a browser becomes a client of the account: a JWT as Twilio wants it, signed with an API key.

Twilio's documents: "Access Tokens" (header, grants, at most 24 h, an identity of letters, digits and underscores). Its
own library is the oracle in the tests; in a function it would cost more cold start than these lines.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.ports import Clock

_HEADER = {"typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1"}


def softphone_name(agent_id: str) -> str:
    """Name an agent's browser at Twilio: of letters, digits and underscores, as access tokens ask."""
    return f"agent_{agent_id}"


class TwilioSoftphone:
    """Makes access tokens for the account; `api_key` gives an API key's SID and its secret when first needed."""

    def __init__(self, account_sid: str, api_key: Callable[[], tuple[str, ...]], clock: Clock) -> None:
        self._account_sid = account_sid
        self._api_key = api_key
        self._clock = clock

    def token(self, name: str, until: int) -> str:
        """Give a token that lets a browser be rung as `client:<name>` until then (ms since 1970), and call nobody.

        Raises:
            NotConfigured: the secret is missing, or is not a SID and a secret with a blank between.
        """
        key = self._api_key()
        if len(key) != 2:  # noqa: PLR2004 - SID and secret
            raise NotConfigured("The secret of Twilio's API key must be its SID and its secret with a blank between.")
        sid, secret = key
        now = self._clock.now() // 1000
        claims = {
            "jti": f"{sid}-{now}",
            "iss": sid,
            "sub": self._account_sid,
            "iat": now,
            "exp": until // 1000,
            "grants": {"identity": name, "voice": {"incoming": {"allow": True}}},
        }
        signed = f"{_part(_HEADER)}.{_part(claims)}"
        return f"{signed}.{_base64(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


def _part(fields: Mapping[str, Any]) -> str:
    return _base64(json.dumps(fields, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
