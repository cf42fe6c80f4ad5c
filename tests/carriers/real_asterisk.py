"""The backstage of a real Asterisk: real telephones, real sound, the real bridge, and the product behind app.py.

The product works in the scenario's thread, the bridge in one of its own, Asterisk in its process, the telephones in
their library's threads; a `Pace` keeps them together. What the bridge tells passes through `Stack`, and what it is told
through a queue as strict as SQS: there it can be troubled.
"""

import asyncio
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.adapters.asterisk.asterisk import Asterisk, softphone_name
from chalicelib.adapters.asterisk.door import AsteriskDoor
from chalicelib.adapters.asterisk.pbxs import told_by
from chalicelib.adapters.asterisk.queues import Queues
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.company import hears
from chalicelib.core.calls.parties import Party, Where
from chalicelib.core.calls.wanted import wanted
from chalicelib.ports import Carrier
from icall_bridge.cloud import CloudAway, Signing
from icall_bridge.heart.effects import Request
from local.asterisk.instance import DeskPhone, Instance, Settings
from local.asterisk.packages import UnavailableError, install
from local.carrier.faults import Faults, RestEffect, RestFault, Spoiling, WebhookFault
from local.carrier.scheduling import VirtualTime
from tests.asterisk.far_phones import FarLine
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
from tests.carriers.bridge_at_work import KEYS, BridgeAtWork, QueuedOrders, Sounds, Tapes
from tests.carriers.pace import Pace, PacedTime
from tests.carriers.two_numbers import STRAIGHT, open_the_second_number
from tests.fakes.centre import NUMBER
from tests.fakes.fifo import refused
from tests.fakes.front_door import DoorPage, FrontDoor

PBX, URL, REGION = "main", "https://sqs.example/1/main.fifo", "us-east-1"
EVENTS = f"/carriers/asterisk/{PBX}/events"
KEY = b"key" * 8
PROVIDER = "127.0.0.2"
STEADY = 0.2
"""Real seconds: sound that has been the same for so long is no passing moment."""
NEAR = 2
"""So many telephones outside find room in this process, beside those of the seats."""
RING_TONE = frozenset({450})
"""By which Asterisk lets those hear that somebody is rung who wait for it: nobody's voice, and no music."""
KEY_SECONDS = 0.3
"""What a telephone needs to send a key."""
SIGNALLING = 0.3
"""Real seconds in which what a telephone does is known at the other end."""
SWEEP_SECONDS = 60.0
PATIENCE = 20.0
DESK = DeskPhone("lisi", "lisi-knows")
OK = 200
TAKEN = (OK, b"{}")
REFUSALS = (400, 403, 404, 410)

NEWS: Mapping[News, tuple[str, ...]] = {
    News.ARRIVAL: ("call.arrived",),
    News.KEYS: ("turn.taken",),
    News.RINGING: ("leg.rang",),
    News.ANSWERED: ("leg.answered", "leg.joined"),
    News.ENDED: ("leg.ended",),
    News.MEETING: ("leg.joined",),
    News.RECORDED: ("recording.ended",),
    News.REPORTS: ("report",),
    News.ANYTHING: ("any",),
}
"""By which webhooks the bridge tells it."""
QUESTIONS = frozenset({"call.arrived", "turn.taken"})
ORDERS: Mapping[Order, str] = {
    Order.RING: "ring *",
    Order.CHANGE: "change *",
    Order.MOVE: "move *",
    Order.RECORD: "record *",
    Order.HAND_OVER_RECORDING: "* upload_recording",
    Order.ANYTHING: "*",
}
KINDS: Mapping[str, str] = {
    "ring": "ring",
    **dict.fromkeys(("hold", "retrieve", "mute", "coach", "send_digits"), "change"),
    **dict.fromkeys(("join", "take_turn", "hang_up"), "move"),
    **dict.fromkeys(("start_recording", "pause_recording", "resume_recording", "stop_recording"), "record"),
}
EFFECTS: Mapping[Failure, RestEffect] = {
    Failure.REFUSED: "fail-before",
    Failure.OVERRUN: "fail-before",
    Failure.FAULT: "fail-before",
    Failure.FAULT_BUT_DONE: "fail-after",
    Failure.SILENCE: "drop-before",
    Failure.SILENCE_BUT_DONE: "drop-after",
    Failure.ANSWERED_LATE: "late",
}
ERRORS: Mapping[int, tuple[str, int]] = {
    20001: ("AccessDeniedException", 400),
    20429: ("RequestThrottled", 400),
    20500: ("InternalFailure", 500),
}
CODES: Mapping[Failure, int] = {Failure.REFUSED: 20001, Failure.OVERRUN: 20429}


