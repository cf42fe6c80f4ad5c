"""The language as tables: what a flow document may hold, field by field. The reader and the schema follow from them."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.core import tags
from chalicelib.core.fields import (
    Built,
    Either,
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
from chalicelib.core.flow.expressions import Expression, read_expression
from chalicelib.core.flow.templates import Template, looks_like_a_path, read_template
from chalicelib.core.mistakes import Notes, did_you_mean, kind_of
from chalicelib.core.speech.forms import LANGUAGES

MOST_STEPS = 300
KEY = r"^[0-9*#]$"
STEP_NAME = Text(r"^[a-z][a-z0-9_]{0,39}$", "a name of small letters, digits and _ such as ask_waybill", 40)
FLOW_NAME = Text(r"^[a-z][a-z0-9-]{0,39}$", "a name of small letters, digits and - such as freight-waybill", 40)
VALUE_NAME = Text(r"^[A-Za-z_][A-Za-z0-9_]{0,39}$", "a name of letters, digits and _", 40)
MEDIA = Text(r"^([a-z0-9][a-z0-9_-]{0,63}|https://\S+)$", "the name of a sound, or an https address", 500)
DESCRIPTION = Field(Text(), "A remark for people; it does nothing.", default="")

# Digit patterns are regular expressions without repeated groups, and with few open repeats: such a pattern cannot
# be made to search for ages.
_ATOM = r"(?:\\d|\.|[0-9]|\[\^?(?:[0-9]|[0-9]-[0-9])+\])"
_SAFE_PATTERN = re.compile(
    rf"(?:{_ATOM}(?:\{{[0-9]{{1,2}}\}}|\{{[0-9]{{0,2}},[0-9]{{0,2}}\}}|[?*+])?|[|()](?![?*+{{]))+"
)
_OPEN_REPEAT = re.compile(r"[?*+]|,[0-9]*\}")
_MOST_OPEN_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a telephone; a bare number of one digit is taken for its key."""

    def read(self, value: Any, notes: Notes) -> str | None:
        """Give the key."""
        if not isinstance(value, bool) and re.search(KEY, str(value)):
            return str(value)
        notes.add("must be one key of a telephone: 0 to 9, * or #")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"anyOf": [{"type": "string", "pattern": KEY}, {"type": "integer", "minimum": 0, "maximum": 9}]}


@dataclass(frozen=True, slots=True)
class Condition:
    """A JMESPath expression over what the call knows."""

    def read(self, value: Any, notes: Notes) -> Expression | None:
        """Give it compiled."""
        text = Text(longest=500).read(value, notes)
        return None if text is None else read_expression(text, notes)

    def schema(self) -> Schema:
        """Describe it."""
        return Text(longest=500).schema()


@dataclass(frozen=True, slots=True)
class Constant:
    """A text with look-ups, or a number or flag taken as its text."""

    def read(self, value: Any, notes: Notes) -> Template | None:
        """Give it as a template."""
        if not isinstance(value, str | int | float):
            notes.add(f'must be a text, or {{expression: "..."}}, not {kind_of(value)}')
            return None
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if looks_like_a_path(text):
            notes.add(f"is said to the letter; to look the value up, write {{{{ {text.strip()} }}}}")
        return read_template(text, notes)

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class SpokenText:
    """What is said: a text in the flow's language, texts by language, sounds, pauses, or a list of them."""

    language: str
    languages: tuple[str, ...]

    def read(self, value: Any, notes: Notes) -> model.Spoken:
        """Give its parts."""
        if not isinstance(value, list):
            return (self._part(value, notes),)
        if not 0 < len(value) <= 20:  # noqa: PLR2004 - said in the sentence
            notes.add("must have 1 to 20 parts")
        return tuple(self._part(part, notes.at(place)) for place, part in enumerate(value))

    def _part(self, value: Any, notes: Notes) -> model.Part:
        if isinstance(value, Mapping) and "sound" in value:
            sound: model.Sound = SOUND.read(value, notes)
            return sound
        if isinstance(value, Mapping) and "pause" in value:
            return model.Silence(_PAUSE.read(value, notes)["pause"])
        if isinstance(value, str):
            value, names = {self.language: value}, lambda _: notes
        else:
            names = notes.at
        return self._words(value, notes, names)

    def _words(self, value: Any, notes: Notes, names: Callable[[str], Notes]) -> model.Words:
        given = notes.mapping(value)
        for name in given:
            if name not in self.languages:
                names(str(name)).add(f"is no language of this flow{did_you_mean(str(name), self.languages)}")
        for name in self.languages:
            if name not in given and isinstance(value, Mapping):
                notes.add(f"has no text in {name}")
        return model.Words(
            {name: _utterance(given[name], name, names(name)) for name in self.languages if name in given}
        )

    def schema(self) -> Schema:
        """Refer to the one description of it."""
        return {"$ref": "#/$defs/spoken"}

    def description(self) -> Schema:
        """Describe it in full."""
        by_language = Record({name: Field(_UTTERANCE, f"The text in {name}.") for name in self.languages}).schema()
        part = [Text().schema(), by_language | {"minProperties": 1}, SOUND.schema(), _PAUSE.schema()]
        return {"anyOf": [*part, {"type": "array", "items": {"anyOf": part}, "minItems": 1, "maxItems": 20}]}


