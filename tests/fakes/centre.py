"""A whole contact centre in one process and in virtual time.

The product's use cases, entry points and Twilio adapter are the real ones; so is the emulated carrier. Table, queues
and pages are in memory. Time passes only when a test waits: `centre.time.advance(5)`, `caller.hears("...")`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import TwilioSettings
from chalicelib.adapters.twilio.carrier import TwilioCommands
from chalicelib.adapters.twilio.door import TwilioDoor
from chalicelib.adapters.twilio.softphone import TwilioSoftphone
from chalicelib.adapters.twilio.transport import ApiReply, ApiRequest, NoAnswer
from chalicelib.adapters.twilio.twilio import Twilio
from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.results import Result
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.centre.who import Person
from chalicelib.core.ground.errors import IcallError
from chalicelib.core.told.recordings import RecordingState
from chalicelib.entrypoints import batches, carriers, sockets
from chalicelib.entrypoints.errors import status_of
from chalicelib.entrypoints.http import Request
from chalicelib.ports import (
    AgentToBeTold,
    CallToBeTold,
    Carrier,
    Change,
    RecordingToBeFetched,
    SomebodyIsReady,
    SomebodyWaits,
    StreamRow,
    World,
)
from chalicelib.usecases.issue_ticket import issue_ticket
from chalicelib.usecases.prove import prove_session
from chalicelib.usecases.sign_in import sign_in_by_password
from chalicelib.usecases.sweep import sweep
from local.carrier import messages
from local.carrier.exchange import Exchange
from local.carrier.handle import CallHandle, DeviceHandle
from local.carrier.rest.service import NoAnswerError
from local.carrier.scheduling import VirtualTime
from local.carrier.settings import CarrierSettings, Number
from local.publishing import Publisher
from tests.fakes.catalogue import MemoryCatalogue
from tests.fakes.credentials import MemoryCredentials
from tests.fakes.desk import MemoryDesk
from tests.fakes.history import MemoryHistory
from tests.fakes.mortality import Fate, Killed, Mortal
from tests.fakes.outside import (
    CountedTokens,
    InTurn,
    MemoryFiles,
    MemoryMessages,
    MemoryPlugins,
    MemorySecrets,
    MemorySockets,
    MemoryWatch,
    MemoryWebhooks,
    PlainPasswords,
)

PUBLIC = "https://icall.example"
CARRIER = "https://carrier.example"
ACCOUNT = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
NUMBER = "+8675583000000"
CALLER = "83366857"
API_KEY = ("SK" + "5" * 32, "the-api-keys-secret-of-32-letters")
SECRETS = {
    "twilio/auth-token": TOKEN,
    "business/api-key": "the-business-key",
    "business/webhook-key": "whsec_" + "a2V5" * 8,
    "icall/password-seal": "the-key-to-the-seals-of-passwords",
} | {f"agents/{agent}": f"icall-{agent}" for agent in ("100", "101", "102", "200")}
STREAM_SECONDS = 0.2
VISIBILITY_SECONDS = 30.0
MOST_RECEIVED = 5

WAYBILLS = {
    "6012345678": {
        "found": True,
        "sent_at": "2026-03-05T14:00:00",
        "destination": "广州",
        "plate": "京A12345",
        "pickup_place": "白云区太和货运站3号门",
        "pickup_at": "2026-03-07T09:30:00",
        "contact_phone": "020-83366800",
    }
}


MEMBER, PIN, CREDIT = "880001", "246810", "20000"


def freight(plugin: str, inputs: Mapping[str, str]) -> tuple[int, Any]:
    """What the freight company's system answers."""
    if plugin == "authentication":
        fits = (inputs["member"], inputs["pin"]) == (MEMBER, PIN)
        return (200, {"found": True, "credit": CREDIT}) if fits else (404, {"found": False})
    known = WAYBILLS.get(inputs["number"])
    return (200, known) if known else (404, {"found": False})


_PUBLISHED: list[MemoryCatalogue] = []
"""The demo centre as it was published first: reading its documents takes longer than a whole call."""


@dataclass(slots=True)
class Ticking:
    """Keeps ports.Clock on the exchange's time."""

    time: VirtualTime

    def now(self) -> int:
        return int(self.time.now * 1000)

    def pause(self, most: int) -> None:
        self.time.advance(most / 2000)


