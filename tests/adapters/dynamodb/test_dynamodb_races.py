"""Many callers, few agents, sixteen threads on DynamoDB Local, which judges races as DynamoDB does."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

import pytest

from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from chalicelib.adapters.dynamodb.desk import DynamoDesk
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.agents.results import Action
from chalicelib.core.calls.call import CUSTOMER, CallState
from chalicelib.core.carrier.events import CallArrived, Cause, LegAnswered, LegEnded, TurnTaken
from chalicelib.core.ground.errors import Conflict, NotProved, TooManyRequests
from chalicelib.ports import Change, World
from chalicelib.usecases.act import act
from chalicelib.usecases.due import due
from chalicelib.usecases.hello import hello
from chalicelib.usecases.issue_ticket import issue_ticket
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.open_socket import open_socket
from chalicelib.usecases.prove import prove_session, who_is
from chalicelib.usecases.sign_in import MOST_ATTEMPTS, sign_in_by_password
from chalicelib.usecases.take_call import take_call
from chalicelib.usecases.take_turn import take_turn
from chalicelib.usecases.tell_again import tell_again
from tests.adapters.dynamodb.table_view import TableView
from tests.fakes.centre import NUMBER, Centre, stream_rows
from tests.fakes.outside import PlainPasswords
from tests.invariants import check_all, somebody_waits_beside_a_ready_agent

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.enable_socket]
THREADS, CALLERS, CONTENDED_SECONDS, MOST_SECONDS = 16, 24, 4.0, 60.0
SPEED = 40
AGENTS = ("100", "101", "102", "200")
HANG_UP, RESUME = 2, 10


class FastClock:
    """Keeps ports.Clock, many times faster than life, so that rings time out within a test."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> int:
        return 1_767_225_600_000 + int((time.monotonic() - self._began) * 1000 * SPEED)

    def pause(self, most: int) -> None:
        time.sleep(most / 1000 / SPEED)


class SilentCarrier:
    """Carries everything out, and tells nothing."""

    def execute(self, command, *, again):
        return


@dataclass
class Later:
    """Keeps ports.Messages: timers in a queue."""

    timers: SimpleQueue = field(default_factory=SimpleQueue)

    def remind(self, timers):
        for timer in timers:
            self.timers.put(timer)

    def tell_business(self, call_id, version, notices):
        return


class StreamedDesk(DynamoDesk):
    """The desk on the table; what its stream would show is kept."""

    rows: SimpleQueue

    def commit(self, change: Change) -> None:
        super().commit(change)
        for row in stream_rows(change, self._clock.now()):
            self.rows.put(row)


@dataclass
class Floor:
    """The world, and what everybody on the floor does next."""

    world: World
    later: Later
    rows: SimpleQueue
    left: SimpleQueue
    chance: random.Random = field(default_factory=lambda: random.Random(20260305))  # noqa: S311 - a game of chance

    def caller(self) -> None:
        try:
            number = self.left.get_nowait()
        except Empty:
            return
        call = f"c{number}"
        take_call(CallArrived(call, f"CA{number:032}", f"+86138{number:08}", NUMBER), "twilio", self.world)
        take_turn(TurnTaken(call, "1", "0"), self.world)
        if self.chance.random() < 0.3:
            time.sleep(self.chance.random())
            note_leg(LegEnded(call, CUSTOMER, "", Cause.COMPLETED), self.world)

    def agent(self) -> None:
        agent = self.world.desk.agent(self.chance.choice(AGENTS))
        {
            AgentState.RINGING: self._rung,
            AgentState.TALKING: self._hangs_up,
            AgentState.WRAP_UP: self._resumes,
            AgentState.PAUSED: self._resumes,
        }.get(agent.state, lambda _: time.sleep(0.01))(agent)

    def timer(self) -> None:
        try:
            timer = self.later.timers.get_nowait()
        except Empty:
            return
        if timer.due > self.world.clock.now():
            self.later.timers.put(timer)
            time.sleep(0.01)
        else:
            due(timer, self.world)

    def stream(self) -> None:
        try:
            tell_again(self.rows.get_nowait(), self.world)
        except Empty:
            return

    def _rung(self, agent: Agent) -> None:
        event = self.chance.choice([LegAnswered, LegAnswered, LegEnded, HANG_UP, None])
        if event == HANG_UP:
            self._hangs_up(agent)
        elif event is LegAnswered:
            note_leg(LegAnswered(agent.call, agent.offer, "CA" + "1" * 32), self.world)
        elif event:
            note_leg(LegEnded(agent.call, agent.offer, "CA" + "1" * 32, Cause.REJECTED), self.world)

    def _hangs_up(self, agent: Agent) -> None:
        act(Action(who_is(agent.id, self.world), "", HANG_UP), self.world)

    def _resumes(self, agent: Agent) -> None:
        act(Action(who_is(agent.id, self.world), "", RESUME), self.world)


