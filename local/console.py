"""The console of the running laptop: what a person should see stands there, what programs say goes into files.

The functions print their log lines and metrics to stdout, as Lambda wants it; beside them nobody could read anything.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from local.carrier.journal import ERROR, PEOPLE

FUNCTIONS, LAPTOP, CARRIER = "functions.log", "laptop.log", "carrier.log"
"""What the functions say; the gateway's access lines and the pumps; the carrier's webhooks and REST requests."""

_OF_THE_FUNCTIONS: Final = "icall"
_OF_THE_LAPTOP: Final = "laptop"


class Console:
    """Speaks to the person at the terminal; `show` sorts the carrier's lines."""

    def __init__(self, out: TextIO, carrier_log: TextIO) -> None:
        self._out = out
        self._carrier_log = carrier_log

    def say(self, text: str) -> None:
        """Put a text on the terminal."""
        print(text, file=self._out, flush=True)

    def show(self, line: str) -> None:
        """Take a line of the carrier: who calls whom is for people, an error for both, all else for its file."""
        if line.startswith(PEOPLE):
            self.say(f"  {line}")
            return
        print(line, file=self._carrier_log, flush=True)
        if line.startswith(ERROR):
            self.say(f"✗ the carrier: {line}")


@contextmanager
def opened(folder: Path) -> Iterator[Console]:
    """Give the console; until its end all that this process prints or logs goes into files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    terminal = _moved_away(folder / FUNCTIONS)
    logs = _Logs(folder, terminal)
    try:
        with (folder / CARRIER).open("w", encoding="utf-8") as carrier_log:
            yield Console(terminal, carrier_log)
    finally:
        logs.close()
        sys.stdout.flush()
        os.dup2(terminal.fileno(), sys.stdout.fileno())
        terminal.close()


def _moved_away(file: Path) -> TextIO:
    """Let stdout, whoever holds it, lead into the file, and give what it was."""
    sys.stdout.flush()
    terminal = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with file.open("wb") as taken:
        os.dup2(taken.fileno(), sys.stdout.fileno())
    return terminal


class _Logs:
    """The laptop's own log lines go into their file; errors of both kinds are mentioned on the terminal."""

    def __init__(self, folder: Path, terminal: TextIO) -> None:
        self._file = logging.FileHandler(folder / LAPTOP, "w", encoding="utf-8")
        self._file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._attached = [
            (logging.getLogger(_OF_THE_LAPTOP), self._file),
            (logging.getLogger(_OF_THE_LAPTOP), _mention(terminal, folder / LAPTOP)),
            (logging.getLogger(_OF_THE_FUNCTIONS), _mention(terminal, folder / FUNCTIONS)),
        ]
        own = logging.getLogger(_OF_THE_LAPTOP)
        own.setLevel(logging.INFO)
        own.propagate = False
        for logger, handler in self._attached:
            logger.addHandler(handler)

    def close(self) -> None:
        """Let everything be as it was."""
        logging.getLogger(_OF_THE_LAPTOP).propagate = True
        for logger, handler in self._attached:
            logger.removeHandler(handler)
        self._file.close()


class _Mention(logging.Formatter):
    """One line that leads to the file with the whole story, and repeats nothing that may be a caller's."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname.lower()
        return f"✗ something failed ({kind}): see the end of {self._file}"


def _mention(terminal: TextIO, file: Path) -> logging.Handler:
    handler = logging.StreamHandler(terminal)
    handler.setLevel(logging.ERROR)
    handler.setFormatter(_Mention(file))
    return handler
