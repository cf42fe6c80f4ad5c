"""The centre of front_door.py with Asterisks in Twilio's place, or beside it: bridges are played, all else is real."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from chalicelib.adapters.asterisk.asterisk import Asterisk
from chalicelib.adapters.asterisk.door import AsteriskDoor
from chalicelib.adapters.asterisk.queues import Queues
from chalicelib.ports import Carrier
from tests.fakes.fifo import FifoQueues
from tests.fakes.front_door import FrontDoor, TableFrontDoor
from tests.fakes.pbx import Leg, PlayedPbx, connect

KEYS = {"main": b"m" * 32, "second": b"s" * 32}
URLS = {pbx: f"https://sqs.example/1/{pbx}.fifo" for pbx in KEYS}
REGION = "us-east-1"


class WithAsterisks:
    """A centre's part that knows of Asterisks: mixed into one of front_door.py's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pbxs: tuple[str, ...] = ("main",), **centre: Any) -> None:
        self.pbxs = {pbx: URLS[pbx] for pbx in pbxs}
        self.numbers = count(1)
        super().__init__(monkeypatch, **centre)  # type: ignore[call-arg]

    def _carriers(self, _twilio: Carrier) -> Mapping[str, Carrier]:
        centre: Any = self
        self.queues = FifoQueues(lambda: centre.time.now, *self.pbxs.values())
        queues = Queues(self.pbxs, _Later(centre), lambda: f"o{next(self.numbers)}", REGION)
        queues.__dict__["_client"] = self.queues
        door = AsteriskDoor(self.pbxs, lambda pbx: [KEYS[pbx]], _Later(centre))
        self.asterisks = {
            pbx: PlayedPbx(pbx, KEYS[pbx], self.queues, url, centre.time, self.takes_webhook)
            for pbx, url in self.pbxs.items()
        }
        connect(self.queues, centre.time, *self.asterisks.values())
        asterisk = Asterisk(door, queues, lambda pbx: KEYS[pbx], lambda: f"secret-{next(self.numbers)}")
        return {"asterisk": asterisk}

    @property
    def main(self) -> PlayedPbx:
        """The first Asterisk."""
        return self.asterisks["main"]

    def takes_webhook(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Take a webhook through the front door."""
        centre: Any = self
        answer = centre.asks("POST", path, body, headers=headers)
        return answer.status, answer.text

    def hears(self, leg: Leg, words: str, within: float = 60) -> None:
        """Wait until somebody in a script hears these words."""
        centre: Any = self

        def heard() -> bool:
            return any(words in text for text in leg.heard)

        centre.time.run_until(heard, within)
        assert heard(), f"not heard: {words}, but {leg.heard}"
        leg.heard.clear()


class _Later:
    """The clock of a centre that is still being built."""

    def __init__(self, centre: Any) -> None:
        self._centre = centre

    def now(self) -> int:
        return int(self._centre.clock.now())

    def pause(self, most: int) -> None:
        self._centre.clock.pause(most)


class AsteriskFrontDoor(WithAsterisks, FrontDoor):
    """A centre whose only carrier is Asterisk."""


class AsteriskTableFrontDoor(WithAsterisks, TableFrontDoor):
    """The same on the real table's adapters."""


class BothFrontDoor(WithAsterisks, FrontDoor):
    """A centre with both carriers: `ASTERISK_NUMBER` is Asterisk's."""

    def _carriers(self, twilio: Carrier) -> Mapping[str, Carrier]:
        return {"twilio": twilio} | dict(WithAsterisks._carriers(self, twilio))
