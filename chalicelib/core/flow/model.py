"""A flow as data: steps that know each other by name; reading.py makes it from a document and engine.py walks it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from chalicelib.core.flow.expressions import Expression
from chalicelib.core.flow.templates import Template
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text, and the language whose voice says it: not the caller's own in "For English, press 9"."""

    template: Template
    voice: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, by the caller's language."""

    by_language: Mapping[str, Utterance]


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that is played: a name of our media, or an https address."""

    sound: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Silence:
    """Seconds in which nothing is said."""

    seconds: int


Part = Words | Sound | Silence
Spoken = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step: what is said on it, and the step it leads to."""

    next: str
    say: Spoken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every step has: its name, a remark for people, and the way out when something in it fails."""

    id: str
    description: str = ""
    on_error: Way | None = None

    def ways(self) -> Iterator[tuple[str, Way]]:
        """Give every way out with its place inside the step."""
        return ((place, node) for place, node in nodes(self) if isinstance(node, Way))


@dataclass(frozen=True, slots=True, kw_only=True)
class SayStep(Step):
    """Says something."""

    text: Spoken
    next: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayStep(Step):
    """Plays a sound."""

    sound: Sound
    next: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Step):
    """What the steps that wait for keys share."""

    prompt: Spoken
    attempts: int
    timeout: int
    on_timeout: Way
    on_no_match: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStep(Question):
    """Offers a choice: one key, one way."""

    keys: Mapping[str, Way]


@dataclass(frozen=True, slots=True)
class DigitRules:
    """Which digits a collect takes; `finish_on` is empty when only the length or a pause ends them."""

    least: int
    most: int
    finish_on: str
    pattern: re.Pattern[str] | None = None

    def accept(self, digits: str) -> bool:
        """Tell whether the digits are as they should be."""
        fits = self.least <= len(digits) <= self.most and digits.isascii() and digits.isdigit()
        return fits and (self.pattern is None or self.pattern.fullmatch(digits) is not None)

    def stop_after(self) -> int:
        """Give how many keys to take at most.

        With a finishing key one more than the longest number: else that key, pressed after the last digit,
        would answer the next question, and a number that is too long would not be noticed.
        """
        return self.most + 1 if self.finish_on else self.most


@dataclass(frozen=True, slots=True)
class ReadBack:
    """How a number is confirmed: said again, then one key takes it and another asks anew."""

    prompt: Spoken
    yes_key: str
    again_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectStep(Question):
    """Asks for digits, and keeps them in the tag `into`, or hands them to the next step if they are sensitive."""

    digits: DigitRules
    into: str | None
    sensitive: bool
    confirm: ReadBack | None
    next: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmStep(Question):
    """Asks a question that is answered by yes or no."""

    yes_key: str
    no_key: str
    on_yes: Way
    on_no: Way


Value = Template | Expression


@dataclass(frozen=True, slots=True)
class NotFound:
    """When a plugin's answer means that there is nothing, and where that leads."""

    when: Expression
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStep(Step):
    """Asks a business system; its outputs are `plugin.<output>` and `results.<plugin>.<output>` from then on."""

    ask: str
    inputs: Mapping[str, Value]
    into: Mapping[str, str]
    next: Way
    on_not_found: NotFound | None
    on_failure: Way


@dataclass(frozen=True, slots=True)
class Case:
    """A condition and the way that is taken when it holds."""

    when: Expression
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchStep(Step):
    """Takes the way of the first case that holds."""

    cases: tuple[Case, ...]
    otherwise: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStep(Step):
    """Sets tags, values and the language, and reveals private tags."""

    tags: Mapping[str, Value]
    values: Mapping[str, Value]
    language: str | None
    reveal: tuple[str, ...]
    next: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep(Step):
    """Lets the caller wait for a person; the keys lead out of the waiting."""

    queue: str
    priority: int
    say: Spoken | None
    keys: Mapping[str, Way]
    max_wait: int | None
    on_timeout: Way | None
    on_full: Way
    on_closed: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep(Step):
    """Hands the call to a number, or to another flow."""

    number: str | None
    flow: str | None
    say: Spoken | None
    on_failure: Way | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupStep(Step):
    """Ends the call."""

    text: Spoken | None


ENDS = (QueueStep, TransferStep, HangupStep)
WAITS = (Question, QueueStep)


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow: `steps` by name, in the order of the document; `language` is the one that is spoken at first.

    `private` are the tags that are withheld from everybody, wherever they are set, until a step reveals them.
    """

    name: str
    language: str
    start: str
    steps: Mapping[str, Step]
    languages: tuple[str, ...] = ()
    description: str = ""
    on_fault: Way | None = None
    max_turns: int = 60
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PluginShape:
    """What a flow may assume of a plugin: the names of its inputs and outputs; `sensitive` inputs are never kept."""

    inputs: frozenset[str]
    outputs: frozenset[str]
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What a flow may refer to. None means: not checked, as when a version already published is read for a call.

    A plugin without a shape is there, but its declaration has mistakes of its own.
    """

    plugins: Mapping[str, PluginShape | None] | None = None
    queues: frozenset[str] | None = None
    sounds: frozenset[str] | None = None
    flows: frozenset[str] | None = None


# Fields of ours that the author of a document does not write: their contents stand in the place of their owner.
_UNWRITTEN = frozenset({"by_language", "template", "way"})


def nodes(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Give `value` and everything inside it with its place in the document."""
    yield place, value
    for name, inner in _inside(value):
        yield from nodes(inner, f"{place}{name}" if place else name.lstrip("."))


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Template | Expression | re.Pattern):
        return
    if is_dataclass(value):
        for item in fields(value):
            yield "" if item.name in _UNWRITTEN else f".{item.name}", getattr(value, item.name)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield f".{name}", inner
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield f"[{index}]" if len(value) > 1 else "", inner
