"""A configuration document becomes a Centre, or is refused with every mistake and its place."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chalicelib.core.centre.model import Centre
from chalicelib.core.centre.sections import SECTIONS
from chalicelib.core.documents.examining import examine
from chalicelib.core.documents.shapes import Entry, Reading
from chalicelib.core.ground.mistakes import Mistake, MistakesFound, Notes
from chalicelib.core.speech.forms import LANGUAGES

_CENTRE = Entry(Centre, SECTIONS, "version")
_UNSHARED = (("agents", "seat"), ("agents", "user_names"), ("reasons", "code"))
"""What no two entries of a section may have in common."""
_CALL = {"7": "call"}
"""Public pages place calls with action 7: whatever else is renumbered, this stays."""


class CentreMistakes(MistakesFound):
    """The document is no configuration of a centre; `mistakes` says why."""


def read_centre(document: Any, version: int) -> Centre:
    """Give the centre that `document` (parsed YAML or JSON) configures, or raise CentreMistakes."""
    notes = Reading(error=CentreMistakes)
    examine(document, notes)
    notes = Reading(error=CentreMistakes, names=_names(document))
    centre: Centre = _CENTRE.read(document, notes, version)
    if isinstance(document, Mapping):
        for section, field in _UNSHARED:
            _check_unshared(document, section, field, notes)
        _check_call_code(document, notes)
    notes.refuse()
    return centre


def to_document(centre: Centre) -> dict[str, Any]:
    """Give the document that `read_centre` would make this centre from; defaults are left out."""
    return _CENTRE.write(centre)


def schema() -> dict[str, Any]:
    """Give the JSON Schema of configuration documents, for editors; only the reader follows references."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "icall: the configuration of a centre",
    } | _CENTRE.schema()


def unspoken_languages(document: Any) -> Iterator[Mistake]:
    """Give the languages that nobody can speak: nothing new may declare them, and what is in force is still read."""
    languages = document.get("languages") if isinstance(document, Mapping) else None
    for index, language in enumerate(languages if isinstance(languages, list) else ()):
        if isinstance(language, str) and language not in LANGUAGES:
            told = f"cannot be spoken: the languages are {' and '.join(LANGUAGES)}"
            yield Mistake(f"languages[{index}]", told)


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
