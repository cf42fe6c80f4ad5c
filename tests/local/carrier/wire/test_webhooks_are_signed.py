"""The carrier signs as the account is set: with its token, or with a shared key that a rule names."""

import pytest
from product_under_call import CUSTOMER, HOTLINE, TOKEN, settings
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm

from local.carrier.exchange import Exchange
from local.carrier.messages import Response
from local.carrier.settings import SharedKey

KEYS = [SharedKey("webhooks_sharedkey_1", "pretend", algorithm) for algorithm in ("HMAC_SHA1", "HMAC_SHA256")]


def called(key):
    """Give the first webhook of a call."""
    heard = []
    exchange = Exchange(settings(shared_key=key), lambda request: heard.append(request) or Response(404))
    exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    return heard[0]


def fits(webhook, secret, algorithm):
    fields, signature = dict(webhook.form()), webhook.header("X-Twilio-Signature")
    return RequestValidator(secret).validate(webhook.url, fields, signature, algorithm)


def test_without_a_rule_the_token_signs_and_nothing_is_said_of_how():
    webhook = called(None)
    assert SIGNATURE_SETTINGS_HEADER not in webhook.headers
    assert fits(webhook, TOKEN, None)


@pytest.mark.parametrize("key", KEYS)
def test_with_a_rule_a_shared_key_signs_and_the_header_names_it_with_the_algorithm(key):
    webhook = called(key)
    assert webhook.header(SIGNATURE_SETTINGS_HEADER) == f"key={key.id},algorithm={key.algorithm}"
    assert fits(webhook, key.secret, get_signature_algorithm(webhook.header(SIGNATURE_SETTINGS_HEADER)))
    assert not fits(webhook, TOKEN, key.algorithm)
