"""Into the conference, and out of the call."""

from icall_bridge.heart import causes, requests
from icall_bridge.heart.effects import DropTimer
from icall_bridge.heart.state import Call, Leg, Meeting


def enter(call: Call, leg: Leg, vocid: str, *, muted: bool = False, coaches: str = "") -> None:
    """Let a leg into the conference; whatever it was there before is forgotten."""
    requests.answer(call, leg)
    leg.keys.clear()
    leg.swallows = ""
    leg.vocid = vocid
    leg.doing = Meeting(muted=muted, coaches=coaches)


def end(call: Call, leg: Leg, ending: str, reason: str = "normal") -> None:
    """End a leg; that it is over is told when it is."""
    if not leg.live or leg.ending:
        return
    leg.ending = ending
    call.effects.add(DropTimer(patience(leg)))
    requests.hang_up(call, leg.channel, reason, about=leg.channel)


def looked_for_elsewhere(call: Call, leg: Leg) -> bool:
    """Ring a leg at the next pbx where its telephone may be registered; tell whether there is one.

    Only one that has not rung: so nobody is rung twice.
    """
    if leg.rung is None or leg.rang or leg.answered or leg.ending or not leg.elsewhere:
        return False
    leg.came = False
    leg.line.bridge = ""
    leg.hangs_up = None
    call.effects.add(DropTimer(f"end:{leg.id}"))
    requests.create(call, leg.channel, leg.elsewhere.pop(0), leg.rung.caller_id)
    return True


def patience(leg: Leg) -> str:
    """Name the timer of how long a leg may ring."""
    return f"rung:{leg.id}"


def cause_of(leg: Leg, told: int | None) -> str:
    """Tell why a leg that is over has ended."""
    if leg.ending:
        return leg.ending
    if leg.rung is None:
        return causes.COMPLETED if leg.answered else causes.CANCELLED
    return causes.COMPLETED if leg.answered else causes.never_answered(told)
