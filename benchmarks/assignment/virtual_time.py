"""Virtual time for handlers that run side by side: each is a greenlet, and every call of a port lets time pass."""

import random
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")

BEGIN_MS = 1_763_800_000_000.0
ENTRY_MS = 5.0
"""From an event to the first line of our code, in a process that is warm."""

SPREAD = 0.3
"""Times are this part by chance, exponentially: their mean is what is said, one in a hundred takes twice as long."""

CALLS_A_HANDLER = 8
"""A handler that is to die does so at one of its first calls of a port, or just after it."""


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


class Handler(greenlet):
    """One invocation; `left` counts the port's calls until it dies, None for one that lives."""

    left: float | None = None


class VirtualTime:
    """The time (ms since 1970), what is to happen at which moment, and chance, which `seed` decides."""

    def __init__(self, seed: int, *, dying: float = 0.0) -> None:
        self.now = BEGIN_MS
        self.chance = random.Random(seed)  # noqa: S311 - a simulation's randomness guards no secret
        self._dying = dying
        self._agenda: list[tuple[float, int, Callable[[], Any]]] = []
        self._order = count()
        self._hub = getcurrent()

    def after(self, ms: float, action: Callable[[], Any]) -> None:
        """Plan an action, which must not take time itself."""
        heappush(self._agenda, (self.now + ms, next(self._order), action))

    def invoke(self, handle: Callable[[], Any], ended: Callable[[Any, BaseException | None], None]) -> None:
        """Run a handler in a process of its own; `ended` hears what it gave or raised, Killed if it died."""
        handler = Handler(lambda: self._run(handle, ended), self._hub)
        if self._dying and self.chance.random() < self._dying:
            handler.left = self.chance.randrange(2 * CALLS_A_HANDLER) / 2
        self.after(self._about(ENTRY_MS), handler.switch)

    def call(self, ms: float, effect: Callable[[], T]) -> T:
        """Call a port: its effect comes in the middle of the time that it takes."""
        self._dies_before()
        self.passes(ms / 2)
        result = effect()
        self.passes(ms / 2)
        self._dies_after()
        return result

    def passes(self, ms: float) -> None:
        """Let about this time pass for the handler that runs now; outside of handlers there is none to pass."""
        current = getcurrent()
        if current is self._hub:
            return
        self.after(self._about(ms), current.switch)
        self._hub.switch()

    def run(self, until: float) -> None:
        """Let everything happen that is planned before `until` (ms since 1970)."""
        while self._agenda and self._agenda[0][0] < until:
            self.now, _, action = heappop(self._agenda)
            action()
        self.now = until

    def _run(self, handle: Callable[[], Any], ended: Callable[[Any, BaseException | None], None]) -> None:
        result, error = None, None
        try:
            result = handle()
        except (Exception, Killed) as raised:  # noqa: BLE001 - whatever it was, who invoked it hears
            error = raised
        ended(result, error)

    def _about(self, ms: float) -> float:
        return ms * (1 - SPREAD + self.chance.expovariate(1 / SPREAD))

    def _dies_before(self) -> None:
        current = getcurrent()
        if isinstance(current, Handler) and current.left is not None and current.left <= 0:
            raise Killed

    def _dies_after(self) -> None:
        current = getcurrent()
        if isinstance(current, Handler) and current.left is not None:
            current.left -= 1
            if current.left == -0.5:  # noqa: PLR2004 - a half is "after the call", a whole "before the next"
                raise Killed
