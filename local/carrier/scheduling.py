"""Time as a heap of due actions: virtual for tests, the wall clock for the running laptop.

Everything the carrier does is an action on the heap. An action runs alone (under `lock` on the wall clock);
slow work, that is, the product's answer to a webhook, is given to `background` and comes back as an action,
so that no lock is held while a webhook is in flight.
"""

import heapq
import itertools
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

Action = Callable[[], None]
Result = TypeVar("Result")
FIRST_OF_JANUARY_2026 = 1767225600.0
POLL = 0.01


@dataclass(order=True, slots=True)
class Timer:
    """An action with its due time; cancelled timers are skipped."""

    due: float
    order: int
    action: Action = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Never run the action."""
        self.cancelled = True


class Time(Protocol):
    """What the engine needs from a clock; `now` is in seconds since the epoch."""

    lock: threading.RLock

    @property
    def now(self) -> float:
        """The present moment."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Run the action when the seconds have passed."""

    def background(self, job: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Do slow work without the lock, then pass its result on as an action."""

    def run_until(self, holds: Callable[[], bool], within: float) -> bool:
        """Let time pass until the condition holds; False when it does not within the seconds."""


class NeverIdleError(Exception):
    """The engine was asked to run until nothing is due, but something always was."""


class VirtualTime:
    """Time that moves only when told to; single-threaded and deterministic."""

    def __init__(self, start: float = FIRST_OF_JANUARY_2026) -> None:
        self.lock = threading.RLock()
        self._now = start
        self._heap: list[Timer] = []
        self._order = itertools.count()

    @property
    def now(self) -> float:
        """The present virtual moment."""
        return self._now

    def after(self, seconds: float, action: Action) -> Timer:
        """Put an action on the heap."""
        timer = Timer(self._now + max(seconds, 0.0), next(self._order), action)
        heapq.heappush(self._heap, timer)
        return timer

    def background(self, job: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Do the work at once: virtual work takes no time."""
        then(job())

    def advance(self, seconds: float) -> None:
        """Let the seconds pass; may be called while an action runs (a REST answer that comes late)."""
        until = self._now + seconds
        while self._step(until):
            pass
        self._now = max(self._now, until)

    def run_until(self, holds: Callable[[], bool], within: float) -> bool:
        """Run actions until the condition holds, at most the given seconds."""
        until = self._now + within
        while not holds():
            if not self._step(until):
                self._now = max(self._now, until)
                return holds()
        return True

    def run_until_idle(self, within: float = 3600.0) -> None:
        """Run until nothing is due any more; a caller who waits in a loop for ever makes this an error."""
        until = self._now + within
        while self._step(until):
            pass
        if self._next() is not None:
            raise NeverIdleError(f"still busy after {within:g} virtual seconds")

    def _next(self) -> Timer | None:
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _step(self, until: float) -> bool:
        timer = self._next()
        if timer is None or timer.due > until:
            return False
        heapq.heappop(self._heap)
        self._now = max(self._now, timer.due)
        timer.action()
        return True


class WallTime:
    """Real time: one thread runs the actions, a pool does the slow work."""

    def __init__(self, workers: int = 32) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._heap: list[Timer] = []
        self._order = itertools.count()
        self._offset = time.time() - time.monotonic()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="carrier-webhook")
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="carrier-clock", daemon=True)
        self._thread.start()

    @property
    def now(self) -> float:
        """The present moment, never set back."""
        return time.monotonic() + self._offset

    def after(self, seconds: float, action: Action) -> Timer:
        """Put an action on the heap and wake the thread."""
        with self._changed:
            timer = Timer(self.now + max(seconds, 0.0), next(self._order), action)
            heapq.heappush(self._heap, timer)
            self._changed.notify_all()
            return timer

    def background(self, job: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Do the work on the pool; `then` runs on the clock's thread."""

        def work() -> None:
            result = job()
            self.after(0, lambda: then(result))

        with self.lock:
            if not self._closed:
                self._pool.submit(_reported, work)

    def run_until(self, holds: Callable[[], bool], within: float) -> bool:
        """Wait until the condition holds, at most the given seconds."""
        until = time.monotonic() + within
        while not holds():
            if time.monotonic() > until:
                return False
            time.sleep(POLL)
        return True

    def close(self) -> None:
        """Stop the thread and the pool; what was due is dropped, what is on its way is waited for."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                self._run_due()
                self._changed.wait(self._until_next())

    def _run_due(self) -> None:
        while self._heap and self._heap[0].due <= self.now and not self._closed:
            timer = heapq.heappop(self._heap)
            if not timer.cancelled:
                _reported(timer.action)

    def _until_next(self) -> float | None:
        return max(0.0, self._heap[0].due - self.now) if self._heap else None


def _reported(action: Action) -> None:
    """Run an action; a mistake in one call must not stop the clock of all others, but must be seen."""
    try:
        action()
    except Exception:  # noqa: BLE001  the last net of a thread: printed whole
        traceback.print_exc()
