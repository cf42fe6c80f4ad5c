"""The backstage of the emulated Twilio: the real product behind app.py, in one process and in virtual time.

The product's own Twilio adapter speaks signed webhooks, TwiML and REST with local/carrier; sound is mixed by the
carrier's own mixer, 20 ms after 20 ms.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.company import hears
from chalicelib.core.calls.parties import Party, Where
from chalicelib.core.calls.wanted import wanted
from local.carrier import messages
from local.carrier.audio.mixer import Mixer
from local.carrier.audio.tapes import Tapes
from local.carrier.exchange import Exchange
from local.carrier.faults import RestEffect, RestFault, WebhookFault
from local.carrier.handle import CallHandle, DeviceHandle
from local.carrier.settings import Mode
from local.carrier.sound import wav
from tests.carriers import tones
from tests.carriers.backstage import (
    Backstage,
    Behaviour,
    Failure,
    Need,
    News,
    Order,
    TroubledNews,
    TroubledOrder,
)
from tests.carriers.two_numbers import STRAIGHT, open_the_second_number
from tests.fakes.centre import NUMBER, carrier_settings
from tests.fakes.front_door import MEDIA, DoorPage, FrontDoor

FRAME_SECONDS = tones.FRAME / tones.RATE
BETWEEN_FRAMES = 5 * FRAME_SECONDS
"""Who listens hears one frame of five: it costs a fifth, and a steady sound is steady all the same."""
STEADY = 0.5
"""Sound that has been the same for so many seconds is no passing moment."""
ATTENTION = 2.0
"""For so many seconds a telephone stays at the ear of who asked how it sounds: what nobody hears is not mixed."""
SWEEP_SECONDS = 60.0
MUSIC_FILE = wav(tones.tone(tones.MUSIC, 10).tobytes())
SILENCE_FILE = Path(__file__).parents[2] / "flows/media/silence.wav"
MODES: Mapping[Behaviour, Mode] = {
    Behaviour.PERSON: "manual",
    Behaviour.BUSY: "busy",
    Behaviour.NEVER_ANSWERS: "never",
    Behaviour.OUT_OF_ORDER: "unreachable",
}
STATUS, MEETING, RECORDING = "status", "conference", "recording"
NEWS: Mapping[News, list[tuple[str, Mapping[str, str]]]] = {
    News.ARRIVAL: [("voice", {})],
    News.KEYS: [("action", {})],
    News.RINGING: [(STATUS, {"CallStatus": "ringing"})],
    News.ANSWERED: [
        (STATUS, {"CallStatus": "in-progress"}),
        (MEETING, {"StatusCallbackEvent": "participant-join"}),
    ],
    News.ENDED: [
        *((STATUS, {"CallStatus": status}) for status in ("completed", "busy", "no-answer", "failed", "canceled")),
        (MEETING, {"StatusCallbackEvent": "participant-leave"}),
    ],
    News.MEETING: [(MEETING, {})],
    News.RECORDED: [(RECORDING, {})],
    News.REPORTS: [(STATUS, {}), (MEETING, {}), (RECORDING, {})],
    News.ANYTHING: [("any", {})],
}
"""By which webhooks Twilio tells it, and what they say."""
ORDERS: Mapping[Order, str] = {
    Order.RING: "POST Conferences/*/Participants",
    Order.CHANGE: "POST Conferences/*/Participants/*",
    Order.MOVE: "POST Calls/*",
    Order.RECORD: "POST */Recordings*",
    Order.HAND_OVER_RECORDING: "GET Recordings/*",
    Order.ANYTHING: "POST *",
}
EFFECTS: Mapping[Failure, tuple[RestEffect, int, int]] = {
    Failure.REFUSED: ("fail-before", 400, 20001),
    Failure.OVERRUN: ("fail-before", 429, 20429),
    Failure.FAULT: ("fail-before", 500, 20500),
    Failure.FAULT_BUT_DONE: ("fail-after", 500, 20500),
    Failure.SILENCE: ("drop-before", 500, 20500),
    Failure.SILENCE_BUT_DONE: ("drop-after", 500, 20500),
    Failure.ANSWERED_LATE: ("late", 200, 0),
}
"""What the REST API does then: the effect, the status, Twilio's own code."""


class SoundingCentre(FrontDoor):
    """The centre behind its front door, with a second number, and a carrier that mixes sound."""

    def _carrier(self) -> Exchange:
        self.tapes = Tapes()
        exchange = Exchange(carrier_settings(fetch_media=True), self._webhook, self.time, sound=self.tapes)
        known = exchange.numbering.find(NUMBER)
        exchange.number(STRAIGHT, known.voice_url, known.status_callback)
        return exchange

    def _publish(self, change_config: Any) -> None:
        super()._publish(change_config)
        open_the_second_number(self.immortal)

    def _webhook(self, request: messages.Request) -> messages.Response:
        if not request.url.startswith(MEDIA):
            return super()._webhook(request)
        sound = SILENCE_FILE.read_bytes() if request.url == f"{MEDIA}silence" else MUSIC_FILE
        return messages.Response(200, {"Content-Type": "audio/wav"}, sound)


