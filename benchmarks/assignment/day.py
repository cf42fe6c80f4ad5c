"""One day in the simulation: a centre of so many agents, calls that come so fast, and what was seen of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from benchmarks.assignment.capacity import Capacity
from benchmarks.assignment.desk import SimulatedDesk
from benchmarks.assignment.seen import Seen
from benchmarks.assignment.stream import Queue, Stream
from benchmarks.assignment.town import WRITES_MEAN, Habits, Town
from benchmarks.assignment.virtual_time import BEGIN_MS, VirtualTime
from chalicelib.core.carrier.commands import Command
from chalicelib.core.centre.model import AgentRecord, Centre
from chalicelib.core.centre.reading import read_centre
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.reading import read_flow
from chalicelib.ports import World
from chalicelib.usecases.sweep import sweep
from tests.fakes.credentials import MemoryCredentials
from tests.fakes.history import MemoryHistory
from tests.fakes.outside import CountedTokens, MemoryMessages, MemoryWatch

AGENTS_A_CALL = 225
CARRIER_MS, SMALL_MS = 150.0, 5.0
WELL, UNDER = Habits(150_000, 60_000), Habits(195_000, 60_000, patience=60_000)
"""Of 100 agents 90 are busy; or 110 would have to be, and callers wait a minute at most, on average."""

SWEEP_MS = 60_000.0
TWO = 2
"""So many values quantiles want."""

ANSWERS_MS = 3000.0


@dataclass(frozen=True, slots=True)
class Day:
    """What is played: calls a second, for how long (s), over which AWS.

    `burst` more calls come all at once, for whom so many more agents are there.
    """

    name: str
    rate: float
    habits: Habits = WELL
    queues: int = 1
    seconds: float = 20.0
    warm_up: float = 8.0
    burst: int = 0
    dying: float = 0.0
    reconnecting: int = 0
    shards: int = 4
    lanes: int = 10
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """What was seen of a day; times in ms, per call or per offer where the name says so."""

    day: Day
    calls: int
    offers: int
    offer_p50: float
    offer_p95: float
    offer_max: float
    conflicts: float
    throttled: int
    writes: float
    reads: float
    beside: float
    overtook: float
    stream_p95: float
    longest_line: int
    failed: Mapping[str, int]
    busiest: str

    @property
    def failed_webhooks(self) -> int:
        """How many of the carrier's webhooks were answered by an error."""
        return sum(number for what, number in self.failed.items() if what.startswith(("call", "leg", "turn")))


class Timed:
    """A port whose calls each take a while."""

    def __init__(self, time: VirtualTime, port: Any, ms: float) -> None:
        self._time = time
        self._port = port
        self._ms = ms

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._port, name)
        return lambda *args, **kwargs: self._time.call(self._ms, lambda: inner(*args, **kwargs))


@dataclass(frozen=True, slots=True)
class Clock:
    """Keeps ports.Clock."""

    time: VirtualTime

    def now(self) -> int:
        """Give the virtual time."""
        return int(self.time.now)

    def pause(self, most: int) -> None:
        """Let a part of this many ms pass."""
        self.time.passes(self.time.chance.random() * most)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Keeps what of ports.Catalogue calls need; warm functions have it in memory."""

    known: Centre
    agents: Mapping[str, AgentRecord]
    flows: Mapping[str, Flow]

    def centre(self) -> Centre:
        """Give the centre."""
        return self.known

    def agent_record(self, agent_id: str) -> AgentRecord | None:
        """Give an agent's record."""
        return self.agents.get(agent_id)

    def flow(self, name: str, version: int | None = None) -> tuple[int, Flow]:
        """Give a flow; there is one version of each."""
        return version or 1, self.flows[name]


@dataclass(frozen=True, slots=True)
class Pages:
    """Keeps ports.Sockets."""

    hears: Callable[[str, Mapping[str, Any]], None]

    def post(self, socket: str, frame: Mapping[str, Any]) -> bool:
        """Every page is there."""
        self.hears(socket, frame)
        return True

    def close(self, socket: str, code: int, reason: str) -> None:
        """Nobody minds."""


class OneByOne:
    """Keeps ports.Workers."""

    def each(self, work: Callable[[Any], Any], things: Iterable[Any]) -> list[Any]:
        """Do one after the other."""
        return [work(thing) for thing in things]


@dataclass(frozen=True, slots=True)
class Carrier:
    """Keeps ports.Carrier."""

    does: Callable[[Command], None]
    seen: set[Command]

    def execute(self, command: Command, *, again: bool) -> None:
        """Do it, once."""
        if again and command in self.seen:
            return
        self.seen.add(command)
        self.does(command)


def play(day: Day) -> Figures:
    """Play the day and give what was seen after its warm-up."""
    time = VirtualTime(day.seed, dying=day.dying)
    capacity = Capacity()
    desk = SimulatedDesk(time, capacity)
    known, agents = _centre(day), _agents(day)
    end = BEGIN_MS + (day.warm_up + day.seconds) * 1000
    seen = Seen(time, desk, dict.fromkeys(known.queues, ("service",)))
    town = Town(time, seen, known, agents, day.habits)
    stream = Stream(time, lambda: town.world, day.shards, day.lanes)
    queue = Queue(time, lambda: town.world, lambda why: seen.failed.update([f"message: {why}"]))
    desk.committed = [seen.hears, stream.add]
    town.world = _world(time, desk, town, queue)
    town.staffs(len(agents), day.rate, end)
    town.stands_in_line(*_line(day))
    _plan(day, time, town)
    seen.looks()
    time.run(BEGIN_MS + day.warm_up * 1000)
    seen.since = time.now
    before = capacity.written.total(), capacity.read.total() + desk.reads
    conflicts = Counter(desk.conflicts)
    throttled = capacity.throttled.total()
    time.run(end)
    offers = [offer for offer in seen.offers if offer.at >= seen.since]
    made = [offer.after for offer in offers]
    by = desk.conflicts - conflicts
    lost = sum(number for why, number in by.items() if why.startswith("offer") and "throttled" not in why)
    return Figures(
        day,
        seen.arrived,
        len(offers),
        _part(made, 50),
        _part(made, 95),
        max(made, default=0),
        lost / max(1, len(offers)),
        capacity.throttled.total() - throttled,
        (capacity.written.total() - before[0]) / max(1, seen.arrived),
        (capacity.read.total() + desk.reads - before[1]) / max(1, seen.arrived),
        seen.beside,
        max((offer.overtook for offer in offers), default=0),
        _part([age for when, age in stream.ages if when >= seen.since], 95),
        seen.longest_line,
        seen.failed,
        _busiest(capacity),
    )


