"""Reading what others wrote, strictly: what is not as it was agreed is refused, and never repeated in the refusal."""

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 4096
"""Characters of any text but speech."""


LONGEST_NAME = 128
_NAME = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9_.-]*)?", re.ASCII)


class BadMessage(Exception):
    """What came is not as infra/asterisk/protocol.md wants it; the message names the field and never its value."""


class Fields:
    """The fields of one JSON object; unknown ones are ignored."""

    def __init__(self, document: Any, what: str) -> None:
        if not isinstance(document, Mapping):
            raise BadMessage(f"{what} is not an object.")
        self._fields = document
        self._what = what

    def text(self, name: str, longest: int = LONGEST) -> str:
        """Give a text; one that is missing or longer is refused."""
        value = self._fields.get(name)
        if not isinstance(value, str) or len(value) > longest:
            raise self.bad(name, f"a text of at most {longest} characters")
        return value

    def word(self, name: str) -> str:
        """Give a text that is not empty."""
        value = self.text(name)
        if not value:
            raise self.bad(name, "a text")
        return value

    def name(self, name: str) -> str:
        """Give an id that may stand in a path and in a file's name, or an empty one."""
        value = self.text(name, LONGEST_NAME)
        if not _NAME.fullmatch(value):
            raise self.bad(name, "an id of letters, digits and -_.")
        return value

    def proper_name(self, name: str) -> str:
        """Give an id that is not empty."""
        value = self.name(name)
        if not value:
            raise self.bad(name, "an id")
        return value

    def one_of(self, name: str, known: frozenset[str]) -> str:
        """Give a text that is one of these."""
        value = self.text(name)
        if value not in known:
            raise self.bad(name, f"one of {', '.join(sorted(known))}")
        return value

    def number(self, name: str, least: int = 0, most: int = 10**15) -> int:
        """Give a whole number within its borders."""
        value = self._fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.bad(name, f"a whole number from {least} to {most}")
        return value

    def maybe_number(self, name: str, least: int, most: int) -> int | None:
        """Give a whole number, None when there is none."""
        return None if self._fields.get(name) is None else self.number(name, least, most)

    def flag(self, name: str) -> bool:
        """Give yes or no."""
        value = self._fields.get(name)
        if not isinstance(value, bool):
            raise self.bad(name, "true or false")
        return value

    def items(self, name: str) -> list[Any]:
        """Give a list."""
        value = self._fields.get(name)
        if not isinstance(value, list):
            raise self.bad(name, "a list")
        return value

    def bad(self, name: str, wanted: str) -> BadMessage:
        """Give the refusal of one field."""
        return BadMessage(f"{self._what}: the field {name} is not {wanted}.")
