"""Kinds of field that say something, and the ways out, which may say something too."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.core.documents.fields import (
    Built,
    Either,
    Field,
    Fields,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
)
from chalicelib.core.flow import model
from chalicelib.core.flow.scalars import MEDIA, STEP_NAME
from chalicelib.core.flow.templates import read_template
from chalicelib.core.ground.mistakes import Notes, did_you_mean
from chalicelib.core.speech.forms import LANGUAGES


class SpokenText(NamedTuple):
    """What is said: a text in the flow's language, texts by language, sounds, pauses, or a list of them."""

    language: str
    languages: tuple[str, ...]
    sure: bool = True

    def read(self, value: Any, notes: Notes) -> model.Spoken:
        """Give its parts."""
        if not isinstance(value, list):
            return (self._part(value, notes),)
        if not 0 < len(value) <= 20:  # noqa: PLR2004 - said in the sentence
            notes.add("must have 1 to 20 parts")
        return tuple(self._part(part, notes.at(place)) for place, part in enumerate(value[:40]))

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
        if self.sure and isinstance(value, Mapping):
            self._check_languages(given, notes, names)
        return model.Words(
            {name: _utterance(given[name], name, names(name)) for name in self.languages if name in given}
        )

    def _check_languages(self, given: Mapping[str, Any], notes: Notes, names: Callable[[str], Notes]) -> None:
        for name in given:
            if name not in self.languages:
                names(str(name)).add(f"is no language of this flow{did_you_mean(str(name), self.languages)}")
        for name in self.languages:
            if name not in given:
                notes.add(f"has no text in {name}")

    def schema(self) -> Schema:
        """Refer to the one description of it."""
        return {"$ref": "#/$defs/spoken"}

    def description(self) -> Schema:
        """Describe it in full."""
        by_language = Record({name: Field(_UTTERANCE, f"The text in {name}.") for name in self.languages}).schema()
        part = [Text().schema(), by_language | {"minProperties": 1}, SOUND.schema(), _PAUSE.schema()]
        return {"anyOf": [*part, {"type": "array", "items": {"anyOf": part}, "minItems": 1, "maxItems": 20}]}


class WayOut(NamedTuple):
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


def way_fields(spoken: SpokenText) -> Fields:
    """Give the fields of a way out that is written in full."""
    return {
        "say": Field(spoken, "What is said on the way."),
        "next": Field(STEP_NAME, "The step it leads to.", required=True),
    }


def to_way(values: Mapping[str, Any]) -> model.Way:
    """Make the way of its fields."""
    return model.Way(values["next"] or "", values["say"])


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
