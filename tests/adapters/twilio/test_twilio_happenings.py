import pytest

from chalicelib.adapters.twilio import happenings
from chalicelib.adapters.twilio.forms import Form
from chalicelib.core.calls.call import CUSTOMER
from chalicelib.core.carrier.events import (
    CallArrived,
    Cause,
    LegAnswered,
    LegEnded,
    LegRang,
    ParticipantJoined,
    RecordingReported,
    TurnTaken,
)
from chalicelib.core.ground.errors import BadRequest

CALLER_SID = "CA00112233445566778899aabbccddeeff"
AGENT_SID = "CAffeeddccbbaa99887766554433221100"
CONFERENCE, RECORDING = "CF" + "0f" * 16, "RE" + "1e" * 16
CALL, LEG = "c0123456789abcdef0123", "c0123456789abcdef0123-1"


def test_a_call_arrives_under_an_id_that_follows_from_its_sid(payload):
    event = happenings.arrived(payload("incoming"))

    assert event == CallArrived(happenings.call_id_of(CALLER_SID), CALLER_SID, "+8613800000001", "+8675583000000")
    assert event.call.startswith("c")
    assert len(event.call) == 21


def test_calls_have_different_ids():
    assert happenings.call_id_of(CALLER_SID) != happenings.call_id_of(AGENT_SID)


@pytest.mark.parametrize(
    "sent", ["anonymous", "Anonymous", "+266696687", "+7378742833", "+8656696", "unavailable", "Restricted", ""]
)
def test_a_withheld_number_is_an_empty_caller(payload, sent):
    assert happenings.arrived(payload("incoming-anonymous", From=sent)).caller == ""


@pytest.mark.parametrize("sent", ["client:agent_100", "sip:ma@pbx.example.com", "+8613800000001"])
def test_a_caller_of_another_kind_is_kept_as_sent(payload, sent):
    assert happenings.arrived(payload("incoming-sip", From=sent)).caller == sent


def test_digits_are_read_for_their_turn(payload):
    assert happenings.turn(payload("gathered"), CALL, "3") == TurnTaken(CALL, "3", "20260001")


def test_silence_is_no_digits_and_a_plain_question_is_none(payload):
    assert happenings.turn(payload("gathered-nothing"), CALL, "3").digits == ""
    assert happenings.turn(payload("redirected"), CALL, "3").digits is None


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("busy", Cause.BUSY),
        ("completed", Cause.COMPLETED),
        ("answered", Cause.COMPLETED),
        ("canceled", Cause.CANCELLED),
    ],
)
def test_how_a_dial_went_comes_with_its_turn(payload, status, cause):
    event = happenings.turn(payload("dialled-busy", DialCallStatus=status), CALL, "4")

    assert event == TurnTaken(CALL, "4", None, cause)


def test_the_callers_leg_ends(payload):
    event = happenings.caller_status(payload("caller-completed"))

    assert event == LegEnded(
        happenings.call_id_of(CALLER_SID), CUSTOMER, CALLER_SID, Cause.COMPLETED, "+8613800000001", "+8675583000000"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("leg-initiated", None),
        ("leg-ringing", LegRang(CALL, LEG, AGENT_SID)),
        ("leg-answered", LegAnswered(CALL, LEG, AGENT_SID)),
        ("leg-completed", LegEnded(CALL, LEG, AGENT_SID, Cause.COMPLETED)),
        ("leg-declined", LegEnded(CALL, LEG, AGENT_SID, Cause.REJECTED)),
    ],
)
def test_a_legs_progress_is_read(payload, name, expected):
    assert happenings.leg_status(payload(name), CALL, LEG) == expected


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("busy", Cause.BUSY),
        ("no-answer", Cause.NO_ANSWER),
        ("failed", Cause.FAILED),
        ("canceled", Cause.CANCELLED),
    ],
)
def test_every_way_to_end_has_its_cause(payload, status, cause):
    form = payload("leg-completed", CallStatus=status, SipResponseCode=None)

    assert happenings.leg_status(form, CALL, LEG) == LegEnded(CALL, LEG, AGENT_SID, cause)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("conference-start", None),
        ("conference-end", None),
        ("participant-join", ParticipantJoined(CALL, LEG, AGENT_SID, CONFERENCE)),
        ("participant-hold", None),
        ("participant-leave-hung-up", LegEnded(CALL, LEG, AGENT_SID, Cause.COMPLETED)),
        ("participant-leave-never-answered", LegEnded(CALL, LEG, AGENT_SID, Cause.NO_ANSWER)),
        ("participant-leave-redirected", None),
    ],
)
def test_what_happens_in_the_conference_is_read(payload, name, expected):
    assert happenings.conference(payload(name), CALL) == expected


