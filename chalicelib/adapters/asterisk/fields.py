"""Bodies of webhooks, read strictly: what a signature vouches for is exactly what is read.

An error names the field and never its value, which may be a caller's. Fields that we do not know are ignored.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.outside import carried, is_id, is_number
from chalicelib.core.ground.values import dataclass

MOST_BYTES = 64 * 1024
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,149}")
"""What Asterisk names channels by: its own are its system's name with a time and a number, ours call and leg."""

MOST_TEXT = 256


@dataclass(frozen=True, slots=True)
class Told:
    """What a webhook's body says, field by field; every reader raises BadRequest of what is not as it must be."""

    document: Mapping[str, Any]

    def id(self, name: str) -> str:
        """Give an id of ours."""
        return self._of(name, is_id(self.document.get(name)))

    def channel(self, name: str = "channel") -> str:
        """Give a channel's id at Asterisk."""
        value = self.document.get(name)
        return self._of(name, isinstance(value, str) and _CHANNEL.fullmatch(value) is not None)

    def maybe_id(self, name: str) -> str:
        """Give an id of ours, empty where there is none."""
        return "" if self.document.get(name) in (None, "") else self.id(name)

    def maybe_channel(self) -> str:
        """Give the channel's id at Asterisk, empty where there is none."""
        return "" if self.document.get("channel") in (None, "") else self.channel()

    def word(self, name: str, words: Collection[str]) -> str:
        """Give one of these words."""
        value = self.document.get(name)
        return self._of(name, isinstance(value, str) and value in words)

    def text(self, name: str) -> str:
        """Give a text of people's, which may be empty, and of which so much is kept as may be."""
        value = self.document.get(name)
        return carried(self._of(name, isinstance(value, str))[:MOST_TEXT])

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """Give a text of this form."""
        value = self.document.get(name)
        return self._of(name, isinstance(value, str) and pattern.fullmatch(value) is not None)

    def count(self, name: str) -> int:
        """Give a whole number that is not negative."""
        value = self.document.get(name)
        if not isinstance(value, int) or not is_number(value) or value < 0:
            raise _wrong(name)
        return value

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """Give a truth value, `otherwise` where it is not said."""
        value = self.document.get(name, otherwise)
        if not isinstance(value, bool):
            raise _wrong(name)
        return value

    def has(self, name: str) -> bool:
        """Tell whether there is anything under this name."""
        return self.document.get(name) is not None

    def _of(self, name: str, fits: bool) -> str:  # noqa: FBT001 - what was found of the value
        if not fits:
            raise _wrong(name)
        return str(self.document[name])


def read_told(body: bytes) -> Told:
    """Read a JSON object in which each name stands once.

    Raises:
        BadRequest: it is none, or larger than any webhook.
    """
    if len(body) > MOST_BYTES:
        raise BadRequest("The body is larger than 64 KB.")
    try:
        document = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON in UTF-8, or too deeply nested.") from None
    if not isinstance(document, dict):
        raise BadRequest("The body must be a JSON object.")
    return Told(document)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise BadRequest("A field of the body came more than once.")
    return document


def _no_number(_word: str) -> None:
    raise BadRequest("The body holds what is no number of JSON's.")


def _wrong(name: str) -> BadRequest:
    return BadRequest(f"The field {name} is missing, or is not as infra/asterisk/protocol.md has it.")
