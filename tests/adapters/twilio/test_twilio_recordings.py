"""Recordings at Twilio: what is asked of its REST API, and what is looked at before it is asked again."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import TwilioSettings
from chalicelib.adapters.twilio.carrier import TwilioCommands
from chalicelib.adapters.twilio.transport import ApiReply
from chalicelib.core.carrier.commands import PauseRecording, ResumeRecording, StartRecording, StopRecording
from chalicelib.core.ground.errors import CarrierGone
from local.carrier.rest.forms import check

ACCOUNT, CALL, CUSTOMER = "AC" + "0" * 32, "c0123456789abcdef0123", "customer"
SID, CONFERENCE = "CA" + "1" * 32, "CF" + "2" * 32
WHOLE, OF_LEG = f"/Conferences/{CONFERENCE}/Recordings", f"/Calls/{SID}/Recordings"
START = StartRecording(CALL, CUSTOMER, SID, "v-2")
KINDS = (PauseRecording, ResumeRecording, StopRecording)
BECOMES = {PauseRecording: "paused", ResumeRecording: "in-progress", StopRecording: "stopped"}
NOT_FOUND = ApiReply(404, {}, b'{"code": 20404}')


class Twilio:
    """Answers in turn, then with success; keeps what was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = [*answers], []

    def __call__(self, request):
        path = urlsplit(request.url).path.partition(ACCOUNT)[2].removesuffix(".json")
        self.asked.append((f"{request.method} {path}", dict(parse_qsl((request.body or b"").decode()))))
        return self.answers.pop(0) if self.answers else ApiReply(200, {}, b"{}")

    def told(self, command, *, again=False):
        settings = TwilioSettings(ACCOUNT, Addresses("https://centre.example"), lambda: ("user", "pretend"))
        TwilioCommands(settings, self).execute(command, again=again)
        return self.asked


def recordings(*states):
    return ApiReply(200, {}, json.dumps({"recordings": [{"sid": "RE1", "status": state} for state in states]}).encode())


def whole(kind, conference=CONFERENCE):
    return kind(CALL, "", "", conference)


@pytest.mark.parametrize("kind", KINDS)
def test_a_conferences_recording_is_changed_as_the_one_that_runs(kind):
    ((operation, form),) = Twilio().told(whole(kind))
    assert operation == f"POST {WHOLE}/Twilio.CURRENT"
    assert form["Status"] == BECOMES[kind]
    assert form.get("PauseBehavior") == ("silence" if kind is PauseRecording else None)
    check("POST Conferences/{conference}/Recordings/{recording}", [*form.items()])


@pytest.mark.parametrize("kind", KINDS)
def test_a_legs_recording_is_changed_as_the_one_that_runs(kind):
    ((operation, form),) = Twilio().told(kind(CALL, CUSTOMER, SID, CONFERENCE))
    assert operation == f"POST {OF_LEG}/Twilio.CURRENT"
    check("POST Calls/{call}/Recordings/{recording}", [*form.items()])


def test_a_recording_that_is_started_is_the_legs_and_reports_to_its_own_address():
    ((operation, form),) = Twilio().told(START)
    assert operation == f"POST {OF_LEG}"
    assert form["RecordingStatusCallback"].endswith(f"/calls/{CALL}/recordings/v-2")
    assert (form["RecordingTrack"], form["RecordingChannels"]) == ("both", "mono")
    check("POST Calls/{call}/Recordings", [*form.items()])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_so_already_is_not_asked_for_again(kind):
    there = recordings("completed", *([BECOMES[kind]] if kind is not StopRecording else []))
    assert [operation for operation, _ in Twilio(there).told(whole(kind), again=True)] == [f"GET {WHOLE}"]


@pytest.mark.parametrize(("kind", "is_now"), [*zip(KINDS, ("in-progress", "paused", "paused"), strict=True)])
def test_what_is_not_so_yet_is_asked_for_again(kind, is_now):
    twilio = Twilio(recordings(is_now))
    assert [operation for operation, _ in twilio.told(whole(kind), again=True)] == [
        f"GET {WHOLE}",
        f"POST {WHOLE}/Twilio.CURRENT",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_recorded_nothing_can_be_changed(kind):
    with pytest.raises(CarrierGone):
        Twilio(NOT_FOUND).told(whole(kind))


def test_a_recording_whose_conference_is_over_has_been_stopped():
    nobody = ApiReply(200, {}, b'{"conferences": []}')
    assert len(Twilio(nobody).told(whole(StopRecording, ""), again=True)) == 1
    with pytest.raises(CarrierGone):
        Twilio(nobody, nobody).told(whole(PauseRecording, ""), again=True)


@pytest.mark.parametrize(
    ("is_now", "asked"),
    [
        ((), [f"GET {OF_LEG}", f"POST {OF_LEG}"]),
        (("completed",), [f"GET {OF_LEG}", f"POST {OF_LEG}"]),
        (("in-progress",), [f"GET {OF_LEG}"]),
        (("paused",), [f"GET {OF_LEG}", f"POST {OF_LEG}/Twilio.CURRENT"]),
    ],
    ids=["nothing runs", "one is over", "it runs", "it is paused"],
)
def test_a_recording_is_started_once_however_often_it_is_asked_for(is_now, asked):
    assert [operation for operation, _ in Twilio(recordings(*is_now)).told(START, again=True)] == asked
