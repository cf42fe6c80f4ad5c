"""Commands as orders: what stands in the message that the bridge takes, but for its own id and time."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.adapters.asterisk.pbxs import told_by
from chalicelib.adapters.asterisk.scripts import playable
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    PauseRecording,
    ResumeRecording,
    RetrieveParticipant,
    SendDigits,
    StartRecording,
    StopRecording,
    TakeTurn,
)

Order = Mapping[str, Any]

NAMES: Mapping[type[Command], str] = {
    AddParticipant: "ring",
    JoinConference: "join",
    TakeTurn: "take_turn",
    HoldParticipant: "hold",
    RetrieveParticipant: "retrieve",
    MuteParticipant: "mute",
    CoachParticipant: "coach",
    SendDigits: "send_digits",
    StartRecording: "start_recording",
    PauseRecording: "pause_recording",
    ResumeRecording: "resume_recording",
    StopRecording: "stop_recording",
    HangUpLeg: "hang_up",
}

KIND_OF: Mapping[str, type[Command]] = {name: kind for kind, name in NAMES.items()}


def order_of(command: Command, *, again: bool) -> Order:
    """Give the order by which this command is carried out.

    Raises:
        NotConfigured: a sound is none that can be played.
    """
    sid = "" if isinstance(command, AddParticipant) else command.sid
    more = _MORE.get(type(command), _nothing)(command)
    return order(NAMES[type(command)], command.call, command.leg, told_by(sid)[1], again=again, **more)


def order(do: str, call: str, leg: str = "", channel: str = "", *, again: bool = False, **more: Any) -> Order:
    """Give an order about a leg, whose channel is empty where it is not known."""
    return {"again": again, "call": call, "leg": leg, "channel": channel, "do": do, **more}


def _nothing(_command: Command) -> Order:
    return {}


def _ring(ring: AddParticipant) -> Order:
    return {
        "endpoint": ring.endpoint,
        "caller_id": ring.caller_id,
        "ring_seconds": ring.ring_seconds,
        "vocid": ring.vocid,
        "early_media": ring.early_media,
        "muted": ring.muted,
        "coaches": ring.coaches,
    }


_MORE: Mapping[type[Command], Callable[..., Order]] = {
    AddParticipant: _ring,
    JoinConference: lambda join: {"vocid": join.vocid},
    TakeTurn: lambda take: {"turn": take.token},
    HoldParticipant: lambda hold: {"sound": playable(hold.sound) if hold.sound else ""},
    MuteParticipant: lambda mute: {"muted": mute.muted},
    CoachParticipant: lambda coach: {"coaches": coach.coaches},
    SendDigits: lambda send: {"digits": send.digits},
    StartRecording: lambda start: {"vocid": start.vocid},
}
