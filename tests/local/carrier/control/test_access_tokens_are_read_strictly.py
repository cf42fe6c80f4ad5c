"""Whoever has no good token is no telephone of the account: PyJWT and Twilio's own library write, the carrier reads."""

import json
from base64 import urlsafe_b64encode
from time import time

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import patient
from product_under_call import ACCOUNT, API_KEY, settings
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from local.carrier.control.access_tokens import CONTENT_TYPE, AccessTokenError, identity_of

KEY, SECRET = API_KEY
HOUR = 3600
CARRIER = settings(api_keys={KEY: SECRET})
HEADER = {"typ": "JWT", "cty": CONTENT_TYPE}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
PAYLOAD_FIELDS = ("jti", "iss", "sub", "exp", "nbf", "iat", "aud", "grants")


def payload(**changes):
    told = {
        "jti": "1",
        "iss": KEY,
        "sub": ACCOUNT,
        "exp": int(time()) + 12 * HOUR,
        "grants": {"identity": "agent_100", "voice": {"incoming": {"allow": True}}},
    }
    return {name: value for name, value in (told | changes).items() if value is not ...}


def granting(**changes):
    return payload(grants={"identity": "agent_100", "voice": {"incoming": {"allow": True}}} | changes)


def base64(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims, header=HEADER, secret=SECRET):
    """PyJWT signs; it would not write claims of the wrong type by itself."""
    told = ".".join(base64(json.dumps(part).encode()) for part in (header | {"alg": "HS256"}, claims))
    return f"{told}.{base64(jwt.get_algorithm_by_name('HS256').sign(told.encode(), secret.encode()))}"


def spliced(place, part):
    parts = signed(payload()).split(".")
    return ".".join([*parts[:place], part, *parts[place + 1 :]])


def test_a_good_token_names_its_client():
    assert identity_of(signed(payload()), CARRIER) == "agent_100"


def test_the_official_librarys_token_names_its_client():
    official = AccessToken(ACCOUNT, KEY, SECRET, identity="agent_100")
    official.add_grant(VoiceGrant(incoming_allow=True))
    assert identity_of(official.to_jwt(), CARRIER) == "agent_100"


def the_last_letter_written_otherwise(token):
    """32 bytes end in a letter of which two bits mean nothing: four letters stand for the same signature."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) ^ 1]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("", "three parts"),
        ("a.b", "three parts"),
        (signed(payload()) + ".x", "three parts"),
        (signed(payload()) + "=", "signature is not base64url"),
        (signed(payload()) + "\n", "signature is not base64url"),
        (the_last_letter_written_otherwise(signed(payload())), "signature is not base64url"),
        (spliced(2, ""), "signature is not base64url"),
        (spliced(2, "€"), "signature is not base64url"),
        (spliced(2, "\ud800"), "signature is not base64url"),
        (spliced(0, base64(b"\xff\xfe")), "header is no JSON"),
        (spliced(0, base64(b"[]")), "header is no JSON object"),
        (spliced(0, base64(b"null")), "header is no JSON object"),
        (spliced(1, base64(b'{"exp": NaN}')), "payload is no JSON"),
        (spliced(1, base64(b'"text"')), "payload is no JSON object"),
        (spliced(1, base64(b"[" * 100_000)), "payload is no JSON"),
        (spliced(1, base64(b'{"exp": ' + b"9" * 5000 + b"}")), "payload is no JSON"),
        (signed(payload(), HEADER | {"cty": "JWT"}), "needs a header"),
        (jwt.encode(payload(), "", "none", HEADER), "signature is not base64url"),
        (jwt.encode(payload(), SECRET * 2, "HS512", HEADER), "needs a header"),
        (signed(payload(iss=["x"])), "no key of this account"),
        (signed(payload(iss={})), "no key of this account"),
        (signed(payload(iss=...)), "no key of this account"),
        (signed(payload(exp=...)), 'missing the "exp" claim'),
        (signed(payload(jti=...)), 'missing the "jti" claim'),
        (signed(payload(exp=[1])), "no whole number"),
        (signed(payload(exp=True)), "no whole number"),
        (signed(payload(exp="2099-01-01")), "no whole number"),
        (signed(payload(nbf={})), "no whole number"),
        (signed(payload(iat=[])), "no whole number"),
        (signed(payload(exp=int(time()) - 60)), "expired"),
        (signed(payload(nbf=int(time()) + 12 * HOUR)), "not yet valid"),
        (signed(payload(exp=int(time()) + 48 * HOUR)), "longer than 24 hours"),
        (signed(payload(sub="AC" + "9" * 32)), "another account's"),
        (signed(payload(), secret="another-secret-of-at-least-32-letters"), "Signature verification failed"),
        (signed(payload(grants=...)), "no incoming calls"),
        (signed(payload(grants=[])), "no incoming calls"),
        (signed(granting(voice=None)), "no incoming calls"),
        (signed(granting(voice={"incoming": True})), "no incoming calls"),
        (signed(granting(voice={"incoming": {"allow": "false"}})), "no incoming calls"),
        (signed(granting(voice={"incoming": {"allow": "true"}})), "no incoming calls"),
        (signed(granting(voice={"incoming": {"allow": 1}})), "no incoming calls"),
        (signed(granting(identity=None)), "names no client"),
        (signed(granting(identity="")), "names no client"),
        (signed(granting(identity={"id": "agent_100"})), "names no client"),
        (signed(granting(identity=100)), "names no client"),
        (signed(granting(identity="agent 100")), "names no client"),
        (signed(granting(identity="a" * 122)), "names no client"),
    ],
)
def test_a_token_that_is_not_quite_right_is_refused_and_why(sent, why):
    with pytest.raises(AccessTokenError, match=why):
        identity_of(sent, CARRIER)


@patient
@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(".".join))
def test_no_text_does_more_than_be_refused(sent):
    with pytest.raises(AccessTokenError):
        identity_of(sent, CARRIER)


@patient
@given(JSON, JSON, st.binary())
def test_no_document_in_the_shape_of_a_token_does_more_than_be_refused(header, claims, signature):
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    with pytest.raises(AccessTokenError):
        identity_of(".".join(map(base64, parts)), CARRIER)


@patient
@given(st.sampled_from(PAYLOAD_FIELDS), JSON)
def test_no_claim_that_our_own_key_signed_does_more_than_be_refused(name, value):
    try:
        named = identity_of(signed(payload(**{name: value})), CARRIER)
    except AccessTokenError:
        return
    assert named == "agent_100"
