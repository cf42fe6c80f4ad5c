"""Counts what each step of a call asks of AWS: a whole centre through app.py, its table and queues made by moto."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from benchmarks.one_copy import copies_once
from benchmarks.roads import walk_roads
from chalicelib.adapters.messages import QueueUrls, SqsMessages
from chalicelib.core.agents import presence
from chalicelib.ports import Change, Messages, Moved
from chalicelib.usecases.match import match
from local.aws.functions import Functions
from local.aws.meter import Counted, Meter
from local.carrier.handle import CallHandle
from local.carrier.scheduling import Time
from tests.fakes.centre import MEMBER, PIN, Page
from tests.fakes.front_door import REGION, TableFrontDoor
from tests.fakes.outside import MemorySockets

PATIENCE = 60.0
WAYBILL = "6012345678"
TALK_SECONDS = 130
"""With the menus before and the wrap-up after it, a call of three minutes."""

STREAM = "stream"
QUEUED = ("timers", "webhooks", "recordings")


@dataclass(slots=True)
class Step:
    """What one step asked for; a sequential call is one that had to wait for the one before it."""

    name: str
    sequential: int
    write_units: float
    read_units: float
    pushes: int
    commands: int
    operations: Mapping[str, int]


@dataclass(slots=True)
class Account:
    """Steps by name, roads of many parties by name, and everything that one whole call asked for.

    `orders` are the commands that a carrier took from a FIFO queue; the others were requests to it.
    """

    steps: dict[str, Step] = field(default_factory=dict)
    roads: dict[str, Step] = field(default_factory=dict)
    call: Step = field(default_factory=lambda: Step("none", 0, 0, 0, 0, 0, {}))
    invocations: int = 0
    sequential_calls: int = 0
    http_requests: int = 0
    frames: int = 0
    messages: int = 0
    orders: int = 0


@dataclass(slots=True)
class CountedSockets(MemorySockets):
    """Pages' sockets, and how often something was pushed."""

    pushes: int = 0

    def post(self, socket: str, frame: Mapping[str, Any]) -> bool:
        """Count and push."""
        self.pushes += 1
        return MemorySockets.post(self, socket, frame)


class SentTwice:
    """Messages sent to SQS, where the meter sees them, and brought by the centre's own queues, in virtual time."""

    def __init__(self, sqs: Messages, centre: Messages) -> None:
        self._both = sqs, centre

    def __getattr__(self, name: str) -> Any:
        def send(*args: Any) -> None:
            for messages in self._both:
                getattr(messages, name)(*args)

        return send


