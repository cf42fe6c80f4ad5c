"""What follows for the world outside: requests to Asterisk, news for the stack, sounds to be fetched, timers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from icall_bridge.messages import News, Prompt


@dataclass(frozen=True, slots=True)
class Mark:
    """The command by whose failure the stack is told: its `do`, and whether it was a second try."""

    do: str
    again: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One request to ARI, carried out in its turn.

    `about` is the channel that it is about: a failure is followed up by a look at that one. `makes` is the id of what
    it makes, by which events find their call. Statuses in `fine` are as good as done. Nothing of a `secret` one is
    ever logged. The stack is told when the command `order` fails by it.
    """

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    about: str = ""
    makes: str = ""
    fine: frozenset[int] = frozenset()
    secret: bool = False
    order: Mark | None = None
    body: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tell:
    """News for the stack; `question` numbers one whose answer is awaited, 0 for all others."""

    news: News
    leg: str
    channel: str
    question: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """A sound is wanted now; it comes back as SoundReady."""

    ticket: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Expect:
    """These will be wanted soon."""

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Let a timer ring in so many seconds; one of the same name begins anew."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class DropTimer:
    """Let a timer not ring."""

    name: str


@dataclass(frozen=True, slots=True)
class LookAt:
    """See whether a channel is still there; it comes back as ChannelIsThere or ChannelDestroyed."""

    channel: str


@dataclass(frozen=True, slots=True)
class Fill:
    """A recording that was broken off is about to go on: let it be silent for the time between."""

    vocid: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Asterisk does not tell how long a recording is: its file does; it comes back as RecordingOver."""

    vocid: str
    failed: bool = False


Effect = Request | Tell | Fetch | Expect | SetTimer | DropTimer | LookAt | Fill | Measure


@dataclass(slots=True)
class Effects:
    """What follows, in its order, while it is being found out."""

    found: list[Effect] = field(default_factory=list)

    def ask(
        self,
        method: str,
        *path: str,
        about: str = "",
        makes: str = "",
        fine: frozenset[int] = frozenset(),
        secret: bool = False,
        order: Mark | None = None,
        variables: Mapping[str, str] | None = None,
        **query: str,
    ) -> None:
        """Request something of ARI."""
        wanted = tuple((variables or {}).items())
        self.found.append(Request(method, path, tuple(query.items()), wanted, about, makes, fine, secret, order))

    def add(self, effect: Effect) -> None:
        """Add what is no request."""
        self.found.append(effect)

    def take(self) -> list[Effect]:
        """Give what was found, and begin anew."""
        found, self.found = self.found, []
        return found
