"""The table's stream: what a stored row means to those who must still be told."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.adapters.dynamodb import keys, rows
from chalicelib.adapters.dynamodb.models import AgentEventRow, AgentRow, CallEventRow, CallRow, Row
from chalicelib.core.agents import Agent
from chalicelib.core.calls import Call, Outbox
from chalicelib.core.notices import AgentEvent, Timer


@dataclass(frozen=True, slots=True)
class CallTold:
    """A change of a call has something to tell that is not settled yet."""

    call: str
    version: int
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class AgentTold:
    """A change of an agent has something to tell; `socket` is empty when no page listened."""

    agent: str
    socket: str
    events: tuple[AgentEvent, ...]
    timers: tuple[Timer, ...]


Streamed = Call | Agent | CallTold | AgentTold


def read_image(image: Mapping[str, Mapping[str, Any]]) -> Streamed | None:
    """Read a record's NewImage; None when it concerns nobody."""
    row = Row.from_raw_data({name: _value(value) for name, value in image.items()})
    if isinstance(row, CallRow):
        return rows.read_call(row)
    if isinstance(row, AgentRow):
        return rows.read_agent(row)
    if isinstance(row, CallEventRow) and row.settled is None:
        return CallTold(keys.named(row.key), keys.read_version(row.key), rows.read_outbox(row))
    if isinstance(row, AgentEventRow):
        return AgentTold(keys.named(row.key), row.socket or "", rows.read_events(row), rows.read_timers(row))
    return None


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda's events carry binary values as base64 where the API gives bytes."""
    return {kind: base64.b64decode(inner) if kind == "B" else inner for kind, inner in value.items()}
