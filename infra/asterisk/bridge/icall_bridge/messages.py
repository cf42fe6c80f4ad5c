"""What the stack and the bridge tell each other, as values: scripts, orders, news (infra/asterisk/protocol.md)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from icall_bridge.reading import BadMessage, Fields

KEYS = re.compile(r"[0-9*#A-D]*", re.ASCII)
TONES = re.compile(r"[0-9*#A-Dw]*", re.ASCII)
"""Keys that are sent, with half seconds of nothing (`w`) between."""

LONGEST_SPEECH = 100_000
MOST_INSTRUCTIONS = 200
LONGEST_WAIT = 86_400
_REASONS = frozenset({"busy", "rejected"})


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text` in `language` (BCP 47)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play `media:{name}`, `dtmf:{keys}` or an https address, `loop` times (0: for ever)."""

    sound: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for `seconds`."""

    seconds: int


Prompt = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Gather:
    """Take digits while prompts play, then ask the turn; `timeout` is seconds after the prompts, or after a digit."""

    turn: str
    prompts: tuple[Prompt, ...] = ()
    max_digits: int | None = None
    finish_on: str = "#"
    timeout: int = 5


@dataclass(frozen=True, slots=True)
class Join:
    """Enter the call's conference, recorded from its start as `vocid` unless that is empty."""

    leg: str
    vocid: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect with a number outside, then ask the turn."""

    number: str
    caller_id: str
    turn: str
    ring_seconds: int = 30


@dataclass(frozen=True, slots=True)
class Hangup:
    """End this leg."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse a call that was not answered: busy or rejected."""

    reason: str = "rejected"


Instruction = Say | Play | Pause | Gather | Join | Dial | Hangup | Reject
Script = tuple[Instruction, ...]


def read_script(body: bytes) -> Script:
    """Read the answer to a question, or raise BadMessage."""
    instructions = Fields(_json(body, "the answer"), "the answer").items("script")
    if len(instructions) > MOST_INSTRUCTIONS:
        raise BadMessage(f"The script has more than {MOST_INSTRUCTIONS} instructions.")
    return tuple(_instruction(each) for each in instructions)


def write_script(script: Script) -> bytes:
    """Write a script as the stack does."""
    return json.dumps({"script": [_written(each) for each in script]}, ensure_ascii=False).encode()


def _instruction(document: Any) -> Instruction:
    fields = Fields(document, "an instruction")
    return _INSTRUCTIONS[fields.one_of("do", frozenset(_INSTRUCTIONS))](fields)


def _prompt(document: Any) -> Prompt:
    prompt = _instruction(document)
    if not isinstance(prompt, Say | Play | Pause):
        raise BadMessage("A prompt is none of say, play and pause.")
    return prompt


def _play(fields: Fields) -> Play:
    sound = fields.word("sound")
    if not _is_a_sound(sound):
        raise fields.bad("sound", "media:, dtmf: or https://")
    return Play(sound, fields.number("loop", 0, 1000))


def _is_a_sound(sound: str) -> bool:
    if sound.startswith("dtmf:"):
        return TONES.fullmatch(sound.removeprefix("dtmf:")) is not None
    return sound.startswith(("media:", "https://"))


def _gather(fields: Fields) -> Gather:
    return Gather(
        turn=fields.word("turn"),
        prompts=tuple(_prompt(each) for each in fields.items("prompts")),
        max_digits=fields.maybe_number("max_digits", 1, 1000),
        finish_on=_keys(fields, "finish_on", KEYS),
        timeout=fields.number("timeout", 0, LONGEST_WAIT),
    )


def _keys(fields: Fields, name: str, made_of: re.Pattern[str]) -> str:
    keys = fields.text(name)
    if not made_of.fullmatch(keys):
        raise fields.bad(name, "made of keys")
    return keys


_INSTRUCTIONS: Mapping[str, Callable[[Fields], Instruction]] = {
    "say": lambda fields: Say(fields.text("text", LONGEST_SPEECH), fields.word("language")),
    "play": _play,
    "pause": lambda fields: Pause(fields.number("seconds", 0, LONGEST_WAIT)),
    "gather": _gather,
    "join": lambda fields: Join(fields.proper_name("leg"), fields.name("vocid")),
    "dial": lambda fields: Dial(
        fields.word("number"), fields.text("caller_id"), fields.word("turn"), fields.number("ring_seconds", 1, 3600)
    ),
    "hangup": lambda _: Hangup(),
    "reject": lambda fields: Reject(fields.one_of("reason", _REASONS)),
}


