"""Measures what the bridge asks of others, and lets be read how it stands."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from icall_bridge.ari.client import SILENCE, WORKING, Ari, AriClient
from icall_bridge.cloud import DEFINITE, Cloud, CloudAway
from icall_bridge.health import Check
from icall_bridge.heart.effects import Request
from icall_bridge.heart.state import Asking, Dialling, Doing, Meeting, Performing, Waiting
from icall_bridge.journal import Journal
from icall_bridge.metrics import Metrics
from icall_bridge.orders import Orders, Slip
from icall_bridge.service import Bridge

_DOING: Mapping[type[Doing], str] = {
    Waiting: "ringing",
    Asking: "asking",
    Performing: "script",
    Meeting: "conference",
    Dialling: "dialling",
}
_SERVERS_FAULT = 500
_LONG_UNHEARD_SECONDS = 30


@dataclass(frozen=True, slots=True)
class MeasuredAri:
    """Asterisk, with how long it takes to answer."""

    ari: Ari
    metrics: Metrics

    async def perform(self, request: Request) -> tuple[int, Any]:
        """Make a request; give its status (0: silence) and what was answered."""
        began = time.perf_counter()
        status, found = await self.ari.perform(request)
        if status == SILENCE:
            self.metrics.count("ari_errors_total", why="silent")
            return status, found
        self.metrics.observe("ari_seconds", time.perf_counter() - began)
        if status >= _SERVERS_FAULT:
            self.metrics.count("ari_errors_total", why="failed")
        return status, found

    async def probe(self) -> str:
        """Tell how Asterisk is."""
        return await self.ari.probe()

    def events(self) -> AsyncIterator[Mapping[str, Any]]:
        """Give the events as they come."""
        return self.ari.events()


@dataclass(frozen=True, slots=True)
class MeasuredCloud:
    """The stack, with how long it takes to answer and what it makes of events."""

    cloud: Cloud
    metrics: Metrics

    async def tell(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """POST a webhook; give status and body, or raise CloudAway."""
        began = time.perf_counter()
        try:
            status, answer = await self.cloud.tell(headers, body)
        except CloudAway:
            self.metrics.count("events_total", outcome="failed")
            raise
        self.metrics.observe("telling_seconds", time.perf_counter() - began)
        self.metrics.count("events_total", outcome=_outcome(status))
        return status, answer


@dataclass(frozen=True, slots=True)
class MeasuredOrders:
    """The stack's commands, with their age when they were carried out."""

    orders: Orders
    metrics: Metrics

    async def take(self) -> list[Slip]:
        """Wait for orders, at most some seconds."""
        return await self.orders.take()

    async def done(self, slips: Sequence[Slip]) -> None:
        """Let these never come again."""
        for slip in slips:
            self.metrics.count("commands_total", given="again" if slip.again else "once")
            if age := _age(slip.body):
                self.metrics.observe("command_age_seconds", age)
        await self.orders.done(slips)


def read_bridge(metrics: Metrics, bridge: Bridge, ari: AriClient, journal: Journal) -> None:
    """Let the bridge's calls be read, how Asterisk is, and what waits to be told."""
    metrics.read("calls", lambda: len(bridge.switchboard.conversations))
    metrics.read("legs", lambda: _legs(bridge))
    metrics.read("asterisk_working", lambda: bridge.state == WORKING)
    metrics.read("ari_breaker_open", lambda: ari.breaker.open)
    metrics.read("events_waiting", lambda: sum(1 for _ in journal.untold()))
    metrics.read("events_oldest_seconds", lambda: _oldest(journal))
    metrics.read("journal_lost_total", lambda: journal.lost)


def checks(bridge: Bridge, journal: Journal) -> Mapping[str, Check]:
    """Give what /health looks at: Asterisk, and whether the stack hears us."""
    return {
        "asterisk": lambda: "" if bridge.state == WORKING else bridge.state,
        "stack": lambda: "does not take events" if _oldest(journal) > _LONG_UNHEARD_SECONDS else "",
    }


def _outcome(status: int) -> str:
    if status // 100 == 2:  # noqa: PLR2004 - HTTP's own border
        return "taken"
    return "refused" if status in DEFINITE else "failed"


def _legs(bridge: Bridge) -> Mapping[str, float]:
    doing = Counter(
        _DOING[type(leg.doing)]
        for conversation in bridge.switchboard.conversations.values()
        for leg in conversation.call.live()
        if type(leg.doing) in _DOING
    )
    return {name: doing[name] for name in _DOING.values()}


def _oldest(journal: Journal) -> float:
    first = next(journal.untold(), None)
    return _age(first.body) if first else 0.0


def _age(body: bytes) -> float:
    """Give the age of news or an order by its `at`, in seconds; 0 where none can be read."""
    try:
        at = json.loads(body)["at"]
    except (ValueError, LookupError, TypeError):
        return 0.0
    return max(0.0, time.time() - at / 1000) if isinstance(at, int | float) else 0.0