class House:
    """What stands for all scenarios of a process: an Asterisk, and the library of its telephones."""

    def __init__(self, folder: Path) -> None:
        try:
            unpacked = install()
        except UnavailableError as missing:
            pytest.skip(f"no Asterisk can be had here: {missing}")
        phones = pytest.importorskip("tests.asterisk.phones", reason="no SIP telephones: pjsua2 is not installed")
        self.board = phones.Switchboard(STEADY, RING_TONE)
        settings = Settings(trunk=self.board.address(PROVIDER), phones=[DESK])
        self.pbx = _PlainBrowsers(unpacked, folder, settings)
        self.pbx.start()
        self.line = self.board.line(PROVIDER, self.pbx.sip)
        self.desk = self.board.desk(DESK.name, DESK.secret, 0, self.pbx.sip)
        assert self.desk.registers() == OK
        self.sounds = Sounds(folder)

    @cached_property
    def far_line(self) -> FarLine:
        """The line of those for whom the library has no room here."""
        return FarLine(PROVIDER, self.pbx.sip, STEADY, RING_TONE)

    def lines(self) -> list[Any]:
        """Give all lines there are."""
        return [self.line, *([self.far_line] if "far_line" in vars(self) else [])]

    def close(self) -> None:
        """Take everything down."""
        if "far_line" in vars(self):
            self.far_line.close()
        self.board.close()
        self.pbx.stop()


class _PlainBrowsers(Instance):
    """Browsers' telephones are let in as in production, but speak plain SIP: ours are none."""

    def _write(self) -> None:
        super()._write()
        self._edit("pjsip.conf", lambda text: text.replace("webrtc=yes\n", ""))


