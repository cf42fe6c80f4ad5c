"""The language as tables: what a flow document may hold, field by field. The reader and the schema follow from them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from chalicelib.core.documents.fields import (
    Built,
    Field,
    Fields,
    Flag,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
)
from chalicelib.core.flow import model
from chalicelib.core.flow.expressions import Expression
from chalicelib.core.flow.scalars import DIGITS, FLOW_NAME, KEY, STEP_NAME, TAG, VALUE, VALUE_NAME, Condition, Key
from chalicelib.core.flow.wording import SOUND_FIELDS, SpokenText, WayOut, to_way, way_fields
from chalicelib.core.ground.mistakes import Notes
from chalicelib.core.speech.forms import LANGUAGES

MOST_STEPS = 300
DESCRIPTION = Field(Text(), "A remark for people; it does nothing.", default="")


class StepKind(NamedTuple):
    """One kind of step: the class it becomes and its fields."""

    make: Callable[..., model.Step]
    about: str
    fields: Fields


def _different(values: Mapping[str, Any], notes: Notes, one: str, other: str) -> None:
    if values[one] is not None and values[one] == values[other]:
        notes.at(other).add(f"is the same key as {one}")


def _read_back(values: Mapping[str, Any], notes: Notes) -> model.ReadBack:
    _different(values, notes, "yes_key", "again_key")
    return model.ReadBack(values["prompt"], values["yes_key"], values["again_key"])


class Vocabulary(NamedTuple):
    """The tables of one flow's languages."""

    spoken: SpokenText
    way: WayOut
    steps: Mapping[str, StepKind]


@lru_cache(maxsize=8)
def vocabulary(language: str, languages: tuple[str, ...], *, sure: bool = True) -> Vocabulary:
    """Give the tables for a flow that speaks `languages`, `language` first; not `sure` where others were refused."""
    spoken = SpokenText(language, languages, sure)
    way = WayOut(spoken)
    common = {
        "description": DESCRIPTION,
        "on_error": Field(way, "Where it goes when something in the step fails. Left out: the flow's on_fault."),
    }
    kinds = _speaking(spoken, way) | _asking(spoken, way) | _deciding(spoken, way) | _ending(spoken, way)
    return Vocabulary(
        spoken, way, {name: StepKind(kind.make, kind.about, kind.fields | common) for name, kind in kinds.items()}
    )


def _speaking(spoken: SpokenText, way: WayOut) -> dict[str, StepKind]:
    following = Field(way, "The step that follows.", required=True)
    return {
        "say": StepKind(
            model.SayStep,
            "Says something.",
            {"text": Field(spoken, "What is said.", required=True), "next": following},
        ),
        "play": StepKind(_play, "Plays a sound.", SOUND_FIELDS | {"next": following}),
    }


def _play(*, sound: str | None, loop: int | None, **values: Any) -> model.PlayStep:
    return model.PlayStep(sound=model.Sound(sound or "", loop or 1), **values)


def _question(spoken: SpokenText, way: WayOut) -> Fields:
    return {
        "prompt": Field(spoken, "What is asked; a key pressed meanwhile is taken.", required=True),
        "attempts": Field(Number(1, 10), "How many times it is asked in all.", default=3),
        "timeout": Field(Number(1, 60), "Seconds of silence that count as no entry.", default=5),
        "on_timeout": Field(
            way,
            "Nothing was entered: `say` after each attempt, `next` after the last. Without `say`: our own sentence.",
            required=True,
        ),
        "on_no_match": Field(
            way,
            "Something else was entered: `say` after each attempt, `next` after the last. Without `say`: our own.",
            required=True,
        ),
    }


