"""The adapter and the emulated carrier, talking to each other in one process and virtual time."""

import re
from dataclasses import dataclass, field

import pytest

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import TwilioSettings
from chalicelib.adapters.twilio.carrier import TwilioCommands
from chalicelib.adapters.twilio.door import TwilioDoor
from chalicelib.adapters.twilio.transport import ApiReply, ApiRequest, NoAnswer
from chalicelib.core.calls.call import CUSTOMER
from chalicelib.core.carrier.commands import (
    AddParticipant,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    RetrieveParticipant,
    SendDigits,
    TakeTurn,
)
from chalicelib.core.carrier.events import (
    CallArrived,
    CarrierEvent,
    Cause,
    LegEnded,
    OwnQuestion,
    ParticipantJoined,
    RecordingReported,
    TurnTaken,
)
from chalicelib.core.carrier.script import Gather, Pause, Say, Script
from chalicelib.core.ground.errors import CarrierGone, CarrierUncertain
from local.carrier.exchange import Exchange
from local.carrier.faults import RestFault
from local.carrier.messages import Request as Called
from local.carrier.messages import Response
from local.carrier.rest.service import NoAnswerError
from local.carrier.settings import CarrierSettings, Number, SharedKey

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "pretend-token"
PUBLIC, OURS, AGENT = "https://centre.example.com/api", "+8675583000000", "client:agent_100"
ADDRESSES = Addresses(PUBLIC)
WAITING: Script = (Gather("1", (Say("请稍候", "zh-CN"), Pause(30)), 1, "", 1),)
_SEGMENTS = re.compile(
    r"/calls/(?P<call>[^/]+)(?:/turns/(?P<turn>[^/]+)|/legs/(?P<leg>[^/]+)|/recordings/(?P<vocid>[^/]+)|/announcement/(?P<sealed>[^/]+))?"
)


