"""Which sounds are played to whom at this moment.

The stage is silent: it only keeps the list. An audio engine looks at it and lets the parties hear; without one nobody
looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from local.carrier.legs.calls import Call

Listeners = Callable[[], list[Call]]


def _goes_on() -> bool:
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Who listens, as long as the sound lasts; for an `endless` one it goes on until nobody is left."""

    listeners: Listeners
    endless: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One sound file being played, over and over until it ends."""

    content: bytes
    listeners: Listeners
    began: float
    ends: float = inf
    stopped: Callable[[], bool] = _goes_on

    def over(self, now: float) -> bool:
        """Whether it has come to its end, was cut short or lost its audience."""
        return self.stopped() or now >= self.ends or not self.listeners()


class Stage:
    """All sounds being played, the newest last."""

    def __init__(self) -> None:
        self._performances: list[Performance] = []

    def play(self, performance: Performance) -> None:
        """Begin a sound; it takes the place of an earlier one for the same listeners."""
        self._clear(performance.began)
        self._performances = [other for other in self._performances if other.listeners is not performance.listeners]
        self._performances.append(performance)

    def heard_by(self, call: Call, now: float) -> Performance | None:
        """The newest sound that plays to this leg."""
        self._clear(now)
        return next((one for one in reversed(self._performances) if call in one.listeners()), None)

    def _clear(self, now: float) -> None:
        self._performances = [one for one in self._performances if not one.over(now)]