def _asking(spoken: SpokenText, way: WayOut) -> dict[str, StepKind]:
    question = _question(spoken, way)
    keys = MapOf(Text(KEY, "one key of a telephone: 0 to 9, * or #", 1), way, fewest=1, most=12)
    read_back = Built(
        Record(
            {
                "prompt": Field(spoken, "Says the number again: `{{ entered | waybill }}`.", required=True),
                "yes_key": Field(Key(), "The key that takes it.", default="1"),
                "again_key": Field(Key(), "The key that asks anew.", default="2"),
            }
        ),
        _read_back,
    )
    return {
        "menu": StepKind(
            model.MenuStep,
            "Offers a choice: one key, one way.",
            question | {"keys": Field(keys, "The ways out by key.", required=True)},
        ),
        "collect": StepKind(
            model.CollectStep,
            "Asks for digits.",
            question
            | {
                "digits": Field(DIGITS, "Which digits are taken.", required=True),
                "into": Field(TAG, "The tag that keeps them; not with `sensitive`."),
                "sensitive": Field(
                    Flag(),
                    "They are kept nowhere and go only to the plugin step that follows, as `{{ entered }}`.",
                    default=False,
                ),
                "confirm": Field(read_back, "Reads them back, to be confirmed or entered again."),
                "next": Field(way, "The step that follows.", required=True),
            },
        ),
        "confirm": StepKind(
            model.ConfirmStep,
            "Asks a question that is answered by yes or no.",
            question
            | {
                "yes_key": Field(Key(), "The key for yes.", default="1"),
                "no_key": Field(Key(), "The key for no.", default="2"),
                "on_yes": Field(way, "Where yes leads.", required=True),
                "on_no": Field(way, "Where no leads.", required=True),
            },
        ),
    }


def _deciding(spoken: SpokenText, way: WayOut) -> dict[str, StepKind]:
    following = Field(way, "The step that follows.", required=True)
    values = MapOf(VALUE_NAME, VALUE)
    not_found = Record(
        {"when": Field(Condition(), "Means that there is nothing. Left out: the output `found` is false.")}
        | way_fields(spoken)
    )
    case = Record({"when": Field(Condition(), "JMESPath over the call.", required=True)} | way_fields(spoken))
    return {
        "plugin": StepKind(
            model.PluginStep,
            "Asks a business system by a plugin; its outputs are `plugin.<output>` from then on.",
            {
                "ask": Field(FLOW_NAME, "The plugin's name.", required=True),
                "inputs": Field(values, "What it is told, by the names of its inputs.", default={}),
                "into": Field(MapOf(TAG, VALUE_NAME), "Tags that keep outputs: tag to output.", default={}),
                "next": following,
                "on_not_found": Field(Built(not_found, _not_found), "The answer means that there is nothing."),
                "on_failure": Field(
                    way,
                    "The system was slow, down or wrong. Without `say`: the plugin's own sentence.",
                    required=True,
                ),
            },
        ),
        "branch": StepKind(
            model.BranchStep,
            "Takes the way of the first case that holds.",
            {
                "cases": Field(ListOf(Built(case, _case)), "Conditions and where they lead.", required=True),
                "otherwise": Field(way, "Where it goes when none holds.", required=True),
            },
        ),
        "set": StepKind(
            model.SetStep,
            "Sets tags, values and the language, and reveals private tags.",
            {
                "tags": Field(MapOf(TAG, VALUE), "Tags, which travel with the call to the agent.", default={}),
                "values": Field(values, "Values that stay in the flow, as `results.<name>`.", default={}),
                "language": Field(OneOf(spoken.languages if spoken.sure else LANGUAGES), "The language from here on."),
                "reveal": Field(ListOf(TAG), "Private tags of the flow that are shown from here on.", default=()),
                "next": following,
            },
        ),
    }


NOT_FOUND = Expression.of("plugin.found == `false`")


def _not_found(values: Mapping[str, Any], _: Notes) -> model.NotFound:
    return model.NotFound(values["when"] or NOT_FOUND, to_way(values))


def _case(values: Mapping[str, Any], _: Notes) -> model.Case:
    return model.Case(values["when"], to_way(values))


