"""Webhooks that are not Twilio's, or not as Twilio sends them: refused at the door, and nothing behind it moves."""

from urllib.parse import urlencode

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from tests.fakes.centre import CALLER, NUMBER, PUBLIC, TOKEN
from tests.fakes.front_door import FORM

VOICE = "/carriers/twilio/voice"
SID = "CA" + "1" * 32
RINGS = {"CallSid": SID, "From": CALLER, "To": NUMBER, "CallStatus": "ringing", "Direction": "inbound"}


def signature(path, fields, token=TOKEN, base=PUBLIC):
    return RequestValidator(token).compute_signature(base + path, dict(fields))


def sends(centre, path, fields, signed, stage=""):
    headers = {"Content-Type": FORM} | ({"X-Twilio-Signature": signed} if signed is not None else {})
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return centre.asks("POST", path, body, headers=headers, stage=stage)


def proved(centre, path, fields, stage=""):
    return sends(centre, path, fields, signature(path, fields), stage)


@pytest.mark.parametrize(
    "signed",
    [
        None,
        "",
        "nonsense",
        signature(VOICE, RINGS, token="f" * 32),
        signature("/carriers/twilio/status", RINGS),
        signature(VOICE, RINGS | {"From": "13900000000"}),
        signature(VOICE, RINGS, base="https://evil.example"),
    ],
    ids=["missing", "empty", "nonsense", "another token", "another address", "another form", "another host"],
)
def test_a_webhook_that_is_not_proved_gets_403_and_touches_nothing(centre, signed):
    centre.fate.counting = True
    answer = sends(centre, VOICE, RINGS, signed)
    assert answer.status == 403
    assert answer.json["error"] == "NotSigned"
    assert centre.fate.calls == []
    assert centre.desk.all_calls() == []


def test_every_one_of_twilios_addresses_is_behind_the_same_door(centre):
    centre.fate.counting = True
    paths = ["voice", "status", "calls/c1/turns/1", "calls/c1/legs/l/status", "calls/c1/conference"]
    paths += ["calls/c1/recordings/v", "calls/c1/announcement/k1"]
    answers = [sends(centre, f"/carriers/twilio/{path}", RINGS, "wrong").status for path in paths]
    assert answers == [403] * len(paths)
    assert centre.fate.calls == []


def test_a_proved_webhook_is_taken_also_on_api_gateways_own_domain(centre):
    answer = proved(centre, VOICE, RINGS, stage="api")
    assert answer.status == 200
    assert "顺达物流" in answer.text
    assert answer.headers["Content-Type"].startswith("text/xml")


def test_while_the_token_is_rotated_both_are_good_and_the_old_one_no_longer_after_it(centre):
    new, old = "a" * 32, TOKEN
    centre.believes(PUBLIC, new, old)
    by_old = sends(centre, VOICE, RINGS, signature(VOICE, RINGS, old))
    by_new = sends(centre, VOICE, RINGS, signature(VOICE, RINGS, new))
    centre.believes(PUBLIC, new)
    after = sends(centre, VOICE, RINGS, signature(VOICE, RINGS, old))
    assert [by_old.status, by_new.status, after.status] == [200, 200, 403]


def test_a_repeated_webhook_gets_the_same_answer_and_one_call(centre):
    first, second = (proved(centre, VOICE, RINGS) for _ in range(2))
    assert first.text == second.text
    assert len(centre.desk.all_calls()) == 1


def test_a_turn_of_an_unknown_call_is_not_found_and_makes_none(centre):
    path = "/carriers/twilio/calls/c0123456789abcdef0123/turns/1"
    answer = proved(centre, path, {"CallSid": SID, "Digits": "1"})
    assert answer.status == 404
    assert centre.desk.all_calls() == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("legs/nobody/status", {"CallSid": SID, "CallStatus": "completed"}),
        ("conference", {"ConferenceSid": "CF" + "1" * 32, "StatusCallbackEvent": "conference-start"}),
        (
            "recordings/v",
            {"RecordingSid": "RE" + "1" * 32, "RecordingStatus": "completed", "RecordingDuration": "1", "CallSid": SID},
        ),
    ],
)
def test_news_of_an_unknown_call_is_taken_and_changes_nothing(centre, path, fields):
    answer = proved(centre, f"/carriers/twilio/calls/c0123456789abcdef0123/{path}", fields)
    assert answer.status == 200
    assert centre.desk.all_calls() == []