class Stream:
    """The table's stream: rows in the order of their commits, a failed one again and again until it is taken."""

    def __init__(self, time: VirtualTime, tell: Callable[[StreamRow], bool]) -> None:
        self._time = time
        self._tell = tell
        self.rows: list[StreamRow] = []
        self.paused = False
        self._due = False

    def add(self, rows: list[StreamRow]) -> None:
        self.rows += rows
        self._plan(STREAM_SECONDS)

    def resume(self) -> None:
        self.paused = False
        self._plan(0)

    def _plan(self, seconds: float) -> None:
        if self.rows and not self._due and not self.paused:
            self._due = True
            self._time.after(seconds, self._deliver)

    def _deliver(self) -> None:
        self._due = False
        while self.rows and not self.paused:
            if not self._tell(self.rows[0]):
                self._plan(1.0)
                return
            self.rows.pop(0)


class StreamedDesk(MemoryDesk):
    """The desk in memory with the stream of its table."""

    def __init__(self, clock: Ticking) -> None:
        super().__init__(clock)
        self.streamed: Callable[[list[StreamRow]], None] = lambda _: None

    def commit(self, change: Change) -> None:
        super().commit(change)
        self.streamed(list(stream_rows(change, self._clock.now())))

    def keep_recording(self, recording: Any) -> bool:
        kept = super().keep_recording(recording)
        if kept and recording.state is RecordingState.REPORTED:
            self.streamed([RecordingToBeFetched(recording.vocid)])
        return kept


def stream_rows(change: Change, now: int) -> Iterator[StreamRow]:
    """Give what the table's stream shows of a change."""
    for call in change.calls:
        row = waiting_row(call.after)
        if row and row != (waiting_row(call.before) if call.before else None):
            yield SomebodyWaits(row)
        if call.after.outbox:
            version = call.before.version + 1 if call.before else 1
            yield CallToBeTold(call.after.id, version, now, call.after.outbox)
    for agent in change.agents:
        ready = ready_row(agent.after)
        if ready and ready != (ready_row(agent.before) if agent.before else None):
            yield SomebodyIsReady(ready)
        if agent.after.events or agent.after.timers:
            yield AgentToBeTold(agent.after.socket, agent.after.events, agent.after.timers)


