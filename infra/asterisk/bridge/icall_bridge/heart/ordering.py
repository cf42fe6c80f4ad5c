"""Orders of the stack: each names a state to be in, so told twice, or late, it changes nothing that is already so."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from icall_bridge.heart import causes, entering, playing, requests, scripts, taping
from icall_bridge.heart.asking import ask
from icall_bridge.heart.effects import Mark, SetTimer, Tell
from icall_bridge.heart.state import CUSTOMER, Call, Leg, Line, Meeting, Over, Recording
from icall_bridge.messages import (
    Coach,
    CommandFailed,
    HangUp,
    Hold,
    JoinConference,
    LegEnded,
    Look,
    Mute,
    Order,
    PauseRecording,
    ResumeRecording,
    Retrieve,
    Ring,
    SendDigits,
    StartRecording,
    StopRecording,
    TakeTurn,
    TurnTaken,
    Wish,
    do_of,
)

W = TypeVar("W", bound=Wish)
GONE, REFUSED = "gone", "refused"
LATEST_DIGITS = 10
"""Seconds after which keys are not sent any more."""

LATER_THAN_THE_CARRIER = 5
"""Seconds that a leg rings longer than was ordered: so the stack's own deadline comes first."""

GRACE = 10
"""Seconds after ours in which Asterisk itself gives a ring up, should we be gone."""


class Gone(Exception):
    """The leg is not there (any more), or not in the conference yet."""


def carry_out(call: Call, order: Order, now: int) -> None:
    """Carry an order out at `now` (ms since 1970); one that cannot be is told as failed."""
    try:
        _ORDERS[type(order.wish)](call, order, now)
    except Gone:
        fail(call, order.leg, _mark(order), GONE)


def refuse(call: Call, order: Order, now: int) -> None:
    """Do nothing with an order, for Asterisk does not move, and tell so; what asks for an end is answered."""
    match order.wish:
        case HangUp() | Look():
            carry_out(call, order, now)
        case Ring() as wish if order.leg not in call.legs:
            leg = call.legs[order.leg] = Leg(order.leg, Line(f"{call.id}.{order.leg}"), rung=wish)
            give_up(call, leg, causes.FAILED)
        case _:
            fail(call, order.leg, _mark(order), REFUSED)


def fail(call: Call, leg: str, order: Mark, why: str) -> None:
    """Tell that a command cannot be carried out."""
    known = call.legs.get(leg)
    call.effects.add(Tell(CommandFailed(order.do, why, order.again), leg, known.channel if known else ""))


def _mark(order: Order) -> Mark:
    return Mark(do_of(order.wish), order.again)


def _ring(call: Call, order: Order, now: int) -> None:
    wish = _wish(order, Ring)
    known = call.legs.get(order.leg)
    if known:
        if known.ended:
            _tell_end(call, known)
        return
    leg = call.legs[order.leg] = Leg(order.leg, Line(f"{call.id}.{order.leg}"), rung=wish)
    endpoint = requests.endpoint(call.ways, wish.endpoint)
    if now > order.at + wish.ring_seconds * 1000:
        give_up(call, leg, causes.NO_ANSWER)
    elif not endpoint:
        give_up(call, leg, causes.FAILED)
    elif wish.coaches and not _is_in(call, wish.coaches):
        fail(call, order.leg, _mark(order), GONE)
        give_up(call, leg, causes.FAILED)
    else:
        requests.create(call, leg.channel, endpoint, wish.caller_id)
        seconds = wish.ring_seconds + LATER_THAN_THE_CARRIER
        leg.until = now + seconds * 1000
        call.effects.add(SetTimer(entering.patience(leg), seconds))


def give_up(call: Call, leg: Leg, cause: str) -> None:
    """Tell the end of a leg that has no channel."""
    leg.ended = cause
    leg.doing = Over()
    _tell_end(call, leg)


def _tell_end(call: Call, leg: Leg) -> None:
    call.effects.add(Tell(LegEnded(leg.ended, leg.caller, leg.called), leg.id, leg.channel))


def _be_in(call: Call, order: Order, _now: int) -> None:
    """Bring a leg into the conference; one that is still rung comes there by itself."""
    leg = _there(call, order)
    if isinstance(leg.doing, Meeting) or (leg.rung and not leg.answered):
        return
    scripts.leave(call, leg)
    entering.enter(call, leg, _wish(order, JoinConference).vocid)


