"""What goes into a turn of a flow and what comes out: where the call is, what happened, what must be done now."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from chalicelib.core.carrier.script import Gather, Prompt
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Where a call is in its flow; JSON-ready, small, and without sensitive digits (I13): it is stored with each turn.

    Attributes:
        attempts: tries at the present step.
        turns: webhooks so far.
        entered: digits that wait to be confirmed.
        results: outputs by plugin, and values of `set` steps.
        asked: the plugin that answered last.
        passed: steps since the last webhook.
        faults: faults so far that led to the flow's `on_fault`.
    """

    flow: str
    version: int
    step: str
    language: str
    attempts: int = 0
    turns: int = 0
    entered: str = ""
    results: Mapping[str, Any] = field(default_factory=dict)
    asked: str = ""
    passed: int = 0
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What a flow may know of its call; `now` is an ISO 8601 datetime, local to `zone`.

    `withheld` are tags that the flow alone sees: nobody is shown them until a step reveals them.
    """

    caller: str = ""
    called: str = ""
    call_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    now: str = ""
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """The call entered the flow."""


@dataclass(frozen=True, slots=True)
class Digits:
    """The caller pressed keys."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoInput:
    """The caller pressed nothing."""


@dataclass(frozen=True, slots=True)
class PluginAnswered:
    """The plugin gave its outputs."""

    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PluginFailed:
    """The plugin gave no answer that can be used; `text` is its own apology by language."""

    reason: str
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The caller is back, from a queue by timeout, key:<digit>, full, closed or failed.

    From a number that the call was transferred to: completed when there was a conversation, else failed.
    """

    way: str


Event = Began | Digits | NoInput | PluginAnswered | PluginFailed | QueueLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What every outcome has: the new place, ALL tags as they are now, and what must be said first."""

    run: Run
    tags: Mapping[str, str]
    withheld: Mapping[str, str] = field(default_factory=dict)
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Turned):
    """The caller must enter something; the gather's token is left empty."""

    gather: Gather


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPlugin(Turned):
    """A plugin must be asked in this same turn; `inputs` may be sensitive: never store or log them."""

    plugin: str
    inputs: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue(Turned):
    """The caller must wait; `keys` are the digits that lead out, with the steps they lead to."""

    queue: str
    priority: int
    keys: Mapping[str, str]
    max_wait: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOut(Turned):
    """The call must go to a telephone number or to another flow."""

    target_kind: Literal["number", "flow"]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Turned):
    """The call must end."""

    reason: Literal["completed", "fault"]


Outcome = Ask | AskPlugin | Enqueue | TransferOut | End
