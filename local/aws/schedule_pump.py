"""Calls a function at its schedule."""

import datetime as dt
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from local.aws.delivery import LOG, Delivery

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86400}


def period(expression: str) -> float:
    """The seconds of a `rate(...)`; the laptop knows no `cron(...)`."""
    rate = _RATE.fullmatch(expression)
    if rate is None:
        raise ValueError(f"The laptop's schedules know rate(N minutes|hours|days), not {expression!r}.")
    return float(rate[1]) * _SECONDS[rate[2]]


class SchedulePump:
    """One function, called once a period; the first time after the first period."""

    failures = 0  # a schedule does not hurry after a failure: its next time comes

    def __init__(self, delivery: Delivery, period_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._delivery = delivery
        self._period = period_seconds
        self._clock = clock
        self._due = clock() + period_seconds

    def turn(self) -> int:
        """Calls the function if it is time; answers how often it was called."""
        if self._delivery.paused or self._clock() < self._due:
            return 0
        self._due = self._clock() + self._period
        return self.fire()

    def fire(self) -> int:
        """Calls the function now."""
        try:
            self._delivery.invoke(self._event())
        except Exception:  # noqa: BLE001  # whatever a function raises, its schedule goes on
            LOG.exception("%s failed; it is called again at its next time", self._delivery.name)
        return 1

    def _event(self) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "time": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "us-east-1",
            "resources": [f"arn:aws:events:us-east-1:123456789012:rule/{self._delivery.name}"],
            "detail": {},
        }
