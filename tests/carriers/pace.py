"""Time that runs as the wall's does while anything happens, and jumps to what is due next when nothing does.

A real Asterisk, real telephones and real sound need real time, but little of it: a talk of five minutes is told from
one of two seconds by clocks alone. So the product and the bridge go by a `Pace`: where no request, no webhook and no
change of sound is under way, it jumps to the next moment for which one of them has planned something, and what sounded
steadily is taken to have sounded until then.

The product's work is all done by one thread, that of the scenario; the bridge has its own, with an asyncio loop.
"""

import asyncio
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable
from math import inf
from typing import Any

from local.carrier.scheduling import FIRST_OF_JANUARY_2026, VirtualTime

SETTLING = 0.25
"""Real seconds for which something must have been quiet: sound comes out of a telephone later than it was said."""
POLL = 0.01


class Pace:
    """The one time of a scenario, in seconds since 1970."""

    def __init__(self, start: float = FIRST_OF_JANUARY_2026) -> None:
        self._ahead = start - time.monotonic()
        self._busy_until = 0.0
        self.under_way = 0
        """Requests and questions that were not answered yet."""
        self.jumps: list[tuple[float, float]] = []
        """When (real) it jumped how far (seconds)."""
        self.diary: list[str] = []
        """What happened, for who wonders why a scenario failed."""
        self.something = threading.Event()
        """Set when there may be something to do for who waits."""

    @property
    def now(self) -> float:
        """Give the present moment."""
        return time.monotonic() + self._ahead

    @property
    def settled(self) -> bool:
        """Tell whether nothing is under way, and has not been for a while."""
        return self.under_way == 0 and time.monotonic() >= self._busy_until

    def happens(self, seconds: float = SETTLING) -> None:
        """Something happens, and goes on to for so many real seconds."""
        self._busy_until = max(self._busy_until, time.monotonic() + seconds)

    def notes(self, *words: object) -> None:
        """Write down what happens."""
        self.diary.append(f"{time.monotonic():.3f} {' '.join(map(str, words))}")

    def jump(self, moment: float) -> None:
        """Let it be later at once."""
        seconds = moment - self.now
        if seconds > 0:
            self._ahead += seconds
            self.jumps.append((time.monotonic(), seconds))
            self.notes(f"{seconds:.3f} s pass")

    def lapsed(self, begin: float, end: float) -> float:
        """Give the seconds that passed between two real moments."""
        return end - begin + sum(seconds for at, seconds in self.jumps if begin <= at < end)


class PacedLoop(asyncio.SelectorEventLoop):
    """An asyncio loop that goes by a pace; `due` is when it has planned something, None while it works."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.due: float | None = None
        super().__init__(_Selector(self, pace))

    def time(self) -> float:
        return self._pace.now

    def wakes(self) -> None:
        """Look at the time again."""
        self.due = None
        self.call_soon_threadsafe(lambda: None)


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: PacedLoop, pace: Pace) -> None:
        super().__init__()
        self._loop, self._pace = loop, pace

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self._loop.due = inf if timeout is None else self._pace.now + timeout
        self._pace.something.set()
        try:
            return super().select(timeout)
        finally:
            self._loop.due = None


class PacedTime(VirtualTime):
    """The product's time: what is due is done by who waits, and so is what other threads want done."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace.now)
        self.pace = pace
        self.loops: list[PacedLoop] = []
        self.is_quiet: Callable[[], bool] = lambda: True
        """Whether the world outside is as it was."""
        self._wanted: deque[Callable[[], None]] = deque()

    @property
    def now(self) -> float:
        return self.pace.now

    def wants(self, act: Callable[[], None]) -> None:
        """Have something done by the thread that waits; any thread may ask for it."""
        self._wanted.append(act)
        self.pace.something.set()

    def advance(self, seconds: float) -> None:
        self.run_until(lambda: False, seconds)

    def run_until(self, holds: Callable[[], bool], within: float) -> bool:
        until = self.now + within
        while True:
            self.pace.something.clear()
            self._work()
            if holds():
                return True
            if self.now >= until:
                return False
            self._rest(until)

    def run_until_idle(self, within: float = 3600.0) -> None:
        raise NotImplementedError("the world outside is never idle")

    def _work(self) -> None:
        while self._wanted:
            self._wanted.popleft()()
        while (timer := self._next()) and timer.due <= self.now:
            self._step(self.now)

    def _rest(self, until: float) -> None:
        """Wait for a moment, or jump to the next one in which something is to be done."""
        timer = self._next()
        until = min(until, timer.due) if timer else until
        if self._may_jump():
            self.pace.jump(min(until, *self._dues()) + 1e-5)
            for loop in self.loops:
                loop.wakes()
        else:
            self.pace.something.wait(max(0.0, min(until - self.now, POLL)))

    def _may_jump(self) -> bool:
        dues = self._dues()
        return self.pace.settled and not self._wanted and min(dues) > self.now and self.is_quiet() and self.pace.settled

    def _dues(self) -> list[float]:
        return [inf, *(0.0 if loop.due is None else loop.due for loop in self.loops)]