class EmulatedTelephone:
    """A telephone at the emulated carrier; it speaks its tone and remembers what it heard last."""

    def __init__(self, exchange: Exchange, device: DeviceHandle, tone: int, number: str) -> None:
        self._exchange = exchange
        self.device = device
        self.number, self.tone = number, tone
        self.voice = tones.tone(tone, FRAME_SECONDS)
        self._dialled: CallHandle | None = None
        self._last: CallHandle | None = None
        self._hears: frozenset[int] | None = None
        self._since = 0.0
        self._asked = -ATTENTION
        self._at_the_ear = False

    @property
    def party(self) -> str:
        """By which name the mixer knows it."""
        return self._dialled.sid if self._dialled else self.device.address

    @property
    def leg(self) -> CallHandle | None:
        """The conversation it has."""
        if self._dialled and not self._dialled.over:
            self._last = self._dialled
        elif talking := self.device.talking():
            self._last = talking[0]
        return self._last if self._last and not self._last.over else None

    def dial(self, number: str) -> None:
        self._dialled = self._exchange.dial(self.number, number)

    def is_ringing(self) -> bool:
        return bool(self.device.ringing())

    def is_connected(self) -> bool:
        return self.leg is not None

    def pick_up(self) -> None:
        self._dialled = None
        self.device.answer()

    def decline(self) -> None:
        self.device.reject()

    def put_down(self) -> None:
        if self.leg:
            self.leg.hang_up()

    def press(self, key: str) -> None:
        assert self.leg, "nothing is connected"
        self.leg.press(key)

    def is_at_an_ear(self) -> bool:
        """Tell whether somebody listens."""
        self._at_the_ear &= self._exchange.time.now - self._asked < ATTENTION
        return self._at_the_ear

    def listens(self, heard: Any) -> None:
        """Take 20 ms of sound; None: there is no conversation."""
        tones_heard = None if heard is None else tones.tones_in(heard)
        if tones_heard != self._hears:
            self._hears, self._since = tones_heard, self._exchange.time.now

    def sounds(self) -> frozenset[int] | None:
        now = self._exchange.time.now
        if not self.is_at_an_ear():
            self._at_the_ear, self._hears, self._since = True, None, now
        self._asked = now
        return self._hears if now - self._since >= STEADY else None

    def prompts(self) -> list[str]:
        return [entry.text for entry in self._transcript() if entry.kind == "hears"]

    def keys_heard(self) -> str:
        played = (re.fullmatch(r"tones (.*)", entry.text) for entry in self._transcript() if entry.kind == "plays")
        return "".join(found[1].replace("w", "") for found in played if found)

    def _transcript(self) -> list[Any]:
        leg = self.leg or self._last
        return leg.transcript if leg else []


class EmulatedPage(DoorPage):
    """The page behind the front door, as the suite wants it."""

    def missing(self) -> bool:
        return any(place > (self.epoch, self.seq) for place in self.held)


