"""Sounds for one leg: prompts one after the other, or one for ever while it is held.

A sound is fetched first (it comes back as SoundReady) and then played by its path. A sound that cannot be had is a
short silence, so that a script that asks again and again does not do so without a pause.
"""

from icall_bridge.heart import requests
from icall_bridge.heart.effects import DropTimer, Fetch, Mark, SetTimer
from icall_bridge.heart.state import Call, Leg, Sounding
from icall_bridge.messages import Pause, Play, Prompt

KEY_SECONDS, WAIT_SECONDS = 0.2, 0.5
INSTEAD_OF_A_SOUND = 2.0
_DTMF = "dtmf:"


def silence(leg: Leg) -> str:
    """Name the timer of a leg's pause."""
    return f"silence:{leg.id}"


def begin(call: Call, leg: Leg, prompt: Prompt, *, for_ever: bool = False) -> Sounding:
    """Let a leg hear a prompt; give what is under way."""
    sounding = Sounding(prompt, f"{leg.id}:{call.number()}", left=_times(prompt, for_ever=for_ever))
    if isinstance(prompt, Pause):
        call.effects.add(SetTimer(silence(leg), prompt.seconds))
    elif isinstance(prompt, Play) and prompt.sound.startswith(_DTMF):
        requests.answer(call, leg)
        _keys(call, leg, prompt.sound.removeprefix(_DTMF))
    else:
        requests.answer(call, leg)
        call.effects.add(Fetch(sounding.ticket, prompt))
    return sounding


def meanwhile(call: Call, leg: Leg, path: str) -> None:
    """Play what says that the sound is coming."""
    leg.line.playback = requests.play(call, leg.channel, path)


def ready(call: Call, leg: Leg, sounding: Sounding, path: str) -> None:
    """Play what has been fetched."""
    if not sounding.path:
        requests.hush(call, leg.line.playback)
    sounding.path = path
    leg.line.playback = requests.play(call, leg.channel, path)


def instead(call: Call, leg: Leg, sounding: Sounding) -> None:
    """Be silent for a while where a sound cannot be had; it is not asked for again."""
    sounding.left = 0
    call.effects.add(SetTimer(silence(leg), INSTEAD_OF_A_SOUND))


def again(call: Call, leg: Leg, sounding: Sounding) -> bool:
    """Play it once more, if it is to be heard once more."""
    if sounding.left == 0 or not sounding.path:
        return False
    if sounding.left is not None:
        sounding.left -= 1
    ready(call, leg, sounding, sounding.path)
    return True


def stop(call: Call, leg: Leg) -> None:
    """Cut short whatever a leg hears of us."""
    requests.hush(call, leg.line.playback)
    leg.line.playback = ""
    call.effects.add(DropTimer(silence(leg)))


def _times(prompt: Prompt, *, for_ever: bool) -> int | None:
    if for_ever:
        return None
    if not isinstance(prompt, Play):
        return 0
    return prompt.loop - 1 if prompt.loop else None


def _keys(call: Call, leg: Leg, keys: str) -> None:
    """Let a leg hear keys, `w` being half a second of nothing; what comes next waits until they are over."""
    waits = keys.count("w")
    seconds = waits * WAIT_SECONDS + (len(keys) - waits) * KEY_SECONDS
    send_keys(call, leg, keys, None)
    call.effects.add(SetTimer(silence(leg), seconds))


def send_keys(call: Call, leg: Leg, keys: str, order: Mark | None) -> None:
    """Let a leg hear keys."""
    before = "0"
    for part in keys.split("w"):
        if part:
            call.effects.ask(
                "POST",
                "channels",
                leg.channel,
                "dtmf",
                about=leg.channel,
                order=order,
                secret=True,
                dtmf=part,
                before=before,
                between="100",
                duration="100",
            )
        before = "500"
