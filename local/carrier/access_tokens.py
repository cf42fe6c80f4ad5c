"""The tokens with which a browser registers as a client, read by another library than the one that made them."""

from time import time

import jwt

from local.carrier.settings import CarrierSettings

CONTENT_TYPE = "twilio-fpa;v=1"
LONGEST = 24 * 3600


class AccessTokenError(Exception):
    """The token is refused; the message says why and holds nothing of it."""


def identity_of(token: str, settings: CarrierSettings) -> str:
    """The name of the client that may be rung with this token.

    Raises:
        AccessTokenError: it is none of this account's, has expired, lasts too long, or grants no incoming calls.

    """
    try:
        claims = jwt.decode(
            token, _secret(token, settings), ["HS256"], options={"require": ["exp", "iss", "sub", "jti"]}
        )
    except jwt.InvalidTokenError as error:
        raise AccessTokenError(f"the access token is refused: {error}") from None
    grants = claims.get("grants", {})
    if claims["sub"] != settings.account_sid:
        raise AccessTokenError("the access token is another account's")
    if claims["exp"] > time() + LONGEST:
        raise AccessTokenError("the access token lasts longer than 24 hours")
    if not grants.get("voice", {}).get("incoming", {}).get("allow"):
        raise AccessTokenError("the access token grants no incoming calls")
    return str(grants.get("identity", ""))


def _secret(token: str, settings: CarrierSettings) -> str:
    if jwt.get_unverified_header(token).get("cty") != CONTENT_TYPE:
        raise AccessTokenError(f"the access token's cty is not {CONTENT_TYPE}")
    key = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
    if key not in settings.api_keys:
        raise AccessTokenError("the access token is signed with no key of this account")
    return settings.api_keys[key]
