"""The log: one JSON object a line, in which nothing of a caller's is.

A fact must have one of the names below; others are dropped, and their names told. In every text a run of digits as
long as a telephone number is blotted out. Of an error only its kind and where it happened are told: its words may
repeat what somebody said.
"""

import json
import logging
import re
import sys
import traceback
from typing import Final, TextIO

FACTS: Final = frozenset(
    {"pbx", "call", "leg", "channel", "vocid", "type", "do", "kind", "why", "outcome", "status", "seconds", "times"}
)

# Not within an id: ours and Asterisk's have letters, dashes or dots around.
_NUMBER = re.compile(r"(?<![0-9A-Za-z.-])\+?\d{7,}(?![0-9A-Za-z.-])")
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """Writes records as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        extra = record.__dict__.keys() - _OWN
        line: dict[str, object] = {
            "at": round(record.created, 3),
            "level": record.levelname,
            "message": _blotted(record.getMessage()),
            **{name: _fact(record.__dict__[name]) for name in sorted(extra & FACTS)},
        }
        if dropped := sorted(extra - FACTS):
            line["dropped"] = dropped
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.name} {frame.filename.rpartition('/')[2]}:{frame.lineno}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False)


def start(level: str, stream: TextIO | None = None) -> None:
    """Log from here on, at this level, to standard error; of others' libraries warnings alone."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(__package__).setLevel(level)


def _fact(value: object) -> object:
    return value if isinstance(value, int | float) or value is None else _blotted(str(value))


def _blotted(text: str) -> str:
    return _NUMBER.sub("[number]", text)
