"""The desk on DynamoDB: calls, agents, their mirrors and outboxes, each change one write or one transaction."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from operator import attrgetter

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.dynamodb import keys, rows
from chalicelib.adapters.dynamodb.codec import decode
from chalicelib.adapters.dynamodb.keys import Key
from chalicelib.adapters.dynamodb.models import (
    AgentEventRow,
    AgentRow,
    AuditRow,
    CallEventRow,
    CallRow,
    ReadyRow,
    RecordingRow,
    Row,
    SignedInRow,
)
from chalicelib.adapters.dynamodb.table import MOST_IN_BATCH, Delete, Put, Refused, Table, Write
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Outbox
from chalicelib.core.calls.routing import MOST_IN_LINE, Ready, Waiting
from chalicelib.core.told.audit import AuditRecord
from chalicelib.core.told.notices import AgentEvent
from chalicelib.core.told.recordings import Recording
from chalicelib.ports import Change, Clock, Moved

PARALLEL = 8


class DynamoDesk:
    """Keeps ports.Desk."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def call(self, call_id: str) -> Call | None:
        """One GetItem."""
        row = self._table.get(keys.call(call_id))
        return rows.read_call(row) if isinstance(row, CallRow) else None

    def agent(self, agent_id: str) -> Agent | None:
        """One GetItem."""
        row = self._table.get(keys.agent(agent_id))
        return rows.read_agent(row) if isinstance(row, AgentRow) else None

    def agents(self, agent_ids: Iterable[str]) -> list[Agent]:
        """A BatchGetItem for every hundred."""
        wanted = [keys.agent(name) for name in dict.fromkeys(agent_ids)]
        return [rows.read_agent(row) for row in self._in_hundreds(wanted) if isinstance(row, AgentRow)]

    def restless(self, profiles: Iterable[str]) -> list[Agent]:
        """Queries of keys alone, some sixty to a read unit, and a BatchGetItem for every hundred who are not ready."""
        lines = [(keys.profile(name), keys.READY) for name in profiles]
        mirrors = [row for found in self._in_parallel(_floors() + lines, most=None) for row in found]
        ready = {keys.read_ready(row.key).agent for row in mirrors if isinstance(row, ReadyRow)}
        wanted = [keys.agent(row.SK) for row in mirrors if isinstance(row, SignedInRow) and row.SK not in ready]
        return [rows.read_agent(row) for row in self._in_hundreds(wanted) if isinstance(row, AgentRow)]

    def signed_in(self) -> set[str]:
        """A query of keys alone in each partition of the floor, some sixty to a read unit."""
        return {row.SK for found in self._in_parallel(_floors(), most=None) for row in found}

    def both(self, call_id: str, agent_id: str) -> tuple[Call | None, Agent | None]:
        """One BatchGetItem."""
        found = self._table.get_all([keys.call(call_id), keys.agent(agent_id)])
        call, agent = found.get(keys.call(call_id)), found.get(keys.agent(agent_id))
        return (
            rows.read_call(call) if isinstance(call, CallRow) else None,
            rows.read_agent(agent) if isinstance(agent, AgentRow) else None,
        )

    def lines(
        self, queues: Iterable[str], profiles: Iterable[str], most: int = MOST_IN_LINE
    ) -> tuple[list[Waiting], list[Ready]]:
        """One query a line, all at the same time; who stands further back in a line is not seen."""
        wanted = [(keys.queue(name), keys.WAIT) for name in dict.fromkeys(queues)]
        wanted += [(keys.profile(name), keys.READY) for name in dict.fromkeys(profiles)]
        found = [row for line in self._in_parallel(wanted, most) for row in line]
        waiting = [keys.read_waiting(row.key) for row in found if row.SK.startswith(keys.WAIT)]
        ready = [keys.read_ready(row.key) for row in found if row.SK.startswith(keys.READY)]
        return (
            sorted(waiting, key=attrgetter("priority", "since", "call")),
            sorted(ready, key=attrgetter("since", "agent")),
        )

    def count_waiting(self, queue: str, most: int) -> int:
        """One query that counts, a read unit for every 40 rows."""
        return self._table.count(keys.queue(queue), Row.SK.startswith(keys.WAIT), most)

    def commit(self, change: Change) -> None:
        """One PutItem where a single row changes, else one transaction."""
        now = self._clock.now()
        writes = [write for moved in change.calls for write in _call_writes(moved, now)]
        writes += [write for moved in change.agents for write in _agent_writes(moved, now)]
        writes += [Put(rows.audit_row(record)) for record in change.audits]
        if writes:
            self._table.write(writes)

    def outbox(self, call_id: str, version: int) -> Outbox | None:
        """One GetItem."""
        row = self._table.get(keys.call_event(call_id, version))
        return rows.read_outbox(row) if isinstance(row, CallEventRow) and row.settled is None else None

    def settle(self, call_id: str, version: int) -> None:
        """One UpdateItem; the row stays as the call's history."""
        actions = [CallEventRow.settled.set(self._clock.now())]
        try:
            self._table.update(keys.call_event(call_id, version), actions, CallEventRow.PK.exists())
        except Refused:
            # It has expired meanwhile; an update would create it again.
            return

    def events_after(self, agent_id: str, epoch: int, seq: int) -> list[AgentEvent]:
        """One query."""
        partition, first = keys.agent_event(agent_id, epoch, seq + 1)
        last = keys.agent_event(agent_id, epoch, 10**8 - 1)[1]
        now = self._clock.now()
        kept = [
            row
            for row in self._table.query(partition, AgentEventRow.SK.between(first, last))
            if isinstance(row, AgentEventRow) and not rows.expired(row, now)
        ]
        return [event for row in kept for event in rows.read_events(row) if event.seq > seq]

    def audits(self, day: str, before: str, most: int) -> list[AuditRecord]:
        """One query."""
        partition, first = keys.audit(day, before)
        earlier = first > Row.SK if before else None
        found = self._table.query(partition, earlier, most, newest_first=True)
        return [decode(AuditRecord, row.document) for row in found if isinstance(row, AuditRow)]

    def recording(self, vocid: str) -> Recording | None:
        """One GetItem."""
        row = self._table.get(keys.recording(vocid))
        return rows.read_recording(row) if isinstance(row, RecordingRow) else None

    def keep_recording(self, recording: Recording) -> bool:
        """One PutItem."""
        row = rows.recording_row(recording)
        not_later = RecordingRow.PK.does_not_exist() | (RecordingRow.stage <= row.stage)
        try:
            self._table.write([Put(row, not_later)])
        except Refused:
            return False
        return True

    def _in_parallel(self, wanted: list[tuple[str, str]], most: int | None) -> Iterable[list[Row]]:
        def line(partition_and_prefix: tuple[str, str]) -> list[Row]:
            partition, prefix = partition_and_prefix
            return self._table.query(partition, Row.SK.startswith(prefix) if prefix else None, most)

        return map(line, wanted) if len(wanted) == 1 else self._pool.map(line, wanted)

    def _in_hundreds(self, wanted: list[Key]) -> Iterator[Row]:
        hundreds = [wanted[first : first + MOST_IN_BATCH] for first in range(0, len(wanted), MOST_IN_BATCH)]
        for found in self._pool.map(self._table.get_all, hundreds):
            yield from found.values()

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(PARALLEL, thread_name_prefix="lines")