def _ending(spoken: SpokenText, way: WayOut) -> dict[str, StepKind]:
    keys = MapOf(Text(KEY, "one key of a telephone: 0 to 9, * or #", 1), way, most=12)
    number = Text(r"^\+?[0-9]{3,20}$", "a telephone number such as +8675583000000", 21)
    return {
        "queue": StepKind(
            model.QueueStep,
            "Lets the caller wait for a person.",
            {
                "queue": Field(FLOW_NAME, "The queue's name.", required=True),
                "priority": Field(Number(1, 9), "1 is served first, 9 last.", default=5),
                "say": Field(spoken, "What is said before the waiting."),
                "keys": Field(keys, "Keys that lead out of the waiting.", default={}),
                "max_wait": Field(Number(10, 7200), "Seconds after which `on_timeout` is taken."),
                "on_timeout": Field(way, "The caller has waited for `max_wait`."),
                "on_full": Field(way, "Too many are waiting.", required=True),
                "on_closed": Field(way, "Nobody serves the queue now.", required=True),
            },
        ),
        "transfer": StepKind(
            model.TransferStep,
            "Hands the call to a telephone number or to another flow: give one of the two.",
            {
                "number": Field(number, "The telephone number."),
                "flow": Field(FLOW_NAME, "The flow's name."),
                "say": Field(spoken, "What is said before."),
                "on_failure": Field(way, "The number is busy or does not answer. Left out: it is an error."),
            },
        ),
        "hangup": StepKind(model.HangupStep, "Ends the call.", {"text": Field(spoken, "What is said before.")}),
    }


class Later(NamedTuple):
    """A part that is read when the flow's languages are known."""

    described: Schema

    def read(self, value: Any, notes: Notes) -> Any:
        """Give it as it is, if it is anything."""
        if value is None:
            notes.add("must not be empty")
        return value

    def schema(self) -> Schema:
        """Describe it."""
        return self.described


@lru_cache(maxsize=1)
def flow_fields() -> Fields:
    """Give the fields of a flow."""
    language = OneOf(LANGUAGES)
    steps: Schema = {
        "type": "object",
        "propertyNames": STEP_NAME.schema(),
        "additionalProperties": {"$ref": "#/$defs/step"},
        "minProperties": 1,
        "maxProperties": MOST_STEPS,
    }
    return {
        "name": Field(FLOW_NAME, "The flow's name; a number refers to it.", required=True),
        "description": DESCRIPTION,
        "language": Field(language, "The language that is spoken at first.", required=True),
        "languages": Field(ListOf(language), "All its languages. Left out: the first alone."),
        "start": Field(STEP_NAME, "The first step. Left out: the first one written."),
        "max_turns": Field(Number(1, 200), "How many times a call may answer before it counts as lost.", default=60),
        "private": Field(
            ListOf(TAG),
            "Tags that no page and no business system is shown until a `set` step reveals them.",
            default=(),
        ),
        "on_fault": Field(
            Later({"$ref": "#/$defs/way"}),
            "Where a call goes when a step fails that has no `on_error`. Left out: an apology, and the end.",
        ),
        "steps": Field(Later(steps), "The steps by name.", required=True),
    }


def schema() -> Schema:
    """Give the JSON Schema (2020-12) of a flow document, for editors."""
    words = vocabulary(LANGUAGES[0], LANGUAGES)
    do = {"do": Field(OneOf(tuple(words.steps)), "What the step does.", required=True)}
    kinds = {name: Record(do | kind.fields, kind.about).schema() for name, kind in words.steps.items()}
    chosen = [{"if": {"properties": {"do": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}} for name in kinds]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A flow of icall",
        **Record(flow_fields(), "What a caller hears and may do.").schema(),
        "$defs": {
            "spoken": words.spoken.description(),
            "way": words.way.description(),
            "step": {
                "type": "object",
                "properties": {"do": do["do"].kind.schema()},
                "required": ["do"],
                "allOf": chosen,
            },
            **kinds,
        },
    }
