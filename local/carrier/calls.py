"""A call leg: one party's channel, its state, and what that party hears."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from local.carrier.twilio_webhooks import Callback

EventKind = Literal["hears", "plays", "presses", "says", "event"]
Status = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"
]
WAITING: frozenset[Status] = frozenset({"queued", "initiated", "ringing"})
ENDED: frozenset[Status] = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


Direction = Literal["inbound", "outbound-api", "outbound-dial"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One line of a party's transcript."""

    at: float
    kind: EventKind
    text: str
    language: str = ""
    """Of a text that is spoken, where the document names one."""

    def __str__(self) -> str:
        """As the command line prints it."""
        return f"{self.kind}: {self.text}" if self.kind != "event" else self.text


@dataclass(slots=True)
class Transcript:
    """What a party heard, did and met, in order."""

    entries: list[Heard] = field(default_factory=list)

    def add(self, at: float, kind: EventKind, text: str, language: str = "") -> None:
        """Write a line."""
        self.entries.append(Heard(at, kind, text, language))

    def find(self, wanted: str | re.Pattern[str], start: int) -> int | None:
        """The place of the first line from `start` on that the party heard and that matches."""
        for place, entry in enumerate(self.entries[start:], start):
            if entry.kind in {"hears", "plays"} and _matches(wanted, entry.text):
                return place
        return None

    def __str__(self) -> str:
        """All lines, for a failing test."""
        return "\n".join(f"{entry.at % 100000:9.2f}  {entry}" for entry in self.entries) or "(silence)"


def _matches(wanted: str | re.Pattern[str], text: str) -> bool:
    return bool(wanted.search(text)) if isinstance(wanted, re.Pattern) else wanted in text


@dataclass(frozen=True, slots=True)
class Document:
    """Where a call's instructions come from: an address, or TwiML at hand."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"


def _nobody_listens(_key: str) -> None:
    return


def _nobody_waits() -> None:
    return


@dataclass(slots=True, eq=False)
class Call:
    """A leg. `keypad` and `microphone` are where the party's input goes at this moment."""

    sid: str
    from_: str
    to: str
    direction: Direction
    created_at: float
    status: Status = "queued"
    progress: Callback | None = None
    document: Document = field(default_factory=Document)
    answered_at: float | None = None
    ended_at: float | None = None
    queue_seconds: float = 0.0
    time_limit: float | None = None
    """Seconds from the answer on."""
    parent_sid: str = ""
    deleted: bool = False
    """Whether the REST API has forgotten it."""
    bridged: "Call | None" = None
    """The leg this one talks with outside of conferences."""
    sequence: int = 0
    sip_code: str = ""
    """How the far end refused, where its status alone does not say it."""
    call_token: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further fields of the call's webhooks: CallerName, ForwardedFrom, SipHeader_X-..."""
    transcript: Transcript = field(default_factory=Transcript)
    keypad: Callable[[str], None] = _nobody_listens
    microphone: Callable[[str], None] = _nobody_listens
    on_answer: Callable[[], None] = _nobody_waits
    on_end: list[Callable[[], None]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether the leg is over, however it ended."""
        return self.status in ENDED

    @property
    def answered(self) -> bool:
        """Whether the party is connected now."""
        return self.status == "in-progress"

    @property
    def party(self) -> str:
        """The address of the party at the far end of the leg."""
        return self.from_ if self.direction == "inbound" else self.to

    def seconds(self, now: float) -> int:
        """The billed length: from answer to end."""
        if self.answered_at is None:
            return 0
        return round((self.ended_at or now) - self.answered_at)

    @property
    def listened_to(self) -> bool:
        """Whether a key pressed now goes anywhere."""
        return self.keypad is not _nobody_listens

    def parties(self) -> dict[str, str]:
        """Who calls whom, as every webhook of the leg says it."""
        ends = {"From": self.from_, "Caller": self.from_, "To": self.to, "Called": self.to}
        parent = {"ParentCallSid": self.parent_sid} if self.parent_sid else {}
        return ends | parent | dict(self.extra)

    def unplug(self) -> None:
        """Send the party's input nowhere."""
        self.keypad = _nobody_listens
        self.microphone = _nobody_listens