def _floors() -> list[tuple[str, str]]:
    return [(partition, "") for partition in keys.floors()]


def _call_writes(moved: Moved[Call], now: int) -> Iterator[Write]:
    after = replace(moved.after, version=_next(moved.before))
    yield Put(rows.call_row(after, now), _unchanged(CallRow, moved.before))
    yield from _mirrored(rows.waiting_mirror(moved.before), rows.waiting_mirror(after))
    if after.outbox:
        yield Put(rows.call_event_row(after, now))


def _agent_writes(moved: Moved[Agent], now: int) -> Iterator[Write]:
    after = replace(moved.after, version=_next(moved.before))
    yield Put(rows.agent_row(after), _unchanged(AgentRow, moved.before))
    yield from _mirrored(rows.ready_mirror(moved.before), rows.ready_mirror(after))
    yield from _mirrored(rows.signed_in_mirror(moved.before), rows.signed_in_mirror(after))
    if after.events or after.timers:
        yield Put(rows.agent_event_row(after, now))


def _next(before: Call | Agent | None) -> int:
    return before.version + 1 if before else 1


def _unchanged(model: type[CallRow | AgentRow], before: Call | Agent | None) -> Condition:
    return model.version == before.version if before else model.PK.does_not_exist()


def _mirrored(before: Row | None, after: Row | None) -> Iterator[Write]:
    if before and (after is None or after.key != before.key):
        yield Delete(before.key)
    if after and (before is None or after.key != before.key):
        yield Put(after)