@dataclass(slots=True)
class Page:
    """An agent's page: a session, a socket, the browser's telephone, and every event in the order of its number."""

    centre: "Centre"
    agent_id: str
    token: str = ""
    socket: str = ""
    epoch: int = 0
    seq: int = 0
    events: list[Mapping[str, Any]] = field(default_factory=list)
    frames: list[Mapping[str, Any]] = field(default_factory=list)
    requests: "count[int]" = field(default_factory=lambda: count(1))
    looked: int = 0
    held: dict[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict)

    @property
    def phone(self) -> DeviceHandle:
        """The telephone at this agent's seat."""
        return self.centre.device_of(self.agent_id)

    @property
    def state(self) -> Agent:
        """The agent as stored."""
        agent = self.centre.desk.agent(self.agent_id)
        assert agent is not None
        return agent

    @property
    def who(self) -> Person:
        """The agent, proved by this page's session."""
        return prove_session(self.token, self.centre.immortal)

    def signs_in(self) -> "Page":
        """Sign in by password and open the page's socket."""
        self.token = self.centre.insists(
            lambda world: sign_in_by_password(self.agent_id, f"icall-{self.agent_id}", None, world)
        ).token
        return self.connects()

    def connects(self) -> "Page":
        """Open a (new) socket and say hello from the position reached."""
        while not self._opens_a_socket() or not self.sends(
            {"type": "hello", "epoch": self.epoch, "lastSeq": self.seq, "tab": "1"}
        ):
            self.centre.time.advance(1)
        return self

    def _opens_a_socket(self) -> bool:
        ticket, _ = self.centre.insists(lambda world: issue_ticket(prove_session(self.token, world), world))
        self.socket = self.centre.new_socket()
        self.centre.sockets.pages[self.socket] = self.takes
        event = _ws(self.socket, headers={"Sec-WebSocket-Protocol": f"icall.v1, ticket.{ticket}"})
        opened = self.centre.handle(lambda world: sockets.connect(event, world))
        return opened is not None and opened["statusCode"] == 200

    def loses_its_socket(self, *, told: bool = True) -> None:
        """The socket dies; API Gateway tells of it, or does not."""
        self.centre.sockets.pages.pop(self.socket, None)
        if told:
            self.centre.handle(lambda world: sockets.disconnect(_ws(self.socket), world))

    def is_ready(self) -> "Page":
        """Resume service."""
        assert self.does(10) == 0
        return self

    def does(self, act: int, i_param: int = 0, s_param: str = "", request: str | None = None) -> int:
        """DoAction over the socket: give its return value.

        A page that gets no answer asks again under the same request id; that it was taken already is then good news.
        """
        named = f"{self.socket}-{next(self.requests)}" if request is None else request
        frame = {"type": "action", "requestId": named, "act": act, "iParam": i_param, "sParam": s_param}
        if self.sends(frame):
            return self._result(named)
        self.sends(frame)
        return 0 if self._result(named) == Result.DUPLICATE else self._result(named)

    def controls(self, seat: int, control: int, request: str | None = None) -> int:
        """DoControl over the socket: give its return value, as `does` would."""
        named = f"{self.socket}-{next(self.requests)}" if request is None else request
        frame = {"type": "control", "requestId": named, "target": seat, "control": control}
        if self.sends(frame):
            return self._result(named)
        self.sends(frame)
        return 0 if self._result(named) == Result.DUPLICATE else self._result(named)

    def _result(self, request: str) -> int:
        results = [frame for frame in self.frames if frame.get("tags", {}).get("REQID") == request]
        assert results, f"no answer to {request}, but {self.frames[-1] if self.frames else 'nothing'}"
        return int(results[-1]["iParam"])

    def answers(self) -> CallHandle:
        """Answer on the page, and so pick up its telephone."""
        assert self.does(1) == 0
        return self.phone.answer()

    def hears(self, kind: str, within: float = 30.0, **tags: str) -> Mapping[str, Any]:
        """Wait for an event not looked at before, and give it; earlier ones count as looked at."""

        def fits(event: Mapping[str, Any]) -> bool:
            return event["type"] == kind and all(event["tags"].get(name) == value for name, value in tags.items())

        def place() -> int | None:
            return next((n for n, event in enumerate(self.events) if n >= self.looked and fits(event)), None)

        self.centre.time.run_until(lambda: place() is not None, within)
        found = place()
        assert found is not None, f"{self.agent_id} did not hear {kind} {tags}: {self.kinds()[self.looked :]}"
        self.looked = found + 1
        return self.events[found]

    def kinds(self) -> list[str]:
        """Give the kinds of all events, in order."""
        return [event["type"] for event in self.events]

    def sends(self, frame: Mapping[str, Any]) -> bool:
        """Send a frame, as a page does; tell whether its handler lived."""
        handled = self.centre.handle(lambda world: sockets.message(_ws(self.socket, json.dumps(frame)), world))
        return handled is not None

    def takes(self, frame: Mapping[str, Any]) -> None:
        """Take a frame: an event once, when all before it are there; anything else as it comes."""
        if frame["type"] == "resume":
            for event in frame["events"]:
                self.takes(event)
        elif "id" not in frame:
            self.frames.append(frame)
            if frame["type"] == "Snapshot":
                self.epoch, self.seq = frame["epoch"], frame["seq"]
        else:
            self.held[frame["epoch"], frame["seq"]] = frame
        while (self.epoch, self.seq + 1) in self.held:
            self.events.append(self.held.pop((self.epoch, self.seq + 1)))
            self.seq += 1


