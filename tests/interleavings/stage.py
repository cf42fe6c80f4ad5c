"""The stage: the use cases over a world in memory, with everything that comes to them later on one agenda.

What production does by itself is done from the agenda, in virtual time: the table's stream tells every row, timers
fire, queues bring back what failed, the carrier calls back, asks for turns and tries twice, the sweeper comes.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.core.agents.results import Action, Order
from chalicelib.core.carrier.events import CarrierEvent
from chalicelib.core.ground.errors import CallersFault
from chalicelib.core.told.notices import Timer
from chalicelib.entrypoints.carriers import _handle as hear
from chalicelib.ports import StreamRow, World
from chalicelib.usecases.act import act
from chalicelib.usecases.control import control
from chalicelib.usecases.dismiss import dismiss
from chalicelib.usecases.due import due
from chalicelib.usecases.hello import hello
from chalicelib.usecases.prove import prove_session, who_is
from chalicelib.usecases.sign_out import sign_out
from chalicelib.usecases.socket_gone import socket_gone
from chalicelib.usecases.sweep import sweep
from chalicelib.usecases.tell_again import tell_again
from tests.fakes.carrier import Later, MemoryCarrier, asked_of
from tests.fakes.catalogue import MemoryCatalogue
from tests.fakes.centre import SECRETS, Centre, StreamedDesk, freight
from tests.fakes.credentials import MemoryCredentials
from tests.fakes.history import MemoryHistory
from tests.fakes.outside import (
    CountedTokens,
    InTurn,
    MemoryFiles,
    MemoryPlugins,
    MemorySecrets,
    MemoryWebhooks,
    PlainPasswords,
)
from tests.interleavings import snapshots

STREAM_MS, CALLBACK_MS, RETRY_MS, VISIBILITY_MS = 200, 100, 500, 30_000
SWEEP_MS = 60_000
MOST_TRIES = {"a webhook": 2, "a page's request": 3, "a page's control": 3, "a message": 5, "a stream row": 5}
CALL = "c" + "0" * 20


@dataclass(slots=True)
class Now:
    """Keeps ports.Clock; time passes only when the agenda says so."""

    ms: int = 1_763_800_000_000

    def now(self) -> int:
        return self.ms

    def pause(self, most: int) -> None:
        """Take no time: while a handler pauses, others may go on, as at every call through a port."""


@dataclass(slots=True)
class Pages:
    """Keeps ports.Sockets: a page takes frames, and does nothing by itself."""

    frames: dict[str, frozenset[str]] = field(default_factory=dict)

    def post(self, socket: str, frame: Any) -> bool:
        if socket not in self.frames:
            return False
        self.frames[socket] |= {frame.get("id", "")}
        return True

    def close(self, socket: str, closing: Any) -> None:
        self.frames.pop(socket, None)


class Unwatched:
    """Keeps ports.Watch, and sees nothing."""

    def bind(self, call_id: str) -> None:
        return

    def count(self, metric: str, value: float = 1, unit: str = "Count") -> None:
        return

    def note(self, message: str, **facts: Any) -> None:
        return


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that comes to the use cases; `what` is data, so that equal letters are equal; `tries` so far."""

    kind: str
    what: Any
    tries: int = 0

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


