"""Handlers as greenlets, each call through a port a moment: what a handler does next follows from what it was answered.

So its code runs once for each row of answers, however many schedules come to it; all else is looking up. A `Node` is
how far a handler has come: the call that it stands before, or its end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from greenlet import greenlet

from chalicelib.core.ground.errors import CallersFault
from chalicelib.ports import World
from tests.interleavings.footprints import Footprint, footprint
from tests.interleavings.snapshots import Fingerprints
from tests.interleavings.stage import Letter

PORTS = ("desk", "history", "credentials", "sockets", "messages", "plugins", "webhooks", "files")
READINGS = frozenset(
    ("call", "agent", "both", "lines", "count_waiting", "restless", "outbox", "recording", "events_after", "get")
)
"""Calls that change nothing: after them a death leaves the same world as before."""


@dataclass(slots=True)
class Moment:
    """A handler stands before a call through a port."""

    name: str
    touches: Footprint
    perform: Callable[[], Any]
    arguments: tuple[Any, ...] = ()
    mutable: bool = True
    refused: Callable[[], Any] | None = None

    @property
    def at_carrier(self) -> bool:
        """True before a command to the carrier, which may say no, or nothing."""
        return self.name == "carrier.execute"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call."""

    value: Any = None
    error: Exception | None = None


@dataclass(slots=True)
class Node:
    """How far a handler has come: `at` is the call it stands before (None: it has ended, `ended` tells how).

    `has_changed` tells whether its last call changed something; `letter` is what it has in hand.
    """

    outcomes: tuple[Outcome, ...]
    at: Moment | None
    has_changed: bool = False
    ended: str = ""
    error: Exception | None = None
    letter: Letter | None = None
    children: dict[int, "Node"] = field(default_factory=dict)
    waits: greenlet | None = None

    @property
    def changes(self) -> bool:
        """True when the call that it stands before may change something."""
        return self.at is not None and self.at.mutable


Work = Callable[["Rehearsal"], None]


class Rehearsal:
    """One handler's code, run as far as each row of answers leads; `work(rehearsal)` is all that it does."""

    def __init__(self, world: World, work: Work, fingerprints: Fingerprints) -> None:
        self._work, self._fingerprints = work, fingerprints
        self._hub = greenlet.getcurrent()
        self.letter: Letter | None = None
        self.world = replace(
            world,
            **{name: _Port(name, getattr(world, name), self) for name in PORTS},
            carriers={name: _Port("carrier", carrier, self) for name, carrier in world.carriers.items()},
        )
        self.root = self._rehearsed(())

    def after(self, node: Node, outcome: Outcome) -> Node:
        """Give the handler after its call came out so."""
        key = hash((type(outcome.error), self._fingerprints.of(outcome.value)))
        if key not in node.children:
            node.children[key] = self._goes_on(node, outcome)
        return node.children[key]

    def moment(self, moment: Moment) -> Any:
        """Stand before a call until somebody tells what came of it."""
        outcome: Outcome = self._hub.switch(moment)
        if outcome.error:
            raise outcome.error
        return outcome.value

    def _goes_on(self, node: Node, outcome: Outcome) -> Node:
        outcomes, let = (*node.outcomes, outcome), node.waits
        if let is None:
            return self._rehearsed(outcomes)
        node.waits, self.letter = None, node.letter
        return self._noted(let, outcomes, outcome)

    def _rehearsed(self, outcomes: tuple[Outcome, ...]) -> Node:
        self.letter = None
        let, heard = greenlet(lambda _: self._work(self)), None
        for outcome in outcomes:
            self._switched(let, heard)
            heard = outcome
        return self._noted(let, outcomes, heard)

    def _noted(self, let: greenlet, outcomes: tuple[Outcome, ...], heard: Outcome | None) -> Node:
        before = getattr(let, "moment", None)
        node = Node(outcomes, None, has_changed=bool(before and before.mutable))
        try:
            node.at = self._switched(let, heard)
            node.ended = "" if node.at else "done"
        except CallersFault as error:
            node.ended, node.error = "refused", error
        except Exception as error:  # noqa: BLE001 - whatever it was, it is this handler's end
            node.ended, node.error = "failed", error
        node.waits, node.letter = (let if node.at else None), self.letter
        return node

    def _switched(self, let: greenlet, heard: Outcome | None) -> Moment | None:
        self._hub = greenlet.getcurrent()
        moment: Moment | None = let.switch(heard)
        let.moment = moment
        return moment if not let.dead else None


class _Port:
    """A port whose calls are moments."""

    def __init__(self, name: str, port: Any, rehearsal: Rehearsal) -> None:
        self._name, self._port, self._rehearsal = name, port, rehearsal

    def __getattr__(self, attribute: str) -> Any:
        inner, rehearsal = getattr(self._port, attribute), self._rehearsal
        name, mutable = f"{self._name}.{attribute}", attribute not in READINGS
        refuses = getattr(self._port, "refuses", None) if name == "carrier.execute" else None

        def call(*args: Any, **kwargs: Any) -> Any:
            touches = footprint(name, args)
            refused = (lambda: refuses(*args, **kwargs)) if refuses else None
            return rehearsal.moment(Moment(name, touches, lambda: inner(*args, **kwargs), args, mutable, refused))

        setattr(self, attribute, call)
        return call