class EmulatedTwilio(Backstage):
    """The product and the emulated Twilio in one process."""

    called = "emulated Twilio"
    lacks: ClassVar[Mapping[Need, str]] = {
        Need.KEYS_WHILE_TALKING: "Twilio tells nobody of keys that are pressed in a conference",
    }
    number = NUMBER
    straight = STRAIGHT
    rest = 90.0

    @classmethod
    @contextmanager
    def stands(cls, _folder: Path) -> Iterator[Callable[[Any], "EmulatedTwilio"]]:
        yield cls

    def __init__(self, monkeypatch: Any) -> None:
        self._centre = SoundingCentre(monkeypatch)
        self._mixer = Mixer(self._centre.exchange, self._centre.tapes)
        self._telephones: list[EmulatedTelephone] = []
        self._next_frame = self._centre.time.now
        self._records_on()
        self._listens_on()
        self._sweeps_on()

    def close(self) -> None:
        """Nothing stands outside of memory."""

    def until(self, holds: Callable[[], bool], within: float) -> bool:
        return self._centre.time.run_until(holds, within)

    def passes(self, seconds: float) -> None:
        self._centre.time.advance(seconds)

    def meanwhile(self, seconds: float, act: Callable[[], object]) -> None:
        self._centre.time.after(seconds, lambda: void(act()))

    def telephone(self, number: str, tone: int, behaviour: Behaviour = Behaviour.PERSON) -> EmulatedTelephone:
        device = self._centre.exchange.device(number, MODES[behaviour])
        return self._keep(EmulatedTelephone(self._centre.exchange, device, tone, number))

    def seat(self, agent_id: str, tone: int) -> tuple[EmulatedPage, EmulatedTelephone]:
        device = self._centre.device_of(agent_id)
        telephone = EmulatedTelephone(self._centre.exchange, device, tone, device.address)
        return EmulatedPage(self._centre, agent_id), self._keep(telephone)

    def notices(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        return self._centre.webhooks.delivered

    def recording(self, page: EmulatedPage, vocid: str) -> bytes | None:
        answer = self._centre.asks("GET", f"/agent/recordings/{vocid}", token=page.token)
        if answer.status != 200:
            return None
        name = urlsplit(answer.json["url"]).path.removeprefix("/").removesuffix(".wav")
        return self._centre.files.files[name]

    def by_the_table(self) -> Mapping[str, frozenset[int] | None]:
        telephones = {telephone.leg.sid: telephone for telephone in self._telephones if telephone.leg}
        ought: dict[str, frozenset[int] | None] = {}
        for call in self._centre.desk.all_calls():
            wants, audible = wanted(call), hears(call)
            there = {party.id: telephones.get(self._sid(call, party)) for party in call.live_parties() if party.there}
            for leg, telephone in there.items():
                voices = frozenset(other.tone for name in audible[leg] if (other := there[name]))
                apart = frozenset({tones.MUSIC}) if wants[leg].apart else frozenset()
                in_script = wants[leg].where is Where.SCRIPT
                ought[telephone.number if telephone else f"the leg {leg}"] = None if in_script else voices | apart
        return ought

    def _sid(self, call: Call, party: Party) -> str:
        """Give the carrier's id of a party; one that it has not told yet is found as it is found in production."""
        room = self._centre.exchange.conferences.live(call.id)
        seat = room.named(party.id) if room else None
        return party.sid or (seat.call.sid if seat else "")

    def lets_people_talk_alone(self, minutes: int) -> None:
        def change(document: Any) -> None:
            document["dial_plan"]["unattended_minutes"] = minutes

        self._centre.immortal.catalogue.edits(change)

    def complaints(self) -> list[str]:
        return [*map(str, self._centre.exchange.errors), *map(str, self._centre.dead_letters)]

    def behave(self) -> None:
        self._centre.exchange.faults.clear()

    def trouble_news(self, trouble: TroubledNews) -> None:
        for kind, says in NEWS[trouble.news]:
            fault = WebhookFault(
                kind,
                {**says, **self._about(trouble.about)},
                trouble.late,
                trouble.twice,
                trouble.swapped,
                trouble.lost,
                trouble.times,
            )
            self._centre.exchange.faults.on_webhook(fault)

    def trouble_order(self, trouble: TroubledOrder) -> None:
        effect, status, code = EFFECTS[trouble.failure]
        fault = RestFault(ORDERS[trouble.order], effect, status, code, trouble.late, trouble.times)
        self._centre.exchange.faults.on_rest(fault)

    def _about(self, telephone: EmulatedTelephone | None) -> Mapping[str, str]:
        """Twilio's webhooks name the leg, where there is one already; else the number that will be called."""
        if telephone is None:
            return {}
        return {"CallSid": telephone.leg.sid} if telephone.leg else {"To": telephone.device.address}

    def _keep(self, telephone: EmulatedTelephone) -> EmulatedTelephone:
        self._telephones.append(telephone)
        return telephone

    def _spoken(self) -> dict[str, Any]:
        return {telephone.party: telephone.voice for telephone in self._telephones if telephone.leg}

    def _records_on(self) -> None:
        recorded = self._centre.exchange.recordings.running()
        if recorded:
            self._mixer.record(self._spoken())
        self._next_frame += FRAME_SECONDS if recorded else BETWEEN_FRAMES
        self._centre.time.after(self._next_frame - self._centre.time.now, self._records_on)

    def _listens_on(self) -> None:
        listening = [telephone for telephone in self._telephones if telephone.is_at_an_ear()]
        connected = [telephone.party for telephone in listening if telephone.leg]
        heard = self._mixer.heard(connected, self._spoken()) if connected else {}
        for telephone in listening:
            telephone.listens(heard.get(telephone.party))
        self._centre.time.after(BETWEEN_FRAMES, self._listens_on)

    def _sweeps_on(self) -> None:
        self._centre.time.after(SWEEP_SECONDS, self._sweeps_on)
        self._centre.sweeps()


def void(_: object) -> None:
    """Drop what an act answers."""
