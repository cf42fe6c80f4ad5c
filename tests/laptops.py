"""Laptops that run inside tests: one of a test's own, or one that two folders share, begun again for each test."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from chalicelib.adapters.watch import PowertoolsWatch
from local.laptop import Laptop, LaptopSettings

SPEED = 40.0


@contextmanager
def running(data: Path, engine: str = "best") -> Iterator[Laptop]:
    """A started laptop whose functions log into `data`; the variables it sets for itself are gone at its end."""
    before = dict(os.environ)
    data.mkdir(parents=True, exist_ok=True)
    try:
        with logging_to(data / "functions.log"), Laptop(LaptopSettings(0, 0, 0, data, engine, SPEED)) as laptop:
            yield laptop
    finally:
        os.environ.clear()
        os.environ.update(before)


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
    """The laptop of the folders `shared_by`: started for the first of their tests that a worker plays."""

    def __init__(self, *shared_by: Path) -> None:
        self._shared_by = shared_by
        self._open = ExitStack()
        self._laptop: Laptop | None = None

    def begin(self, data: Path) -> Laptop:
        """Give the laptop as nobody has used it; what earlier tests left on it is gone."""
        laptop, self._laptop = self._laptop, None
        if laptop is None:
            laptop = self._open.enter_context(running(data))
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
