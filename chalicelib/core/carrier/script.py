"""The script: what a carrier must do for one leg now, as plain data, the same for every carrier.

A script is the answer to an event that wants instructions. `Gather` and `Dial` name the next turn by an
opaque token (a path segment), never by a provider's URL. There is no Enqueue: the queue is ours.
"""

from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text` in `language` (BCP 47: zh-CN, en-US)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound: `media:<name>` of our own media, or an https address; `loop` times."""

    sound: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for `seconds`."""

    seconds: int


Prompt = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Gather:
    """Take digits while prompts play; they or their absence come back as the turn `token`.

    `timeout` is the seconds of silence after the prompts, or after a digit, that end the taking.
    """

    token: str
    prompts: tuple[Prompt, ...] = ()
    max_digits: int | None = None
    finish_on: str = "#"
    timeout: int = 5


@dataclass(frozen=True, slots=True)
class Join:
    """Enter the conference of this call as the leg `leg`, recorded as `vocid` unless that is empty."""

    conference: str
    leg: str
    vocid: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect this leg with a number (E.164) outside; how that went comes back as the turn `token`."""

    number: str
    caller_id: str
    token: str
    ring_seconds: int = 30


@dataclass(frozen=True, slots=True)
class Hangup:
    """End this leg."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse an unanswered call; `reason` is busy or rejected."""

    reason: str = "rejected"


Instruction = Say | Play | Pause | Gather | Join | Dial | Hangup | Reject
Script = tuple[Instruction, ...]
