"""The table's stream: what a new row asks for, read from a record as Lambda gives it."""

import base64
from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.dynamodb import keys, rows
from chalicelib.adapters.dynamodb.models import (
    AgentEventRow,
    CallEventRow,
    ReadyRow,
    RecordingRow,
    Row,
    WaitingRow,
)
from chalicelib.core.told.recordings import RecordingState
from chalicelib.ports import (
    AgentToBeTold,
    CallToBeTold,
    RecordingToBeFetched,
    SomebodyIsReady,
    SomebodyWaits,
    StreamRow,
)


def read_row(record: Mapping[str, Any]) -> StreamRow | None:
    """Read a record of the stream; None when it asks for nothing: a removal, or a row nobody has to hear of."""
    image = record["dynamodb"].get("NewImage")
    row = Row.from_raw_data({name: _value(value) for name, value in image.items()}) if image else None
    if isinstance(row, WaitingRow):
        return SomebodyWaits(keys.read_waiting(row.key))
    if isinstance(row, ReadyRow):
        return SomebodyIsReady(keys.read_ready(row.key))
    if isinstance(row, AgentEventRow):
        return AgentToBeTold(row.socket or "", rows.read_events(row), rows.read_timers(row))
    return _of_call(row)


def _of_call(row: Row | None) -> StreamRow | None:
    if isinstance(row, CallEventRow) and row.settled is None:
        return CallToBeTold(keys.named(row.key), keys.read_version(row.key), int(row.at), rows.read_outbox(row))
    if isinstance(row, RecordingRow):
        recording = rows.read_recording(row)
        return RecordingToBeFetched(recording.vocid) if recording.state is RecordingState.REPORTED else None
    return None


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda's events carry binary values as base64 where the API gives bytes."""
    return {kind: base64.b64decode(inner) if kind == "B" else inner for kind, inner in value.items()}
