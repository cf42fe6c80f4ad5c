"""A recording: known by its VOCID from the start of the talk, long before there is a file."""

from enum import StrEnum

from chalicelib.core.ground.values import dataclass


class RecordingState(StrEnum):
    """How far a recording has come."""

    REPORTED = "reported"
    READY = "ready"
    ABSENT = "absent"


STAGES = (RecordingState.ABSENT, RecordingState.REPORTED, RecordingState.READY)
"""Later stages are never replaced by earlier ones: callbacks come doubled and out of order (R15, R18)."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A talk's recording, by who took part in it; `sid` is the carrier's id, `seconds` its length, `at` in ms."""

    vocid: str
    call: str
    agents: tuple[str, ...]
    carrier: str
    sid: str
    state: RecordingState
    seconds: int
    at: int