class MeteredFunctions:
    """The functions of app.py, each invocation a step of the meter's."""

    def __init__(self, functions: Functions, meter: Meter, time: Time) -> None:
        self._functions = functions
        self._meter = meter
        self._time = time
        self.streamed_at: list[float] = []

    def rest(self, event: dict[str, Any]) -> Any:
        """Answer a proxy event."""
        with self._meter.step(f"http {event['path'].rpartition('/carriers/twilio')[2]}"):
            return self._functions.rest(event)

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Run another function."""
        if name == STREAM:
            self.streamed_at.append(self._time.now)
        with self._meter.step(name):
            return self._functions.invoke(name, event)


class MeteredCentre:
    """A centre whose steps are counted."""

    def __init__(self, centre: TableFrontDoor, meter: Meter) -> None:
        self.meter = meter
        self.centre = centre
        self.functions = MeteredFunctions(self.centre.functions, meter, self.centre.time)
        self.centre.functions = self.functions  # type: ignore[assignment]  # its twin
        self.sockets = CountedSockets()
        self.centre.sockets = self.sockets
        sqs = SqsMessages(_queues(), self.centre.clock, REGION)
        told: Any = SentTwice(sqs, self.centre.immortal.messages)
        self.centre.immortal = self.centre.world = replace(self.centre.world, sockets=self.sockets, messages=told)
        self.account = Account()

    @contextmanager
    def step(self, name: str, function: str) -> Iterator[None]:
        """Count the first invocation within whose name begins so, and what was pushed and commanded meanwhile."""
        self.centre.world.catalogue.centre()
        first, pushes, commands = len(self.meter.steps), self.sockets.pushes, self.commands()
        yield
        counted = next(step for step in self.meter.steps[first:] if step.step.startswith(function))
        self.account.steps[name] = summed(name, [counted], self.sockets.pushes - pushes, self.commands() - commands)

    @contextmanager
    def road(self, name: str) -> Iterator[None]:
        """Count everything that all handlers ask for from the action to the moment when all hear each other."""
        first, pushes, commands = len(self.meter.steps), self.sockets.pushes, self.commands()
        yield
        everything = self.meter.steps[first:]
        self.account.roads[name] = summed(name, everything, self.sockets.pushes - pushes, self.commands() - commands)

    @contextmanager
    def whole_call(self) -> Iterator[None]:
        """Count everything; what is written within the same moment comes by the stream in one batch."""
        began = self.centre.time.now
        first, pushes, commands = len(self.meter.steps), self.sockets.pushes, self.commands()
        yield
        everything = self.meter.steps[first:]
        account = self.account
        account.call = summed("whole call", everything, self.sockets.pushes - pushes, self.commands() - commands)
        streamed = {when for when in self.functions.streamed_at if when >= began}
        account.invocations = sum(step.step != STREAM for step in everything) + len(streamed)
        account.sequential_calls = sum(step.sequential for step in everything)
        account.http_requests = sum(step.step.startswith("http") for step in everything)
        account.messages = sum(step.step in QUEUED for step in everything)
        account.frames = sum(step.step == "socket_message" for step in everything)

    def commands(self) -> int:
        """Count what the carrier was asked so far."""
        return sum(entry.direction == "to-carrier" for entry in self.centre.exchange.log)


def summed(name: str, counted: list[Counted], pushes: int, commands: int) -> Step:
    """Give what these invocations asked for together."""
    operations: dict[str, int] = {}
    for step in counted:
        for operation, times in step.operations.items():
            operations[operation] = operations.get(operation, 0) + times
    return Step(
        name,
        sum(step.sequential for step in counted),
        sum(step.write_units for step in counted),
        sum(step.read_units for step in counted),
        pushes,
        commands,
        operations,
    )


@contextmanager
def account_of_aws() -> Iterator[tuple[pytest.MonkeyPatch, Meter]]:
    """Give an account of AWS in this process, whose requests are counted."""
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws(), Meter() as meter:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "benchmark")
        monkeypatch.setitem(os.environ, "AWS_DEFAULT_REGION", REGION)
        copies_once(monkeypatch)
        yield monkeypatch, meter


def count() -> Account:
    """Play a call with six IVR steps, the steps that are no call's, and the roads of many; give what each asked for."""
    with account_of_aws() as (monkeypatch, meter):
        metered = MeteredCentre(TableFrontDoor(monkeypatch), meter)
        _offer(metered)
        agent = _page(metered)
        _call(metered, agent)
        _flow(metered, agent)
        walk_roads(metered, agent, metered.centre.page("200").signs_in())
        return metered.account


def _offer(metered: MeteredCentre) -> None:
    """Count an offer by itself: an agent becomes ready by a handler that dies before it matches."""
    centre = metered.centre
    agent = centre.page("102").signs_in()
    caller = centre.calls("13800138001")
    caller.hears("查询运单请按1", PATIENCE)
    caller.presses("0")
    centre.time.advance(5)
    centre.stream.paused = True
    stored = centre.world.desk.agent("102")
    assert stored  # noqa: S101 - they signed in above
    centre.world.desk.commit(Change(agents=(Moved(stored, presence.resume(stored, centre.clock.now())),)))
    centre.world.catalogue.centre()
    pushes, commands = metered.sockets.pushes, metered.commands()
    centre.time.advance(1)
    waiting, _ = centre.world.desk.lines(["service"], [])
    with metered.meter.step("offer") as counted:
        match(centre.world, waiting)
    step = summed("offer", [counted], metered.sockets.pushes - pushes, metered.commands() - commands)
    metered.account.steps["offer"] = step
    centre.stream.resume()
    caller.hang_up()
    centre.time.advance(5)
    agent.does(9)
    centre.settles()


