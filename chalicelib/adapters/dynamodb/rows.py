"""What is stored of each thing: from the core's values to rows and back."""

from typing import Any

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode, decode_all, encode, encode_all
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
    WaitingRow,
    bodied,
    keyed,
)
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, CallState, Outbox
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.told.audit import AuditRecord
from chalicelib.core.told.notices import AgentEvent, Timer
from chalicelib.core.told.recordings import STAGES, Recording

DAY = 24 * 60 * 60
CALL_SECONDS = 400 * DAY
"""How long an ended call is kept."""
SILENT_FLOW_SECONDS = 2 * DAY
"""How long a call is kept whose caller is in their flow and asks for nothing more: one who is there asks again."""
OUTBOX_SECONDS = 30 * DAY
EVENT_SECONDS = DAY
AUDIT_SECONDS = CALL_SECONDS
"""How long it is kept who controlled whom: as long as the calls."""


def expired(row: Row, now: int) -> bool:
    """Tell whether the row's time (`now` in ms) is over; DynamoDB removes it only later."""
    return row.expires_at is not None and now >= row.expires_at * 1000


def call_row(call: Call, now: int) -> CallRow:
    """Store a call's state, at `now` (ms)."""
    return CallRow(
        **keyed(keys.call(call.id)),
        state=call.state.value,
        version=call.version,
        queue=call.place.queue if call.place else None,
        expires_at=_until(call, now),
        **bodied(_without(encode(call), "id", "state", "version")),
    )


def _until(call: Call, now: int) -> int | None:
    """Give when a call's row may go; with each turn of a caller in their flow it is put off.

    Nothing else would end one whose last news was lost (docs/decisions/the-sweep-reads-the-floor.md).
    """
    if call.ended_at is not None:
        return call.ended_at // 1000 + CALL_SECONDS
    return now // 1000 + SILENT_FLOW_SECONDS if call.state is CallState.FLOW else None


def read_call(row: CallRow) -> Call:
    """Read what `call_row` stored."""
    seen = {"id": keys.named(row.key), "state": row.state, "version": int(row.version)}
    return decode(Call, row.document | seen)


def agent_row(agent: Agent) -> AgentRow:
    """Store an agent's state."""
    return AgentRow(
        **keyed(keys.agent(agent.id)),
        state=agent.state.value,
        version=agent.version,
        **bodied(_without(encode(agent), "id", "state", "version")),
    )


def read_agent(row: AgentRow) -> Agent:
    """Read what `agent_row` stored."""
    seen = {"id": keys.named(row.key), "state": row.state, "version": int(row.version)}
    return decode(Agent, row.document | seen)


def waiting_mirror(call: Call | None) -> WaitingRow | None:
    """Give the row that must be there while the call waits."""
    row = waiting_row(call) if call else None
    return WaitingRow(**keyed(keys.waiting(row))) if row else None


def ready_mirror(agent: Agent | None) -> ReadyRow | None:
    """Give the row that must be there while the agent is ready."""
    row = ready_row(agent) if agent else None
    return ReadyRow(**keyed(keys.ready(row))) if row else None


def signed_in_mirror(agent: Agent | None) -> SignedInRow | None:
    """Give the row that must be there while the agent is signed in."""
    return SignedInRow(**keyed(keys.signed_in(agent.id))) if agent and agent.signed_in else None


def call_event_row(call: Call, now: int) -> CallEventRow:
    """Store what a change of a call, to its present version, wants told; it is the call's history afterwards."""
    return CallEventRow(
        **keyed(keys.call_event(call.id, call.version)),
        state=call.state.value,
        at=now,
        expires_at=now // 1000 + OUTBOX_SECONDS,
        **bodied(encode(call.outbox)),
    )


def read_outbox(row: CallEventRow) -> Outbox:
    """Read what `call_event_row` stored."""
    return decode(Outbox, row.document)


def agent_event_row(agent: Agent, now: int) -> AgentEventRow:
    """Store what a change of an agent, to its present version, wants told, and to which socket."""
    last = agent.events[-1] if agent.events else None
    key = keys.agent_event(agent.id, last.epoch, last.seq) if last else keys.agent_timers(agent.id, agent.version)
    document = {"events": encode_all(AgentEvent, agent.events), "timers": encode_all(Timer, agent.timers)}
    return AgentEventRow(
        **keyed(key),
        socket=agent.socket or None,
        expires_at=now // 1000 + EVENT_SECONDS,
        **bodied({name: value for name, value in document.items() if value}),
    )


def read_events(row: AgentEventRow) -> tuple[AgentEvent, ...]:
    """Read the events that `agent_event_row` stored."""
    return decode_all(AgentEvent, row.document.get("events", []))


def read_timers(row: AgentEventRow) -> tuple[Timer, ...]:
    """Read the timers that `agent_event_row` stored."""
    return decode_all(Timer, row.document.get("timers", []))


def audit_row(record: AuditRecord) -> AuditRow:
    """Store a control, or its refusal."""
    expires_at = record.at // 1000 + AUDIT_SECONDS
    return AuditRow(**keyed(keys.audit(record.day, record.id)), expires_at=expires_at, **bodied(encode(record)))


def recording_row(recording: Recording) -> RecordingRow:
    """Store a recording, found by its VOCID."""
    return RecordingRow(
        **keyed(keys.recording(recording.vocid)), stage=STAGES.index(recording.state), **bodied(encode(recording))
    )


def read_recording(row: RecordingRow) -> Recording:
    """Read what `recording_row` stored."""
    return decode(Recording, row.document)


def _without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}
