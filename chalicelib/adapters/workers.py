"""Several things at once, in threads: for what waits for others, or is done outside of Python's own lock."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 8
"""As many connections as a small function has use for; scrypt takes 32 MB for each."""


class ThreadWorkers:
    """Keeps ports.Workers."""

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        """Eight at once; the first error is raised when the work before it is done."""
        return list(self._pool.map(work, things))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="workers")