class Stage:
    """A centre with its carrier; `world` is what the use cases see."""

    def __init__(self) -> None:
        self.clock = Now()
        self.agenda: list[tuple[int, int, Letter]] = []
        self.numbers = 0
        self.untold: list[Letter] = []
        self.complaints: list[str] = []
        self.tokens: dict[str, str] = {}
        self.lost = 0
        self.deaf = False
        self._catching = False
        self.carrier = MemoryCarrier(self._told, self._planned)
        self.desk = StreamedDesk(self.clock)
        self.desk.streamed = self._streamed
        self.pages = Pages()
        self.world = World(
            desk=self.desk,
            history=MemoryHistory(),
            catalogue=_published(),
            credentials=MemoryCredentials(self.clock),
            sockets=self.pages,
            carriers={"twilio": self.carrier},
            messages=_Messages(self),
            plugins=MemoryPlugins(freight),
            webhooks=MemoryWebhooks(),
            files=MemoryFiles(),
            secrets=MemorySecrets(SECRETS),
            passwords=PlainPasswords(),
            clock=self.clock,
            tokens=CountedTokens(),
            workers=InTurn(),
            watch=Unwatched(),
        )
        world = self.world
        self.slots = snapshots.slots_of(
            [self.clock, self.carrier, self.desk, self.pages, world.credentials, world.tokens]
        ) + [(self, name) for name in ("agenda", "numbers", "complaints", "tokens", "lost", "deaf")]
        self._digested = [slot for slot in self.slots if slot[1] not in ("agenda", "numbers")]
        self.fingerprints = snapshots.Fingerprints()

    def snapshot(self) -> snapshots.Snapshot:
        """Take a snapshot of everything that can change."""
        return snapshots.taken(self.slots)

    def digest(self) -> int:
        """Give a number for the state of everything; the order in which letters of one moment came is no part."""
        letters = frozenset([(when, self.fingerprints.of(letter)) for when, _, letter in self.agenda])
        return hash((letters, snapshots.digest(self._digested, self.fingerprints)))

    def posts(self, letter: Letter, delay: int) -> None:
        """Put a letter on the agenda; on a deaf stage it is lost."""
        if self.deaf:
            return
        self.numbers += 1
        heapq.heappush(self.agenda, (self.clock.ms + delay, self.numbers, letter))

    def goes_deaf(self) -> None:
        """Lose every letter that was to come, and what is written until the stage hears again."""
        self.deaf, self.agenda = True, []

    def passes(self, seconds: float) -> None:
        """Let time pass, and do what is due."""
        until = self.clock.ms + int(seconds * 1000)
        while self.agenda and self.agenda[0][0] <= until:
            when, _, letter = heapq.heappop(self.agenda)
            self.clock.ms = max(self.clock.ms, when)
            self.delivers(letter)
        self.clock.ms = until

    def is_busy(self) -> bool:
        """Tell whether something is on its way that comes at once."""
        return bool(self.agenda) and self.agenda[0][0] <= self.clock.ms + 1000

    def delivers(self, letter: Letter) -> None:
        """Let the use cases have a letter; one that fails comes again."""
        if letter.kind == "the sweeper":
            self.posts(letter, SWEEP_MS)
        try:
            self.handles(letter, self.world)
        except CallersFault:
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, production would try again
            self.failed(letter, f"{type(error).__name__}: {error}")

    def failed(self, letter: Letter, why: str) -> None:
        """Note that a handler failed, and bring its letter again as production does."""
        self.complaints.append(f"the handler of {_told_as(letter)} failed: {why}")
        self.again(letter)

    def again(self, letter: Letter) -> None:
        """Bring a letter again, unless that was tried often enough."""
        kind = letter.kind
        if letter.tries + 1 < MOST_TRIES.get(kind, 1):
            delay = VISIBILITY_MS if kind == "a message" else RETRY_MS
            self.posts(replace(letter, tries=letter.tries + 1), delay)
        elif kind == "a webhook" and letter.what[1]:
            self.carrier.puts_down(letter.what[1][0])
        elif kind in MOST_TRIES and letter.tries:
            self.complaints.append(f"{_told_as(letter)} was given up")

    def catches(self, fact: "Callable[[Stage], None]") -> list[Letter]:
        """Let something happen at the carrier, and give the letters that tell of it."""
        self._catching = True
        try:
            fact(self)
        finally:
            self._catching = False
        caught, self.untold = self.untold, []
        return caught

    def handles(self, letter: Letter, world: World) -> None:
        """Do what the letter asks for."""
        _HANDLERS[letter.kind](self, letter.what, world)

    def _told(self, event: CarrierEvent) -> None:
        letter = Letter("a webhook", (event, asked_of(self.carrier, event)))
        if self._catching:
            self.untold.append(letter)
        else:
            self.posts(letter, CALLBACK_MS)

    def _planned(self, seconds: float, later: Later) -> None:
        self.posts(Letter("time", later), int(seconds * 1000))

    def _streamed(self, rows: Iterable[StreamRow]) -> None:
        for row in rows:
            self.posts(Letter("a stream row", row), STREAM_MS)


@dataclass(slots=True)
class _Messages:
    """Keeps ports.Messages: timers come back; what business systems hear is not looked at here."""

    stage: Stage

    def remind(self, timers: Iterable[Timer]) -> None:
        for timer in timers:
            self.stage.posts(Letter("a message", timer), min(max(0, timer.due - self.stage.clock.ms), 900_000))

    def tell_business(self, call_id: str, version: int, notices: Any) -> None:
        return

    def fan_out(self, notice_id: str, body: Any, endpoints: Any) -> None:
        return

    def put_off(self, receipt: str, seconds: int) -> None:
        return

    def fetch_recording(self, vocid: str) -> None:
        return


def _hear(stage: Stage, what: Any, world: World) -> None:
    event, asked = what
    script = hear(event, "twilio", world)
    if asked:
        world.carriers["twilio"].obeys(*asked, script)  # type: ignore[attr-defined]


def _act(_stage: Stage, asked: tuple[Any, ...], world: World) -> None:
    agent, *what = asked
    act(Action(who_is(agent, world), *what), world)


def _control(_stage: Stage, asked: tuple[Any, ...], world: World) -> None:
    supervisor, *what = asked
    control(Order(who_is(supervisor, world), *what), world)


_HANDLERS: dict[str, Callable[[Stage, Any, World], None]] = {
    "a webhook": _hear,
    "a stream row": lambda _stage, row, world: tell_again(row, world),
    "a message": lambda _stage, timer, world: due(timer, world),
    "the sweeper": lambda _stage, _what, world: sweep(world),
    "a page's request": _act,
    "a page's control": _control,
    "time": lambda stage, later, _world: stage.carrier.happens(later),
    "a lost socket": lambda _stage, socket, world: socket_gone(socket, world),
    "a hello": lambda _stage, said, world: hello(*said, world),
    "a dismissal": lambda _stage, agent, world: dismiss(agent, world),
    "a sign-out": lambda _stage, token, world: sign_out(prove_session(token, world), world),
}


_CATALOGUE: list[MemoryCatalogue] = []


def _published() -> MemoryCatalogue:
    """Give the demo centre's catalogue, which is read once."""
    if not _CATALOGUE:
        catalogue = Centre().world.catalogue
        assert isinstance(catalogue, MemoryCatalogue)
        _CATALOGUE.append(catalogue)
    return _CATALOGUE[0]


def _told_as(letter: Letter) -> str:
    what = letter.what[0] if letter.kind == "a webhook" else letter.what
    return f"{letter.kind} ({type(what).__name__})"
