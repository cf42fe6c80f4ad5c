"""Tag strings, `NAME:VALUE|NAME:VALUE`: how everything known of a call travels to the business page.

Source of the form and of CALLERID, TTYPE and VOCID: the iCall integration guide, section 2.1.2.
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from urllib.parse import unquote

from chalicelib.core.ground.errors import BadTagString

MAX_BYTES = 4096
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}\Z")
_ESCAPES = str.maketrans({"%": "%25", "|": "%7C", "\r": "%0D", "\n": "%0A"})
_ESCAPED = re.compile(r"%(25|7C|0D|0A)", re.IGNORECASE)

AUTHRESULT = "AUTHRESULT"
"""How an authentication in a flow went: what the flow says of it, or why it did not come to its end."""

SYSTEM = frozenset(
    [
        "CALLERID",
        "TTYPE",
        "VOCID",
        "CALLEDID",
        "CALLID",
        "QUEUE",
        "QWAIT",
        "FLOW",
        "LANG",
        "PRIORITY",
        "FROMAGENT",
        AUTHRESULT,
    ]
)


class CallType(IntEnum):
    """TTYPE: what sort of call rings or is talked on."""

    OUTBOUND = 1
    INBOUND = 2
    TRANSFERRED = 3
    EMERGENCY = 4
    CALLBACK = 5
    CAMPAIGN = 6
    MONITORING = 7


def is_name(name: str) -> bool:
    """Tell whether `name` may stand before the colon."""
    return _NAME.match(name) is not None


def write(tags: Mapping[str, str]) -> str:
    """Write tags in their order as one tag string."""
    return "|".join(f"{name}:{value.translate(_ESCAPES)}" for name, value in tags.items())


def read(text: str) -> dict[str, str]:
    """Read a tag string; blanks round separators and a trailing `|` are tolerated, the last of two equal names wins.

    Raises:
        BadTagString: longer than 4 KB, a pair without a colon, or a name that is none; the text is not repeated.
    """
    if len(text.encode()) > MAX_BYTES:
        raise BadTagString(f"The tag string is longer than {MAX_BYTES} bytes: send fewer or shorter tags.")
    return dict(_pair(place, part) for place, part in enumerate(text.split("|"), start=1) if part.strip())


def read_given(text: str) -> dict[str, str]:
    """Read the tags that an agent gives a call.

    Raises:
        BadTagString: as above, or one of them is set by the centre itself.
    """
    given = read(text)
    if forbidden := sorted(SYSTEM & given.keys()):
        raise BadTagString(f"The centre itself sets {', '.join(forbidden)}.")
    return given


def together(kept: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Give all tags of a call, those that are added in place of others of their names.

    Raises:
        BadTagString: written as one tag string they would be longer than 4 KB, which nobody could read again.
    """
    tags = {**kept, **added}
    if len(write(tags).encode()) > MAX_BYTES:
        raise BadTagString(f"All tags of a call may have {MAX_BYTES} bytes together: shorten or replace some.")
    return tags


def _pair(place: int, part: str) -> tuple[str, str]:
    name, colon, value = part.partition(":")
    if not colon or not is_name(name.strip()):
        raise BadTagString(f"Pair {place} of the tag string is not NAME:VALUE with a NAME of letters, digits and _.")
    return name.strip(), _ESCAPED.sub(lambda match: unquote(match.group()), value.strip())
