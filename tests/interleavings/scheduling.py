"""Handlers as greenlets: each call through a port is a moment at which another handler may go on, or one may die.

A schedule is a row of choices. `Choice(0, Way.GOES_ON)` lets the first handler make the call that it stands before;
the other ways are the one mishap that a schedule may have.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from greenlet import greenlet

from chalicelib.core.carrier.commands import HangUpLeg
from chalicelib.core.ground.errors import CallersFault, CarrierRefused, CarrierUncertain
from chalicelib.ports import World
from tests.fakes.mortality import Killed
from tests.interleavings.footprints import Footprint, footprint
from tests.interleavings.snapshots import Fingerprints

PORTS = ("desk", "history", "credentials", "sockets", "messages", "plugins", "webhooks", "files")
READINGS = frozenset(
    ("call", "agent", "agents", "both", "scene", "scenes", "lines", "outbox", "recording", "events_after", "get", "look")
)
"""Calls that change nothing: after them a death leaves the same world as before."""


class Way(StrEnum):
    """What becomes of the call that a handler stands before."""

    GOES_ON = ""
    DIES = "!"
    ANSWER_LOST = "?"
    NOT_DONE = "~"
    REFUSED = "#"


class Choice(NamedTuple):
    """Which handler, and how it goes on with it."""

    who: int
    way: Way


@dataclass(slots=True)
class Moment:
    """A handler stands before a call through a port."""

    name: str
    arguments: tuple[Any, ...]
    mutable: bool
    touches: Footprint

    @property
    def at_carrier(self) -> bool:
        """True before a command to the carrier, which may say no, or nothing."""
        return self.name == "carrier.execute"


@dataclass(slots=True)
class Running:
    """A handler under way: where it stands (None: it is done), what it has seen so far, how it ended."""

    number: int
    let: greenlet
    at: Moment | None = None
    seen: int = 0
    has_changed: bool = False
    ended: str = ""
    error: Exception | None = None


class Stagehand:
    """Lets handlers go on one call at a time, and mishaps happen."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._fingerprints = fingerprints
        self._hub = greenlet.getcurrent()
        self._running: Running | None = None

    def watched(self, world: World) -> World:
        """Give the world whose every call is a moment."""
        ports = {name: _Port(name, getattr(world, name), self) for name in PORTS}
        carriers = {name: _Port("carrier", carrier, self) for name, carrier in world.carriers.items()}
        return replace(world, **ports, carriers=carriers)

    def begins(self, number: int, work: Callable[[], None]) -> Running:
        """Start a handler; it stands before its first call then."""
        running = Running(number, greenlet(work))
        self._goes_on(running, Way.GOES_ON)
        return running

    def steps(self, running: Running, way: Way) -> None:
        """Let the handler make the call it stands before, in this way, and come to its next one."""
        self._goes_on(running, way)

    def drops(self, handlers: Sequence[Running]) -> None:
        """Forget handlers that are under way."""
        for running in handlers:
            if not running.let.dead:
                running.at = None
                running.let.throw()

    def moment(self, moment: Moment, perform: Callable[[], Any]) -> Any:
        """Stand before a call until it is chosen, then make it."""
        running = self._running
        if running is None:
            return perform()
        running.at = moment
        way = self._hub.switch()
        try:
            result = _performed(perform, way)
        except Exception as error:
            running.seen = hash((running.seen, type(error)))
            raise
        finally:
            running.has_changed = moment.mutable
        running.seen = hash((running.seen, self._fingerprints.of(result)))
        return result

    def _goes_on(self, running: Running, way: Way) -> None:
        self._running, self._hub, running.at = running, greenlet.getcurrent(), None
        try:
            if way is Way.DIES:
                running.let.throw(Killed())
            else:
                running.let.switch(*([way] if running.let else []))
        except Killed:
            running.ended = "died"
        except CallersFault as error:
            running.ended, running.error = type(error).__name__, error
        except Exception as error:  # noqa: BLE001 - whatever it was, it is this handler's end
            running.ended, running.error = f"raised {type(error).__name__}", error
        else:
            if running.let.dead:
                running.ended = "done"
        finally:
            self._running = None


def _performed(perform: Callable[[], Any], way: Way) -> Any:
    if way is Way.REFUSED:
        raise CarrierRefused("The carrier says no.")
    if way is Way.NOT_DONE:
        raise CarrierUncertain("The carrier never heard of it.")
    result = perform()
    if way is Way.ANSWER_LOST:
        raise CarrierUncertain("The carrier did it, and its answer is lost.")
    return result


class _Port:
    """A port whose calls are moments."""

    def __init__(self, name: str, port: Any, stagehand: Stagehand) -> None:
        self._name, self._port, self._stagehand = name, port, stagehand

    def __getattr__(self, attribute: str) -> Any:
        inner, stagehand = getattr(self._port, attribute), self._stagehand
        name, mutable = f"{self._name}.{attribute}", attribute not in READINGS

        def call(*args: Any, **kwargs: Any) -> Any:
            moment = Moment(name, args, mutable, footprint(name, args))
            return stagehand.moment(moment, lambda: inner(*args, **kwargs))

        setattr(self, attribute, call)
        return call


def choices(handlers: Sequence[Running], last: int, *, mishaps: bool) -> Iterator[Choice]:
    """Give what may come next: first what goes on where it was, then the others, then mishaps."""
    ready = sorted((running for running in handlers if running.at), key=lambda running: running.number != last)
    for running in ready:
        yield Choice(running.number, Way.GOES_ON)
    if mishaps:
        for running in ready:
            yield from _mishaps(running)


def _mishaps(running: Running) -> Iterator[Choice]:
    if running.has_changed:
        yield Choice(running.number, Way.DIES)
    if running.at and running.at.at_carrier:
        yield Choice(running.number, Way.ANSWER_LOST)
        yield Choice(running.number, Way.NOT_DONE)
        if not isinstance(running.at.arguments[0], HangUpLeg):
            yield Choice(running.number, Way.REFUSED)


def commute(one: Choice, other: Choice, handlers: Sequence[Running]) -> bool:
    """Tell whether two choices of one state lead to the same state in either order."""
    if one.who == other.who or (one.way is not Way.GOES_ON and other.way is not Way.GOES_ON):
        return False
    if Way.DIES in (one.way, other.way):
        return True
    first, second = handlers[one.who].at, handlers[other.who].at
    return not (first and second and first.touches.meets(second.touches))
