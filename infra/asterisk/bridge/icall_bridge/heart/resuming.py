"""Going on after the bridge was away: what a call was is remembered, where its channels are was looked at."""

from icall_bridge.heart import asking, causes, entering, requests, taping
from icall_bridge.heart.effects import SetTimer
from icall_bridge.heart.happenings import Resumed
from icall_bridge.heart.state import Asking, Call, Dialling, Leg, Recording, Tape
from icall_bridge.messages import TurnTaken


def resume(call: Call, found: Resumed, now: int) -> None:
    """Bring every leg that is still there to go on; those that are not there any more are told as ended elsewhere."""
    call.bridged = False
    for leg in call.live():
        if leg.channel in found.places:
            _resume(call, leg, found, now)
    for tape in list(call.recordings):
        _tape(call, tape, found)


def _resume(call: Call, leg: Leg, found: Resumed, now: int) -> None:
    leg.came = True
    leg.line.bridge = leg.line.entered = found.places[leg.channel]
    requests.hush(call, leg.line.playback)
    leg.line.playback = ""
    requests.hush(call, leg.tone)
    leg.tone = ""
    if leg.ending:
        requests.hang_up(call, leg.channel, about=leg.channel)
    elif leg.rung and not leg.answered:
        call.effects.add(SetTimer(entering.patience(leg), max(0.0, (leg.until - now) / 1000)))
    elif isinstance(leg.doing, Asking):
        asking.ask_again(call, leg)
    elif isinstance(leg.doing, Dialling) and leg.doing.channel not in found.places:
        requests.drop_bridge(call, leg.doing.bridge)
        leg.line.bridge = ""
        asking.ask(call, leg, TurnTaken(leg.doing.turn, None, causes.FAILED))


def _tape(call: Call, tape: Recording, found: Resumed) -> None:
    """Let a recording that runs run on; one that does not is broken off, or was never begun."""
    if tape.vocid in found.recordings:
        return
    if not tape.leg and call.conference and tape.state is not Tape.STOPPING:
        tape.state = Tape.BROKEN
    else:
        taping.lost(call, tape)
