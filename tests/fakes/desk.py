"""The desk in memory: the same promises, kept with stored documents, so that nothing passes by object identity."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode, decode_all, encode, encode_all, pack, unpack
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Outbox
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.calls.routing import MOST_IN_LINE, Ready, Waiting
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.told.audit import AuditRecord
from chalicelib.core.told.notices import AgentEvent, Timer
from chalicelib.core.told.recordings import STAGES, Recording
from chalicelib.ports import Change, Clock, Moved
from tests.fakes.strictness import admitted, admitted_range

DAY_MS = 24 * 60 * 60 * 1000

Stored = str | bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What one change of an agent wanted told."""

    agent: str
    socket: str
    events: Stored
    timers: Stored
    expires_at: int


@dataclass(slots=True)
class Shelf:
    """What is stored; several desks over one shelf are several processes over one table."""

    calls: dict[str, Stored] = field(default_factory=dict)
    agents: dict[str, Stored] = field(default_factory=dict)
    waiting: set[Waiting] = field(default_factory=set)
    ready: set[Ready] = field(default_factory=set)
    signed_in: set[str] = field(default_factory=set)
    outboxes: dict[tuple[str, int], Stored] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    recordings: dict[str, Stored] = field(default_factory=dict)
    audits: dict[tuple[str, str], Stored] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class MemoryDesk:
    """Keeps ports.Desk."""

    def __init__(self, clock: Clock, shelf: Shelf | None = None) -> None:
        self._clock = clock
        self._shelf = shelf or Shelf()

    def call(self, call_id: str) -> Call | None:
        admitted(keys.call(call_id))
        with self._shelf.lock:
            return _read(Call, self._shelf.calls.get(call_id))

    def agent(self, agent_id: str) -> Agent | None:
        admitted(keys.agent(agent_id))
        with self._shelf.lock:
            return _read(Agent, self._shelf.agents.get(agent_id))

    def agents(self, agent_ids: Iterable[str]) -> list[Agent]:
        return [agent for agent in map(self.agent, dict.fromkeys(agent_ids)) if agent]

    def restless(self, profiles: Iterable[str]) -> list[Agent]:
        served = set(profiles)
        with self._shelf.lock:
            ready = {row.agent for row in self._shelf.ready if row.profile in served}
            signed_in = sorted(self._shelf.signed_in - ready)
        return [agent for agent in map(self.agent, signed_in) if agent]

    def signed_in(self) -> set[str]:
        with self._shelf.lock:
            return set(self._shelf.signed_in)

    def both(self, call_id: str, agent_id: str) -> tuple[Call | None, Agent | None]:
        return self.call(call_id), self.agent(agent_id)

    def lines(
        self, queues: Iterable[str], profiles: Iterable[str], most: int = MOST_IN_LINE
    ) -> tuple[list[Waiting], list[Ready]]:
        waiting: list[Waiting] = []
        ready: list[Ready] = []
        with self._shelf.lock:
            for queue in set(queues):
                line = sorted((row for row in self._shelf.waiting if row.queue == queue), key=_by_rank)
                waiting += line[:most]
            for profile in set(profiles):
                staff = sorted((row for row in self._shelf.ready if row.profile == profile), key=_by_age)
                ready += staff[:most]
        return sorted(waiting, key=_by_rank), sorted(ready, key=_by_age)

    def count_waiting(self, queue: str, most: int) -> int:
        with self._shelf.lock:
            return min(most, sum(row.queue == queue for row in self._shelf.waiting))

    def commit(self, change: Change) -> None:
        with self._shelf.lock:
            for moved in change.calls:
                admitted(keys.call(moved.after.id))
            for moved in change.agents:
                admitted(keys.agent(moved.after.id))
            for call in change.calls:
                _check(call, _read(Call, self._shelf.calls.get(call.after.id)))
            for agent in change.agents:
                _check(agent, _read(Agent, self._shelf.agents.get(agent.after.id)))
            for record in change.audits:
                admitted(keys.audit(record.day, record.id))
            for call in change.calls:
                self._store_call(call)
            for agent in change.agents:
                self._store_agent(agent)
            for record in change.audits:
                self._shelf.audits[record.day, record.id] = pack(encode(record))

    def audits(self, day: str, before: str, most: int) -> list[AuditRecord]:
        admitted(keys.audit(day, before or "0"))
        with self._shelf.lock:
            found = [
                stored
                for (of, name), stored in sorted(self._shelf.audits.items())
                if of == day and (not before or name < before)
            ]
        return [_read(AuditRecord, stored) for stored in reversed(found)][:most]

    def outbox(self, call_id: str, version: int) -> Outbox | None:
        with self._shelf.lock:
            return _read(Outbox, self._shelf.outboxes.get((call_id, version)))

    def settle(self, call_id: str, version: int) -> None:
        with self._shelf.lock:
            self._shelf.outboxes.pop((call_id, version), None)

    def events_after(self, agent_id: str, epoch: int, seq: int) -> list[AgentEvent]:
        admitted_range(keys.agent_event(agent_id, epoch, seq + 1), keys.agent_event(agent_id, epoch, 10**8 - 1))
        now = self._clock.now()
        with self._shelf.lock:
            kept = [told for told in self._shelf.told if told.agent == agent_id and now < told.expires_at]
        found = (event for told in kept for event in _events(told))
        return [event for event in found if event.epoch == epoch and event.seq > seq]

    def recording(self, vocid: str) -> Recording | None:
        admitted(keys.recording(vocid))
        with self._shelf.lock:
            return _read(Recording, self._shelf.recordings.get(vocid))

    def keep_recording(self, recording: Recording) -> bool:
        admitted(keys.recording(recording.vocid))
        with self._shelf.lock:
            stored = _read(Recording, self._shelf.recordings.get(recording.vocid))
            if stored and STAGES.index(stored.state) > STAGES.index(recording.state):
                return False
            self._shelf.recordings[recording.vocid] = pack(encode(recording))
            return True

    def all_calls(self) -> list[Call]:
        with self._shelf.lock:
            return [_read(Call, stored) for stored in self._shelf.calls.values()]

    def all_agents(self) -> list[Agent]:
        with self._shelf.lock:
            return [_read(Agent, stored) for stored in self._shelf.agents.values()]

    def all_waiting(self) -> list[Waiting]:
        with self._shelf.lock:
            return list(self._shelf.waiting)

    def all_ready(self) -> list[Ready]:
        with self._shelf.lock:
            return list(self._shelf.ready)

    def all_signed_in(self) -> list[str]:
        with self._shelf.lock:
            return list(self._shelf.signed_in)

    def all_events(self, agent_id: str) -> list[AgentEvent]:
        with self._shelf.lock:
            told = [told for told in self._shelf.told if told.agent == agent_id]
        return [event for each in told for event in _events(each)]

    def all_timers(self, agent_id: str) -> list[Timer]:
        with self._shelf.lock:
            told = [told for told in self._shelf.told if told.agent == agent_id]
        return [timer for each in told for timer in decode_all(Timer, unpack(each.timers))]

    def all_unsettled(self) -> list[tuple[str, int]]:
        """Give call and version of every outbox that wants to be told: what the table's stream would bring again."""
        with self._shelf.lock:
            return list(self._shelf.outboxes)

    def _store_call(self, moved: Moved[Call]) -> None:
        after = replace(moved.after, version=_next(moved))
        if moved.before and (row := waiting_row(moved.before)):
            self._shelf.waiting.discard(row)
        if row := waiting_row(after):
            admitted(keys.waiting(row))
            self._shelf.waiting.add(row)
        if after.outbox:
            self._shelf.outboxes[after.id, after.version] = pack(encode(after.outbox))
        self._shelf.calls[after.id] = pack(encode(after))

    def _store_agent(self, moved: Moved[Agent]) -> None:
        after = replace(moved.after, version=_next(moved))
        if moved.before and (row := ready_row(moved.before)):
            self._shelf.ready.discard(row)
        if row := ready_row(after):
            admitted(keys.ready(row))
            self._shelf.ready.add(row)
        admitted(keys.signed_in(after.id))
        (self._shelf.signed_in.add if after.signed_in else self._shelf.signed_in.discard)(after.id)
        if after.events or after.timers:
            events, timers = encode_all(AgentEvent, after.events), encode_all(Timer, after.timers)
            told = Told(after.id, after.socket, pack(events), pack(timers), self._clock.now() + DAY_MS)
            self._shelf.told.append(told)
        self._shelf.agents[after.id] = pack(encode(after))


def _check(moved: Moved[Any], stored: Call | Agent | None) -> None:
    expected = moved.before.version if moved.before else None
    if expected != (stored.version if stored else None):
        raise Conflict("Somebody else changed it first: read again and decide anew.")


def _next(moved: Moved[Any]) -> int:
    return moved.before.version + 1 if moved.before else 1


def _read(kind: type[Any], stored: Stored | None) -> Any:
    return _decoded(kind, stored) if stored is not None else None


@lru_cache(maxsize=10_000)
def _decoded(kind: type[Any], stored: Stored) -> Any:
    """Read a document once: what it holds never changes."""
    return decode(kind, unpack(stored))


def _events(told: Told) -> tuple[AgentEvent, ...]:
    return _all_decoded(told.events)


@lru_cache(maxsize=10_000)
def _all_decoded(stored: Stored) -> tuple[AgentEvent, ...]:
    return decode_all(AgentEvent, unpack(stored))


def _by_rank(row: Waiting) -> tuple[int, int, str]:
    return row.priority, row.since, row.call


def _by_age(row: Ready) -> tuple[int, str]:
    return row.since, row.agent
