"""A document becomes a Configuration, or a Centre, or is refused with every mistake and its place."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chalicelib.core.centre.model import Centre, Configuration
from chalicelib.core.centre.sections import PEOPLE, SECTIONS
from chalicelib.core.documents.examining import MANY, examine
from chalicelib.core.documents.shapes import Entry, Reading
from chalicelib.core.ground.mistakes import Mistake, MistakesFound, Notes
from chalicelib.core.speech.forms import LANGUAGES

_CONFIGURATION = Entry(Configuration, SECTIONS, "version")
_CENTRE = Entry(Centre, {name: kind for name, kind in SECTIONS.items() if name not in PEOPLE}, "version")
_UNSHARED = (("agents", "seat"), ("agents", "user_names"), ("reasons", "code"))
"""What no two entries of a section may have in common."""
_CALL = {"7": "call"}
"""Public pages place calls with action 7: whatever else is renumbered, this stays."""


class CentreMistakes(MistakesFound):
    """The document is no configuration of a centre; `mistakes` says why."""


def read_configuration(document: Any, version: int) -> Configuration:
    """Give the configuration that a whole `document` (parsed YAML or JSON) is, or raise CentreMistakes."""
    examine_configuration(document)
    notes = Reading(error=CentreMistakes, names=_names(document))
    configuration: Configuration = _CONFIGURATION.read(document, notes, version)
    _check_the_whole(document, notes)
    return configuration


def read_centre(document: Any, version: int) -> Centre:
    """Give the centre of a document `without_people`, as it is stored, or raise CentreMistakes."""
    examine(document, Reading(error=CentreMistakes))
    notes = Reading(error=CentreMistakes, names=_names(document))
    centre: Centre = _CENTRE.read(document, notes, version)
    _check_the_whole(document, notes)
    return centre


def examine_configuration(document: Any) -> None:
    """Raise CentreMistakes if a document is too large: its people may be many, the rest is as small as any document."""
    examine(without_people(document), Reading(error=CentreMistakes))
    if isinstance(document, Mapping):
        people = {name: document[name] for name in PEOPLE if name in document}
        examine(people, Reading(error=CentreMistakes), MANY)


def without_people(document: Any) -> Any:
    """Give the document without its agents and seats: what a process reads whole when it starts."""
    if not isinstance(document, Mapping):
        return document
    return {name: value for name, value in document.items() if name not in PEOPLE}


def to_document(configuration: Configuration) -> dict[str, Any]:
    """Give the document that this configuration would be read from; defaults are left out."""
    return _CONFIGURATION.write(configuration)


def to_centre_document(centre: Centre) -> dict[str, Any]:
    """Give the document that this centre, or a configuration without its people, would be read from."""
    return _CENTRE.write(centre)


def schema() -> dict[str, Any]:
    """Give the JSON Schema of configuration documents, for editors; only the reader follows references."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "icall: the configuration of a centre",
    } | _CONFIGURATION.schema()


def unspoken_languages(document: Any) -> Iterator[Mistake]:
    """Give the languages that nobody can speak: nothing new may declare them, and what is in force is still read."""
    languages = document.get("languages") if isinstance(document, Mapping) else None
    for index, language in enumerate(languages if isinstance(languages, list) else ()):
        if isinstance(language, str) and language not in LANGUAGES:
            told = f"cannot be spoken: the languages are {' and '.join(LANGUAGES)}"
            yield Mistake(f"languages[{index}]", told)


def _check_the_whole(document: Any, notes: Notes) -> None:
    if isinstance(document, Mapping):
        for section, field in _UNSHARED:
            _check_unshared(document, section, field, notes)
        _check_call_code(document, notes)
    notes.refuse()


def _names(document: Any) -> Mapping[str, Collection[str]]:
    """Give what each section declares, even wrongly: one mistake should not make others."""
    if not isinstance(document, Mapping):
        return {}
    names = {section: _declared(value) for section, value in document.items()}
    declared = {*names.get("languages", ())}
    return names if declared <= {*LANGUAGES} else names | {"languages": declared.union(LANGUAGES)}


def _declared(value: Any) -> Collection[str]:
    return {str(name) for name in value} if isinstance(value, Mapping | list) else ()


def entries(document: Any, section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give what a section of the document holds by name, as far as it is what it should be."""
    value = document.get(section) if isinstance(document, Mapping) else None
    if isinstance(value, Mapping):
        yield from ((str(name), entry) for name, entry in value.items() if isinstance(entry, Mapping))


def _check_unshared(document: Mapping[str, Any], section: str, field: str, notes: Notes) -> None:
    """Note every value of `field` that two entries share; a user name that is another's AgentID counts."""
    owners = {name: name for name, _ in entries(document, section)} if field == "user_names" else {}
    for name, entry in entries(document, section):
        place, value = notes.at(section).at(name).at(field), entry.get(field)
        if isinstance(value, list):
            for index, item in enumerate(value):
                _claim(owners, item, name, place.at(index))
        else:
            _claim(owners, value, name, place)


def _claim(owners: dict[Any, str], value: Any, name: str, notes: Notes) -> None:
    if isinstance(value, str | int) and (owner := owners.setdefault(value, name)) != name:
        notes.add(f"is already that of {owner}")


def _check_call_code(document: Mapping[str, Any], notes: Notes) -> None:
    for section, codes in entries(document, "codes"):
        for code, name in codes.items():
            if section == "actions" and _CALL.get(str(code), name) != name:
                notes.at("codes").at(section).at(str(code)).add("must stay 'call': published pages rely on it")
