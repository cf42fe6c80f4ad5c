import hmac
from base64 import b64encode
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.door import TwilioDoor
from chalicelib.adapters.twilio.sealing import sealed
from chalicelib.core.carrier.events import (
    CallArrived,
    LegEnded,
    LegRang,
    OwnQuestion,
    ParticipantJoined,
    RecordingReported,
    TurnTaken,
)
from chalicelib.core.carrier.script import Hangup, Play
from chalicelib.core.ground.errors import BadRequest, NotFound, NotProved

PUBLIC, TOKEN = "https://centre.example.com/api", "pretend-token"
CALL, LEG = "c0123456789abcdef0123", "c0123456789abcdef0123-1.1"


@pytest.fixture
def door(addresses) -> TwilioDoor:
    return TwilioDoor(addresses, lambda: [TOKEN])


def knock(door: TwilioDoor, path: str, form, *, token: str = TOKEN, **params: str):
    signature = RequestValidator(token).compute_signature(PUBLIC + path, dict(form.fields))
    return door.read(
        path, params, {"x-twilio-signature": signature} if signature else {}, urlencode(form.fields).encode()
    )


ROADS = [
    (Addresses.voice, "incoming", {}, CallArrived),
    (Addresses.status, "caller-completed", {}, LegEnded),
    (Addresses.turn, "gathered", {"call": CALL, "turn": "3"}, TurnTaken),
    (Addresses.leg_status, "leg-ringing", {"call": CALL, "leg": LEG}, LegRang),
    (Addresses.conference, "participant-join", {"call": CALL}, ParticipantJoined),
    (Addresses.recording, "recording-completed", {"call": CALL, "vocid": "v-1"}, RecordingReported),
]


@pytest.mark.parametrize(
    ("address", "name", "params", "expected"), ROADS, ids=lambda part: getattr(part, "__name__", "")
)
def test_every_address_that_we_hand_out_leads_to_its_reader(door, addresses, payload, address, name, params, expected):
    path = address(addresses, *params.values()).removeprefix(PUBLIC)

    event = knock(door, path, payload(name), **params)

    assert isinstance(event, expected)
    assert all(getattr(event, name) == value for name, value in params.items())


def test_the_keys_of_an_announcement_stand_sealed_in_its_address(door, addresses, payload):
    hidden = sealed("9753#", TOKEN)
    path = addresses.announcement(CALL, hidden).removeprefix(PUBLIC)

    assert "9753" not in path
    asked = knock(door, path, payload("redirected"), call=CALL, sealed=hidden)
    assert asked == OwnQuestion(CALL, (Play("dtmf:9753#"),))


HIDDEN_BY_OTHERS = ["k", "kAAAA", "nonsense", sealed("9753#", "pretend-other-token")]


@pytest.mark.parametrize("hidden", HIDDEN_BY_OTHERS, ids=["nothing", "little", "nonsense", "by another key"])
def test_keys_that_were_sealed_by_nobody_of_ours_are_not_played(door, addresses, payload, hidden):
    path = addresses.announcement(CALL, hidden).removeprefix(PUBLIC)

    with pytest.raises(NotFound):
        knock(door, path, payload("redirected"), call=CALL, sealed=hidden)


def test_addresses_hold_their_context_in_path_segments_alone(addresses):
    for address, _, params, _ in ROADS:
        assert "?" not in address(addresses, *params.values())
    assert addresses.leg_status("c/1", "a b?") == f"{PUBLIC}/carriers/twilio/calls/c%2F1/legs/a%20b%3F/status"


def test_a_webhook_that_is_not_proved_is_not_read(door, payload):
    ill_formed = payload("incoming", CallSid="nonsense")

    with pytest.raises(NotProved):
        knock(door, "/carriers/twilio/voice", ill_formed, token="pretend-foreign-token")
    with pytest.raises(BadRequest):
        knock(door, "/carriers/twilio/voice", ill_formed)


MALFORMED = [b"CallSid", b"=1", b"a=1&&b=2", b"CallSid=%zz", b"CallSid=%ff%fe", b"CallSid=\xff", b"a=" + b"x" * 65536]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:12]))
def test_a_malformed_form_is_told_so_only_if_it_is_signed_over_its_very_bytes(door, body):
    signed = b64encode(hmac.digest(TOKEN.encode(), f"{PUBLIC}/carriers/twilio/voice".encode() + told(body), "sha1"))

    with pytest.raises(NotProved):
        door.read("/carriers/twilio/voice", {}, {"x-twilio-signature": "nonsense"}, body)
    with pytest.raises(BadRequest):
        door.read("/carriers/twilio/voice", {}, {"x-twilio-signature": signed.decode()}, body)


def told(body: bytes) -> bytes:
    fields = sorted(unquote_to_bytes(pair).partition(b"=") for pair in body.split(b"&"))
    return b"".join(name + value for name, _, value in fields)


def test_a_proved_webhook_cannot_be_sent_to_another_address(door, payload):
    form = payload("redirected")
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/carriers/twilio/status", dict(form.fields))

    with pytest.raises(NotProved):
        door.read(
            "/carriers/twilio/voice",
            {},
            {"x-twilio-signature": signature} if signature else {},
            urlencode(form.fields).encode(),
        )


SETTINGS = [
    "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    "key=webhooks_sharedkey_1,algorithm=HMAC_SHA1",
    "algorithm=none",
    "",
    "\udcff",
]


@pytest.mark.parametrize("header", SETTINGS)
@pytest.mark.parametrize("algorithm", [HMAC_SHA1, HMAC_SHA256])
def test_what_the_unsigned_header_says_of_the_signature_decides_nothing(door, payload, algorithm, header):
    form, path = payload("incoming"), "/carriers/twilio/voice"

    def knocks(token):
        signature = RequestValidator(token).compute_signature(PUBLIC + path, dict(form.fields), algorithm)
        headers = {"x-twilio-signature": signature, "x-twilio-webhooks-signature-settings": header}
        return door.read(path, {}, headers, urlencode(form.fields).encode())

    assert isinstance(knocks(TOKEN), CallArrived)
    with pytest.raises(NotProved):
        knocks("pretend-foreign-token")


@pytest.mark.parametrize("path", ["/carriers/twilio/fax", "/carriers/other/voice", "/carriers/twilio/calls/c1/fax"])
def test_a_path_that_is_none_of_ours_is_not_found(door, payload, path):
    with pytest.raises(NotFound):
        knock(door, path, payload("incoming"), call="c1")


def test_a_script_goes_out_as_xml_with_its_content_type(door):
    text, content_type = door.write((Hangup(),), CALL)

    assert text == '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup /></Response>'
    assert content_type == "text/xml; charset=utf-8"
