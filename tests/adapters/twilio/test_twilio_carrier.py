import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest
from twilio.http.http_client import HttpClient
from twilio.http.response import Response as OfficialResponse
from twilio.rest import Client

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import TwilioSettings
from chalicelib.adapters.twilio.carrier import TwilioCommands
from chalicelib.adapters.twilio.sealing import unsealed
from chalicelib.adapters.twilio.transport import ApiReply, ApiRequest, NoAnswer, NotSent
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    RetrieveParticipant,
    SendDigits,
    TakeTurn,
)
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, CarrierUncertain
from local.carrier.rest.forms import check

ACCOUNT = "AC" + "0123456789abcdef" * 2
CALL, LEG, CUSTOMER = "c0123456789abcdef0123", "c0123456789abcdef0123-1", "customer"
CALLER_SID, AGENT_SID = "CA00112233445566778899aabbccddeeff", "CAffeeddccbbaa99887766554433221100"
CONFERENCE, RECORDING = "CF" + "0f" * 16, "RE" + "1e" * 16
ADDRESSES = Addresses("https://centre.example.com/api")
AT = f"https://centre.example.com/api/carriers/twilio/calls/{CALL}"

ADD = AddParticipant(CALL, LEG, "agent:100", "+8675583000000", 20, vocid="v-1")
ADD_UNRECORDED = AddParticipant(CALL, CUSTOMER, "+8613900000002", "+8675583000000", 30, early_media=True)
JOIN = JoinConference(CALL, CUSTOMER, CALLER_SID, "v-1")
TURN = TakeTurn(CALL, CUSTOMER, CALLER_SID, "7")
HOLD = HoldParticipant(CALL, CUSTOMER, CALLER_SID, CONFERENCE, "media:hold-music")
RETRIEVE = RetrieveParticipant(CALL, CUSTOMER, CALLER_SID, CONFERENCE)
MUTE = MuteParticipant(CALL, LEG, AGENT_SID, CONFERENCE, muted=True)
UNCOACH = CoachParticipant(CALL, LEG, AGENT_SID, CONFERENCE, "")
DIGITS = SendDigits(CALL, CUSTOMER, CALLER_SID, CONFERENCE, "12#")
HANG_UP = HangUpLeg(CALL, LEG, AGENT_SID)
ALL = (ADD, ADD_UNRECORDED, JOIN, TURN, HOLD, RETRIEVE, MUTE, UNCOACH, DIGITS, HANG_UP)

Answer = ApiReply | Exception | Callable[[ApiRequest], ApiReply]


def answered(status: int, document: object = None, **headers: str) -> ApiReply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ApiReply(status, named, json.dumps(document or {}).encode())


def refused(status: int, code: int) -> ApiReply:
    return answered(status, {"code": code, "message": "about +8613800000001", "status": status})


@dataclass
class ScriptedTwilio:
    """Answers in turn from a list, then with success; keeps what was asked."""

    answers: list[ApiReply | Exception] = field(default_factory=list)
    asked: list[ApiRequest] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __call__(self, request: ApiRequest) -> ApiReply:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else answered(200)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def operations(self) -> list[str]:
        return [f"{request.method} {urlsplit(request.url).path.partition(ACCOUNT)[2]}" for request in self.asked]

    def form(self) -> list[tuple[str, str]]:
        return parse_qsl((self.asked[-1].body or b"").decode(), keep_blank_values=True)


@pytest.fixture
def twilio() -> ScriptedTwilio:
    return ScriptedTwilio()


@pytest.fixture
def carrier(twilio) -> TwilioCommands:
    settings = TwilioSettings(ACCOUNT, ADDRESSES, lambda: ("user", "pretend-password"))
    return TwilioCommands(settings, twilio, twilio.slept.append)


def conferences(*found: tuple[str, str]) -> ApiReply:
    return answered(200, {"conferences": [{"sid": sid, "status": status} for sid, status in found]})


LIVE = conferences((CONFERENCE, "in-progress"))
NOT_FOUND = refused(404, 20404)


def seat(**facts: object) -> ApiReply:
    return answered(200, {"call_sid": AGENT_SID, "hold": False, "status": "connected", **facts})


