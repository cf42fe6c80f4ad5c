"""The desk on a simulated DynamoDB: latencies, throttling, conflicting transactions; what is stored lies in memory."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from benchmarks.assignment.capacity import Capacity
from benchmarks.assignment.virtual_time import VirtualTime
from chalicelib.adapters.dynamodb import keys
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Outbox
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.calls.routing import MOST_IN_LINE, Ready, Waiting
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.told.notices import AgentEvent
from chalicelib.ports import Change, Moved

READ_MS, WRITE_MS, TRANSACTION_MS = 5.0, 5.0, 10.0
PARALLEL = 8
SDK_RETRIES = 1
"""So often botocore repeats a throttled read or single write by itself (dynamodb/table.py), after up to a second."""

Row = Waiting | Ready


class Line:
    """The rows of one line, sorted by their keys, and since when (by the table) each is there."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Row]] = []
        self.since: dict[str, float] = {}

    def put(self, key: str, row: Row, now: float) -> None:
        """Put a row in its place."""
        if key not in self.since:
            insort(self.rows, (key, row), key=lambda each: each[0])
            self.since[key] = now

    def delete(self, key: str) -> None:
        """Remove a row; it may be gone."""
        if self.since.pop(key, None) is not None:
            del self.rows[bisect_left(self.rows, key, key=lambda each: each[0])]

    def before(self, key: str) -> int:
        """Count the rows in front."""
        return bisect_left(self.rows, key, key=lambda each: each[0])

    def eldest(self) -> float | None:
        """Tell since when the row is there that has been there longest."""
        return next(iter(self.since.values()), None)


