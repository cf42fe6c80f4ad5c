"""Whichever address a stack is told to be at, the signatures made over it are good, and no other ones."""

from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.fakes.centre import CALLER, NUMBER, TOKEN
from tests.fakes.front_door import FORM

DISTRIBUTION = "https://d111111abcdef8.cloudfront.net"
GATEWAY = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/api"
RINGING = {"CallSid": "CA" + "2" * 32, "From": CALLER, "To": NUMBER, "CallStatus": "ringing", "Direction": "inbound"}


def rings(centre, signed_for):
    """A call's first webhook, as API Gateway hands it over on its own domain: below the stage."""
    url = f"{signed_for}/carriers/twilio/voice"
    headers = {
        "Content-Type": FORM,
        "Via": "1.1 1234abcd.cloudfront.net (CloudFront)",
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, RINGING),
    }
    return centre.asks("POST", "/carriers/twilio/voice", urlencode(RINGING).encode(), headers=headers, stage="api")


@pytest.mark.parametrize("public", [DISTRIBUTION, GATEWAY], ids=["through CloudFront", "straight to API Gateway"])
def test_a_webhook_signed_for_the_public_address_is_taken(centre, public):
    centre.believes(public)
    answer = rings(centre, signed_for=public)

    assert answer.status == 200
    assert f"{public}/carriers/twilio/calls/" in answer.text


def test_a_webhook_signed_for_the_gateway_is_refused_where_the_public_address_is_the_distribution(centre):
    centre.believes(DISTRIBUTION)

    assert rings(centre, signed_for=GATEWAY).status == 403
