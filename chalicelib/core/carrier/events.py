"""What happened at a carrier, in the past tense, the same for every carrier."""

from dataclasses import field
from enum import StrEnum

from chalicelib.core.carrier.script import Script
from chalicelib.core.ground.values import dataclass


class Cause(StrEnum):
    """Why a leg ended."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller rings one of our numbers; `sid` is the carrier's id of the caller's leg."""

    call: str
    sid: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """The carrier asks what to do next; `digits` is None when it asks without any having been taken.

    `dialled` tells how a `Dial` of the script before went.
    """

    call: str
    turn: str
    digits: str | None
    dialled: Cause | None = None


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """The carrier asks something that only its adapter understands, and has answered: `script`."""

    call: str
    script: Script


@dataclass(frozen=True, slots=True)
class LegRang:
    """The leg's device rings."""

    call: str
    leg: str
    sid: str


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """Somebody, or something, picked up."""

    call: str
    leg: str
    sid: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The leg is over; of a caller's own leg it is told who called whom, empty for others."""

    call: str
    leg: str
    sid: str
    cause: Cause
    caller: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """The leg is in the call's conference, whose carrier's id is `conference`."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class RecordingReported:
    """A recording's file is ready (`completed`) or will never be (`absent`, `failed`); `seconds` is its length."""

    call: str
    vocid: str
    sid: str
    status: str
    seconds: int


@dataclass(frozen=True, slots=True)
class RecordingStored:
    """The carrier has put a recording's file into our store itself, at the address that it was given."""

    call: str
    vocid: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """Somebody in the conference pressed a key, one of 0-9, *, # and A-D; `number` tells it from others of its call."""

    call: str
    leg: str
    key: str = field(repr=False)
    number: int


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A command that was taken cannot be carried out after all; `command` is the name of its kind.

    `gone` tells that the leg, or what was to be changed, is not there (any more); otherwise it is a definite no. One
    that was sent `again` is not tried once more.
    """

    call: str
    leg: str
    command: str
    gone: bool
    again: bool


@dataclass(frozen=True, slots=True)
class ExchangeReported:
    """One of the carrier's own telephone systems says how it is: `state` is working, frozen or away."""

    exchange: str
    state: str
    call: str = ""


CarrierEvent = (
    CallArrived
    | TurnTaken
    | OwnQuestion
    | LegRang
    | LegAnswered
    | LegEnded
    | ParticipantJoined
    | RecordingReported
    | RecordingStored
    | KeyPressed
    | CommandRefused
    | ExchangeReported
)
