"""The time."""

import random
import time


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Give the time in ms since 1970."""
        return time.time_ns() // 1_000_000

    def pause(self, most: int) -> None:
        """Sleep for some ms, by chance at most so many."""
        time.sleep(random.uniform(0, most) / 1000)  # noqa: S311 - this chance guards no secret
