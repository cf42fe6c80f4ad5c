"""The tokens with which a browser registers as a client, read by another library than the one that made them.

Every part is looked at before PyJWT sees it: that library repairs base64 and lets some claims raise what it did not
mean to. Whatever is wrong with a token is an AccessTokenError, nothing else.
"""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from time import time
from typing import Any, NoReturn

import jwt

from local.carrier.settings import CarrierSettings

CONTENT_TYPE = "twilio-fpa;v=1"
ALGORITHM = "HS256"
LONGEST = 24 * 3600
IDENTITY = re.compile(r"[A-Za-z0-9_]{1,121}")
"""What can be rung as `client:<identity>`."""
PARTS = ("header", "payload", "signature")
REQUIRED = ("exp", "iss", "sub", "jti")
MOMENTS = ("exp", "nbf", "iat")


class AccessTokenError(Exception):
    """The token is refused; the message says why and holds nothing of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the access token {reason}")


def identity_of(token: str, settings: CarrierSettings) -> str:
    """The name of the client that may be rung with this token.

    Raises:
        AccessTokenError: it is malformed, none of this account's, has expired, lasts too long, names no client, or
            grants no incoming calls.

    """
    claims = _claims(token, settings)
    if claims["sub"] != settings.account_sid:
        raise AccessTokenError("is another account's")
    if claims["exp"] > time() + LONGEST:
        raise AccessTokenError("lasts longer than 24 hours")
    grants = _object(claims, "grants")
    if _object(_object(grants, "voice"), "incoming").get("allow") is not True:
        raise AccessTokenError("grants no incoming calls")
    identity = grants.get("identity")
    if not isinstance(identity, str) or not IDENTITY.fullmatch(identity):
        raise AccessTokenError("names no client: an identity has 1 to 121 letters, digits and underscores")
    return identity


def _claims(token: str, settings: CarrierSettings) -> dict[str, Any]:
    """The claims, once the signature and the times have been found good."""
    header, payload = _opened(token)
    if (header.get("alg"), header.get("cty")) != (ALGORITHM, CONTENT_TYPE):
        raise AccessTokenError(f"needs a header with alg {ALGORITHM} and cty {CONTENT_TYPE}")
    if any(type(payload[name]) is not int for name in MOMENTS if name in payload):
        raise AccessTokenError(f"has a time ({', '.join(MOMENTS)}) that is no whole number of seconds")
    key = payload.get("iss")
    if not isinstance(key, str) or key not in settings.api_keys:
        raise AccessTokenError("is signed with no key of this account")
    try:
        return jwt.decode(token, settings.api_keys[key], [ALGORITHM], options={"require": [*REQUIRED]})
    except jwt.InvalidTokenError as error:
        raise AccessTokenError(f"is refused: {error}") from None


def _opened(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The header and the payload, of which nothing is proved yet."""
    parts = token.split(".")
    if len(parts) != len(PARTS):
        raise AccessTokenError("is refused: it has not three parts with a dot between")
    header, payload, _signature = (_decoded(part, name) for part, name in zip(parts, PARTS, strict=True))
    return _document(header, "header"), _document(payload, "payload")


def _decoded(part: str, name: str) -> bytes:
    """The bytes of a part; only the one way to write them is taken, without padding."""
    try:
        data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        data = b""
    if not data or urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise AccessTokenError(f"is refused: its {name} is not base64url without padding")
    return data


def _document(data: bytes, name: str) -> Mapping[str, Any]:
    try:
        document = json.loads(data.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise AccessTokenError(f"is refused: its {name} is no JSON object")
    return document


def _no_number(_constant: str) -> NoReturn:
    raise ValueError


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A field that holds an object; what is no object grants nothing."""
    found = fields.get(name)
    return found if isinstance(found, dict) else {}