@pytest.mark.parametrize(
    "body",
    [b"CallSid", b"=1", b"CallSid=%zz", b"CallSid=%ff%fe", b"{}", b"&".join(b"a=1" for _ in range(300))],
    ids=["no value", "no name", "bad escape", "not UTF-8", "JSON", "300 fields"],
)
def test_a_malformed_form_of_a_stranger_is_not_proved_and_nothing_more_is_said(centre, body):
    answer = sends(centre, VOICE, body, "whatever")
    assert answer.status == 403
    assert answer.json["error"] == "NotSigned"
    assert centre.desk.all_calls() == []


def test_a_proved_form_with_a_field_missing_is_a_bad_request_that_names_it(centre):
    fields = {name: value for name, value in RINGS.items() if name != "To"}
    answer = proved(centre, VOICE, fields)
    assert (answer.status, "To" in answer.json["message"]) == (400, True)


def test_a_field_that_comes_twice_is_a_bad_request_and_none_of_its_values_is_told(centre):
    twice = MultiDict([*RINGS.items(), ("From", "13900000000")])
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + VOICE, twice)
    answer = sends(centre, VOICE, urlencode(list(twice.items())).encode(), signed)
    assert answer.status == 400
    assert "From" in answer.json["message"]
    assert CALLER not in answer.text


def test_fields_that_twilio_adds_some_day_are_signed_and_ignored(centre):
    answer = proved(centre, VOICE, RINGS | {"Mood": "sunny", "StirVerstat": "TN-Validation-Passed-A", "Blank": ""})
    assert answer.status == 200
    assert len(centre.desk.all_calls()) == 1


def test_empty_digits_are_no_digits(centre):
    caller = centre.calls()
    caller.hears("查询运单请按1")
    call = centre.the_call()
    path = f"/carriers/twilio/calls/{call.id}/turns/{call.turn}"
    answer = proved(centre, path, {"CallSid": caller.sid, "Digits": ""})
    assert answer.status == 200
    assert "查询运单请按1" in answer.text
    assert centre.the_call().live


@pytest.mark.parametrize("turn", ["0", "99", "abc", "../../voice", "%00"])
def test_a_turn_that_was_never_given_moves_no_call(centre, turn):
    caller = centre.calls()
    caller.hears("查询运单请按1")
    before = centre.the_call()
    path = f"/carriers/twilio/calls/{before.id}/turns/{turn}"
    answer = proved(centre, path, {"CallSid": caller.sid, "Digits": "0"})
    assert answer.status in (200, 403, 404)
    assert centre.the_call() == before


def test_a_body_larger_than_any_webhook_is_refused(centre):
    answer = proved(centre, VOICE, RINGS | {"Padding": "x" * 300_000})
    assert answer.status == 400
    assert centre.desk.all_calls() == []


def test_json_sent_to_a_carriers_address_is_an_unsupported_media_type(centre):
    answer = centre.asks("POST", VOICE, RINGS)
    assert answer.status == 415


def test_a_number_that_is_not_ours_is_rejected_and_kept_nowhere(centre):
    fields = RINGS | {"To": "+8675599999999"}
    answer = proved(centre, VOICE, fields)
    assert "<Reject" in answer.text
    assert centre.desk.all_calls() == []


@pytest.mark.parametrize("caller", ["+266696687", "anonymous", "sip:x'--<b>@evil.example", "1" * 400, "\u202e\x00"])
def test_whoever_calls_under_whatever_name_is_answered(centre, caller):
    answer = proved(centre, VOICE, RINGS | {"From": caller})
    assert answer.status == 200
    assert "顺达物流" in answer.text