class Recorder(HttpClient):
    """Notes what the official client would send."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self.sent: dict[str, object] = {}
        self.url = ""

    def request(self, method, url, *, data=None, **_rest):
        self.url, self.sent = f"{method.upper()} {url}", data or {}
        return OfficialResponse(204 if method.upper() == "DELETE" else 201, "{}")


def as_official(data: dict[str, object]) -> set[tuple[str, str]]:
    fields = set()
    for name, value in data.items():
        for each in value if isinstance(value, list) else [value]:
            fields.add((name, str(each).lower() if isinstance(each, bool) else str(each)))
    return fields


def official(ask: Callable[[Client], object]) -> tuple[str, set[tuple[str, str]]]:
    recorder = Recorder()
    ask(Client("user", "pretend-password", ACCOUNT, http_client=recorder))
    return recorder.url, as_official(recorder.sent)


CALLBACKS = {
    "status_callback_method": "POST",
    "conference_status_callback": f"{AT}/conference",
    "conference_status_callback_event": ["join", "leave"],
    "conference_status_callback_method": "POST",
}
RECORDED = {
    "conference_record": "record-from-start",
    "conference_trim": "do-not-trim",
    "conference_recording_status_callback": f"{AT}/recordings/v-1",
    "conference_recording_status_callback_event": ["completed", "absent"],
    "conference_recording_status_callback_method": "POST",
}
ENTERING = {"beep": "false", "start_conference_on_enter": True, "end_conference_on_exit": False, "wait_url": ""}

OFFICIALLY: dict[Command, Callable[[Client], object]] = {
    ADD: lambda client: client.conferences(CALL).participants.create(
        from_="+8675583000000",
        to="client:agent_100",
        label=LEG,
        timeout=20,
        early_media=False,
        status_callback=f"{AT}/legs/{LEG}/status",
        status_callback_event=["answered", "completed"],
        **ENTERING,
        **CALLBACKS,
        **RECORDED,
    ),
    ADD_UNRECORDED: lambda client: client.conferences(CALL).participants.create(
        from_="+8675583000000",
        to="+8613900000002",
        label=CUSTOMER,
        timeout=30,
        early_media=True,
        status_callback=f"{AT}/legs/customer/status",
        status_callback_event=["ringing", "answered", "completed"],
        **ENTERING,
        **CALLBACKS,
    ),
    TURN: lambda client: client.calls(CALLER_SID).update(url=f"{AT}/turns/7", method="POST"),
    HOLD: lambda client: (
        client.conferences(CONFERENCE)
        .participants(CUSTOMER)
        .update(hold=True, hold_url="https://centre.example.com/api/media/hold-music.wav", hold_method="GET")
    ),
    RETRIEVE: lambda client: client.conferences(CONFERENCE).participants(CUSTOMER).update(hold=False),
    MUTE: lambda client: client.conferences(CONFERENCE).participants(LEG).update(muted=True),
    UNCOACH: lambda client: client.conferences(CONFERENCE).participants(LEG).update(coaching=False),
    HANG_UP: lambda client: client.calls(AGENT_SID).update(status="completed"),
}


@pytest.mark.parametrize("command", OFFICIALLY, ids=lambda command: type(command).__name__)
def test_a_command_is_the_request_that_the_official_client_would_send(carrier, twilio, command):
    carrier.execute(command, again=False)

    [request] = twilio.asked
    assert (f"{request.method} {request.url}", set(twilio.form())) == official(OFFICIALLY[command])


def test_keys_are_sent_by_an_address_that_holds_them_sealed(carrier, twilio):
    carrier.execute(DIGITS, again=False)

    form = dict(twilio.form())
    where, _, hidden = form["AnnounceUrl"].rpartition("/")
    assert (where, form["AnnounceMethod"]) == (f"{AT}/announcement", "POST")
    assert unsealed(hidden, "pretend-password") == "12#"


def test_who_coaches_is_heard_by_the_leg_of_that_label_alone(carrier, twilio):
    twilio.answers = [LIVE, answered(200, {"call_sid": CALLER_SID})]
    carrier.execute(CoachParticipant(CALL, LEG, AGENT_SID, CONFERENCE, "c0123456789abcdef0123-2"), again=False)

    assert twilio.form() == [("Coaching", "true"), ("CallSidToCoach", CALLER_SID)]


def test_nobody_left_to_be_coached_is_gone(carrier, twilio):
    twilio.answers = [conferences()]

    with pytest.raises(CarrierGone):
        carrier.execute(CoachParticipant(CALL, LEG, AGENT_SID, CONFERENCE, "c0123456789abcdef0123-2"), again=False)


@pytest.mark.parametrize("command", ALL, ids=repr)
def test_a_command_has_only_fields_and_values_that_twilio_documents(carrier, twilio, command):
    carrier.execute(command, again=False)

    path = urlsplit(twilio.asked[-1].url).path.partition(f"{ACCOUNT}/")[2].removesuffix(".json").split("/")
    names = {"Calls": "{call}", "Conferences": "{conference}", "Participants": "{participant}"}
    template = "/".join(names[path[at - 1]] if at % 2 else part for at, part in enumerate(path))
    check(f"POST {template}", twilio.form())


def test_a_caller_is_brought_into_the_conference_by_twiml_at_hand(carrier, twilio):
    carrier.execute(JOIN, again=False)

    [(name, twiml)] = twilio.form()
    assert twilio.operations() == [f"POST /Calls/{CALLER_SID}.json"]
    assert name == "Twiml"
    assert f">{CALL}</Conference>" in twiml
    assert 'participantLabel="customer"' in twiml
    assert f"{AT}/recordings/v-1" in twiml


@pytest.mark.parametrize(("asked", "sent"), [(1, "5"), (5, "5"), (45, "45"), (9999, "600")])
def test_a_device_rings_as_long_as_was_asked_within_what_twilio_can(carrier, twilio, asked, sent):
    carrier.execute(AddParticipant(CALL, LEG, "sip:li@pbx.example.com", "+8675583000000", asked), again=False)

    assert dict(twilio.form())["Timeout"] == sent


def test_a_silent_hold_plays_silence(carrier, twilio):
    carrier.execute(HoldParticipant(CALL, CUSTOMER, CALLER_SID, CONFERENCE, ""), again=False)

    assert dict(twilio.form())["HoldUrl"] == "https://centre.example.com/api/media/silence.wav"


def test_the_account_proves_itself_with_secrets_fetched_when_they_are_needed(twilio):
    fetched = []
    settings = TwilioSettings(ACCOUNT, ADDRESSES, lambda: (fetched.append(1), ("user", "pass"))[1])
    carrier = TwilioCommands(settings, twilio)
    assert fetched == []

    carrier.execute(HANG_UP, again=False)

    assert twilio.asked[0].headers["Authorization"] == "Basic dXNlcjpwYXNz"
    assert "dXNlcjpwYXNz" not in repr(twilio.asked)
    assert "lambda" not in repr(settings)


def test_hold_before_the_conferences_id_is_known_looks_it_up_by_its_name(carrier, twilio):
    twilio.answers = [conferences(("CF" + "9" * 32, "completed"), (CONFERENCE, "init"))]

    carrier.execute(HoldParticipant(CALL, CUSTOMER, CALLER_SID, "", "media:hold-music"), again=False)

    assert urlsplit(twilio.asked[0].url).query == f"FriendlyName={CALL}"
    assert twilio.operations() == [
        "GET /Conferences.json",
        f"POST /Conferences/{CONFERENCE}/Participants/customer.json",
    ]


def test_hold_without_a_conference_finds_that_it_has_gone(carrier, twilio):
    twilio.answers = [conferences((CONFERENCE, "completed"))]

    with pytest.raises(CarrierGone):
        carrier.execute(HoldParticipant(CALL, CUSTOMER, CALLER_SID, "", ""), again=False)


@pytest.mark.parametrize("code", [16025, 16026])
def test_a_label_that_is_taken_means_that_the_leg_is_there(carrier, twilio, code):
    twilio.answers = [refused(400, code)]

    carrier.execute(ADD, again=False)

    assert len(twilio.asked) == 1


class TestASecondTry:
    def test_does_not_ring_a_leg_that_rings_already(self, carrier, twilio):
        twilio.answers = [LIVE, seat(status="ringing")]

        carrier.execute(ADD, again=True)

        assert [request.method for request in twilio.asked] == ["GET", "GET"]

    @pytest.mark.parametrize("found", [[conferences()], [LIVE, NOT_FOUND]], ids=["no conference", "nobody so labelled"])
    def test_rings_a_leg_that_the_first_never_reached(self, carrier, twilio, found):
        twilio.answers = [*found]

        carrier.execute(ADD, again=True)

        assert twilio.operations()[-1] == f"POST /Conferences/{CALL}/Participants.json"

    def test_does_not_pull_a_caller_out_of_the_talk_they_have_joined(self, carrier, twilio):
        twilio.answers = [LIVE, seat(call_sid=CALLER_SID)]

        carrier.execute(JOIN, again=True)

        assert [request.method for request in twilio.asked] == ["GET", "GET"]

    def test_joins_a_caller_who_has_not_joined(self, carrier, twilio):
        twilio.answers = [LIVE, NOT_FOUND]

        carrier.execute(JOIN, again=True)

        assert twilio.operations()[-1] == f"POST /Calls/{CALLER_SID}.json"

    def test_takes_a_caller_out_of_the_conference_only_if_they_are_still_in_it(self, carrier, twilio):
        twilio.answers = [LIVE, seat(), answered(200), LIVE, NOT_FOUND]

        carrier.execute(TURN, again=True)
        carrier.execute(TURN, again=True)

        assert [request.method for request in twilio.asked] == ["GET", "GET", "POST", "GET", "GET"]

    @pytest.mark.parametrize(("command", "held"), [(HOLD, True), (RETRIEVE, False)])
    def test_leaves_a_hold_as_it_should_be(self, carrier, twilio, command, held):
        twilio.answers = [seat(hold=held)]

        carrier.execute(command, again=True)

        assert [request.method for request in twilio.asked] == ["GET"]

    @pytest.mark.parametrize(("command", "held"), [(HOLD, False), (RETRIEVE, True)])
    def test_changes_a_hold_that_is_not_as_it_should_be(self, carrier, twilio, command, held):
        twilio.answers = [seat(hold=held)]

        carrier.execute(command, again=True)

        assert twilio.operations()[-1] == f"POST /Conferences/{CONFERENCE}/Participants/customer.json"

    def test_never_sends_keys_twice(self, carrier, twilio):
        carrier.execute(DIGITS, again=True)

        assert twilio.asked == []

    def test_hangs_up_what_may_have_been_hung_up(self, carrier, twilio):
        twilio.answers = [refused(400, 21220)]

        carrier.execute(HANG_UP, again=True)

        assert twilio.operations() == [f"POST /Calls/{AGENT_SID}.json"]


class TestHangingUp:
    def test_a_leg_whose_id_never_came_is_found_by_its_label(self, carrier, twilio):
        twilio.answers = [LIVE, seat(call_sid=AGENT_SID, status="ringing")]

        carrier.execute(HangUpLeg(CALL, LEG, ""), again=False)

        assert twilio.operations()[-1] == f"POST /Calls/{AGENT_SID}.json"
        assert twilio.form() == [("Status", "completed")]

    @pytest.mark.parametrize("found", [[conferences()], [LIVE, NOT_FOUND]])
    def test_a_leg_that_never_was_is_no_error(self, carrier, twilio, found):
        twilio.answers = [*found]

        carrier.execute(HangUpLeg(CALL, LEG, ""), again=False)

        assert all(request.method == "GET" for request in twilio.asked)

    @pytest.mark.parametrize("gone", [refused(404, 20404), refused(400, 21220), answered(404)])
    def test_a_leg_that_has_ended_is_no_error(self, carrier, twilio, gone):
        twilio.answers = [gone]

        carrier.execute(HANG_UP, again=False)

        assert len(twilio.asked) == 1

    def test_a_doubt_is_told(self, carrier, twilio):
        twilio.answers = [NoAnswer()]

        with pytest.raises(CarrierUncertain):
            carrier.execute(HANG_UP, again=False)


@pytest.mark.parametrize("command", [JOIN, TURN, HOLD, RETRIEVE, DIGITS])
@pytest.mark.parametrize("gone", [refused(404, 20404), refused(400, 21220)])
def test_what_comes_too_late_for_its_leg_is_told(carrier, twilio, command, gone):
    twilio.answers = [gone]

    with pytest.raises(CarrierGone):
        carrier.execute(command, again=False)


@pytest.mark.parametrize("command", ALL, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("doubtful", [NoAnswer(), answered(500), answered(503, {"code": 20503})])
def test_what_may_have_happened_is_never_repeated(carrier, twilio, command, doubtful):
    twilio.answers = [doubtful]

    with pytest.raises(CarrierUncertain):
        carrier.execute(command, again=False)
    assert len(twilio.asked) == 1


@pytest.mark.parametrize("command", ALL, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("no", [refused(400, 21211), refused(401, 20003), ApiReply(403, {}, b"<html>no</html>")])
def test_a_definite_no_says_what_was_refused_and_nothing_of_a_caller(carrier, twilio, command, no):
    twilio.answers = [no]

    with pytest.raises(CarrierRefused, match=f"HTTP {no.status}") as refusal:
        carrier.execute(command, again=False)
    assert "8613800000001" not in str(refusal.value)
    assert CALL not in str(refusal.value)
    assert len(twilio.asked) == 1


def test_a_request_that_found_no_connection_is_sent_once_more(carrier, twilio):
    twilio.answers = [NotSent()]

    carrier.execute(ADD, again=False)

    assert twilio.operations() == [f"POST /Conferences/{CALL}/Participants.json"] * 2


def test_a_carrier_out_of_reach_is_uncertain(carrier, twilio):
    twilio.answers = [NotSent(), NotSent()]

    with pytest.raises(CarrierUncertain, match="could not be reached"):
        carrier.execute(ADD, again=False)
    assert len(twilio.asked) == 2


class TestTooManyRequests:
    def test_are_waited_out_as_long_as_twilio_asks(self, carrier, twilio):
        twilio.answers = [answered(429, retry_after="1"), answered(429, retry_after="1")]

        carrier.execute(ADD, again=False)

        assert (len(twilio.asked), twilio.slept) == (3, [1.0, 1.0])

    def test_are_waited_out_ever_longer_when_twilio_names_no_time_but_not_for_ever(self, carrier, twilio):
        twilio.answers = [answered(429) for _ in range(20)]

        with pytest.raises(CarrierUncertain, match="HTTP 429"):
            carrier.execute(ADD, again=False)
        assert twilio.slept == [0.25, 0.5, 1.0]

    def test_are_not_waited_out_when_that_would_take_too_long(self, carrier, twilio):
        twilio.answers = [answered(429, retry_after="30")]

        with pytest.raises(CarrierUncertain):
            carrier.execute(ADD, again=False)
        assert twilio.slept == []


class TestRecordings:
    def test_a_file_is_fetched(self, carrier, twilio):
        twilio.answers = [ApiReply(200, {}, b"RIFF")]

        assert carrier.recordings.fetch(RECORDING) == b"RIFF"
        [request] = twilio.asked
        assert request.url.endswith(f"/Accounts/{ACCOUNT}/Recordings/{RECORDING}.wav")
        assert request.max_bytes == 100 * 1024 * 1024

    def test_a_file_that_lies_elsewhere_is_fetched_without_our_password(self, carrier, twilio):
        twilio.answers = [
            ApiReply(302, {"location": "https://media.example.com/x.wav"}, b""),
            ApiReply(200, {}, b"RIFF"),
        ]

        assert carrier.recordings.fetch(RECORDING) == b"RIFF"
        assert twilio.asked[1].url == "https://media.example.com/x.wav"
        assert twilio.asked[1].headers == {}

    def test_a_file_that_is_not_there_is_gone(self, carrier, twilio):
        twilio.answers = [NOT_FOUND]

        with pytest.raises(CarrierGone):
            carrier.recordings.fetch(RECORDING)

    def test_a_recording_that_is_deleted_already_is_no_error(self, carrier, twilio):
        twilio.answers = [NOT_FOUND]

        carrier.recordings.delete(RECORDING)

        assert twilio.operations() == [f"DELETE /Recordings/{RECORDING}.json"]


def test_an_answer_that_cannot_be_read_is_uncertain(carrier, twilio):
    twilio.answers = [ApiReply(200, {}, b"<html>")]

    with pytest.raises(CarrierUncertain, match="could not be read"):
        carrier.execute(ADD, again=True)