def _page(metered: MeteredCentre) -> Page:
    centre = metered.centre
    agent = centre.page("100").signs_in()
    agent.loses_its_socket()
    with metered.step("hello with a snapshot", "socket_message"):
        centre.time.advance(1)
        agent.epoch = agent.seq = 0
        agent.connects()
    agent.loses_its_socket()
    with metered.step("resume after a loss", "socket_message"):
        agent.connects()
    with metered.step("heartbeat", "socket_message"):
        agent.sends({"type": "heartbeat", "agentId": "100"})
    with metered.step("get ready", "socket_message"):
        agent.is_ready()
    centre.time.advance(5)
    return agent


def _call(metered: MeteredCentre, agent: Page) -> None:
    centre, step = metered.centre, metered.step
    with metered.whole_call():
        with step("inbound call", "http /voice"):
            caller = centre.calls("83366857")
            caller.hears("查询运单请按1", PATIENCE)
        _ivr(metered, caller)
        with step("enqueue, and offer", "http /calls"):
            caller.presses("0")
            centre.time.advance(1)
        with step("accept on the page", "socket_message"):
            agent.does(1)
        with step("answer", "http /calls"):
            agent.phone.answer()
            centre.time.advance(1)
        centre.time.advance(TALK_SECONDS)
        with step("hang-up", "http /"):
            caller.hang_up()
            centre.time.advance(1)
        centre.time.advance(5)
        with step("end of wrap-up", "socket_message"):
            agent.does(25, 1)
        centre.time.advance(60)


def _ivr(metered: MeteredCentre, caller: CallHandle) -> None:
    keyed = [("1", "请输入运单号"), (f"{WAYBILL}#", "六零幺"), ("2", "请输入运单号"), (f"{WAYBILL}#", "六零幺")]
    for number, (keys, heard) in enumerate(keyed, 1):
        with metered.step(f"IVR step {number}", "http /calls"):
            caller.presses(keys)
            caller.hears(heard, PATIENCE)
    with metered.step("IVR step with a plugin", "http /calls"):
        caller.presses("1")
        caller.hears("京 A 幺二三四五", PATIENCE)


def _flow(metered: MeteredCentre, agent: Page) -> None:
    """Count the way into the flow and back; the customer keys in a member number and a PIN."""
    centre, step = metered.centre, metered.step
    caller = centre.calls("83366857")
    caller.hears("查询运单请按1", PATIENCE)
    caller.presses("0")
    agent.hears("Ring", PATIENCE)
    agent.answers()
    centre.time.advance(5)
    with step("into the flow", "socket_message"):
        agent.does(11, 1, "service-authentication")
        centre.time.advance(1)
    caller.hears("请输入您的六位会员号", PATIENCE)
    with step("an entry while the agent waits", "http /calls"):
        caller.presses(MEMBER)
        caller.hears("请输入您的六位密码", PATIENCE)
    with step("back from the flow", "http /calls"):
        caller.presses(PIN)
        agent.hears("Talk", PATIENCE, AUTHRESULT="passed")
    centre.time.advance(10)
    agent.does(11, 1, "service-authentication")
    centre.time.advance(1)
    with step("taken out of the flow", "socket_message"):
        agent.does(4)
        centre.time.advance(1)
    with step("left in a survey", "socket_message"):
        agent.does(28, 0, "echo")
        centre.time.advance(1)
    caller.hang_up()
    centre.time.advance(5)


def _queues() -> QueueUrls:
    sqs = boto3.client("sqs", region_name=REGION)
    urls = sqs.list_queues()["QueueUrls"]
    names = ("timers", "webhooks", "recordings")
    return QueueUrls(*(next(url for url in urls if url.endswith(f"{name}-queue")) for name in names))
