"""Scripts as JSON: a list of instructions, each a flat object with what it does in `do`."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.carrier.script import (
    Dial,
    Gather,
    Hangup,
    Instruction,
    Join,
    Pause,
    Play,
    Reject,
    Say,
    Script,
)
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.outside import carried

CONTENT_TYPE = "application/json"

_SOUNDS = ("media:", "dtmf:", "https://")


def write(script: Script) -> str:
    """Give the answer to a webhook: the script where one was asked for, or nothing in an object.

    Raises:
        NotConfigured: a sound is none that can be played.
    """
    if not script:
        return "{}"
    return json.dumps({"script": [_written(each) for each in script]}, ensure_ascii=False, separators=(",", ":"))


def playable(sound: str) -> str:
    """Give the sound's name, which the bridge fetches or makes.

    Raises:
        NotConfigured: it is neither one of our own nor an https address.
    """
    if not sound.startswith(_SOUNDS):
        raise NotConfigured("A sound must be media:<name> or an https address: see the flow or the queue.")
    return sound


def _written(instruction: Instruction) -> Mapping[str, Any]:
    return _WRITERS[type(instruction)](instruction)


def _say(say: Say) -> Mapping[str, Any]:
    return {"do": "say", "text": carried(say.text), "language": say.language}


def _play(play: Play) -> Mapping[str, Any]:
    return {"do": "play", "sound": playable(play.sound), "loop": play.loop}


def _pause(pause: Pause) -> Mapping[str, Any]:
    return {"do": "pause", "seconds": pause.seconds}


def _gather(gather: Gather) -> Mapping[str, Any]:
    return {
        "do": "gather",
        "turn": gather.token,
        "prompts": [_written(prompt) for prompt in gather.prompts],
        "max_digits": gather.max_digits,
        "finish_on": gather.finish_on,
        "timeout": gather.timeout,
    }


def _join(join: Join) -> Mapping[str, Any]:
    return {"do": "join", "leg": join.leg, "vocid": join.vocid}


def _dial(dial: Dial) -> Mapping[str, Any]:
    return {
        "do": "dial",
        "number": dial.number,
        "caller_id": dial.caller_id,
        "ring_seconds": dial.ring_seconds,
        "turn": dial.token,
    }


def _hangup(_hangup: Hangup) -> Mapping[str, Any]:
    return {"do": "hangup"}


def _reject(reject: Reject) -> Mapping[str, Any]:
    return {"do": "reject", "reason": reject.reason}


_WRITERS: Mapping[type[Instruction], Callable[..., Mapping[str, Any]]] = {
    Say: _say,
    Play: _play,
    Pause: _pause,
    Gather: _gather,
    Join: _join,
    Dial: _dial,
    Hangup: _hangup,
    Reject: _reject,
}
