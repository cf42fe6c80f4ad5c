"""What a carrier must do when nobody is asking it for a script, in the imperative.

Every command names our call and leg, and carries the carrier's ids where they are already known (empty otherwise):
the adapter finds a missing one by our leg id or call id, which are the natural keys that make repeating harmless.
"""

from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class AddParticipant:
    """Ring `endpoint` (agent:<id>, sip: or E.164) for `ring_seconds`; once answered it is in the call's conference.

    Who may not be heard (`muted`), or by the leg `coaches` alone, comes in like that: there is no moment in between.
    """

    call: str
    leg: str
    endpoint: str
    caller_id: str
    ring_seconds: int
    vocid: str = ""
    early_media: bool = False
    muted: bool = False
    coaches: str = ""


@dataclass(frozen=True, slots=True)
class JoinConference:
    """Take a leg out of its script and into the call's conference, recorded as `vocid` unless that is empty."""

    call: str
    leg: str
    sid: str
    vocid: str = ""


@dataclass(frozen=True, slots=True)
class TakeTurn:
    """Take a leg out of wherever it is and let it ask for the turn `token`."""

    call: str
    leg: str
    sid: str
    token: str


@dataclass(frozen=True, slots=True)
class HoldParticipant:
    """Part a leg from the others; it hears `sound` (media name), or nothing when that is empty."""

    call: str
    leg: str
    sid: str
    conference: str
    sound: str


@dataclass(frozen=True, slots=True)
class RetrieveParticipant:
    """Bring a held leg back to the others."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class MuteParticipant:
    """Let the others hear a leg no more, or again."""

    call: str
    leg: str
    sid: str
    conference: str
    muted: bool


@dataclass(frozen=True, slots=True)
class CoachParticipant:
    """Let the leg `coaches` alone hear a leg, or everybody when that is empty."""

    call: str
    leg: str
    sid: str
    conference: str
    coaches: str


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Let a leg hear keys, once."""

    call: str
    leg: str
    sid: str
    conference: str
    digits: str


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record a leg in both directions as `vocid`, until it ends or that is stopped; one that is paused goes on."""

    call: str
    leg: str
    sid: str
    vocid: str


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Let nothing that is said into the recording of a leg (empty: of the whole conference) until it is resumed."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """Let a paused recording of a leg (empty: of the whole conference) go on."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    """End the recording of a leg (empty: of the whole conference); its file follows."""

    call: str
    leg: str
    sid: str
    conference: str


@dataclass(frozen=True, slots=True)
class HangUpLeg:
    """End a leg, ringing or answered; one that has already ended is no error."""

    call: str
    leg: str
    sid: str


Command = (
    AddParticipant
    | JoinConference
    | TakeTurn
    | HoldParticipant
    | RetrieveParticipant
    | MuteParticipant
    | CoachParticipant
    | SendDigits
    | StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | HangUpLeg
)
