"""What a call is: its legs, what each is doing, what stands at Asterisk because of it."""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from icall_bridge.heart.effects import Effects, Request
from icall_bridge.messages import CallArrived, Gather, Prompt, Ring, Script, TurnTaken

CUSTOMER = "customer"

Question = CallArrived | TurnTaken


@dataclass(frozen=True, slots=True)
class Ways:
    """How this pbx reaches whom it rings, and what it is called.

    Each is a dial string of Asterisk's with `{name}` in it: an agent's id, a SIP address's user part, a number. `peers`
    are the trunks to other pbxs, where telephones may be registered that are not here.
    """

    application: str = "icall"
    agent: str = "PJSIP/agent_{name}"
    sip: str = "PJSIP/{name}"
    outside: str = "PJSIP/{name}@trunk"
    fallback: str = "icall-fallback"
    recording_format: str = "wav"
    peers: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """Where a channel is at Asterisk, as far as our requests brought it there."""

    channel: str
    bridge: str = ""
    entered: str = ""
    """The bridge that Asterisk has told that it is in."""
    playback: str = ""
    muted: bool = False


@dataclass(slots=True)
class Sounding:
    """A prompt under way: being fetched (`ticket`), or sounding, with so many times still to come (None: for ever)."""

    prompt: Prompt
    ticket: str
    path: str = ""
    left: int | None = 0


@dataclass(slots=True)
class Gathering:
    """Digits being taken. What is keyed is a secret: it is in no text that could be logged."""

    wish: Gather
    digits: str = field(default="", repr=False)


@dataclass(slots=True)
class Waiting:
    """A leg that was not answered yet."""


@dataclass(slots=True)
class Asking:
    """A question is on its way."""

    question: int


@dataclass(slots=True)
class Performing:
    """A script is being carried out; `prompts` are those still to come before what is next."""

    script: Script
    place: int = 0
    prompts: deque[Prompt] = field(default_factory=deque)
    sounding: Sounding | None = None
    gathering: Gathering | None = None


@dataclass(slots=True)
class Meeting:
    """In the conference; `held` is what a leg hears that is parted from the others, None for one who is with them."""

    held: str | None = None
    muted: bool = False
    coaches: str = ""
    told: bool = False
    sounding: Sounding | None = None


@dataclass(slots=True)
class Dialling:
    """Connected, or being connected, with a number outside by the script; `channel` is the far end's."""

    turn: str
    channel: str
    bridge: str
    came: bool = False
    answered: bool = False
    tone: str = ""
    ending: str = ""


@dataclass(slots=True)
class Over:
    """It has ended."""


Doing = Waiting | Asking | Performing | Meeting | Dialling | Over


@dataclass(slots=True)
class Coaching:
    """The ear at the leg that is coached, and the mouth for it: a snoop channel."""

    snoop: str
    target: str
    there: bool = False


@dataclass(slots=True)
class Leg:
    """One party's channel. `rung` is how it was ordered, None for one that arrived."""

    id: str
    line: Line
    rung: Ring | None = None
    caller: str = ""
    called: str = ""
    came: bool = False
    answered: bool = False
    doing: Doing = field(default_factory=Waiting)
    keys: deque[str] = field(default_factory=deque, repr=False)
    """Keys that came while nothing asked for them."""
    last_key: tuple[str, int] = field(default=("", 0), repr=False)
    """The key that was told last, and when it was let go."""
    swallows: str = ""
    """Keys that would have ended what has just been full."""
    asked: Question | None = None
    """The last question, without what was keyed."""
    rang: bool = False
    until: int = 0
    """Until when it may ring (ms since 1970)."""
    progressed: bool = False
    tone: str = ""
    """The ring tone that those hear who wait for it: a playback."""
    coaching: Coaching | None = None
    room: bool = False
    """Whether a bridge of its own was made for its coaching."""
    vocid: str = ""
    """The name that it brought along for the recording of the conference."""
    ending: str = ""
    """Why it ends, where that is our doing."""
    hangs_up: int | None = None
    """Asterisk's reason, as told before the end."""
    ended: str = ""
    tries: int = 0
    elsewhere: list[str] = field(default_factory=list)
    """Where it is still to be looked for, if its telephone is not registered here: dial strings."""

    @property
    def live(self) -> bool:
        """Tell whether it has not ended."""
        return not self.ended

    @property
    def channel(self) -> str:
        """Give its channel's id."""
        return self.line.channel


class Tape(Enum):
    """How a recording is."""

    COMING = auto()
    RUNNING = auto()
    BROKEN = auto()
    """Asterisk ended it because its bridge was empty for a while: it goes on when somebody comes back."""
    STOPPING = auto()


@dataclass(slots=True)
class Recording:
    """One recording; `leg` is empty where it is the conference's."""

    vocid: str
    leg: str = ""
    state: Tape = Tape.COMING
    paused: bool = False
    rolled_paused: bool = False
    """Whether it has gone on as a paused one, and nobody was told of that."""
    snoop: str = ""
    seconds: int = 0


@dataclass(slots=True)
class Conference:
    """The call's conference while somebody is in it, held or not."""

    vocid: str
    """As who came first wished it."""
    begun: bool = False
    """Whether its recording has been asked for."""


@dataclass(slots=True)
class Undone:
    """Something that was to be removed, or stopped, and was not."""

    request: Request
    tries: int = 1


@dataclass(slots=True)
class Call:
    """Everything of one call, and the effects that are being found."""

    id: str
    ways: Ways
    legs: dict[str, Leg] = field(default_factory=dict)
    conference: Conference | None = None
    bridged: bool = False
    """Whether the conference's bridge stands."""
    recordings: list[Recording] = field(default_factory=list)
    undone: dict[str, Undone] = field(default_factory=dict)
    """What should be gone at Asterisk and is not, by the name of the timer with which that is tried again."""
    serial: int = 0
    effects: Effects = field(default_factory=Effects)

    def number(self) -> int:
        """Give a number that was not given before."""
        self.serial += 1
        return self.serial

    def live(self) -> list[Leg]:
        """Give the legs that have not ended."""
        return [leg for leg in self.legs.values() if leg.live]

    def by_channel(self, channel: str) -> Leg | None:
        """Find a leg by its channel."""
        return next((leg for leg in self.legs.values() if leg.channel == channel), None)

    def meeting(self) -> list[Leg]:
        """Give who is in the conference, held or not."""
        return [leg for leg in self.live() if isinstance(leg.doing, Meeting)]
