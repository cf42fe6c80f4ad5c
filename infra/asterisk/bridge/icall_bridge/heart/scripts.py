"""Scripts: one instruction after the other for one leg; digits with their times, type-ahead and barge-in."""

from collections import deque

from icall_bridge.heart import dialling, entering, playing, requests
from icall_bridge.heart.asking import ask
from icall_bridge.heart.effects import DropTimer, Expect, SetTimer
from icall_bridge.heart.state import Call, Gathering, Leg, Performing
from icall_bridge.messages import (
    Dial,
    Gather,
    Hangup,
    Instruction,
    Join,
    Pause,
    Play,
    Prompt,
    Reject,
    Say,
    Script,
    TurnTaken,
)

AFTERTHOUGHT = 2.0
"""Seconds in which a finishing key that comes after the last digit that was wanted is not taken for a new answer."""


def begin(call: Call, leg: Leg, script: Script) -> None:
    """Carry a script out."""
    leg.doing = Performing(script)
    call.effects.add(Expect(tuple(_prompts(script))))
    _next(call, leg, leg.doing)


def fall_back(call: Call, leg: Leg) -> None:
    """Let the dialplan speak to a leg: nobody says how to go on."""
    leg.ending = leg.ending or "failed"
    call.effects.ask(
        "POST",
        "channels",
        leg.channel,
        "continue",
        about=leg.channel,
        context=call.ways.fallback,
        extension="s",
        priority="1",
    )


def leave(call: Call, leg: Leg) -> None:
    """Stop whatever a leg's script is doing."""
    playing.stop(call, leg)
    call.effects.add(DropTimer(_patience(leg)))
    dialling.part(call, leg)


def key(call: Call, leg: Leg, pressed: str) -> None:
    """Take a key that was pressed outside of the conference."""
    if leg.swallows:
        swallowed, leg.swallows = pressed in leg.swallows, ""
        if swallowed:
            return
    doing = leg.doing
    if isinstance(doing, Performing) and doing.gathering:
        _press(call, leg, doing, pressed)
    else:
        leg.keys.append(pressed)


def timed_out(call: Call, leg: Leg, name: str) -> None:
    """Go on when a pause, or the patience for digits, is over."""
    if name == _afterthought(leg):
        leg.swallows = ""
        return
    doing = leg.doing
    if not isinstance(doing, Performing):
        return
    if name == playing.silence(leg):
        _heard(call, leg, doing)
    elif name == _patience(leg) and doing.gathering:
        _finish(call, leg, doing.gathering)


def sound_over(call: Call, leg: Leg, *, failed: bool) -> None:
    """Go on when a prompt has been heard."""
    doing = leg.doing
    if not isinstance(doing, Performing) or doing.sounding is None:
        return
    if failed:
        playing.instead(call, leg, doing.sounding)
    elif not playing.again(call, leg, doing.sounding):
        _heard(call, leg, doing)


def sound_ready(call: Call, leg: Leg, path: str, *, missing: bool) -> None:
    """Play a prompt that has been fetched, or go on where there is nothing to hear."""
    doing = leg.doing
    if not isinstance(doing, Performing) or doing.sounding is None:
        return
    if path:
        playing.ready(call, leg, doing.sounding, path)
    elif missing:
        playing.instead(call, leg, doing.sounding)
    else:
        _heard(call, leg, doing)


def _heard(call: Call, leg: Leg, doing: Performing) -> None:
    doing.sounding = None
    if doing.prompts:
        doing.sounding = playing.begin(call, leg, doing.prompts.popleft())
    elif doing.gathering:
        _wait(call, leg, doing.gathering)
    else:
        _next(call, leg, doing)


def _next(call: Call, leg: Leg, doing: Performing) -> None:
    instruction = doing.script[doing.place] if doing.place < len(doing.script) else Hangup()
    doing.place += 1
    _perform(call, leg, doing, instruction)


def _perform(call: Call, leg: Leg, doing: Performing, instruction: Instruction) -> None:
    match instruction:
        case Say() | Play() | Pause():
            doing.sounding = playing.begin(call, leg, instruction)
        case Gather():
            _gather(call, leg, doing, instruction)
        case Join():
            entering.enter(call, leg, instruction.vocid)
        case Dial():
            requests.answer(call, leg)
            dialling.begin(call, leg, instruction)
        case Hangup():
            entering.end(call, leg, "completed" if leg.answered else "cancelled")
        case Reject():
            entering.end(call, leg, instruction.reason, "busy" if instruction.reason == "busy" else "rejected")


def _gather(call: Call, leg: Leg, doing: Performing, wish: Gather) -> None:
    """Take digits; those that were keyed ahead count, and spare the caller the prompts."""
    requests.answer(call, leg)
    doing.gathering = Gathering(wish)
    doing.prompts = deque(wish.prompts)
    while leg.keys and leg.doing is doing:
        _press(call, leg, doing, leg.keys.popleft())
    if leg.doing is doing and not doing.gathering.digits:
        _heard(call, leg, doing)


def _press(call: Call, leg: Leg, doing: Performing, pressed: str) -> None:
    gathering = doing.gathering
    if gathering is None:
        return
    playing.stop(call, leg)
    doing.sounding = None
    doing.prompts.clear()
    if pressed in gathering.wish.finish_on:
        _finish(call, leg, gathering)
        return
    gathering.digits += pressed
    if len(gathering.digits) == gathering.wish.max_digits:
        _swallow(call, leg, gathering.wish.finish_on)
        _finish(call, leg, gathering)
    else:
        _wait(call, leg, gathering)


def _swallow(call: Call, leg: Leg, finish_on: str) -> None:
    if finish_on:
        leg.swallows = finish_on
        call.effects.add(SetTimer(_afterthought(leg), AFTERTHOUGHT))


def _wait(call: Call, leg: Leg, gathering: Gathering) -> None:
    call.effects.add(SetTimer(_patience(leg), gathering.wish.timeout))


def _finish(call: Call, leg: Leg, gathering: Gathering) -> None:
    call.effects.add(DropTimer(_patience(leg)))
    ask(call, leg, TurnTaken(gathering.wish.turn, gathering.digits))


def _patience(leg: Leg) -> str:
    return f"patience:{leg.id}"


def _afterthought(leg: Leg) -> str:
    return f"afterthought:{leg.id}"


def timers(leg: Leg) -> tuple[str, ...]:
    """Name the timers that a leg's script may have set."""
    return playing.silence(leg), _patience(leg), _afterthought(leg)


def _prompts(script: Script) -> list[Prompt]:
    """Give what a script will let somebody hear, in order."""
    found: list[Prompt] = []
    for instruction in script:
        if isinstance(instruction, Say | Play):
            found.append(instruction)
        elif isinstance(instruction, Gather):
            found.extend(prompt for prompt in instruction.prompts if isinstance(prompt, Say | Play))
    return found