@dataclass
class Centre:
    """The least that a product is: a door, a carrier, and a caller who waits."""

    shared_key: SharedKey | None = None
    events: list[CarrierEvent] = field(default_factory=list)
    answered_again: int = 0

    def __post_init__(self) -> None:
        number = Number(OURS, ADDRESSES.voice(), ADDRESSES.status())
        settings = CarrierSettings(
            ACCOUNT, TOKEN, numbers=(number,), public_url="https://api.twilio.com", shared_key=self.shared_key
        )
        self.exchange = Exchange(settings, self._hear)
        self.door = TwilioDoor(ADDRESSES, lambda: [TOKEN, *([self.shared_key.secret] if self.shared_key else [])])
        self.carrier = TwilioCommands(
            TwilioSettings(ACCOUNT, ADDRESSES, lambda: (ACCOUNT, TOKEN)), self._rest, self.exchange.pause
        )
        self.agent = self.exchange.device(AGENT)

    def _hear(self, called: Called) -> Response:
        path = called.url.removeprefix(PUBLIC)
        if path.startswith("/media/"):
            return Response(200, {"Content-Type": "audio/wav"}, b"RIFF")
        found = _SEGMENTS.search(path)
        params = {name: value for name, value in (found.groupdict() if found else {}).items() if value}
        headers = {name.lower(): value for name, value in called.headers.items()}
        event = self.door.read(path, params, headers, called.body)
        if event:
            self.events.append(event)
        text, content_type = self.door.write(self._script(event), getattr(event, "call", ""))
        return Response(200, {"Content-Type": content_type}, text.encode())

    def _script(self, event: CarrierEvent | None) -> Script:
        if isinstance(event, OwnQuestion):
            return event.script
        return WAITING if isinstance(event, CallArrived | TurnTaken) else ()

    def _rest(self, request: ApiRequest) -> ApiReply:
        try:
            answer = self.exchange.rest(Called(request.method, request.url, request.headers, request.body or b""))
        except NoAnswerError:
            raise NoAnswer from None
        return ApiReply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body)

    def of(self, kind: type) -> list[CarrierEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def arrives(self):
        caller = self.exchange.dial("+8613800000001", OURS)
        caller.hears("请稍候")
        [arrived] = self.of(CallArrived)
        return caller, arrived

    def rings_agent(self, call: str, *, again: bool = False) -> None:
        ring = AddParticipant(call, f"{call}-1", "agent:100", OURS, 20, vocid=f"{call}-1")
        self.carrier.execute(ring, again=again)

    def connects(self):
        caller, arrived = self.arrives()
        self.rings_agent(arrived.call)
        agent = self.agent.answer()
        self.exchange.advance(1)
        self.carrier.execute(JoinConference(arrived.call, CUSTOMER, arrived.sid, f"{arrived.call}-1"), again=False)
        self.exchange.advance(1)
        return caller, agent, arrived


SIGNED = {
    "signed with the token": None,
    "signed with a shared key": SharedKey("webhooks_sharedkey_1", "pretend-shared-key"),
    "signed with a shared key, in SHA-1": SharedKey("webhooks_sharedkey_2", "pretend-other-key", "HMAC_SHA1"),
}


@pytest.fixture(params=SIGNED.values(), ids=SIGNED.keys())
def centre(request) -> Centre:
    return Centre(request.param)


def test_a_caller_waits_an_agent_answers_and_they_talk(centre):
    caller, agent, arrived = centre.connects()

    assert caller.talks_with == [AGENT]
    assert agent.talks_with == ["+8613800000001"]
    assert [event.leg for event in centre.of(ParticipantJoined)] == [f"{arrived.call}-1", CUSTOMER]
    assert centre.exchange.errors == []


def test_keys_come_back_for_their_turn(centre):
    caller, arrived = centre.arrives()

    caller.presses("5")
    centre.exchange.advance(1)

    assert TurnTaken(arrived.call, "1", "5") in centre.events


def test_a_caller_is_held_with_music_and_retrieved_even_before_the_conferences_id_is_known(centre):
    caller, agent, arrived = centre.connects()
    hold = HoldParticipant(arrived.call, CUSTOMER, arrived.sid, "", "media:hold-music")

    centre.carrier.execute(hold, again=False)
    centre.exchange.advance(1)
    assert caller.on_hold
    assert agent.talks_with == []
    caller.hears("/media/hold-music.wav")

    centre.carrier.execute(RetrieveParticipant(arrived.call, CUSTOMER, arrived.sid, ""), again=False)
    centre.exchange.advance(1)
    assert caller.talks_with == [AGENT]
    assert centre.exchange.errors == []


def test_keys_of_the_agent_are_heard_by_the_customers_side(centre):
    caller, _, arrived = centre.connects()

    centre.carrier.execute(SendDigits(arrived.call, CUSTOMER, arrived.sid, "", "12#"), again=False)

    caller.hears("tones 12#")
    assert centre.exchange.errors == []


def test_the_talk_is_recorded_from_its_start_and_its_file_can_be_fetched_and_deleted(centre):
    caller, _, arrived = centre.connects()
    centre.exchange.advance(20)
    caller.hang_up()
    centre.carrier.execute(HangUpLeg(arrived.call, f"{arrived.call}-1", ""), again=False)
    centre.exchange.advance(5)

    [recorded] = centre.of(RecordingReported)
    assert (recorded.vocid, recorded.status) == (f"{arrived.call}-1", "completed")
    assert 20 <= recorded.seconds <= 22
    assert centre.carrier.recordings.fetch(recorded.sid).startswith(b"RIFF")
    centre.carrier.recordings.delete(recorded.sid)
    with pytest.raises(CarrierGone):
        centre.carrier.recordings.fetch(recorded.sid)
    centre.carrier.recordings.delete(recorded.sid)


def test_a_caller_who_hangs_up_ends_their_leg(centre):
    caller, _, arrived = centre.connects()

    caller.hang_up()
    centre.exchange.advance(1)

    assert LegEnded(arrived.call, CUSTOMER, arrived.sid, Cause.COMPLETED) in centre.events


def test_a_ringing_leg_whose_id_never_came_is_hung_up_by_its_label(centre):
    _, arrived = centre.arrives()
    centre.rings_agent(arrived.call)
    ringing = centre.agent.rings()

    centre.carrier.execute(HangUpLeg(arrived.call, f"{arrived.call}-1", ""), again=False)

    assert ringing.ends() == "canceled"


def test_a_leg_that_was_rung_although_its_answer_was_lost_is_found_and_not_rung_twice(centre):
    _, arrived = centre.arrives()
    centre.exchange.faults.on_rest(RestFault("POST *", "drop-after"))
    with pytest.raises(CarrierUncertain):
        centre.rings_agent(arrived.call)

    centre.rings_agent(arrived.call, again=True)
    centre.agent.rings()

    assert len(centre.agent.ringing()) == 1


def test_a_leg_that_is_rung_twice_rings_once(centre):
    _, arrived = centre.arrives()

    centre.rings_agent(arrived.call)
    centre.rings_agent(arrived.call)
    centre.agent.rings()

    assert len(centre.agent.ringing()) == 1


def test_a_caller_goes_back_to_the_queue_when_the_talk_loses_its_agent(centre):
    caller, _, arrived = centre.connects()

    centre.carrier.execute(TakeTurn(arrived.call, CUSTOMER, arrived.sid, "1"), again=False)
    caller.hears("请稍候")

    assert LegEnded not in {type(event) for event in centre.events}
    assert centre.exchange.errors == []


def test_too_many_requests_are_waited_out(centre):
    _, arrived = centre.arrives()
    centre.exchange.faults.too_many_requests(times=2)

    centre.rings_agent(arrived.call)

    assert centre.agent.rings()


def test_everything_that_comes_too_late_is_told_or_harmless(centre):
    caller, _, arrived = centre.connects()
    caller.hang_up()
    centre.exchange.advance(1)

    for late in (
        JoinConference(arrived.call, CUSTOMER, arrived.sid),
        TakeTurn(arrived.call, CUSTOMER, arrived.sid, "2"),
        HoldParticipant(arrived.call, CUSTOMER, arrived.sid, "", ""),
    ):
        with pytest.raises(CarrierGone):
            centre.carrier.execute(late, again=False)
    centre.carrier.execute(HangUpLeg(arrived.call, CUSTOMER, arrived.sid), again=False)
