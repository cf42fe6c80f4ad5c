"""A script's `dial`: a leg is connected with a number outside, in a bridge of the two; then its turn is asked."""

from icall_bridge.heart import causes, requests
from icall_bridge.heart.asking import ask
from icall_bridge.heart.effects import DropTimer, SetTimer
from icall_bridge.heart.state import Call, Dialling, Leg
from icall_bridge.messages import Dial, TurnTaken

LONGEST_RING = 600
"""Seconds in which Asterisk itself gives a ring up, should we be gone."""


def begin(call: Call, leg: Leg, wish: Dial) -> None:
    """Ring the number; the leg hears its ring tone."""
    number = call.number()
    leg.doing = doing = Dialling(wish.turn, f"{call.id}.{leg.id}.d{number}", f"{call.id}.{leg.id}.b{number}")
    endpoints = requests.endpoints(call.ways, wish.number)
    if not endpoints:
        _done(call, leg, doing, causes.FAILED)
        return
    requests.create(call, doing.channel, endpoints[0], wish.caller_id)
    call.effects.add(SetTimer(patience(leg), wish.ring_seconds))


def came(call: Call, leg: Leg, doing: Dialling) -> None:
    """Dial, and bring both together before it is answered, so that the leg hears what the far end sends."""
    if doing.came:
        return
    doing.came = True
    requests.dial(call, doing.channel, LONGEST_RING)
    requests.make_bridge(call, doing.bridge)
    requests.put_in(call, leg.channel, doing.bridge)
    requests.put_in(call, doing.channel, doing.bridge)
    leg.line.bridge = doing.bridge


def rang(call: Call, doing: Dialling) -> None:
    """Let the leg hear that it rings."""
    if not doing.tone:
        doing.tone = requests.ring_tone(call, doing.bridge)


def progressed(call: Call, doing: Dialling) -> None:
    """Let the leg hear what the far end sends."""
    requests.hush(call, doing.tone)
    doing.tone = doing.tone and "over"


def answered(call: Call, leg: Leg, doing: Dialling) -> None:
    """They talk."""
    progressed(call, doing)
    doing.answered = True
    call.effects.add(DropTimer(patience(leg)))


def over(call: Call, leg: Leg, doing: Dialling, cause: int | None) -> None:
    """Ask how to go on when the far end is gone, or never came."""
    word = causes.COMPLETED if doing.answered else doing.ending or causes.never_answered(cause)
    _done(call, leg, doing, word)


def timed_out(call: Call, leg: Leg) -> None:
    """Give up."""
    if isinstance(leg.doing, Dialling):
        leg.doing.ending = causes.NO_ANSWER
        requests.hang_up(call, leg.doing.channel, about=leg.doing.channel)


def part(call: Call, leg: Leg) -> None:
    """Let the far end go: the leg is taken away."""
    doing = leg.doing
    if isinstance(doing, Dialling):
        requests.hang_up(call, doing.channel)
        _undo(call, leg, doing)


def patience(leg: Leg) -> str:
    """Name the timer of how long it may ring."""
    return f"dialled:{leg.id}"


def _done(call: Call, leg: Leg, doing: Dialling, cause: str) -> None:
    _undo(call, leg, doing)
    ask(call, leg, TurnTaken(doing.turn, None, cause))


def _undo(call: Call, leg: Leg, doing: Dialling) -> None:
    call.effects.add(DropTimer(patience(leg)))
    if doing.came:
        requests.take_out(call, leg.channel, doing.bridge)
        requests.drop_bridge(call, doing.bridge)
        leg.line.bridge = ""
