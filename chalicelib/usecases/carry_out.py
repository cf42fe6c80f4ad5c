"""Carry out commands at the carrier, at once and, should that have died, again."""

from collections.abc import Sequence

from chalicelib.core.calls.repeating import still_wanted
from chalicelib.core.carrier.commands import Command
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, CarrierUncertain, Conflict, NotConfigured
from chalicelib.core.ground.metrics import Metric
from chalicelib.core.told.notices import Timer, TimerKind
from chalicelib.ports import Carrier, World


def carry_out(
    world: World, carrier: str, call_id: str, version: int, commands: Sequence[Command], *, again: bool
) -> None:
    """Execute the commands of one change in order and settle them.

    One the carrier refuses comes back as a timer that is due now, so that the refusal is decided upon like any other
    event. One that may or may not have happened leaves the change unsettled: it is looked at again later.

    Raises:
        CarrierUncertain: the carrier is silent once more (`again`): come back later still.
        Conflict: the table is too busy to settle what was carried out `again`: come back, too.
    """
    for command in commands:
        try:
            _carrier(world, carrier).execute(command, again=again)
        except (CarrierRefused, CarrierGone) as refusal:
            world.watch.note("the carrier refused", call=call_id, command=type(command).__name__, why=str(refusal))
            world.watch.count(Metric.REFUSED)
            world.messages.remind([_refused(world, command)])
        except CarrierUncertain as doubt:
            world.watch.note("the carrier is silent", call=call_id, command=type(command).__name__, why=str(doubt))
            if again:
                raise
            return
    try:
        world.desk.settle(call_id, version)
    except Conflict:
        # The table is too busy; what was committed stands, and is looked at again.
        if again:
            raise


def carry_out_again(call_id: str, version: int, world: World) -> None:
    """Carry out what a change still wants, if its handler died or the carrier was silent."""
    outbox = world.desk.outbox(call_id, version)
    call = world.desk.call(call_id) if outbox and outbox.commands else None
    if outbox is None or call is None:
        return
    world.watch.count(Metric.REDELIVERED)
    wanted = [command for command in outbox.commands if still_wanted(command, call)]
    carry_out(world, call.carrier, call_id, version, wanted, again=True)


def _refused(world: World, command: Command) -> Timer:
    what = f"{type(command).__name__}:{getattr(command, 'leg', '')}"
    return Timer(TimerKind.REFUSED, command.call, what, world.clock.now())


def _carrier(world: World, name: str) -> Carrier:
    try:
        return world.carriers[name]
    except KeyError:
        raise NotConfigured(f"There is no carrier named {name}.") from None
