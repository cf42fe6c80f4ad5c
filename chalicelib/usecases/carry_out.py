"""Carry out what a call wants of its carrier, and look again until it wants nothing else.

Two handlers may carry out two changes of one call in either order, and each may die on its way. So whoever has told
the carrier something reads the call again, and brings the carrier to what it wants by then, unless nobody changed it:
the last to tell the carrier anything has seen that it is what the call wants. A change whose handler died is found
unsettled, and brought to what is wanted *now* (docs/decisions/wanted.md).
"""

from collections.abc import Sequence

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.wanted import difference, everything, taken, wanted
from chalicelib.core.carrier.commands import (
    CoachParticipant,
    Command,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    PauseRecording,
    ResumeRecording,
    RetrieveParticipant,
    StopRecording,
    TakeTurn,
)
from chalicelib.core.ground.errors import (
    CarrierGone,
    CarrierRefused,
    CarriersFault,
    CarrierTooEarly,
    CarrierUncertain,
    Conflict,
    NotConfigured,
)
from chalicelib.core.ground.metrics import Metric
from chalicelib.core.told.notices import Timer, TimerKind
from chalicelib.ports import Carrier, World

InConference = HoldParticipant | RetrieveParticipant | MuteParticipant | CoachParticipant
"""Commands about a leg that is in its conference; once it is gone, there is nothing to do, and its end is told."""

NOTHING_RECORDED = "NothingRecorded"
"""What is noted in a refused command's place when a recording that was to go on is not there any more."""

ROUNDS = 5
"""How often a call that goes on changing is looked at, before the change is left to be found unsettled."""


def carry_out(world: World, before: Call | None, after: Call) -> None:
    """Tell the carrier what a change asks of it, `after` with its stored version; what is doubtful stays unsettled."""
    if not after.outbox.carrier and not after.outbox.acts:
        return
    commands = (*difference(before, after), *after.outbox.acts)
    again = not commands
    try:
        _bring(world, after, commands or everything(after), again=again)
        if after.outbox.carrier:
            world.desk.settle(after.id, after.version)
    except CarrierUncertain as doubt:
        world.watch.note("the carrier is silent", call=after.id, why=str(doubt))
    except Conflict:
        # The table is too busy to be looked at; what was committed stands, and is found unsettled.
        return


def carry_out_again(call_id: str, version: int, world: World) -> None:
    """Bring the carrier to what the call wants now, if that change's handler died or the carrier was silent.

    Raises:
        CarrierUncertain: the carrier is silent once more: come back later still.
    """
    outbox = world.desk.outbox(call_id, version)
    call = world.desk.call(call_id) if outbox and outbox.carrier else None
    if call is None:
        return
    world.watch.count(Metric.REDELIVERED)
    _bring(world, call, everything(call), again=True)
    world.desk.settle(call_id, version)


def _bring(world: World, call: Call, commands: Sequence[Command], *, again: bool) -> None:
    """Execute the commands, and look at the call again until nobody has changed what it wants meanwhile.

    Who comes too early may have been overtaken: what they did before then must not stand until somebody looks again.
    """
    for _ in range(ROUNDS):
        early = _executed(world, call, commands, again=again)
        now = world.desk.call(call.id)
        if now is None or (wanted(now), taken(now)) == (wanted(call), taken(call)):
            if early:
                raise early
            return
        call, commands, again = now, everything(now), True
    raise CarrierUncertain("The call changes faster than its carrier follows.")


def _executed(world: World, call: Call, commands: Sequence[Command], *, again: bool) -> CarrierTooEarly | None:
    """Execute the commands, up to one that comes too early, and give that."""
    try:
        for command in commands:
            _execute(world, call, command, again=again)
    except CarrierTooEarly as early:
        return early
    return None


def _execute(world: World, call: Call, command: Command, *, again: bool) -> None:
    """Carry one command out; a refusal comes back as a timer that is due now, to be decided upon like any event.

    A recording that is to be paused is paused now, or its agent is told: nobody waits for it and says a card number.
    """
    carrier = carrier_named(world, call.carrier)
    try:
        carrier.execute(command, again=again)
    except (CarrierGone, CarrierRefused) as refusal:
        if _comes_too_early(command, refusal, carrier):
            raise CarrierTooEarly(str(refusal)) from refusal
        if not (isinstance(command, InConference) and isinstance(refusal, CarrierGone)):
            _refused(world, command, refusal)
    except CarrierUncertain as silence:
        if again or not isinstance(command, PauseRecording):
            raise
        _refused(world, command, silence)


def _comes_too_early(command: Command, refusal: CarriersFault, carrier: Carrier) -> bool:
    """Tell whether the same command may be taken in a moment.

    A leg that is to be held or muted may still be on its way into the conference. One that is to be moved may have had
    no answer yet to what it asked first: a carrier lets nobody be moved who does not stand in a script. Who has hung up
    comes to neither. A recording that is to be stopped may not have begun yet, and would run on.
    """
    if isinstance(command, StopRecording):
        return isinstance(refusal, CarrierGone)
    if isinstance(command, HoldParticipant | MuteParticipant | CoachParticipant):
        return isinstance(refusal, CarrierGone) and (not command.sid or carrier.lives(command.sid))
    return isinstance(command, JoinConference | TakeTurn) and carrier.lives(command.sid)


def _refused(world: World, command: Command, why: Exception) -> None:
    nothing = isinstance(command, ResumeRecording) and isinstance(why, CarrierGone)
    kind = NOTHING_RECORDED if nothing else type(command).__name__
    world.watch.note("the carrier refused", call=command.call, command=kind, why=str(why))
    world.watch.count(Metric.REFUSED)
    now = world.clock.now()
    world.messages.remind([Timer(TimerKind.REFUSED, command.call, f"{kind}:{command.leg}", now)])


def carrier_named(world: World, name: str) -> Carrier:
    """Give the carrier of this name, or raise NotConfigured."""
    try:
        return world.carriers[name]
    except KeyError:
        raise NotConfigured(f"There is no carrier named {name}.") from None