def _written(instruction: Instruction) -> dict[str, Any]:
    written = {"do": type(instruction).__name__.lower()} | asdict(instruction)
    if isinstance(instruction, Gather):
        written["prompts"] = [_written(each) for each in instruction.prompts]
    return written


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a leg into the conference."""

    endpoint: str
    caller_id: str
    ring_seconds: int
    vocid: str = ""
    early_media: bool = False
    muted: bool = False
    coaches: str = ""


@dataclass(frozen=True, slots=True)
class JoinConference:
    """`join`: out of its script, into the conference."""

    vocid: str = ""


@dataclass(frozen=True, slots=True)
class TakeTurn:
    """Out of wherever it is, and ask that turn."""

    turn: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Parted from the others, hearing a sound, or nothing when that is empty."""

    sound: str


@dataclass(frozen=True, slots=True)
class Retrieve:
    """Back to the others."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Heard by nobody, or again."""

    muted: bool


@dataclass(frozen=True, slots=True)
class Coach:
    """Heard by that leg alone, or by everybody again when that is empty."""

    coaches: str


@dataclass(frozen=True, slots=True)
class SendDigits:
    """The leg hears keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class StartRecording:
    """That leg in both directions; a paused one goes on."""

    vocid: str


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Silence in the file of that leg, or of the conference."""


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """No more silence in it."""


@dataclass(frozen=True, slots=True)
class StopRecording:
    """The end of it."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The leg is over."""


@dataclass(frozen=True, slots=True)
class Look:
    """Tell the end of a leg that is not there (any more)."""


@dataclass(frozen=True, slots=True)
class UploadRecording:
    """PUT the file to `url`."""

    vocid: str
    url: str


@dataclass(frozen=True, slots=True)
class DeleteRecording:
    """Remove the file."""

    vocid: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Let this softphone register until then (ms since 1970)."""

    user: str
    secret: str = field(repr=False)
    until: int


Wish = (
    Ring
    | JoinConference
    | TakeTurn
    | Hold
    | Retrieve
    | Mute
    | Coach
    | SendDigits
    | StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | HangUp
    | Look
    | UploadRecording
    | DeleteRecording
    | Credentials
)
"""What a leg, a recording or a softphone should be, by an order."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command of the stack; `at` is in ms since 1970, `again` says that it may have been done before."""

    id: str
    at: int
    again: bool
    call: str
    leg: str
    channel: str
    wish: Wish


def read_order(body: bytes) -> Order:
    """Read a command as it came out of the queue, or raise BadMessage."""
    fields = Fields(_json(body, "the command"), "the command")
    do = fields.one_of("do", frozenset(_WISHES))
    return Order(
        id=fields.word("id"),
        at=fields.number("at"),
        again=fields.flag("again"),
        call=fields.name("call"),
        leg=fields.name("leg"),
        channel=fields.text("channel"),
        wish=_WISHES[do](fields),
    )


def write_order(order: Order) -> bytes:
    """Write a command as the stack does."""
    common = {name: getattr(order, name) for name in ("id", "at", "again", "call", "leg", "channel")}
    return json.dumps(common | {"do": do_of(order.wish)} | asdict(order.wish), ensure_ascii=False).encode()


def do_of(wish: Wish) -> str:
    """Give the word by which the protocol calls a wish."""
    return _WORDS[type(wish)]


def _ring(fields: Fields) -> Ring:
    return Ring(
        endpoint=fields.word("endpoint"),
        caller_id=fields.text("caller_id"),
        ring_seconds=fields.number("ring_seconds", 1, 3600),
        vocid=fields.name("vocid"),
        early_media=fields.flag("early_media"),
        muted=fields.flag("muted"),
        coaches=fields.name("coaches"),
    )


_WORDS: Mapping[type[Wish], str] = {
    Ring: "ring",
    JoinConference: "join",
    TakeTurn: "take_turn",
    Hold: "hold",
    Retrieve: "retrieve",
    Mute: "mute",
    Coach: "coach",
    SendDigits: "send_digits",
    StartRecording: "start_recording",
    PauseRecording: "pause_recording",
    ResumeRecording: "resume_recording",
    StopRecording: "stop_recording",
    HangUp: "hang_up",
    Look: "look",
    UploadRecording: "upload_recording",
    DeleteRecording: "delete_recording",
    Credentials: "credentials",
}