def _line(day: Day) -> tuple[int, float]:
    """Give how many wait when arrivals and those who are served or give up are even, and how long the first has."""
    busy = day.habits.talk + day.habits.wrap_up * WRITES_MEAN + ANSWERS_MS
    too_many = max(0.0, day.rate - 1000 * round(day.rate * AGENTS_A_CALL) / busy)
    waiting = round(too_many * (day.habits.patience or 0) / 1000)
    return waiting, 1000 * waiting / day.rate


def _busiest(capacity: Capacity) -> str:
    (name, _), *_ = capacity.throttled.most_common(1) or capacity.written.most_common(1)
    return name


def _part(values: list[float], percent: int) -> float:
    if len(values) < TWO:
        return max(values, default=0)
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _plan(day: Day, time: VirtualTime, town: Town) -> None:
    numbers = list(town.centre.numbers)

    def next_call() -> None:
        town.arrives(time.chance.choice(numbers))
        time.after(time.chance.expovariate(day.rate / 1000), next_call)

    time.after(time.chance.expovariate(day.rate / 1000), next_call)
    for _ in range(day.burst):
        time.after(day.warm_up * 1000 + time.chance.random() * BURST_MS, lambda: town.arrives(numbers[0]))
    for name in list(town.agents)[::-1][: day.reconnecting]:
        away = RECONNECT_MS * time.chance.random()
        time.after(day.warm_up * 1000 + time.chance.random() * BURST_MS, lambda n=name, a=away: town.reconnects(n, a))

    def sweeps() -> None:
        time.invoke(lambda: sweep(town.world), lambda _answer, _error: None)
        time.after(SWEEP_MS, sweeps)

    time.after(SWEEP_MS / 4, sweeps)


BURST_MS = 20.0
RECONNECT_MS = 500.0
"""A page waits up to so long before it connects again (full jitter, web/sdk/src/connection.ts)."""


def _world(time: VirtualTime, desk: SimulatedDesk, town: Town, queue: Queue) -> World:
    clock = Clock(time)
    nothing: Any = None
    flows = {f"to-{name}": _flow(name) for name in town.centre.queues}
    credentials = MemoryCredentials(clock)
    for name in town.agents:
        credentials.put("SOCKET", f"s-{name}", {"agent": name, "session": "s"}, 2**53)
    parts: dict[str, Any] = {
        "desk": desk,
        "history": Timed(time, MemoryHistory(), 2 * SMALL_MS),
        "catalogue": Catalogue(town.centre, town.agents, flows),
        "credentials": Timed(time, credentials, SMALL_MS),
        "sockets": Timed(time, Pages(town.hears), SMALL_MS),
        "carriers": {"twilio": Timed(time, Carrier(town.execute, set()), CARRIER_MS)},
        "messages": Timed(time, MemoryMessages(queue.send, clock.now), SMALL_MS),
        "clock": clock,
        "workers": OneByOne(),
        "tokens": CountedTokens(),
        "watch": MemoryWatch(),
    }
    return World(**dict.fromkeys(World.__dataclass_fields__, nothing) | parts)


def _flow(queue: str) -> Flow:
    step = {"do": "queue", "queue": queue, "max_wait": 600}
    full = {"say": {"zh-CN": "座席全忙。"}, "next": "goodbye"}
    steps = {"to_queue": step | dict.fromkeys(("on_timeout", "on_full", "on_closed", "on_error"), full)}
    steps["goodbye"] = {"do": "hangup", "text": {"zh-CN": "再见。"}}
    return read_flow({"name": f"to-{queue}", "language": "zh-CN", "languages": ["zh-CN"], "steps": steps}, Known())


def _centre(day: Day) -> Centre:
    names = [f"queue-{number:02d}" for number in range(1, day.queues + 1)]
    return read_centre(
        {
            "name": "simulated",
            "time_zone": "Asia/Shanghai",
            "languages": ["zh-CN"],
            "dial_plan": {"region": "CN", "area_code": "0755", "caller_id": "+8675583000001"},
            "numbers": {f"+86755830000{place:02d}": {"flow": f"to-{n}"} for place, n in enumerate(names, 1)},
            "queues": {
                name: {"title": {"zh-CN": name}, "wrap_up": round(day.habits.wrap_up / 1000), "max_waiting": 10_000}
                for name in names
            },
            "profiles": {"service": {"queues": dict.fromkeys(names, 1)}},
            "roles": {"agent": {"permissions": ["service.sign_in", "service.pause", "calls.handle"]}},
            "groups": {},
            "reasons": {},
            "dispositions": {},
        },
        1,
    )


def _agents(day: Day) -> dict[str, AgentRecord]:
    many = round(day.rate * AGENTS_A_CALL) + day.burst
    return {f"a{n:05d}": AgentRecord(f"a{n:05d}", "", "service", 1) for n in range(many)}
