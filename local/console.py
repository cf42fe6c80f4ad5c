"""The console of the running laptop: what a person should see stands there, what programs say goes into files.

The functions print their log lines and metrics to stdout, as Lambda wants it; beside them nobody could read anything.

Each start begins new files; those of the last starts stay beside them, so that a crash can be looked into. A file that
has grown too large goes on in a new one, and only its last part stays.
"""

import io
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, TextIO

from local.carrier.wire.journal import ERROR, PEOPLE

FUNCTIONS, LAPTOP, CARRIER = "functions.log", "laptop.log", "carrier.log"
"""What the functions say; the gateway's access lines and the pumps; the carrier's webhooks and REST requests."""

_LOOK_SECONDS: Final = 1.0
STARTS_KEPT: Final = 5
"""The logs of so many earlier starts are kept, in `before-1` (the last one) and so on."""

LARGEST: Final = 5_000_000
"""Bytes of one file; then it becomes `<name>.1`, in place of an earlier one, and a new one is begun."""

_OF_THE_FUNCTIONS: Final = "icall"
_OF_THE_LAPTOP: Final = "laptop"


class Console:
    """Speaks to the person at the terminal; `show` sorts the carrier's lines."""

    def __init__(self, out: TextIO, carrier_log: logging.Handler) -> None:
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
        self._carrier_log.handle(logging.makeLogRecord({"msg": line}))
        if line.startswith(ERROR):
            self.say(f"✗ the carrier: {line}")


@contextmanager
def opened(folder: Path, largest: int = LARGEST) -> Iterator[Console]:
    """Give the console; until its end all that this process prints or logs goes into files in `folder`.

    What an earlier start wrote there is kept. No file grows beyond `largest` bytes by much.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _keep_earlier(folder)
    functions = _Stdout(folder / FUNCTIONS, largest)
    logs = _Logs(folder, functions.terminal, largest)
    carrier_log = _file_of(folder / CARRIER, "%(message)s", largest)
    try:
        yield Console(functions.terminal, carrier_log)
    finally:
        carrier_log.close()
        logs.close()
        functions.close()


def _keep_earlier(folder: Path) -> None:
    """Move the last start's logs aside, and those before it one further; the oldest go."""
    earlier = [folder / f"before-{turn}" for turn in range(1, STARTS_KEPT + 1)]
    last = [path for path in folder.iterdir() if path.is_file()]
    if not last:
        return
    shutil.rmtree(earlier[-1], ignore_errors=True)
    for younger, older in reversed(list(pairwise(earlier))):
        if younger.exists():
            younger.rename(older)
    earlier[0].mkdir()
    for path in last:
        path.rename(earlier[0] / path.name)


def _file_of(path: Path, form: str, largest: int) -> logging.Handler:
    handler = RotatingFileHandler(path, maxBytes=largest, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter(form))
    return handler


class _Stdout:
    """Stdout, whoever holds it, leads into a file; `terminal` is what it was."""

    def __init__(self, path: Path, largest: int) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # Else the last lines before a crash would still be in the buffer where this is no terminal's.
            sys.stdout.reconfigure(line_buffering=True)
        sys.stdout.flush()
        self.terminal = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        self._path = path
        self._largest = largest
        self._closed = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="functions.log", daemon=True)
        self._lead(path)
        self._watching.start()

    def close(self) -> None:
        """Let stdout be the terminal again."""
        self._closed.set()
        self._watching.join()
        sys.stdout.flush()
        os.dup2(self.terminal.fileno(), sys.stdout.fileno())
        self.terminal.close()

    def _lead(self, path: Path) -> None:
        with path.open("ab") as taken:
            os.dup2(taken.fileno(), sys.stdout.fileno())

    def _watch(self) -> None:
        """See to the size from outside: what is printed passes nobody who could."""
        while not self._closed.wait(_LOOK_SECONDS):
            if self._path.stat().st_size > self._largest:
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))
                self._lead(self._path)


class _Logs:
    """The laptop's own log lines go into their file; errors of both kinds are mentioned on the terminal."""

    def __init__(self, folder: Path, terminal: TextIO, largest: int) -> None:
        self._file = _file_of(folder / LAPTOP, "%(asctime)s %(levelname)s %(message)s", largest)
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
