"""Texts with values in them: `{{ plugin.plate | plate, default: "unknown" }}` looks up and formats, no more."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.ground.mistakes import Notes, did_you_mean
from chalicelib.core.ground.values import dataclass
from chalicelib.core.speech.forms import FORMS

ROOTS = ("tags", "results", "plugin", "entered", "caller", "called", "call_id", "now", "clock", "language")

# Nothing inside begins another: so that a text of nothing but braces is read once, not once from each of them.
_PLACEHOLDER = re.compile(r"\{\{((?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)
_INSIDE = re.compile(
    r"""\s*(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
        \s*(?:\|\s*(?P<form>\w+)\s*)?
        (?:,\s*default:\s*"(?P<default>[^"]*)"\s*)?""",
    re.VERBOSE,
)
_LIKE_A_PATH = re.compile(rf"(?:{'|'.join(ROOTS)})(?:\.\w+)+|entered|caller|called")


class NothingThere(LookupError):
    """A text needs a value that the call does not have, or that is no single value; it is named, never shown."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where a value is found, the form in which it is spoken, and what stands in when there is none."""

    path: tuple[str, ...]
    form: str | None = None
    default: str | None = None

    def value(self, scene: Mapping[str, Any]) -> str | None:
        """Give the value found in `scene` as text, or None when only `default` is left.

        Raises:
            NothingThere: there is neither a value nor a default.
        """
        found: Any = scene
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        text = as_text(found)
        if not text and self.default is None:
            raise NothingThere(f"there is no {'.'.join(self.path)} to be told")
        return text or None


@dataclass(frozen=True, slots=True)
class Template:
    """A text: pieces said as they are, and look-ups."""

    pieces: tuple[str | Lookup, ...]

    def spoken(self, scene: Mapping[str, Any], speak: Callable[[str, str], str]) -> str:
        """Give the text with each value as `speak(value, form)` says it."""
        return "".join(_spoken(piece, scene, speak) for piece in self.pieces)

    def plain(self, scene: Mapping[str, Any]) -> str:
        """Give the text with each value as it is, or in no form at all."""
        return self.spoken(scene, lambda value, _: value)

    def lookups(self) -> tuple[Lookup, ...]:
        """Give the look-ups in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Lookup))


def as_text(value: Any) -> str | None:
    """Give a single value as text; None for none, and for lists and mappings, which cannot be said."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def read_template(text: str, notes: Notes) -> Template:
    """Read a text once; notes braces that do not match, unknown roots and unknown forms."""
    pieces: list[str | Lookup] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [text[end : match.start()], _lookup(match[1], notes)]
        end = match.end()
    pieces.append(text[end:])
    if any(brace in piece for piece in pieces if isinstance(piece, str) for brace in ("{{", "}}")):
        notes.add("has a {{ or }} without its partner")
    return Template(tuple(piece for piece in pieces if piece != ""))


def looks_like_a_path(text: str) -> bool:
    """Tell whether a text without braces was probably meant as a look-up."""
    return _LIKE_A_PATH.fullmatch(text.strip()) is not None


def _lookup(inside: str, notes: Notes) -> Lookup:
    match = _INSIDE.fullmatch(inside)
    if not match:
        notes.add(f'{{{{{inside}}}}} is not {{{{ name.name | form, default: "text" }}}}')
        return Lookup(())
    path, form = tuple(match["path"].split(".")), match["form"]
    if path[0] not in ROOTS:
        notes.add(f"{{{{{inside}}}}}: there is no {path[0]!r}{did_you_mean(path[0], ROOTS)}")
    if form is not None and form not in FORMS:
        notes.add(f"{{{{{inside}}}}}: there is no form {form!r}{did_you_mean(form, FORMS)}")
    return Lookup(path, form, match["default"])


def _spoken(piece: str | Lookup, scene: Mapping[str, Any], speak: Callable[[str, str], str]) -> str:
    if isinstance(piece, str):
        return piece
    value = piece.value(scene)
    return piece.default or "" if value is None else speak(value, piece.form or "text")
