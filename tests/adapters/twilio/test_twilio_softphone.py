"""A browser becomes a client of the account by a token of ours: read by Twilio's own library, and by the carrier's."""

from dataclasses import replace

import jwt
import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.twilio.softphone import TwilioSoftphone
from chalicelib.core.ground.errors import NotConfigured
from local.carrier.control.access_tokens import AccessTokenError, identity_of
from local.carrier.settings import CarrierSettings

ACCOUNT, KEY, SECRET = "AC" + "1" * 32, "SK" + "2" * 32, "a-secret-of-at-least-32-characters"
HOUR = 3600 * 1000
CARRIER = CarrierSettings(ACCOUNT, "token", {KEY: SECRET})


def softphone(*key):
    return TwilioSoftphone(ACCOUNT, lambda: key or (KEY, SECRET), SystemClock())


def token(lasting=HOUR, *key):
    return softphone(*key).token("agent_100", SystemClock().now() + lasting)


def test_it_is_what_twilios_own_library_makes():
    official = AccessToken(ACCOUNT, KEY, SECRET, identity="agent_100")
    official.add_grant(VoiceGrant(incoming_allow=True))
    theirs, ours = official.to_jwt(), token()
    assert jwt.get_unverified_header(ours) == jwt.get_unverified_header(theirs)
    claims = [jwt.decode(each, SECRET, ["HS256"]) for each in (ours, theirs)]
    same = [{name: told[name] for name in ("iss", "sub", "grants")} for told in claims]
    assert same[0] == same[1]
    assert claims[0].keys() - {"iat"} <= claims[1].keys()
    assert identity_of(theirs, CARRIER) == "agent_100"
    assert claims[0]["exp"] - claims[0]["iat"] == HOUR / 1000


def test_the_emulated_carrier_takes_it_for_the_client_it_names():
    assert identity_of(token(), CARRIER) == "agent_100"


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (token(-1000), "expired"),
        (token(25 * HOUR), "longer than 24 hours"),
        (token(HOUR, "SK" + "3" * 32, SECRET), "no key of this account"),
        (token(HOUR, KEY, "another-secret-of-at-least-32-letters"), "Signature verification failed"),
        ("no.token.at-all", "refused"),
        (jwt.encode({"iss": KEY}, SECRET, "HS256"), "cty"),
    ],
)
def test_any_other_is_refused_and_why(sent, why):
    with pytest.raises(AccessTokenError, match=why):
        identity_of(sent, CARRIER)


def test_one_of_another_account_is_refused():
    with pytest.raises(AccessTokenError, match="another account's"):
        identity_of(token(), replace(CARRIER, account_sid="AC" + "9" * 32))


@pytest.mark.parametrize("key", [(SECRET,), (KEY, SECRET, SECRET)])
def test_a_secret_that_is_no_sid_with_its_secret_is_named_without_being_told(key):
    with pytest.raises(NotConfigured, match="its SID and its secret") as refused:
        token(HOUR, *key)
    assert SECRET not in str(refused.value)
