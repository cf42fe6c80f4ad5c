"""Tell again what a commit wanted told: the table's stream brings every row back, whether or not its handler lived.

Events of an agent are told twice as a rule (their numbers make that harmless), lines are looked at twice, and timers,
business notices and recordings are told from here alone. Commands that are not settled yet are given time before
they are looked at again.
"""

from collections.abc import Iterable

from chalicelib.core.ground.metrics import Metric
from chalicelib.core.told.history import DISPOSED, ENDED
from chalicelib.core.told.notices import Heard, Timer, TimerKind
from chalicelib.ports import (
    AgentToBeTold,
    CallToBeTold,
    LineRow,
    RecordingToBeFetched,
    SomebodyIsReady,
    SomebodyWaits,
    StreamRow,
    World,
)
from chalicelib.usecases.commit import keep
from chalicelib.usecases.match import look_again
from chalicelib.usecases.sign_out import shut_page
from chalicelib.usecases.socket_gone import socket_gone

SETTLING_MS = 10_000
"""How long a handler may take to carry its commands out before another looks after them."""


def tell_again(row: StreamRow, world: World) -> None:
    """Do what a new row of the table asks for."""
    match row:
        case SomebodyWaits() | SomebodyIsReady():
            tell_lines_again([row], world)
        case AgentToBeTold():
            _tell_agent(row, world)
        case CallToBeTold():
            _tell_of_call(row, world)
        case RecordingToBeFetched(vocid):
            world.messages.fetch_recording(vocid)


def tell_lines_again(rows: Iterable[StreamRow], world: World) -> None:
    """Look once at the lines that these rows are in, where any are, and after those who are still there."""
    mine = [row.row for row in rows if isinstance(row, LineRow)]
    if mine:
        look_again(world, mine)


def _tell_agent(row: AgentToBeTold, world: World) -> None:
    """Push again, and shut the page of who has signed out.

    A page that cannot be reached is gone, even if API Gateway never told so (it need not).
    """
    world.messages.remind(row.timers)
    if not row.socket:
        return
    reached = all(world.sockets.post(row.socket, event.to_frame()) for event in row.events)
    if any(event.type is Heard.LOGOUT for event in row.events):
        shut_page(row.socket, world)
    elif not reached:
        socket_gone(row.socket, world)


def _tell_of_call(row: CallToBeTold, world: World) -> None:
    world.watch.count(Metric.OUTBOX_AGE, world.clock.now() - row.at, "Milliseconds")
    timers = list(row.outbox.timers)
    if row.outbox.carrier and world.desk.outbox(row.call, row.version):
        timers.append(Timer(TimerKind.OUTBOX, row.call, str(row.version), row.at + SETTLING_MS))
    world.messages.remind(timers)
    keep(world, row.outbox.notices, ENDED, DISPOSED)
    world.messages.tell_business(row.call, row.version, row.outbox.notices)