_WISHES: Mapping[str, Callable[[Fields], Wish]] = {
    "ring": _ring,
    "join": lambda fields: JoinConference(fields.name("vocid")),
    "take_turn": lambda fields: TakeTurn(fields.word("turn")),
    "hold": lambda fields: Hold(fields.text("sound")),
    "retrieve": lambda _: Retrieve(),
    "mute": lambda fields: Mute(fields.flag("muted")),
    "coach": lambda fields: Coach(fields.name("coaches")),
    "send_digits": lambda fields: SendDigits(_keys(fields, "digits", TONES)),
    "start_recording": lambda fields: StartRecording(fields.proper_name("vocid")),
    "pause_recording": lambda _: PauseRecording(),
    "resume_recording": lambda _: ResumeRecording(),
    "stop_recording": lambda _: StopRecording(),
    "hang_up": lambda _: HangUp(),
    "look": lambda _: Look(),
    "upload_recording": lambda fields: UploadRecording(fields.proper_name("vocid"), fields.word("url")),
    "delete_recording": lambda fields: DeleteRecording(fields.proper_name("vocid")),
    "credentials": lambda fields: Credentials(
        fields.proper_name("user"), fields.word("secret"), fields.number("until")
    ),
}


@dataclass(frozen=True, slots=True)
class CallArrived:
    """Somebody calls a number of ours: a question."""

    type: ClassVar[str] = "call.arrived"
    asks: ClassVar[bool] = True
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """How to go on: a question. Digits are secrets."""

    type: ClassVar[str] = "turn.taken"
    asks: ClassVar[bool] = True
    turn: str
    digits: str | None = field(default=None, repr=False)
    dialled: str | None = None


@dataclass(frozen=True, slots=True)
class LegRang:
    """The leg's device rings."""

    type: ClassVar[str] = "leg.rang"
    asks: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """It was picked up."""

    type: ClassVar[str] = "leg.answered"
    asks: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class LegJoined:
    """It is in the conference."""

    type: ClassVar[str] = "leg.joined"
    asks: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class LegEnded:
    """It is over, or never came about; who called whom is said of an arriving caller alone."""

    type: ClassVar[str] = "leg.ended"
    asks: ClassVar[bool] = False
    cause: str
    caller: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key was pressed in the conference."""

    type: ClassVar[str] = "leg.key"
    asks: ClassVar[bool] = False
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """A recording is over: completed, absent or failed."""

    type: ClassVar[str] = "recording.ended"
    asks: ClassVar[bool] = False
    vocid: str
    status: str
    seconds: int


@dataclass(frozen=True, slots=True)
class RecordingStored:
    """Its file was put where `upload_recording` said."""

    type: ClassVar[str] = "recording.stored"
    asks: ClassVar[bool] = False
    vocid: str


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """A command cannot be carried out: gone or refused."""

    type: ClassVar[str] = "command.failed"
    asks: ClassVar[bool] = False
    command: str
    why: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class PbxAlive:
    """How this pbx is: working, frozen or away; and which endpoints are registered."""

    type: ClassVar[str] = "pbx.alive"
    asks: ClassVar[bool] = False
    state: str
    endpoints: tuple[str, ...] = ()


News = (
    CallArrived
    | TurnTaken
    | LegRang
    | LegAnswered
    | LegJoined
    | LegEnded
    | KeyPressed
    | RecordingEnded
    | RecordingStored
    | CommandFailed
    | PbxAlive
)


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news, about a call's leg; `at` is when it happened (ms since 1970), `seq` rises in each call."""

    news: News
    call: str
    leg: str
    channel: str
    at: int
    seq: int


def write_news(told: Told) -> bytes:
    """Write the body of a webhook."""
    common = {"type": told.news.type, "call": told.call, "leg": told.leg, "channel": told.channel}
    timed = {"at": told.at, "seq": told.seq}
    return json.dumps(common | timed | asdict(told.news), ensure_ascii=False, separators=(",", ":")).encode()


def _json(body: bytes, what: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise BadMessage(f"{what} is not JSON.") from None