class SimulatedDesk:
    """Keeps ports.Desk; `committed` hears every change that was stored, `refused` every one that was not."""

    def __init__(self, time: VirtualTime, capacity: Capacity) -> None:
        self._time = time
        self._capacity = capacity
        self._calls: dict[str, Call] = {}
        self._agents: dict[str, Agent] = {}
        self._outboxes: dict[tuple[str, int], Outbox] = {}
        self._events: dict[str, list[AgentEvent]] = defaultdict(list)
        self._busy: set[str] = set()
        self.lines_by_key: dict[str, Line] = defaultdict(Line)
        self.committed: list[Callable[[Change], None]] = []
        self.conflicts: Counter[str] = Counter()
        self.reads = 0

    def call(self, call_id: str) -> Call | None:
        """One GetItem."""
        return self._read(lambda: self._calls.get(call_id))

    def agent(self, agent_id: str) -> Agent | None:
        """One GetItem."""
        return self._read(lambda: self._agents.get(agent_id))

    def restless(self, profiles: Iterable[str]) -> list[Agent]:
        """A query for who is signed in, and a BatchGetItem for every hundred who are not ready."""
        ready = {row.id for name in profiles for _, row in self.lines_by_key[keys.profile(name)].rows}
        wanted = self._read(lambda: [name for name in self._agents if name not in ready])
        found = []
        for first in range(0, len(wanted), 100):
            found += self._read(lambda some=wanted[first : first + 100]: [*map(self._agents.get, some)])
        return [agent for agent in found if agent and agent.signed_in]

    def both(self, call_id: str, agent_id: str) -> tuple[Call | None, Agent | None]:
        """One BatchGetItem."""
        return self._read(lambda: (self._calls.get(call_id), self._agents.get(agent_id)))

    def lines(
        self, queues: Iterable[str], profiles: Iterable[str], most: int = MOST_IN_LINE
    ) -> tuple[list[Waiting], list[Ready]]:
        """One query a line, eight at the same time."""
        wanted = [keys.queue(name) for name in dict.fromkeys(queues)]
        wanted += [keys.profile(name) for name in dict.fromkeys(profiles)]
        found: list[Any] = []
        for first in range(0, len(wanted), PARALLEL):
            some = wanted[first : first + PARALLEL]
            found += self._patiently(lambda some=some: self._query(some, most))
        waiting = [row for row in found if isinstance(row, Waiting)]
        ready = [row for row in found if isinstance(row, Ready)]
        return (
            sorted(waiting, key=lambda row: (row.priority, row.since, row.call)),
            sorted(ready, key=lambda row: (row.since, row.agent)),
        )

    def count_waiting(self, queue: str, most: int) -> int:
        """One query that counts."""
        partition = keys.queue(queue)

        def count() -> int | None:
            counted = min(most, len(self.lines_by_key[partition].rows))
            return counted if self._capacity.reads_rows(partition, counted, self._time.now) else None

        return int(self._patiently(lambda: self._time.call(READ_MS, count)))

    def commit(self, change: Change) -> None:
        """One PutItem where a single row changes, else one transaction."""
        writes = [*_writes(change)]
        if not writes:
            return
        try:
            if len(writes) == 1:
                self._patiently(lambda: self._put(change, writes))
            else:
                self._transact(change, writes)
        except Conflict as conflict:
            self.conflicts[f"{_purpose(change)}: {conflict}"] += 1
            raise

    def outbox(self, call_id: str, version: int) -> Outbox | None:
        """One GetItem."""
        return self._read(lambda: self._outboxes.get((call_id, version)))

    def settle(self, call_id: str, version: int) -> None:
        """One UpdateItem."""
        self._patiently(lambda: self._settled(call_id, version))

    def events_after(self, agent_id: str, epoch: int, seq: int) -> list[AgentEvent]:
        """One query."""
        return self._read(lambda: [e for e in self._events[agent_id] if e.epoch == epoch and e.seq > seq])

    def recording(self, vocid: str) -> None:
        """Nothing is recorded here."""

    def peek(self, call_id: str) -> Call | None:
        """Give a call, for who plays the world outside: it takes no time."""
        return self._calls.get(call_id)

    def put_in(self, call: Call | None, agent: Agent | None) -> None:
        """Store what has come about before the simulation began."""
        if call:
            self._calls[call.id] = replace(call, outbox=Outbox(), version=1)
            if waits := waiting_row(call):
                partition, key = keys.waiting(waits)
                self.lines_by_key[partition].put(key, waits, self._time.now)
        if agent:
            self._agents[agent.id] = replace(agent, events=(), timers=(), version=1)
            if idles := ready_row(agent):
                partition, key = keys.ready(idles)
                self.lines_by_key[partition].put(key, idles, self._time.now)

    def _read(self, look: Callable[[], Any]) -> Any:
        self.reads += 1
        return self._time.call(READ_MS, look)

    def _query(self, partitions: list[str], most: int) -> list[Row] | None:
        found: list[Row] = []

        def look() -> bool:
            enough = True
            for partition in partitions:
                rows = self.lines_by_key[partition].rows[:most]
                enough &= self._capacity.reads_rows(partition, len(rows), self._time.now)
                found.extend(row for _, row in rows)
            return enough

        return found if self._time.call(READ_MS, look) else None

    def _patiently(self, request: Callable[[], Any]) -> Any:
        """Repeat a throttled request (None) as botocore does; Conflict when that was not enough."""
        for attempt in range(SDK_RETRIES + 1):
            result = request()
            if result is not None:
                return result
            if attempt < SDK_RETRIES:
                self._time.passes(1000 * self._time.chance.random() * 2**attempt)
        raise Conflict("throttled")

    def _put(self, change: Change, writes: list[tuple[str, str]]) -> bool | None:
        def store() -> bool | None:
            if writes[0][0] + writes[0][1] in self._busy:
                raise Conflict("in a transaction")
            if not self._capacity.write(writes[0][0], 1, self._time.now):
                return None
            self._check(change)
            self._apply(change)
            return True

        return self._time.call(WRITE_MS, store)

    def _transact(self, change: Change, writes: list[tuple[str, str]]) -> None:
        rows = {partition + key for partition, key in writes}

        def in_two_phases() -> None:
            self._prepare(change, writes, rows)
            self._time.passes(TRANSACTION_MS / 2)
            self._apply(change)
            self._busy.difference_update(rows)

        self._time.call(TRANSACTION_MS / 2, in_two_phases)

    def _prepare(self, change: Change, writes: list[tuple[str, str]], rows: set[str]) -> None:
        enough = [self._capacity.write(partition, 2, self._time.now) for partition, _ in writes]
        if rows & self._busy:
            raise Conflict("in a transaction")
        self._check(change)
        if not all(enough):
            raise Conflict("throttled")
        self._busy |= rows

    def _check(self, change: Change) -> None:
        stored: Any
        for kept, moved_all in ((self._calls, change.calls), (self._agents, change.agents)):
            for moved in moved_all:
                stored = kept.get(moved.after.id)
                if (stored.version if stored else None) != (moved.before.version if moved.before else None):
                    raise Conflict("changed")

    def _apply(self, change: Change) -> None:
        for call in change.calls:
            after = replace(call.after, version=_next(call), outbox=Outbox())
            self._mirror(_mirror(waiting_row, keys.waiting, call.before), _mirror(waiting_row, keys.waiting, after))
            self._calls[after.id] = after
            if call.after.outbox.carrier:
                self._outboxes[after.id, after.version] = call.after.outbox
        for agent in change.agents:
            now = replace(agent.after, version=_next(agent), events=(), timers=())
            self._mirror(_mirror(ready_row, keys.ready, agent.before), _mirror(ready_row, keys.ready, now))
            self._agents[now.id] = now
            self._events[now.id] += agent.after.events
        for hears in self.committed:
            hears(change)

    def _mirror(self, before: Any, after: Any) -> None:
        if before and (after is None or after[0] != before[0]):
            self.lines_by_key[before[0][0]].delete(before[0][1])
        if after and (before is None or after[0] != before[0]):
            self.lines_by_key[after[0][0]].put(after[0][1], after[1], self._time.now)

    def _settled(self, call_id: str, version: int) -> bool | None:
        def update() -> bool | None:
            if not self._capacity.write(keys.call(call_id)[0], 1, self._time.now):
                return None
            self._outboxes.pop((call_id, version), None)
            return True

        return self._time.call(WRITE_MS, update)