def test_one_who_leaves_the_conference_by_a_key_but_stays_on_the_line_tells_nothing(payload):
    form = payload("participant-leave-hung-up", ParticipantCallStatus="in-progress")

    assert happenings.conference(form, CALL) is None


def test_a_conference_event_of_a_kind_that_is_new_tells_nothing(payload):
    form = payload("participant-join", StatusCallbackEvent="participant-whistle")

    assert happenings.conference(form, CALL) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("recording-completed", RecordingReported(CALL, LEG, RECORDING, "completed", 58)),
        ("recording-absent", RecordingReported(CALL, LEG, RECORDING, "absent", 0)),
        ("recording-in-progress", None),
    ],
)
def test_what_became_of_a_recording_is_read(payload, name, expected):
    assert happenings.recording(payload(name), CALL, LEG) == expected


READERS = {
    "incoming": happenings.arrived,
    "gathered": lambda form: happenings.turn(form, CALL, "1"),
    "dialled-busy": lambda form: happenings.turn(form, CALL, "1"),
    "caller-completed": happenings.caller_status,
    "leg-ringing": lambda form: happenings.leg_status(form, CALL, LEG),
    "participant-join": lambda form: happenings.conference(form, CALL),
    "recording-completed": lambda form: happenings.recording(form, CALL, LEG),
}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("incoming", "CallSid", "CA123"),
        ("incoming", "CallSid", CALLER_SID + "\n"),
        ("incoming", "CallSid", None),
        ("incoming", "From", None),
        ("incoming", "To", None),
        ("incoming", "To", ""),
        ("gathered", "CallSid", "RE" + "1e" * 16),
        ("dialled-busy", "DialCallStatus", "13800000001"),
        ("caller-completed", "CallStatus", "13800000001"),
        ("caller-completed", "CallStatus", None),
        ("leg-ringing", "CallSid", ""),
        ("participant-join", "ConferenceSid", "c1"),
        ("participant-join", "CallSid", None),
        ("participant-join", "StatusCallbackEvent", None),
        ("recording-completed", "RecordingSid", None),
        ("recording-completed", "RecordingStatus", "13800000001"),
        ("recording-completed", "RecordingDuration", "13800000001"),
    ],
)
def test_a_missing_or_ill_formed_field_is_refused_by_name_and_never_by_value(payload, name, field, value):
    with pytest.raises(BadRequest, match=field) as refusal:
        READERS[name](payload(name, **{field: value}))
    assert "13800000001" not in str(refusal.value)


@pytest.mark.parametrize("name", READERS)
def test_fields_that_twilio_adds_without_notice_change_nothing(payload, name):
    known = payload(name)
    more = Form((("BrandNew", "1"), *known.fields, ("BrandNew", "2")))

    assert READERS[name](more) == READERS[name](known)


@pytest.mark.parametrize("name", READERS)
def test_a_repeated_field_that_matters_is_refused(payload, name):
    known = payload(name)
    sid = next(field for field in known.fields if field[0] in {"CallSid", "RecordingSid"})

    with pytest.raises(BadRequest, match="more than once"):
        READERS[name](Form((*known.fields, sid)))