class Stack:
    """Keeps the bridge's port `Cloud`: the product answers in the scenario's thread.

    News that is late, or overtaken, is taken for told by the bridge, which else would tell nothing more of that call:
    so it comes in an order in which the bridge alone would never tell it. What is lost is told again by the bridge; of
    what is lost always, the product is told only if it asks for it.
    """

    def __init__(self, time: PacedTime, post: Callable[[Mapping[str, str], bytes], tuple[int, bytes]]) -> None:
        self._time, self._post = time, post
        self._signing = Signing(KEYS, lambda: time.now)
        self.faults = Faults()
        self.never: list[Mapping[str, str]] = []
        """What is lost always, by its fields."""
        self.owner: Callable[[str], str] = lambda _channel: ""
        """Whose telephone a channel is."""
        self.refused: list[str] = []
        self._overtaken: list[Webhook] = []
        self._lost: set[tuple[str, str]] = set()

    async def tell(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Have it heard by the thread of the scenario."""
        webhook = Webhook(headers["webhook-id"], body, Future())
        pace = self._time.pace
        pace.under_way += 1
        self._time.wants(lambda: self._comes(webhook))
        try:
            return await asyncio.wrap_future(webhook.answer)
        finally:
            pace.under_way -= 1
            if b'"pbx.alive"' not in body:
                pace.happens()

    def _comes(self, webhook: "Webhook") -> None:
        news = json.loads(webhook.body)
        question = news["type"] in QUESTIONS
        fields = {
            "type": news["type"],
            "kind": "question" if question else "report",
            "about": self.owner(news["channel"]),
        }
        spoiling = self.faults.spoil_webhook("", fields)
        if spoiling.lost:
            webhook.answer.set_exception(CloudAway())
        elif self._is_lost_always(news, fields):
            webhook.is_answered(TAKEN)
        elif question:
            self._is_asked(webhook, spoiling)
        else:
            self._is_reported(webhook, spoiling)

    def _is_lost_always(self, news: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
        """Tell whether this is lost: once, for what is told of the same channel again was asked for."""
        fits = any(rule.items() <= fields.items() for rule in self.never)
        known = (news["type"], news["channel"])
        if fits and known not in self._lost:
            self._lost.add(known)
            return True
        return False

    def _is_asked(self, webhook: "Webhook", spoiling: Spoiling) -> None:
        """Answer a question, however late; the last answer is the one that comes."""

        def asks() -> None:
            for _ in range(spoiling.copies):
                answer = self._hears(webhook)
            webhook.is_answered(answer)

        if spoiling.delay:
            self._later(spoiling.delay, asks)
        else:
            asks()

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it then; time may jump until then although the bridge waits."""
        pace = self._time.pace
        pace.under_way -= 1

        def then() -> None:
            pace.under_way += 1
            act()

        self._time.after(seconds, then)

    def _is_reported(self, webhook: "Webhook", spoiling: Spoiling) -> None:
        if spoiling.reorder:
            webhook.is_answered(TAKEN)
            self._overtaken.append(webhook)
            return
        if spoiling.delay:
            webhook.is_answered(TAKEN)
            self._time.after(spoiling.delay, lambda: self._hears_often(webhook, spoiling.copies))
        else:
            webhook.is_answered(self._hears(webhook))
            self._hears_often(webhook, spoiling.copies - 1)
        overtaken, self._overtaken = self._overtaken, []
        for each in overtaken:
            self._hears(each)

    def _hears_often(self, webhook: "Webhook", times: int) -> None:
        for _ in range(times):
            self._hears(webhook)

    def _hears(self, webhook: "Webhook") -> tuple[int, bytes]:
        self._time.pace.notes("news", webhook.body.decode())
        status, answer = self._post(self._signing.headers(webhook.id, webhook.body), webhook.body)
        if status in REFUSALS:
            self.refused.append(f"{status} {answer!r} to {webhook.body!r}")
        return status, answer


@dataclass(frozen=True, slots=True)
class Webhook:
    """One that the bridge tells, and where its answer goes."""

    id: str
    body: bytes
    answer: "Future[tuple[int, bytes]]"

    def is_answered(self, answer: tuple[int, bytes]) -> None:
        """Give the answer, unless the bridge has stopped waiting for one."""
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_result(answer)


class TroubledQueue:
    """The client of SQS on the product's side, with its moods."""

    def __init__(self, time: PacedTime, orders: QueuedOrders) -> None:
        self._time, self._orders = time, orders
        self.faults = Faults()

    def send_message(self, **sent: str) -> Any:
        do = json.loads(sent["MessageBody"])["do"]
        answer = None
        hits = self.faults.spoil_rest(f"{KINDS.get(do, 'other')} {do}") if do != "credentials" else ()
        self._time.pace.notes("order", sent["MessageBody"], *(hit.effect for hit in hits))
        if not any(hit.effect.endswith("before") for hit in hits):
            answer = self._orders.send_message(**sent)
        for hit in hits:
            if hit.effect == "late":
                self._time.advance(hit.seconds)
            elif hit.effect.startswith("drop"):
                raise EndpointConnectionError(endpoint_url=URL)
            else:
                raise refused(ERRORS[hit.code][0], "trouble", ERRORS[hit.code][1])
        return answer


class AsteriskCentre(FrontDoor):
    """The centre behind its front door, with a second number, whose carrier is the Asterisk."""

    def __init__(self, monkeypatch: Any, time: PacedTime, client: Any) -> None:
        self._paced, self._client = time, client
        super().__init__(monkeypatch)

    def _time(self) -> VirtualTime:
        return self._paced

    def _carriers(self, _twilio: Carrier) -> Mapping[str, Carrier]:
        numbers = count(1)
        queues = Queues({PBX: URL}, self.clock, lambda: f"o{next(numbers)}", REGION)
        queues.__dict__["_client"] = self._client
        door = AsteriskDoor({PBX: URL}, lambda _pbx: [KEY], self.clock)
        return {"asterisk": Asterisk(door, queues, lambda _pbx: KEY, lambda: f"secret-{next(numbers)}")}

    def _publish(self, change_config: Any) -> None:
        super()._publish(change_config)
        open_the_second_number(self.immortal)

    def takes(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Take a webhook of the bridge's."""
        answer = self.asks("POST", EVENTS, body, headers=headers)
        return answer.status, answer.text.encode()


class RealTelephone:
    """A SIP telephone on the stage; `called` is what it is called by Asterisk's dial strings, or shows to Asterisk."""

    def __init__(self, stage: "RealAsterisk", sip: Any, number: str, tone: int, called: str) -> None:
        self._stage, self.sip = stage, sip
        self.number, self.tone = number, tone
        self.names = {called, number}
        self._keys_until = 0.0

    def dial(self, number: str) -> None:
        self._acts()
        self.sip.dial(number)

    def is_ringing(self) -> bool:
        return self.sip is not None and self.sip.is_ringing()

    def is_connected(self) -> bool:
        return self.sip is not None and self.sip.is_connected()

    def pick_up(self) -> None:
        self._acts()
        self.sip.pick_up()

    def decline(self) -> None:
        self._acts()
        self.sip.decline()

    def put_down(self) -> None:
        if self.is_connected():
            self._acts()
            self.sip.put_down()

    def press(self, key: str) -> None:
        assert self.is_connected(), "nothing is connected"
        now = time.monotonic()
        self._keys_until = max(now, self._keys_until) + KEY_SECONDS
        self._acts(self._keys_until - now + SIGNALLING)
        self.sip.press(key)

    def sounds(self) -> frozenset[int] | None:
        return self.sip.sounds() if self.sip else None

    def is_steady(self) -> bool:
        """Tell whether what comes out of it does not change."""
        return self.sip is None or bool(self.sip.is_steady())

    def prompts(self) -> list[str]:
        channel = self.channel
        return list(self._stage.heard(channel)) if channel else []

    def keys_heard(self) -> str:
        return str(self.sip.keys_heard()) if self.sip else ""

    @property
    def channel(self) -> str:
        """The channel of its last conversation at Asterisk."""
        return self._stage.last_channel(self.names)

    def _acts(self, seconds: float = SIGNALLING) -> None:
        self._stage.pace.happens(seconds)


class RealPage(DoorPage):
    """The page behind the front door; at a browser, it is also the telephone that registers."""

    def __init__(self, centre: AsteriskCentre, agent_id: str, registers: Callable[["RealPage"], None] | None) -> None:
        super().__init__(centre, agent_id)
        self._registers = registers

    def signs_in(self) -> "RealPage":
        super().signs_in()
        if self._registers:
            self._registers(self)
        return self

    def missing(self) -> bool:
        return any(place > (self.epoch, self.seq) for place in self.held)


class RealAsterisk(Backstage):
    """The product, the bridge, an Asterisk and its telephones."""

    called = "real Asterisk"
    lacks: ClassVar[Mapping[Need, str]] = {}
    number = NUMBER
    straight = STRAIGHT
    rest = 90.0

    @classmethod
    @contextmanager
    def stands(cls, folder: Path) -> Iterator[Callable[[Any], "RealAsterisk"]]:
        house = House(folder)
        try:
            yield lambda monkeypatch: cls(house, monkeypatch)
        finally:
            house.close()

    def __init__(self, house: House, monkeypatch: Any) -> None:
        self._house = house
        self.pace = Pace()
        self._time = PacedTime(self.pace)
        orders = QueuedOrders(self.pace, URL)
        self._queue = TroubledQueue(self._time, orders)
        self._centre = AsteriskCentre(monkeypatch, self._time, self._queue)
        self._stack = Stack(self._time, self._centre.takes)
        self._tapes = Tapes(house.pbx.recordings, self.pace, self._centre.files.put)
        self._work = BridgeAtWork(PBX, house.pbx, self.pace, house.sounds, self._stack, orders, self._tapes)
        self._stack.owner = self._owner
        self._telephones: list[RealTelephone] = []
        self._softphones: list[Any] = []
        self._outside = 0
        self._begins()

    def _begins(self) -> None:
        shutil.rmtree(self._house.pbx.recordings, ignore_errors=True)
        self._house.pbx.recordings.mkdir()
        self._work.starts()
        self._waits(lambda: self._work.works)
        self._time.loops.append(self._work.loop)
        self._time.is_quiet = lambda: all(telephone.is_steady() for telephone in self._telephones)
        self._sweeps_on()

    def close(self) -> None:
        """Let everybody hang up, and the bridge end."""
        for telephone in self._telephones:
            if telephone.sip:
                telephone.sip.put_down()
        for line in self._house.lines():
            line.forget()
        self._waits(lambda: self._work.asks(Request("GET", ("channels",)))[1] == [])
        for softphone in self._softphones:
            softphone.leaves()
            softphone.remove()
        self._time.loops.clear()
        self._work.stops()
        self._waits(lambda: self._work.is_over)

    def _waits(self, holds: Callable[[], bool]) -> None:
        """Wait in real time."""
        self.pace.happens(PATIENCE)
        assert self._time.run_until(holds, PATIENCE), self._work.notes
        self.pace._busy_until = 0

    def until(self, holds: Callable[[], bool], within: float) -> bool:
        return self._time.run_until(holds, within)

    def passes(self, seconds: float) -> None:
        self._time.advance(seconds)

    def meanwhile(self, seconds: float, act: Callable[[], object]) -> None:
        self._time.after(seconds, lambda: void(act()))

    def telephone(self, number: str, tone: int, behaviour: Behaviour = Behaviour.PERSON) -> RealTelephone:
        called = self._centre.exchange.numbering.address(number)
        self._outside += 1
        line = self._house.line if self._outside <= NEAR else self._house.far_line
        if self._outside > NEAR:
            self._work.ari.detours[called] = line.address
        sip = line.telephone(number, tone, behaviour, called)
        return self._keep(RealTelephone(self, sip, number, tone, called))

    def seat(self, agent_id: str, tone: int) -> tuple[RealPage, RealTelephone]:
        record = self._centre.world.catalogue.agent_record(agent_id)
        device = self._centre.world.catalogue.seat(record.seat).device
        if device.kind.name == "BROWSER":
            name = softphone_name(agent_id)
            telephone = RealTelephone(self, None, name, tone, name)
            page = RealPage(self._centre, agent_id, lambda page: self._registers(page, telephone))
        elif device.kind.name == "SIP":
            self._house.desk.tone = tone
            telephone = RealTelephone(self, self._house.desk, DESK.name, tone, DESK.name)
            page = RealPage(self._centre, agent_id, None)
        else:
            return RealPage(self._centre, agent_id, None), self.telephone(device.address, tone)
        return page, self._keep(telephone)

    def _registers(self, page: RealPage, telephone: RealTelephone) -> None:
        answer = self._centre.asks("POST", "/agent/softphone-credentials", {}, token=page.token)
        credentials = answer.json
        name, _, pbx = credentials["name"].partition("@")
        assert pbx == PBX
        self._waits(lambda: name in self._work.ari.let_in)
        sip = self._house.board.desk(name, credentials["token"], telephone.tone, self._house.pbx.sip)
        self._softphones.append(sip)
        assert sip.registers() == OK
        telephone.sip = sip

    def notices(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        return self._centre.webhooks.delivered

    def recording(self, page: RealPage, vocid: str) -> bytes | None:
        answer = self._centre.asks("GET", f"/agent/recordings/{vocid}", token=page.token)
        if answer.status != OK:
            return None
        name = urlsplit(answer.json["url"]).path.removeprefix("/").removesuffix(".wav")
        return self._centre.files.files[name]

    def by_the_table(self) -> Mapping[str, frozenset[int] | None]:
        telephones = {telephone.channel: telephone for telephone in self._telephones if telephone.is_connected()}
        ought: dict[str, frozenset[int] | None] = {}
        for call in self._centre.desk.all_calls():
            wants, audible = wanted(call), hears(call)
            there = {party.id: telephones.get(_channel(call, party)) for party in call.live_parties() if party.there}
            for leg, telephone in there.items():
                voices = frozenset(other.tone for name in audible[leg] if (other := there[name]))
                apart = frozenset({tones.MUSIC}) if wants[leg].apart else frozenset()
                in_script = wants[leg].where is Where.SCRIPT
                ought[telephone.number if telephone else f"the leg {leg}"] = None if in_script else voices | apart
        return ought

    def lets_people_talk_alone(self, minutes: int) -> None:
        def change(document: Any) -> None:
            document["dial_plan"]["unattended_minutes"] = minutes

        self._centre.immortal.catalogue.edits(change)

    def complaints(self) -> list[str]:
        mistakes = filter(_is_a_mistake, self._work.notes)
        wrong_numbers = (f"{number} was called" for line in self._house.lines() for number in line.unknown)
        return [*mistakes, *self._stack.refused, *map(str, self._centre.dead_letters), *wrong_numbers]

    def diary(self) -> list[str]:
        return self.pace.diary

    def behave(self) -> None:
        self._stack.faults.clear()
        self._stack.never.clear()
        self._queue.faults.clear()

    def trouble_news(self, trouble: TroubledNews) -> None:
        for kind in NEWS[trouble.news]:
            fields = {} if kind == "any" else {"kind" if kind == "report" else "type": kind}
            fields |= {"about": trouble.about.number} if trouble.about else {}
            if trouble.lost and trouble.times is None:
                self._stack.never.append(fields)
                continue
            fault = WebhookFault(
                "any", fields, trouble.late, trouble.twice, trouble.swapped, trouble.lost, trouble.times
            )
            self._stack.faults.on_webhook(fault)

    def trouble_order(self, trouble: TroubledOrder) -> None:
        code = CODES.get(trouble.failure, 20500)
        fault = RestFault(ORDERS[trouble.order], EFFECTS[trouble.failure], 0, code, trouble.late, trouble.times)
        self._queue.faults.on_rest(fault)

    def heard(self, channel: str) -> list[str]:
        """Give what was said to a channel."""
        return self._work.ari.heard[channel] if self._work.ari else []

    def last_channel(self, names: set[str]) -> str:
        """Give the last channel of whoever is called so."""
        owners = self._work.ari.owners if self._work.ari else {}
        return next((channel for channel, name in reversed(list(owners.items())) if name in names), "")

    def _owner(self, channel: str) -> str:
        name = self._work.ari.owners.get(channel, "") if self._work.ari else ""
        return next((telephone.number for telephone in self._telephones if name in telephone.names), "")

    def _keep(self, telephone: RealTelephone) -> RealTelephone:
        self._telephones.append(telephone)
        return telephone

    def _sweeps_on(self) -> None:
        self._time.after(SWEEP_SECONDS, self._sweeps_on)
        self._centre.sweeps()


def _is_a_mistake(note: str) -> bool:
    """That Asterisk refuses something about who has just gone is no mistake; anything else is one."""
    return not note.startswith("Asterisk refused: ")


def _channel(call: Call, party: Party) -> str:
    """Give the channel of a party; one that was not told yet has the name that the stack gave it."""
    return told_by(party.sid)[1] if party.sid else f"{call.id}.{party.id}"


def void(_: object) -> None:
    """Drop what an act answers."""