def _writes(change: Change) -> Iterator[tuple[str, str]]:
    """Name the rows that a change puts or deletes, as adapters.dynamodb.desk does."""
    for call in change.calls:
        yield keys.call(call.after.id)
        yield from _changed(call, waiting_row, keys.waiting)
        if call.after.outbox:
            yield keys.call_event(call.after.id, _next(call))
    for agent in change.agents:
        yield keys.agent(agent.after.id)
        yield from _changed(agent, ready_row, keys.ready)
        if agent.after.events or agent.after.timers:
            yield keys.agent_timers(agent.after.id, _next(agent))


def _changed(moved: Moved[Any], row_of: Callable[[Any], Any], name: Callable[[Any], Any]) -> Iterator[tuple[str, str]]:
    before, after = _mirror(row_of, name, moved.before), _mirror(row_of, name, moved.after)
    if before and (after is None or after[0] != before[0]):
        yield before[0]
    if after and (before is None or after[0] != before[0]):
        yield after[0]


def _mirror(row_of: Callable[[Any], Any], name: Callable[[Any], Any], thing: Any) -> tuple[tuple[str, str], Any] | None:
    row = row_of(thing) if thing else None
    return (name(row), row) if row else None


def _purpose(change: Change) -> str:
    offers = any(moved.after.offers and moved.before and not moved.before.offers for moved in change.calls)
    return "offer" if offers and change.agents else "other"


def _next(moved: Moved[Any]) -> int:
    return moved.before.version + 1 if moved.before else 1
