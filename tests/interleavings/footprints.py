"""What a call through a port reads and changes: calls that touch different rows may change places unnoticed.

A method that is not known here touches everything, which costs schedules and hides none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.ports import Change

Rows = frozenset[tuple[str, ...]]
NOTHING: Rows = frozenset()


@dataclass(frozen=True, slots=True)
class Footprint:
    """The rows that a call reads, and those that it changes; `everything` meets every other."""

    reads: Rows = NOTHING
    changes: Rows = NOTHING
    everything: bool = False

    def meets(self, other: "Footprint") -> bool:
        """Tell whether the order of the two matters."""
        if self.everything or other.everything:
            return True
        return bool(self.changes & (other.reads | other.changes) or other.changes & self.reads)


UNTOUCHED, EVERYTHING = Footprint(), Footprint(everything=True)
THE_CARRIER = Footprint(changes=frozenset([("carrier",)]))


def footprint(name: str, arguments: tuple[Any, ...]) -> Footprint:
    """Give what this call touches."""
    find = _FINDS.get(name)
    try:
        return find(*arguments) if find else EVERYTHING
    except TypeError:
        return EVERYTHING


def _reads(*rows: tuple[str, ...]) -> Footprint:
    return Footprint(reads=frozenset(rows))


def _changes(*rows: tuple[str, ...]) -> Footprint:
    return Footprint(changes=frozenset(rows))


def _commit(change: Change) -> Footprint:
    rows: set[tuple[str, ...]] = set()
    for call in change.calls:
        version = call.before.version + 1 if call.before else 1
        rows |= {("call", call.after.id), ("outbox", call.after.id, str(version))}
        for each in (call.before, call.after):
            if each and (waits := waiting_row(each)):
                rows.add(("queue", waits.queue))
    for agent in change.agents:
        rows.add(("agent", agent.after.id))
        for one in (agent.before, agent.after):
            if one and (ready := ready_row(one)):
                rows.add(("profile", ready.profile))
    return Footprint(changes=frozenset(rows))


_FINDS: Mapping[str, Callable[..., Footprint]] = {
    "desk.call": lambda call: _reads(("call", call)),
    "desk.agent": lambda agent: _reads(("agent", agent)),
    "desk.both": lambda call, agent: _reads(("call", call), ("agent", agent)),
    "desk.lines": lambda queues, profiles, _most=0: _reads(
        *[("queue", queue) for queue in queues], *[("profile", profile) for profile in profiles]
    ),
    "desk.count_waiting": lambda queue, _most: _reads(("queue", queue)),
    "desk.outbox": lambda call, version: _reads(("outbox", call, str(version))),
    "desk.settle": lambda call, version: _changes(("outbox", call, str(version))),
    "desk.commit": _commit,
    "history.keep": lambda past: _changes(("history", past.call)),
    "sockets.post": lambda socket, _frame: _changes(("socket", socket)),
    "messages.remind": lambda _timers: UNTOUCHED,
    "messages.tell_business": lambda *_: UNTOUCHED,
    "carrier.execute": lambda _command: THE_CARRIER,
    "carrier.obeys": lambda *_: THE_CARRIER,
    "credentials.get": lambda kind, key: _reads(("credentials", kind, key)),
    "credentials.drop": lambda kind, key: _changes(("credentials", kind, key)),
    "answer": lambda: UNTOUCHED,
}
