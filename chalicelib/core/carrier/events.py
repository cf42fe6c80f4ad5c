"""What happened at a carrier, in the past tense, the same for every carrier."""

from enum import StrEnum

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
class AnnouncementWanted:
    """The carrier asks what an announcement into the call's conference says."""

    call: str


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
    """The leg is over."""

    call: str
    leg: str
    sid: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """The leg is in the call's conference, whose carrier's id is `conference`."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """The leg is no longer in the conference; it may live on elsewhere (a redirect)."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class ConferenceNoted:
    """Anything else a conference reports; it only tells the carrier's id of the conference."""

    call: str
    conference: str


@dataclass(frozen=True, slots=True)
class RecordingReported:
    """A recording's file is ready (`completed`) or will never be (`absent`, `failed`); `seconds` is its length."""

    call: str
    vocid: str
    sid: str
    status: str
    seconds: int


CarrierEvent = (
    CallArrived
    | TurnTaken
    | AnnouncementWanted
    | LegRang
    | LegAnswered
    | LegEnded
    | ParticipantJoined
    | ParticipantLeft
    | ConferenceNoted
    | RecordingReported
)
