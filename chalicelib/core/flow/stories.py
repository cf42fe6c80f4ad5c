"""Stories: conversations that a flow must make come true, told line by line against the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.core.carrier.script import Play, Prompt, Say
from chalicelib.core.documents.examining import examine
from chalicelib.core.documents.fields import Field, Fields, ListOf, MapOf, OneOf, Record, Schema, Text
from chalicelib.core.flow.engine import (
    Ask,
    AskPlugin,
    Began,
    Context,
    Digits,
    End,
    Enqueue,
    Event,
    NoInput,
    Outcome,
    PluginAnswered,
    PluginFailed,
    QueueLeft,
    TransferOut,
    advance,
    begin,
)
from chalicelib.core.flow.model import Flow
from chalicelib.core.flow.scalars import FLOW_NAME, VALUE_NAME
from chalicelib.core.flow.templates import as_text
from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.mistakes import MistakesFound, Notes, kind_of
from chalicelib.core.speech.forms import LANGUAGES


class StoryMistakes(MistakesFound):
    """The story cannot be told; `mistakes` says everything that is wrong with it."""


class StoryBroken(BadRequest):
    """The flow does not make the story come true; the text says at which `line` (from 1), and what happened instead."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what is done or expected."""

    verb: str
    value: Any


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation with a flow."""

    title: str
    flow: str
    lines: tuple[Line, ...]
    language: str | None
    context: Context


@dataclass(slots=True)
class _Telling:
    """A story while it is told; `heard` is what the caller heard since they last did something."""

    flow: Flow
    context: Context
    outcome: Outcome
    heard: list[str] = field(default_factory=list)

    def happens(self, event: Event) -> None:
        """Let something happen."""
        if not isinstance(event, PluginAnswered | PluginFailed):
            self.heard.clear()
        self.take(advance(self.flow, self.outcome.run, event, self.context))

    def take(self, outcome: Outcome) -> None:
        """Hear what the outcome says, and remember its tags."""
        self.outcome = outcome
        self.context = replace(self.context, tags=outcome.tags, withheld=outcome.withheld)
        prompts = (*outcome.prompts, *(outcome.gather.prompts if isinstance(outcome, Ask) else ()))
        self.heard += [sound for sound in map(_sound_of, prompts) if sound]

    def expect(self, kind: type[Any], what: str) -> Any:
        """Give the outcome if it is of `kind`; else the story is broken."""
        if not isinstance(self.outcome, kind):
            raise StoryBroken(f"expected {what}, but {self.now()}")
        return self.outcome

    def now(self) -> str:
        """Say how things stand."""
        return f"{_told_of(self.outcome)}, at step {self.outcome.run.step}, after hearing: {' / '.join(self.heard)}"


def read_story(document: Any) -> Story:
    """Read a story; raises StoryMistakes with every mistake at once."""
    notes = Notes(error=StoryMistakes)
    examine(document, notes)
    values = Record(_story_fields()).read(document, notes)
    notes.refuse()
    known = {name: values[name] for name in ("caller", "called", "now", "zone", "tags")}
    return Story(
        title=values["story"],
        flow=values["flow"],
        lines=values["lines"],
        language=values["language"],
        context=Context(call_id="story", **known),
    )


def tell(story: Story, flow: Flow) -> None:
    """Tell the story to its end; raises StoryBroken at the first line that does not come true."""
    start = advance(flow, begin(flow, 1, story.language), Began(), story.context)
    telling = _Telling(flow, story.context, start)
    telling.take(start)
    for number, line in enumerate(story.lines, start=1):
        try:
            VERBS[line.verb].tell(telling, line.value)
        except StoryBroken as broken:
            where = f"{story.title}: line {number} ({line.verb}: {line.value})"
            raise StoryBroken(f"{where}: {broken}", number) from None


def schema() -> Schema:
    """Give the JSON Schema (2020-12) of a story document, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A story of icall",
        **Record(_story_fields(), "A conversation that a flow must make come true.").schema(),
    }


# What lines may say


