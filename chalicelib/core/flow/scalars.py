"""Kinds of single value in a flow document: names, keys, conditions, values, digits."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from chalicelib.core.documents.fields import (
    Built,
    Either,
    Field,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
)
from chalicelib.core.flow import model
from chalicelib.core.flow.expressions import Expression, read_expression
from chalicelib.core.flow.templates import Template, looks_like_a_path, read_template
from chalicelib.core.ground.mistakes import Notes, kind_of
from chalicelib.core.told import tags

KEY = r"^[0-9*#]$"
STEP_NAME = Text(r"^[a-z][a-z0-9_]{0,39}$", "a name of small letters, digits and _ such as ask_waybill", 40)
FLOW_NAME = Text(r"^[a-z][a-z0-9-]{0,39}$", "a name of small letters, digits and - such as freight-waybill", 40)
VALUE_NAME = Text(r"^[A-Za-z_][A-Za-z0-9_]{0,39}$", "a name of letters, digits and _", 40)
MEDIA = Text(r"^([a-z0-9][a-z0-9_-]{0,63}|https://\S+)$", "the name of a sound, or an https address", 500)

# Digit patterns are regular expressions without repeated groups, and with few open repeats: such a pattern cannot
# be made to search for ages.
_ATOM = r"(?:\\d|\.|[0-9]|\[\^?(?:[0-9]|[0-9]-[0-9])+\])"
_SAFE_PATTERN = re.compile(
    rf"(?:{_ATOM}(?:\{{[0-9]{{1,2}}\}}|\{{[0-9]{{0,2}},[0-9]{{0,2}}\}}|[?*+])?|[|()](?![?*+{{]))+"
)
_OPEN_REPEAT = re.compile(r"[?*+]|,[0-9]*\}")
_MOST_OPEN_REPEATS = 3

LONGEST_CONSTANT = 2000


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


class Condition:
    """A JMESPath expression over what the call knows."""

    def read(self, value: Any, notes: Notes) -> Expression | None:
        """Give it compiled."""
        text = Text(longest=500).read(value, notes)
        return None if text is None else read_expression(text, notes)

    def schema(self) -> Schema:
        """Describe it."""
        return Text(longest=500).schema()


class Constant:
    """A text with look-ups, or a number or flag taken as its text."""

    def read(self, value: Any, notes: Notes) -> Template | None:
        """Give it as a template."""
        if not isinstance(value, str | int | float):
            notes.add(f'must be a text, or {{expression: "..."}}, not {kind_of(value)}')
            return None
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if len(text) > LONGEST_CONSTANT:
            notes.add(f"must have at most {LONGEST_CONSTANT} characters")
            return None
        if looks_like_a_path(text):
            notes.add(f"is said to the letter; to look the value up, write {{{{ {text.strip()} }}}}")
        return read_template(text, notes)

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": ["string", "number", "boolean"], "maxLength": LONGEST_CONSTANT}


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


def _expression(values: Mapping[str, Any], _: Notes) -> Expression | None:
    expression: Expression | None = values["expression"]
    return expression


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
