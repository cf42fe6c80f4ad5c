"""What is watched in a simulation: how soon calls are offered, who is overtaken, what fails, what it costs."""

from collections import Counter
from dataclasses import dataclass, field
from math import inf

from benchmarks.assignment.desk import Line, SimulatedDesk
from benchmarks.assignment.virtual_time import VirtualTime
from chalicelib.adapters.dynamodb import keys
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.ports import Change

LOOK_MS = 50.0


@dataclass(slots=True)
class Offer:
    """An offer: when it was stored, how long both had been there, how much older the oldest was who still waited."""

    at: float
    after: float
    overtook: float


@dataclass(slots=True)
class Seen:
    """Everything that was watched from `since` on (ms since 1970)."""

    time: VirtualTime
    desk: SimulatedDesk
    profiles_of: dict[str, tuple[str, ...]]
    since: float = inf
    offers: list[Offer] = field(default_factory=list)
    beside: float = 0.0
    longest_line: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    arrived: int = 0
    late: list[float] = field(default_factory=list)

    def hears(self, change: Change) -> None:
        """Watch a change, just after it was stored."""
        for moved in change.calls:
            row = waiting_row(moved.before) if moved.before else None
            if row and moved.after.offers and change.agents:
                ready = change.agents[0].before and ready_row(change.agents[0].before)
                if ready:
                    self._offered(row.queue, row.since, row.priority, self._there.pop(f"c{row.call}", 0.0), ready.agent)
        for moved in change.calls:
            if waiting_row(moved.after):
                self._there.setdefault(f"c{moved.after.id}", self.time.now)
        for agent in change.agents:
            if ready_row(agent.after):
                self._there[f"a{agent.after.id}"] = self.time.now

    _there: dict[str, float] = field(default_factory=dict)

    def _offered(self, queue: str, since: int, priority: int, waited: float, agent: str) -> None:
        line = self.desk.lines_by_key[keys.queue(queue)]
        eldest = next((row for _, row in line.rows if row.priority <= priority), None)
        overtook = max(0, since - eldest.since) if eldest else 0
        there = max(waited, self._there.get(f"a{agent}", 0.0))
        self.offers.append(Offer(self.time.now, self.time.now - there, overtook))

    def looks(self) -> None:
        """Look every 50 ms who stands beside whom."""
        for queue, profiles in self.profiles_of.items():
            waiting = self.desk.lines_by_key[keys.queue(queue)]
            self.longest_line = max(self.longest_line, len(waiting.rows))
            for profile in profiles:
                self._beside(waiting, self.desk.lines_by_key[keys.profile(profile)])
        self.time.after(LOOK_MS, self.looks)

    def _beside(self, waiting: Line, ready: Line) -> None:
        since = waiting.eldest(), ready.eldest()
        if since[0] is not None and since[1] is not None and self.time.now >= self.since:
            self.beside = max(self.beside, self.time.now - max(*since))