def _hears(telling: _Telling, text: str) -> None:
    """Find the text in what was heard, and drop everything up to it: lines hear in order."""
    for place, heard in enumerate(telling.heard):
        if text in heard:
            rest = heard.partition(text)[2]
            telling.heard[: place + 1] = [rest] if rest else []
            return
    raise StoryBroken(f"heard instead: {' / '.join(telling.heard) or 'nothing more'}")


def _hears_nothing_of(telling: _Telling, text: str) -> None:
    if any(text in heard for heard in telling.heard):
        raise StoryBroken(f"heard: {' / '.join(telling.heard)}")


def _presses(telling: _Telling, digits: str) -> None:
    if isinstance(telling.outcome, Enqueue):
        if digits not in telling.outcome.keys:
            raise StoryBroken(f"no such key leads out of the queue, only {', '.join(telling.outcome.keys) or 'none'}")
        telling.happens(QueueLeft(f"key:{digits}"))
        return
    telling.expect(Ask, "to be asked for digits")
    telling.happens(Digits(digits))


def _waits(telling: _Telling, _: str) -> None:
    telling.expect(Ask, "to be asked for digits")
    telling.happens(NoInput())


def _asks(telling: _Telling, expected: Mapping[str, Any]) -> None:
    asked = telling.expect(AskPlugin, f"the plugin {expected['plugin']} to be asked")
    if asked.plugin != expected["plugin"]:
        raise StoryBroken(f"the plugin {asked.plugin} is asked")
    _compare(expected["told"], asked.inputs, "is told")


def _answers(telling: _Telling, outputs: Mapping[str, Any]) -> None:
    telling.expect(AskPlugin, "a plugin to be asked")
    telling.happens(PluginAnswered(outputs))


def _fails(telling: _Telling, reason: str) -> None:
    telling.expect(AskPlugin, "a plugin to be asked")
    telling.happens(PluginFailed(reason))


def _reaches(telling: _Telling, expected: Mapping[str, Any]) -> None:
    reached = telling.expect(Enqueue, f"to reach the queue {expected['queue']}")
    if reached.queue != expected["queue"]:
        raise StoryBroken(f"reached the queue {reached.queue}")
    _compare(expected["tags"], reached.tags, "has the tags")


def _leaves(telling: _Telling, way: str) -> None:
    telling.expect(Enqueue, "to wait in a queue")
    telling.happens(QueueLeft(way))


def _goes_to(telling: _Telling, target: str) -> None:
    if telling.expect(TransferOut, f"to go to {target}").target != target:
        raise StoryBroken(telling.now())


def _returns(telling: _Telling, way: str) -> None:
    telling.expect(TransferOut, "to be with a number outside")
    telling.happens(QueueLeft(way))


def _has_tags(telling: _Telling, tags: Mapping[str, Any]) -> None:
    _compare(tags, telling.outcome.tags, "has the tags")


def _withholds(telling: _Telling, tags: Mapping[str, Any]) -> None:
    _compare(tags, telling.outcome.withheld, "withholds")
    if shown := sorted(tags.keys() & telling.outcome.tags.keys()):
        raise StoryBroken(f"shows {', '.join(shown)}")


def _ends(telling: _Telling, reason: str) -> None:
    if telling.expect(End, "the call to end").reason != reason:
        raise StoryBroken(telling.now())


def _compare(expected: Mapping[str, Any], given: Mapping[str, str], what: str) -> None:
    if wrong := {name: given.get(name) for name, value in expected.items() if given.get(name) != as_text(value)}:
        raise StoryBroken(f"{what} {', '.join(f'{name}: {value}' for name, value in wrong.items())}")


def _sound_of(prompt: Prompt) -> str:
    if isinstance(prompt, Say):
        return prompt.text
    return f"({prompt.sound})" if isinstance(prompt, Play) else ""


def _told_of(outcome: Outcome) -> str:
    match outcome:
        case Ask():
            return "is asked for digits"
        case AskPlugin():
            return f"the plugin {outcome.plugin} is asked"
        case Enqueue():
            return f"waits in the queue {outcome.queue}"
        case TransferOut():
            return f"goes to {outcome.target}"
        case End():
            return f"the call ends ({outcome.reason})"


