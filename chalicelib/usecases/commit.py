"""Commit a decision, and tell at once what it wants told.

What must survive a death in between is stored with the decision: the table's stream tells it again.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, CallState, EndedBy
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.ground.metrics import Metric
from chalicelib.core.told.history import DISPOSED, past_call
from chalicelib.core.told.notices import CrmNotice
from chalicelib.ports import Change, Moved, World
from chalicelib.usecases.carry_out import carry_out

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 9
"""How often a decision is made anew because somebody else changed the same thing first, or the table is too busy."""

FIRST_PAUSE_MS = 25
"""Before the second attempt passes at most so much, by chance, then twice as much each time: 3.2 s in all, mostly."""


def decides_again(decide: Callable[P, R]) -> Callable[P, R]:
    """Make a use case start over, reading anew, when its commit met a Conflict."""

    @wraps(decide)
    def deciding(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(ATTEMPTS - 1):
            try:
                return decide(*args, **kwargs)
            except Conflict:
                _world_among(args, kwargs).clock.pause(FIRST_PAUSE_MS << attempt)
        return decide(*args, **kwargs)

    return deciding


def _world_among(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> World:
    return next(given for given in (*args, *kwargs.values()) if isinstance(given, World))


def commit(world: World, change: Change) -> None:
    """Store what changed in one write or transaction, then push events to the pages and tell the carrier.

    Raises:
        Conflict: somebody else changed the call or an agent since they were read; nothing was stored.
    """
    if not change:
        return
    world.desk.commit(change)
    for moved_call in change.calls:
        # Before the page is told: what it reads after the event must have what the agent has just chosen.
        with suppress(Conflict):  # The table is too busy; what is stored is kept by the stream.
            keep(world, moved_call.after.outbox.notices, DISPOSED)
    for moved in change.agents:
        push(world, moved.after)
    for moved_call in change.calls:
        _tell(world, moved_call)


def keep(world: World, notices: Iterable[CrmNotice], *kinds: str) -> None:
    """Keep in the history what notices of these kinds tell."""
    for notice in notices:
        if notice.type in kinds:
            world.history.keep(past_call(notice))


def push(world: World, agent: Agent) -> None:
    """Send an agent's new events to their page; one that is gone hears them when it comes back."""
    for event in agent.events:
        if not agent.socket or not world.sockets.post(agent.socket, event.to_frame()):
            return


def _tell(world: World, moved: Moved[Call]) -> None:
    version = moved.before.version + 1 if moved.before else 1
    carry_out(world, moved.before, replace(moved.after, version=version))
    if _abandoned(moved):
        world.watch.count(Metric.ABANDONED)
    for notice in moved.after.outbox.notices:
        if notice.type in _COUNTED:
            world.watch.count(_COUNTED[notice.type])


def _abandoned(moved: Moved[Call]) -> bool:
    left = moved.before is not None and moved.before.state is CallState.WAITING
    return left and not moved.after.live and moved.after.ended_by == EndedBy.CUSTOMER


_COUNTED = {"call.rang": Metric.OFFERS, "call.answered": Metric.ANSWERED, "call.ended": Metric.ENDED}
