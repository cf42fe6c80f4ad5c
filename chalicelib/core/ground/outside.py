r"""What may come in from outside: the one rule for texts, ids and numbers, kept at every wall.

JSON can say half a character (a lone surrogate such as \ud83d: Java and JavaScript make one when they cut an emoji in
two), and no UTF-8 can carry it: no table, queue, socket, answer or hash. Where the text is for people it is replaced as
Unicode has it (U+FFFD); an id, a secret or a frame's field that holds one is refused.
"""

import re
from typing import Any

REPLACEMENT = "\ufffd"

MOST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps as it is [RFC 8259, section 6]."""

# Every id that we hand out: AgentIDs, calls, legs (which are VOCIDs), turns.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def carried(text: str) -> str:
    """Give the text with every half character replaced."""
    return _HALF_CHARACTER.sub(REPLACEMENT, text)


def is_carried(text: str) -> bool:
    """Tell whether UTF-8 can carry the text."""
    return _HALF_CHARACTER.search(text) is None


def is_id(value: Any) -> bool:
    """Tell whether this can be an id of ours: no other is looked for, whatever its length and letters."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_number(value: Any) -> bool:
    """Tell whether this is a whole number of a size that is kept."""
    return isinstance(value, int) and not isinstance(value, bool) and -MOST <= value <= MOST