def _take_turn(call: Call, order: Order, _now: int) -> None:
    """Let a leg ask; on a second try one that has left the conference does so, or soon will, by itself."""
    leg = _there(call, order)
    if order.again and not isinstance(leg.doing, Meeting):
        return
    if leg.rung and not leg.answered:
        raise Gone
    scripts.leave(call, leg)
    leg.keys.clear()
    ask(call, leg, TurnTaken(_wish(order, TakeTurn).turn))


def _hold(call: Call, order: Order, _now: int) -> None:
    _meeting(call, order).held = _wish(order, Hold).sound


def _retrieve(call: Call, order: Order, _now: int) -> None:
    _meeting(call, order).held = None


def _mute(call: Call, order: Order, _now: int) -> None:
    """Let nobody hear a leg, or everybody; of one that still rings it says how it comes in."""
    leg, muted = _there(call, order), _wish(order, Mute).muted
    if leg.rung and not leg.answered:
        leg.rung = replace(leg.rung, muted=muted)
    else:
        _meeting(call, order).muted = muted


def _coach(call: Call, order: Order, _now: int) -> None:
    """Let one leg alone hear another; of one that still rings it says how it comes in."""
    leg, coaches = _there(call, order), _wish(order, Coach).coaches
    if coaches and not _is_in(call, coaches):
        raise Gone
    if leg.rung and not leg.answered:
        leg.rung = replace(leg.rung, coaches=coaches)
    else:
        _meeting(call, order).coaches = coaches


def _send_digits(call: Call, order: Order, now: int) -> None:
    """Let a leg hear keys, once and in time: keys heard twice, or into another menu, do more harm than none."""
    _meeting(call, order)
    if not order.again and now <= order.at + LATEST_DIGITS * 1000:
        playing.send_keys(call, call.legs[order.leg], _wish(order, SendDigits).digits, _mark(order))


def _start_recording(call: Call, order: Order, _now: int) -> None:
    leg = _there(call, order)
    if not leg.answered:
        raise Gone
    taping.of_leg(call, leg, _wish(order, StartRecording).vocid)


def _pause_recording(call: Call, order: Order, _now: int) -> None:
    taping.pause(call, _recording(call, order), paused=True, order=_mark(order))


def _resume_recording(call: Call, order: Order, _now: int) -> None:
    taping.pause(call, _recording(call, order), paused=False, order=_mark(order))


def _stop_recording(call: Call, order: Order, _now: int) -> None:
    """End a recording; on a second try one that is not there was ended by the first."""
    if order.again and taping.running(call, order.leg) is None:
        return
    taping.stop(call, _recording(call, order))


def _hang_up(call: Call, order: Order, _now: int) -> None:
    leg = call.legs.get(order.leg)
    if leg:
        entering.end(call, leg, causes.COMPLETED if leg.answered else causes.CANCELLED)
    elif order.leg != CUSTOMER:
        call.legs[order.leg] = Leg(order.leg, Line(order.channel), doing=Over(), ended=causes.CANCELLED)


def _look(call: Call, order: Order, _now: int) -> None:
    leg = call.legs.get(order.leg)
    if leg is None:
        call.effects.add(Tell(LegEnded(causes.FAILED), order.leg, order.channel))
    elif leg.ended:
        _tell_end(call, leg)


def _there(call: Call, order: Order) -> Leg:
    leg = call.legs.get(order.leg)
    if leg is None or not leg.live or leg.ending:
        raise Gone
    return leg


def _meeting(call: Call, order: Order) -> Meeting:
    doing = _there(call, order).doing
    if not isinstance(doing, Meeting):
        raise Gone
    return doing


def _is_in(call: Call, leg: str) -> bool:
    other = call.legs.get(leg)
    return other is not None and other.live and isinstance(other.doing, Meeting)


def _recording(call: Call, order: Order) -> Recording:
    tape = taping.running(call, order.leg)
    if tape is None:
        raise Gone
    return tape


def _wish(order: Order, kind: type[W]) -> W:
    if not isinstance(order.wish, kind):
        raise TypeError(kind.__name__)
    return order.wish


_ORDERS: Mapping[type[Wish], Callable[[Call, Order, int], None]] = {
    Ring: _ring,
    JoinConference: _be_in,
    TakeTurn: _take_turn,
    Hold: _hold,
    Retrieve: _retrieve,
    Mute: _mute,
    Coach: _coach,
    SendDigits: _send_digits,
    StartRecording: _start_recording,
    PauseRecording: _pause_recording,
    ResumeRecording: _resume_recording,
    StopRecording: _stop_recording,
    HangUp: _hang_up,
    Look: _look,
}
"""What is done to a call; the files of recordings and the softphones' credentials are no call's affair."""
