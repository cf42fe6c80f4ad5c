"""What must be known of a call after the bridge has died and come back: plain values, without anything secret."""

from dataclasses import asdict
from typing import Any

from icall_bridge.heart.state import (
    Asking,
    Call,
    Coaching,
    Conference,
    Dialling,
    Leg,
    Line,
    Meeting,
    Over,
    Performing,
    Question,
    Recording,
    Tape,
    Waiting,
    Ways,
)
from icall_bridge.messages import CallArrived, Ring, TurnTaken

STRIDE = 100_000
"""Numbers are given in strides, so that not each one must be noted: after a restart the next stride begins."""


def remember(call: Call) -> dict[str, Any]:
    """Give what is to be kept of a call."""
    return {
        "id": call.id,
        "serial": (call.serial // STRIDE + 1) * STRIDE,
        "legs": [_leg(leg) for leg in call.legs.values()],
        "conference": asdict(call.conference) if call.conference else None,
        "bridged": call.bridged,
        "recordings": [asdict(tape) | {"state": tape.state.name} for tape in call.recordings],
    }


def recall(kept: dict[str, Any], ways: Ways) -> Call:
    """Give a call as it was kept; where its channels are now is still to be seen."""
    conference = kept["conference"]
    return Call(
        kept["id"],
        ways,
        legs={each["id"]: _recalled(each) for each in kept["legs"]},
        conference=Conference(**conference) if conference else None,
        bridged=kept["bridged"],
        recordings=[Recording(**each | {"state": Tape[each["state"]]}) for each in kept["recordings"]],
        serial=kept["serial"],
    )


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "id": leg.id,
        "line": asdict(leg.line),
        "rung": asdict(leg.rung) if leg.rung else None,
        "caller": leg.caller,
        "called": leg.called,
        "came": leg.came,
        "answered": leg.answered,
        "rang": leg.rang,
        "until": leg.until,
        "ending": leg.ending,
        "ended": leg.ended,
        "vocid": leg.vocid,
        "room": leg.room,
        "snoop": leg.coaching.snoop if leg.coaching else "",
        "asked": _question(leg.asked),
        "doing": _doing(leg),
    }


def _question(asked: Question | None) -> dict[str, Any] | None:
    return asdict(asked) | {"type": asked.type} if asked else None


def _doing(leg: Leg) -> dict[str, Any]:
    match leg.doing:
        case Meeting() as meeting:
            kept = {"held": meeting.held, "muted": meeting.muted, "coaches": meeting.coaches, "told": meeting.told}
            return {"kind": "meeting"} | kept
        case Dialling() as dialling:
            return {"kind": "dialling"} | asdict(dialling)
        case Asking() | Performing():
            return {"kind": "script"}
        case Over():
            return {"kind": "over"}
    return {"kind": "waiting"}


def _recalled(kept: dict[str, Any]) -> Leg:
    leg = Leg(kept["id"], Line(**kept["line"]), rung=Ring(**kept["rung"]) if kept["rung"] else None)
    for name in ("caller", "called", "came", "answered", "rang", "until", "ending", "ended", "vocid", "room"):
        setattr(leg, name, kept[name])
    if kept["snoop"]:
        leg.coaching = Coaching(kept["snoop"], "")
    leg.asked = _recalled_question(kept["asked"])
    doing = dict(kept["doing"])
    match doing.pop("kind"):
        case "meeting":
            leg.doing = Meeting(**doing)
        case "dialling":
            leg.doing = Dialling(**doing)
        case "script":
            leg.doing = Asking(0)
        case "over":
            leg.doing = Over()
        case _:
            leg.doing = Waiting()
    return leg


def _recalled_question(kept: dict[str, Any] | None) -> Question | None:
    if kept is None:
        return None
    if kept["type"] == CallArrived.type:
        return CallArrived(kept["caller"], kept["called"])
    return TurnTaken(kept["turn"])
