"""Form bodies, read strictly: what a signature vouches for must be exactly what is read."""

import re
from urllib.parse import unquote_to_bytes

from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.values import dataclass

_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 200
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Form:
    """All fields in the order in which they arrived."""

    fields: tuple[tuple[str, str], ...]

    def maybe(self, name: str) -> str | None:
        """Give the field's value, None when it is not there.

        Raises:
            BadRequest: it is there more than once.

        """
        values = [value for field, value in self.fields if field == name]
        if len(values) > 1:
            raise BadRequest(f"The field {name} came more than once.")
        return values[0] if values else None

    def one(self, name: str) -> str:
        """Give the field's value, which may be blank.

        Raises:
            BadRequest: it is missing, or there more than once.

        """
        value = self.maybe(name)
        if value is None:
            raise BadRequest(f"The field {name} is missing.")
        return value


def fields_as_they_came(body: bytes) -> tuple[tuple[str, str], ...]:
    """Give every field for the proof alone, however malformed; bytes that are no UTF-8 stay as they are, escaped.

    Of a form that `read_form` takes these are the very fields that it gives.
    """
    pairs = (pair.partition(b"=") for pair in body.split(b"&"))
    return tuple((_as_it_came(name), _as_it_came(value)) for name, _, value in pairs)


def read_form(body: bytes) -> Form:
    """Read an application/x-www-form-urlencoded body; blank values stay.

    Raises:
        BadRequest: it is not such a body in UTF-8, or larger than any webhook.

    """
    if len(body) > _MOST_BYTES:
        raise BadRequest("The form is larger than 64 KB.")
    pairs = body.split(b"&") if body else []
    if len(pairs) > _MOST_FIELDS:
        raise BadRequest(f"The form has more than {_MOST_FIELDS} fields.")
    return Form(tuple(_pair(pair) for pair in pairs))


def _pair(pair: bytes) -> tuple[str, str]:
    name, equals, value = pair.partition(b"=")
    if not name or not equals:
        raise BadRequest("The form has a field without a name or without '='.")
    return _text(name), _text(value)


def _text(escaped: bytes) -> str:
    if _BAD_ESCAPE.search(escaped):
        raise BadRequest("The form has a malformed percent-escape.")
    try:
        return _unescaped(escaped).decode()
    except UnicodeDecodeError:
        raise BadRequest("The form is not in UTF-8.") from None


def _as_it_came(escaped: bytes) -> str:
    return _unescaped(escaped).decode(errors="surrogateescape")


def _unescaped(escaped: bytes) -> bytes:
    return unquote_to_bytes(escaped.replace(b"+", b" "))
