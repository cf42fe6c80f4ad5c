"""A clock that stands still until it is told."""


class FakeClock:
    """Keeps ports.Clock."""

    def __init__(self, now: int = 1_763_800_000_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def pause(self, most: int) -> None:
        self.passes(most // 2)

    def passes(self, milliseconds: int) -> None:
        self._now += milliseconds