@pytest.fixture
def floor(local_connection) -> Floor:
    clock, later, rows, left = FastClock(), Later(), SimpleQueue(), SimpleQueue()
    desk = StreamedDesk(Table(local_connection), clock)
    desk.rows = rows
    world = replace(Centre().immortal, desk=desk, carriers={"twilio": SilentCarrier()}, messages=later, clock=clock)
    for number in range(CALLERS):
        left.put(number)
    return Floor(world, later, rows, left)


def on_many_threads(floor: Floor, until: Callable[[], bool]) -> None:
    """Let everybody do something at random until it is over; a lost race is no error, anything else is."""
    stop = threading.Event()
    doings = [floor.caller, floor.agent, floor.agent, floor.timer, floor.stream]

    def busy() -> None:
        while not stop.is_set():
            try:
                floor.chance.choice(doings)()
            except Conflict:
                continue

    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(busy) for _ in range(THREADS)]
        while not until() and not any(work.done() for work in working):
            time.sleep(0.3)
        stop.set()
    for work in working:
        work.result()


def comes_to_rest(floor: Floor) -> None:
    """Carry the stream to its end; no sweeper comes, and no timer is awaited."""
    while not floor.rows.empty():
        floor.stream()


def test_many_callers_and_few_agents_at_once_leave_nobody_taken_twice_and_nobody_forgotten(floor, local_connection):
    table = TableView(local_connection)
    for agent in AGENTS:
        session = sign_in_by_password(agent, f"icall-{agent}", None, floor.world)
        ticket, _ = issue_ticket(prove_session(session.token, floor.world), floor.world)
        open_socket(f"socket-{agent}", ticket, floor.world)
        floor.world.sockets.pages[f"socket-{agent}"] = lambda _frame: None
        hello(f"socket-{agent}", "here", 0, 0, floor.world)
    began = time.monotonic()
    on_many_threads(floor, lambda: time.monotonic() - began > CONTENDED_SECONDS)
    comes_to_rest(floor)

    check_all(table)
    profiles = floor.world.catalogue.centre().profiles
    assert list(somebody_waits_beside_a_ready_agent(table, profiles)) == []

    def all_over() -> bool:
        late = time.monotonic() - began > MOST_SECONDS
        return late or (floor.left.empty() and all(call.state is CallState.ENDED for call in table.all_calls()))

    on_many_threads(floor, all_over)
    comes_to_rest(floor)
    check_all(table)
    calls = table.all_calls()
    assert len(calls) == CALLERS
    assert [call.id for call in calls if call.live] == []
    assert sum(bool(call.agents_parts("")) for call in calls) > CALLERS / 3


class CountedPasswords(PlainPasswords):
    """Notes how many passwords were looked at."""

    def __init__(self) -> None:
        self.verified: SimpleQueue = SimpleQueue()

    def verify(self, password, hashed):
        self.verified.put(password)
        return super().verify(password, hashed)


@pytest.fixture
def doorway(local_connection) -> World:
    centre = Centre()
    credentials = DynamoCredentials(Table(local_connection), centre.clock)
    return replace(centre.immortal, credentials=credentials, passwords=CountedPasswords())


def tries(world: World, passwords: list[str], agent: str = "100") -> list[str]:
    """Try all, twenty at a time; tell how each went."""

    def one(password: str) -> str:
        try:
            sign_in_by_password(agent, password, None, world)
        except (NotProved, TooManyRequests) as refusal:
            return type(refusal).__name__
        return "in"

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(one, passwords))


@pytest.mark.parametrize("agent", ["100", "nobody-is-called-so"])
def test_of_a_hundred_wrong_passwords_twenty_at_a_time_ten_are_looked_at(doorway, agent):
    told = tries(doorway, [f"guess-{number}" for number in range(100)], agent)

    assert (told.count("NotProved"), told.count("TooManyRequests")) == (MOST_ATTEMPTS, 100 - MOST_ATTEMPTS)
    assert doorway.passwords.verified.qsize() == MOST_ATTEMPTS
    assert tries(doorway, ["icall-100"], agent) == ["TooManyRequests"]


def test_the_right_password_gets_in_beside_as_many_wrong_ones_as_may_be_tried(doorway):
    for _ in range(5):
        told = tries(doorway, [*(f"guess-{number}" for number in range(MOST_ATTEMPTS - 1)), "icall-100"])
        assert told == ["NotProved"] * (MOST_ATTEMPTS - 1) + ["in"]
        # Wrong ones that were counted after the right one are still counted.
        tries(doorway, ["icall-100"])