class Centre:
    """The centre; `business` answers its plugin, `fate` may kill its handlers."""

    def __init__(
        self,
        business: Callable[[str, Mapping[str, str]], tuple[int, Any]] = freight,
        fate: Fate | None = None,
        change_config: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.time = self._time()
        self.fate = fate or Fate()
        self.exchange = self._carrier()
        self.clock = Ticking(self.time)
        self.desk = StreamedDesk(self.clock)
        self.stream = Stream(self.time, self._streamed)
        self.desk.streamed = self.stream.add
        self.sockets = MemorySockets()
        self.messages = MemoryMessages(self._send, self.clock.now)
        self.plugins = MemoryPlugins(business)
        self.webhooks = MemoryWebhooks()
        self.files = MemoryFiles()
        self.watch = MemoryWatch()
        self.dead_letters: list[tuple[str, Mapping[str, Any]]] = []
        self.deaths: list[str] = []
        self._sockets = count(1)
        self._deliveries = count(1)
        self._telephones: dict[str, DeviceHandle] = {}
        addresses = Addresses(PUBLIC)
        twilio = Twilio(
            TwilioDoor(addresses, lambda: [TOKEN]),
            TwilioCommands(
                TwilioSettings(ACCOUNT, addresses, lambda: (ACCOUNT, TOKEN), CARRIER), self._rest, self.time.advance
            ),
            TwilioSoftphone(ACCOUNT, lambda: API_KEY, self.clock),
        )
        self.immortal = World(
            desk=self.desk,
            history=MemoryHistory(),
            catalogue=_PUBLISHED[0].copied() if _PUBLISHED and not change_config else MemoryCatalogue(),
            credentials=MemoryCredentials(self.clock),
            sockets=self.sockets,
            carriers=self._carriers(twilio),
            messages=self.messages,
            plugins=self.plugins,
            webhooks=self.webhooks,
            files=self.files,
            secrets=MemorySecrets(SECRETS),
            passwords=PlainPasswords(),
            clock=self.clock,
            tokens=CountedTokens(),
            workers=InTurn(),
            watch=self.watch,
        )
        self.world = replace(
            self.immortal,
            **{
                name: Mortal(name, getattr(self.immortal, name), self.fate)
                for name in ("desk", "history", "credentials", "sockets", "messages", "plugins", "webhooks", "files")
            },
            carriers={name: Mortal("carrier", carrier, self.fate) for name, carrier in self.immortal.carriers.items()},
        )
        self._publish(change_config)

    def calls(self, from_: str = CALLER, to: str = NUMBER) -> CallHandle:
        """A caller dials."""
        return self.exchange.dial(from_, to)

    def page(self, agent_id: str = "100") -> Page:
        """An agent's page, not signed in; their telephone is known to the carrier."""
        self.device_of(agent_id)
        return Page(self, agent_id)

    def device_of(self, agent_id: str) -> DeviceHandle:
        """The telephone of an agent: the browser's, or that of the seat."""
        record = self.world.catalogue.agent_record(agent_id)
        seat = self.world.catalogue.seat(record.seat) if record else None
        assert seat, agent_id
        device = seat.device
        address = device.address or f"client:agent_{agent_id}"
        if address not in self._telephones:
            self._telephones[address] = self.exchange.device(address)
        return self._telephones[address]

    def the_call(self) -> Call:
        """The one call there is."""
        (call,) = self.desk.all_calls()
        return call

    def new_socket(self) -> str:
        """A connection id."""
        return f"socket-{next(self._sockets)}"

    def believes(self, public: str, *keys: str) -> None:
        """Let Twilio's webhooks be proved for this public address, by these keys alone."""
        twilio = self.immortal.carriers["twilio"]
        believing = replace(twilio, door=TwilioDoor(Addresses(public), lambda: keys or (TOKEN,)))
        self.world = replace(self.world, carriers={"twilio": believing})

    def sweeps(self) -> None:
        """Run the sweeper."""
        self.handle(sweep)

    def settles(self, seconds: float = 120.0, sweeps: int = 3) -> None:
        """Let everything that is due happen, the sweeper included."""
        for _ in range(sweeps):
            self.time.advance(seconds / sweeps)
            self.sweeps()

    def handle(self, handler: Callable[[World], Any]) -> Any:
        """Run a handler as a function would; one that is killed leaves what it did and answers None."""
        self.fate.beginning = True
        try:
            return handler(self.world)
        except Killed as death:
            self.deaths.append(str(death))
            return None

    def insists(self, handler: Callable[[World], Any]) -> Any:
        """Ask until there is an answer, as somebody does who sees that there was none."""
        while (answered := self.handle(handler)) is None:
            self.time.advance(1)
        return answered

    def _carriers(self, twilio: Carrier) -> Mapping[str, Carrier]:
        return {"twilio": twilio}

    def _time(self) -> VirtualTime:
        return VirtualTime()

    def _carrier(self) -> Exchange:
        return Exchange(carrier_settings(), self._webhook, self.time)

    def _webhook(self, request: messages.Request) -> messages.Response:
        path = urlsplit(request.url).path
        if path.startswith("/media/"):
            return messages.Response(200, {"Content-Type": "audio/x-wav"})
        asked = Request(
            path, _params(path), {name.lower(): value for name, value in request.headers.items()}, request.body
        )
        self.fate.beginning = True
        try:
            reply = carriers.hear(asked, "twilio", self.world)
        except Killed as death:
            self.deaths.append(str(death))
            return messages.Response(502)
        except IcallError as error:
            return messages.Response(status_of(error), body=str(error).encode())
        body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        return messages.Response(reply.status, {"Content-Type": reply.content_type}, body.encode())

    def _rest(self, request: ApiRequest) -> ApiReply:
        try:
            answer = self.exchange.rest(
                messages.Request(request.method, request.url, request.headers, request.body or b"")
            )
        except NoAnswerError:
            raise NoAnswer from None
        return ApiReply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body)

    def _streamed(self, row: StreamRow) -> bool:
        record = {"dynamodb": {"SequenceNumber": "1"}}
        event = {"Records": [record]}
        told = self.handle(lambda world: batches.stream(event, lambda _: row, world))
        return told == {"batchItemFailures": []}

    def _send(self, queue: str, body: Mapping[str, Any], delay: float) -> None:
        text = json.dumps(body)
        self.time.after(delay, lambda: self._receive(queue, text, 1))

    def _receive(self, queue: str, text: str, attempt: int) -> None:
        number = next(self._deliveries)
        receipt = f"receipt-{number}"
        attributes = {"ApproximateReceiveCount": str(attempt)}
        record = {"messageId": f"message-{number}", "receiptHandle": receipt, "body": text, "attributes": attributes}
        if self._takes_message(queue, record):
            return
        if attempt == MOST_RECEIVED:
            self.dead_letters.append((queue, json.loads(text)))
            return
        wait = self.messages.put_offs.pop(receipt, VISIBILITY_SECONDS)
        self.time.after(wait, lambda: self._receive(queue, text, attempt + 1))

    def _takes_message(self, queue: str, record: Mapping[str, Any]) -> bool:
        handler = {"timers": batches.timers, "webhooks": batches.webhooks, "recordings": batches.recordings}[queue]
        return bool(self.handle(lambda world: handler({"Records": [record]}, world)) == {"batchItemFailures": []})

    def _publish(self, change_config: Callable[[dict[str, Any]], None] | None) -> None:
        if self.world.catalogue.flow_names():
            return
        publisher = _Editing(
            self.immortal,
            lambda _name, _wav: None,
            dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example"),
        )
        publisher.change = change_config
        publisher.publish()
        publisher.apply()
        if not change_config:
            self.immortal.catalogue.centre()  # read here, once for all the centres to come
            _PUBLISHED.append(self.immortal.catalogue.copied())


class _Editing(Publisher):
    """Publishes the demo centre as a test changed it."""

    change: Callable[[dict[str, Any]], None] | None = None

    def _filled(self, document: Any) -> Any:
        filled = super()._filled(document)
        if self.change:
            self.change(filled)
        return filled


def carrier_settings(**habits: Any) -> CarrierSettings:
    """The account at the emulated carrier, with the centre's number."""
    voice, status = f"{PUBLIC}/carriers/twilio/voice", f"{PUBLIC}/carriers/twilio/status"
    return CarrierSettings(ACCOUNT, TOKEN, public_url=CARRIER, numbers=(Number(NUMBER, voice, status),), **habits)


def _params(path: str) -> dict[str, str]:
    parts = path.split("/")
    names = {
        "calls": "call",
        "turns": "turn",
        "legs": "leg",
        "recordings": "vocid",
        "announcement": "sealed",
    }
    return {names[part]: parts[place + 1] for place, part in enumerate(parts) if part in names}


def _ws(socket: str, body: str = "", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {"requestContext": {"connectionId": socket}, "body": body, "headers": dict(headers or {})}
