"""Laptops that run inside tests: one of a test's own, or one that two folders share, begun again for each test."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

import pytest

from chalicelib.adapters.passwords import Cost, ScryptPasswords
from chalicelib.adapters.watch import PowertoolsWatch
from local.aws.pumps import Timing
from local.carriers import LaptopCarrier
from local.laptop import Laptop, LaptopSettings

SPEED = 40.0
CALM = Timing(stream_seconds=0.2, queue_seconds=0.6, schedule_seconds=1.0, queue_workers=1)
"""Looking as often as for a person who waits would take a tenth of the machine's time from the stories."""


QUICK = Cost(n=2**4)
"""What the hash of a password costs here: each sign-in and each published agent would else take a third of a second.
What it costs in life, tests/adapters/test_passwords.py proves."""


@contextmanager
def running(data: Path, engine: str = "best", carrier: LaptopCarrier | None = None) -> Iterator[Laptop]:
    """A started laptop whose functions log into `data`; the variables it sets for itself are gone at its end."""
    settings = LaptopSettings(0, 0, 0, data, engine, SPEED)
    data.mkdir(parents=True, exist_ok=True)
    with _started(settings, data / "functions.log", carrier) as laptop:
        yield laptop


@contextmanager
def _started(settings: LaptopSettings, log: Path, carrier: LaptopCarrier | None = None) -> Iterator[Laptop]:
    before = dict(os.environ)
    try:
        with _quick_passwords(), logging_to(log), Laptop(settings, carrier=carrier) as laptop:
            yield laptop
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _quick_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.wiring.ScryptPasswords", partial(ScryptPasswords, QUICK))
        yield


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Functions print their log, as Lambda wants it; here it would stand between the dots of the tests."""
    handlers = [one for one in PowertoolsWatch().logger.handlers if isinstance(one, logging.StreamHandler)]
    with file.open("w", encoding="utf-8") as log:
        before = [_redirected(handler, log) for handler in handlers]
        try:
            yield
        finally:
            for handler, stream in zip(handlers, before, strict=True):
                _redirected(handler, stream)


def _redirected(handler: logging.StreamHandler, stream: TextIO) -> TextIO:
    # Not by setStream, which flushes: the stream that a test had may be closed with it.
    before, handler.stream = handler.stream, stream
    return before


class SharedLaptop:
    """The laptop of the folders `shared_by`: started for the first of their tests that a worker plays.

    It keeps nothing for another start, and does not spend time on it.
    """

    def __init__(self, *shared_by: Path) -> None:
        self._shared_by = shared_by
        self._open = ExitStack()
        self._laptop: Laptop | None = None

    def begin(self, logs: Path) -> Laptop:
        """Give the laptop as nobody has used it; what earlier tests left on it is gone."""
        laptop, self._laptop = self._laptop, None
        if laptop is None:
            settings = LaptopSettings(0, 0, 0, speed=SPEED, timing=CALM)
            laptop = self._open.enter_context(_started(settings, logs / "functions.log"))
        else:
            laptop.begin_again()
        self._laptop = laptop
        return laptop

    def end_before(self, following: pytest.Item | None) -> None:
        """End it where the next test does without: its threads would disturb that one."""
        if following is None or following.path.parent not in self._shared_by:
            self._laptop = None
            self._open.close()


HERE = Path(__file__).parent
LAPTOP = SharedLaptop(HERE / "browser", HERE / "laptop")
