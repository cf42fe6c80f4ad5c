"""The time."""

import time


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Give the time in ms since 1970."""
        return time.time_ns() // 1_000_000
