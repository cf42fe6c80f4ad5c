"""What happens to a call, whoever tells it: Asterisk, the cloud, a timer, the prompts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from icall_bridge.heart.effects import Request
from icall_bridge.messages import Order, Script


@dataclass(frozen=True, slots=True)
class ChannelCame:
    """A channel stands in our application; of one that arrived, who calls whom."""

    channel: str
    caller: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class ChannelRang:
    """The device behind a channel rings."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelProgressed:
    """The far end sends sound before it answers."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelAnswered:
    """The device behind a channel was picked up."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelEntered:
    """A channel is in a bridge."""

    channel: str
    bridge: str


@dataclass(frozen=True, slots=True)
class ChannelExited:
    """A channel is in that bridge no more."""

    channel: str
    bridge: str


@dataclass(frozen=True, slots=True)
class ChannelHangsUp:
    """A channel is about to end, for this reason of Q.850 (None: not told)."""

    channel: str
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelLeft:
    """A channel is in our application no more; nothing else is told of one that arrived."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel is no more, for this reason of Q.850."""

    channel: str
    cause: int


@dataclass(frozen=True, slots=True)
class KeyCame:
    """A key was pressed, and let go `at` this moment (ms since 1970, 0: not told); secret."""

    channel: str
    key: str = field(repr=False)
    at: int = 0


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """A sound has come to its end, or was stopped, or could not be played."""

    playback: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class RecordingRan:
    """A recording has really begun."""

    name: str


@dataclass(frozen=True, slots=True)
class RecordingOver:
    """A recording is over; `seconds` is its length, as far as that is known."""

    name: str
    seconds: int
    failed: bool = False


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """A question has its answer; None: nobody answered in time, or it was a definite no."""

    leg: str
    question: int
    script: Script | None


@dataclass(frozen=True, slots=True)
class SoundReady:
    """A sound lies at `path` (without its extension); empty: there is nothing to hear, or it is `missing`."""

    ticket: str
    path: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class SoundLate:
    """A sound takes long; what says so meanwhile lies at `path` (without its extension)."""

    ticket: str
    path: str


@dataclass(frozen=True, slots=True)
class TimerRang:
    """A time is over."""

    name: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """The stack wants something."""

    order: Order


@dataclass(frozen=True, slots=True)
class Refused:
    """The stack wants something while Asterisk does not move."""

    order: Order


@dataclass(frozen=True, slots=True)
class PbxLost:
    """Asterisk does not move, or is gone: so are all legs."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The bridge has come back: in which bridge each channel is (empty: in none), and which recordings run."""

    places: Mapping[str, str]
    recordings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """Asterisk did not do what it was asked; `status` is HTTP's, 0 when there was no answer."""

    request: Request
    status: int


@dataclass(frozen=True, slots=True)
class ChannelIsThere:
    """A look at a channel whose request had failed: it lives, and is `answered` or not."""

    channel: str
    answered: bool


Happening = (
    ChannelCame
    | ChannelRang
    | ChannelProgressed
    | ChannelAnswered
    | ChannelEntered
    | ChannelExited
    | ChannelHangsUp
    | ChannelLeft
    | ChannelDestroyed
    | KeyCame
    | PlaybackEnded
    | RecordingRan
    | RecordingOver
    | QuestionAnswered
    | SoundReady
    | SoundLate
    | TimerRang
    | Ordered
    | Refused
    | PbxLost
    | Resumed
    | RequestFailed
    | ChannelIsThere
)
