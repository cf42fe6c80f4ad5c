"""What others must hear: an agent's page, a business system, a timer. Every notice is committed before it is told."""

from collections.abc import Mapping
from dataclasses import asdict, field
from enum import StrEnum
from typing import Any

from chalicelib.core.ground.values import dataclass


class Heard(StrEnum):
    """The events of the agent object that the server sends."""

    RING = "Ring"
    TALK = "Talk"
    HANGUP = "Hangup"
    HOLD = "Hold"
    RETRIEVE = "Retrieve"
    CONSULT = "Consult"
    TRANSFER = "Transfer"
    CONFERENCE = "Conference"
    CONTROL = "Control"
    DATA = "Data"
    KEY = "Key"
    PROGRESS = "Progress"
    STATE = "State"
    RECORD = "Record"
    WRAP_UP = "WrapUp"
    LOGIN = "Login"
    LOGOUT = "Logout"


OF_PAGE = frozenset([Heard.STATE, Heard.LOGIN, Heard.LOGOUT])
"""Events about the agent alone; all others are about a call, and name it."""


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """One event of an agent, `seq` dense within `epoch`; `at` in ms since 1970; `i_param` as the event's table says."""

    epoch: int
    seq: int
    type: Heard
    at: int
    slice_no: int
    i_param: int = 0
    call_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_frame(self) -> dict[str, Any]:
        """Give the frame of protocol icall.v1."""
        return {
            "epoch": self.epoch,
            "seq": self.seq,
            "type": self.type.value,
            "id": f"{self.epoch}.{self.seq}",
            "at": self.at,
            "callId": self.call_id,
            "sliceNo": self.slice_no,
            "iParam": self.i_param,
            "tags": dict(self.tags),
            "data": dict(self.data),
        }


@dataclass(frozen=True, slots=True)
class CrmNotice:
    """A call notice for the business systems' webhooks; `at` in ms since 1970."""

    type: str
    at: int
    data: Mapping[str, Any]


class TimerKind(StrEnum):
    """What falls due."""

    RING = "ring"
    WRAP_UP = "wrap-up"
    SEAT = "seat"
    RECOVERY = "recovery"
    PAUSE = "pause"
    OUTBOX = "outbox"
    REFUSED = "refused"
    AGAIN = "again"
    WAITING = "waiting"
    READY = "ready"
    UNATTENDED = "unattended"
    AWAY = "away"
    LISTEN = "listen"


OF_CALL = frozenset(
    [
        TimerKind.RING,
        TimerKind.RECOVERY,
        TimerKind.OUTBOX,
        TimerKind.REFUSED,
        TimerKind.AGAIN,
        TimerKind.WAITING,
        TimerKind.UNATTENDED,
        TimerKind.AWAY,
    ],
)
"""Kinds whose subject is a call; the others' is an agent."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Look at `subject` again at `due` (ms since 1970); `token` tells what for, so that a late one is harmless."""

    kind: TimerKind
    subject: str
    token: str
    due: int

    def to_plain(self) -> dict[str, Any]:
        """Give the timer as a JSON-ready dict."""
        return asdict(self) | {"kind": self.kind.value}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Timer":
        """Rebuild the timer that `to_plain` gave."""
        return cls(TimerKind(plain["kind"]), plain["subject"], plain["token"], plain["due"])
