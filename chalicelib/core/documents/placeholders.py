"""Settings in documents: `${NAME}` in any text of a configuration is filled in when it is applied.

Addresses differ from one deployment to the next; the document stays the same. Secrets are never filled in.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.core.documents.examining import examine
from chalicelib.core.ground.mistakes import Mistake, MistakesFound, Notes, did_you_mean

_PLACEHOLDER = re.compile(r"\$\{([^${}]*)(\}?)")


class SettingsMissing(MistakesFound):
    """The document asks for settings that this deployment does not have."""


def fill(document: Any, settings: Mapping[str, str]) -> Any:
    """Give the document with every `${NAME}` replaced, or raise SettingsMissing naming the unknown."""
    filled, missing = fill_known(document, settings)
    if missing:
        raise SettingsMissing(missing)
    return filled


def fill_known(document: Any, settings: Mapping[str, str]) -> tuple[Any, tuple[Mistake, ...]]:
    """Give the document with those `${NAME}`s replaced that are known, and a mistake for each of the others.

    Raises:
        SettingsMissing: the document is none of ours at all (see documents.py).
    """
    notes = Notes(error=SettingsMissing)
    examine(document, notes)
    return _fill(document, settings, notes), tuple(notes.found)


def _fill(value: Any, settings: Mapping[str, str], notes: Notes) -> Any:
    if isinstance(value, str):
        return _fill_text(value, settings, notes) if "${" in value else value
    if isinstance(value, Mapping):
        return {name: _fill(inner, settings, notes.at(str(name))) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, settings, notes.at(index)) for index, inner in enumerate(value)]
    return value


def _fill_text(text: str, settings: Mapping[str, str], notes: Notes) -> str:
    wrong: list[str] = []

    def setting(found: "re.Match[str]") -> str:
        name = found.group(1)
        if not found.group(2):
            wrong.append("has a ${ without its }")
        elif name not in settings:
            wrong.append(f"there is no setting {name!r} here{did_you_mean(name, settings)}")
        return settings.get(name, found.group())

    filled = _PLACEHOLDER.sub(setting, text)
    for message in dict.fromkeys(wrong):
        notes.add(message)
    return filled