@dataclass(frozen=True, slots=True)
class WayOut:
    """A step's name, or what is said and then the step's name."""

    spoken: SpokenText

    def read(self, value: Any, notes: Notes) -> model.Way:
        """Give the way."""
        if isinstance(value, str):
            return model.Way(STEP_NAME.read(value, notes) or "")
        return to_way(self._full().read(value, notes))

    def _full(self) -> Record:
        return Record(way_fields(self.spoken))

    def schema(self) -> Schema:
        """Refer to the one description of it."""
        return {"$ref": "#/$defs/way"}

    def description(self) -> Schema:
        """Describe it in full."""
        return {"anyOf": [STEP_NAME.schema(), self._full().schema()]}


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step: the class it becomes and its fields."""

    make: Callable[..., model.Step]
    about: str
    fields: Fields


def way_fields(spoken: SpokenText) -> Fields:
    """Give the fields of a way out that is written in full."""
    return {
        "say": Field(spoken, "What is said on the way."),
        "next": Field(STEP_NAME, "The step it leads to.", required=True),
    }


def to_way(values: Mapping[str, Any]) -> model.Way:
    """Make the way of its fields."""
    return model.Way(values["next"] or "", values["say"])


def _tag_name(value: str | None, notes: Notes) -> str | None:
    if value is not None and value in tags.SYSTEM - {"AUTHRESULT"}:
        notes.add("is a tag of the system's own: choose another name")
    return value


def _digit_rules(values: Mapping[str, Any], notes: Notes) -> model.DigitRules:
    least, most = values["min"] or 1, values["max"] or 1
    if least > most:
        notes.at("min").add("is more than max")
    finish_on = values["finish_on"]
    if finish_on is None:
        finish_on = "#" if least < most else ""
    return model.DigitRules(least, most, "" if finish_on == "none" else finish_on, values["pattern"])


def _pattern(text: str | None, notes: Notes) -> re.Pattern[str] | None:
    if text is None:
        return None
    if _SAFE_PATTERN.fullmatch(text) and len(_OPEN_REPEAT.findall(text)) <= _MOST_OPEN_REPEATS:
        with suppress(re.error):
            return re.compile(text)
    notes.add(
        "must be a simple regular expression of digits, such as 1[3-9]\\d{9}: no repeated groups,"
        f" at most {_MOST_OPEN_REPEATS} repeats of open length"
    )
    return None


def _different(values: Mapping[str, Any], notes: Notes, one: str, other: str) -> None:
    if values[one] is not None and values[one] == values[other]:
        notes.at(other).add(f"is the same key as {one}")


def _read_back(values: Mapping[str, Any], notes: Notes) -> model.ReadBack:
    _different(values, notes, "yes_key", "again_key")
    return model.ReadBack(values["prompt"], values["yes_key"], values["again_key"])


def _expression(values: Mapping[str, Any], _: Notes) -> Expression | None:
    expression: Expression | None = values["expression"]
    return expression


def _sound(values: Mapping[str, Any], _: Notes) -> model.Sound:
    return model.Sound(values["sound"] or "", values["loop"] or 1)


def _utterance(value: Any, language: str, notes: Notes) -> model.Utterance:
    read = _UTTERANCE.read(value, notes)
    text, voice = (read["text"], read["voice"]) if isinstance(read, Mapping) else (read, None)
    return model.Utterance(read_template(text or "", notes), voice or language)


_VOICED = {
    "text": Field(Text(), "The text.", required=True),
    "voice": Field(OneOf(LANGUAGES), "The language it is spoken in, when that is another.", required=True),
}
_UTTERANCE = Either(dict, Record(_VOICED), Text())
SOUND_FIELDS: Fields = {
    "sound": Field(MEDIA, "A sound of our media by its name, or an https address.", required=True),
    "loop": Field(Number(1, 100), "How many times it is played.", default=1),
}
SOUND = Built(Record(SOUND_FIELDS), _sound)
_PAUSE = Record({"pause": Field(Number(1, 60), "Seconds in which nothing is said.", required=True)})
_EXPRESSION = Record({"expression": Field(Condition(), "JMESPath that gives the value.", required=True)})
VALUE = Either(dict, Built(_EXPRESSION, _expression), Constant())
TAG = Built(Text(r"^[A-Za-z][A-Za-z0-9_]{0,31}$", "a tag's name: letters, digits and _", 32), _tag_name)
DIGITS = Built(
    Record(
        {
            "min": Field(Number(1, 32), "The fewest digits.", default=1),
            "max": Field(Number(1, 32), "The most digits.", required=True),
            "finish_on": Field(
                OneOf(("#", "*", "none")),
                "The key that ends the entry. Left out: # when min and max differ, else none.",
            ),
            "pattern": Field(Built(Text(longest=64), _pattern), "A simple regular expression that all must match."),
        }
    ),
    _digit_rules,
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tables of one flow's languages."""

    spoken: SpokenText
    way: WayOut
    steps: Mapping[str, StepKind]


@lru_cache(maxsize=8)
def vocabulary(language: str, languages: tuple[str, ...]) -> Vocabulary:
    """Give the tables for a flow that speaks `languages`, `language` first."""
    spoken = SpokenText(language, languages)
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
            "Sets tags, values and the language.",
            {
                "tags": Field(MapOf(TAG, VALUE), "Tags, which travel with the call to the agent.", default={}),
                "values": Field(values, "Values that stay in the flow, as `results.<name>`.", default={}),
                "language": Field(OneOf(spoken.languages), "The language from here on."),
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
            },
        ),
        "hangup": StepKind(model.HangupStep, "Ends the call.", {"text": Field(spoken, "What is said before.")}),
    }


@dataclass(frozen=True, slots=True)
class Later:
    """A part that is read when the flow's languages are known."""

    described: Schema

    def read(self, value: Any, _: Notes) -> Any:
        """Give it as it is."""
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