@dataclass(frozen=True, slots=True)
class _Verb:
    """A kind of line."""

    kind: Any
    about: str
    tell: Callable[[_Telling, Any], None]


@dataclass(frozen=True, slots=True)
class _Plain:
    """A single value: text, number, flag or nothing."""

    def read(self, value: Any, notes: Notes) -> Any:
        if value is not None and as_text(value) is None:
            notes.add(f"must be a single value, not {kind_of(value)}")
        return value

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean", "null"]}


@dataclass(frozen=True, slots=True)
class _OneVerb:
    """A line: a mapping with exactly one verb."""

    def read(self, value: Any, notes: Notes) -> Line | None:
        given = notes.fields(value, VERBS)
        if len(given) != 1:
            notes.add("must have exactly one verb")
            return None
        verb, inner = next(iter(given.items()))
        return Line(verb, VERBS[verb].kind.read(inner, notes.at(verb)))

    def schema(self) -> Schema:
        verbs = {name: verb.kind.schema() | {"description": verb.about} for name, verb in VERBS.items()}
        return {
            "type": "object",
            "properties": verbs,
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }


_VALUES = MapOf(VALUE_NAME, _Plain())
_ASKED: Fields = {
    "plugin": Field(FLOW_NAME, "The plugin.", required=True),
    "told": Field(_VALUES, "Inputs that it is told.", default={}),
}
_REACHED: Fields = {
    "queue": Field(FLOW_NAME, "The queue.", required=True),
    "tags": Field(_VALUES, "Tags that the call has by then.", default={}),
}
_DIGITS = Text(r"^[0-9*#]+$", "keys of a telephone, in quotes", 64)
_WAY = Text(r"^(timeout|full|closed|failed|key:[0-9*#])$", "timeout, full, closed, failed or key:<key>", 20)
VERBS: Mapping[str, _Verb] = {
    "hears": _Verb(Text(), "The caller hears this text, after what the line before heard.", _hears),
    "hears_nothing_of": _Verb(Text(), "This text is not among what is still to be heard.", _hears_nothing_of),
    "presses": _Verb(_DIGITS, "The caller presses these keys; in a queue, one that leads out of it.", _presses),
    "waits": _Verb(OneOf(("silently",)), "The caller presses nothing until the time is up.", _waits),
    "asks": _Verb(Record(_ASKED), "The flow asks a plugin.", _asks),
    "answers": _Verb(_VALUES, "The plugin answers with these outputs.", _answers),
    "fails": _Verb(Text(longest=40), "The plugin gives no answer, for this reason.", _fails),
    "reaches": _Verb(Record(_REACHED), "The caller reaches a queue.", _reaches),
    "leaves": _Verb(_WAY, "The caller leaves the queue that way.", _leaves),
    "goes_to": _Verb(Text(longest=40), "The call is transferred to this number or flow.", _goes_to),
    "returns": _Verb(OneOf(("completed", "failed")), "The caller is back from that number.", _returns),
    "has_tags": _Verb(_VALUES, "The call has these tags.", _has_tags),
    "withholds": _Verb(_VALUES, "The call has these tags, and nobody but the flow is shown them.", _withholds),
    "ends": _Verb(OneOf(("completed", "fault")), "The call ends.", _ends),
}


def _story_fields() -> Fields:
    line = Text(longest=100)
    return {
        "story": Field(Text(longest=200), "What happens, in a sentence.", required=True),
        "flow": Field(FLOW_NAME, "The flow's name.", required=True),
        "language": Field(OneOf(LANGUAGES), "The language that the call begins in. Left out: the flow's own."),
        "caller": Field(line, "The caller's number.", default=""),
        "called": Field(line, "The number that was called.", default=""),
        "now": Field(line, "The local time of the call, in quotes: '2026-03-05T14:05:00'.", default=""),
        "zone": Field(line, "The centre's time zone."),
        "tags": Field(MapOf(VALUE_NAME, Text()), "Tags that the call comes with.", default={}),
        "lines": Field(ListOf(_OneVerb(), most=200), "What is done and expected, in order.", required=True),
    }
