"""Carry out what a call wants of its carrier, and look again until it wants nothing else.

Two handlers may carry out two changes of one call in either order, and each may die on its way. So whoever has told
the carrier something reads the call again, and brings the carrier to what it wants by then, unless nobody changed it:
the last to tell the carrier anything has seen that it is what the call wants. A change whose handler died is found
unsettled, and brought to what is wanted *now* (docs/decisions/wanted.md).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.wanted import difference, everything, taken, wanted
from chalicelib.core.carrier.commands import (
    AddParticipant,
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
from chalicelib.core.carrier.events import CommandRefused
from chalicelib.core.ground.errors import (
    CarrierGone,
    CarrierRefused,
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

A_MOMENT_MS = 2000
"""How long what came too early for a carrier that says so later is waited with."""

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
    _bring_to_now(world, call)
    world.desk.settle(call_id, version)


def carry_out_now(call_id: str, world: World) -> None:
    """Bring the carrier to what the call wants now, since something had come too early for it.

    Raises:
        CarrierUncertain: the carrier is silent: come back later.
    """
    call = world.desk.call(call_id)
    if call is not None:
        _bring_to_now(world, call)


def note_refused(event: CommandRefused, world: World) -> None:
    """Note that a carrier could not do after all what it had taken: as if it had said so at once.

    What came too early is tried once more, in a moment; what is still not to be found then is over, or never was.
    """
    kind, call = _KINDS[event.command], world.desk.call(event.call)
    if call is None:
        return
    party = call.parties.get(event.leg)
    lives = party.live if party else not event.leg
    if not event.again and _comes_too_early(kind, gone=event.gone, lives=lambda: lives):
        world.messages.remind([Timer(TimerKind.AGAIN, call.id, "", world.clock.now() + A_MOMENT_MS)])
    elif not (event.gone and issubclass(kind, InConference | StopRecording)):
        why = "not there" if event.gone else "refused after it was taken"
        _refused(world, kind, call.id, event.leg, gone=event.gone, why=why)


def _bring_to_now(world: World, call: Call) -> None:
    world.watch.count(Metric.REDELIVERED)
    _bring(world, call, everything(call), again=True)


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

    def lives() -> bool:
        sid = "" if isinstance(command, AddParticipant) else command.sid
        return not sid or carrier.lives(command.call, command.leg, sid)

    try:
        carrier.execute(command, again=again)
    except (CarrierGone, CarrierRefused) as refusal:
        kind, gone = type(command), isinstance(refusal, CarrierGone)
        if _comes_too_early(kind, gone=gone, lives=lives):
            raise CarrierTooEarly(str(refusal)) from refusal
        if not (gone and issubclass(kind, InConference | StopRecording)):
            _refused(world, kind, command.call, command.leg, gone=gone, why=str(refusal))
    except CarrierUncertain as silence:
        if again or not isinstance(command, PauseRecording):
            raise
        _refused(world, PauseRecording, command.call, command.leg, gone=False, why=str(silence))


def _comes_too_early(kind: type[Command], *, gone: bool, lives: Callable[[], bool]) -> bool:
    """Tell whether the same command may be taken in a moment; `lives` tells whether its leg is over.

    A leg that is to be held or muted may still be on its way into the conference. One that is to be moved may have had
    no answer yet to what it asked first: a carrier lets nobody be moved who does not stand in a script. Who has hung up
    comes to neither. A recording that is to be stopped may not have begun yet, and would run on; that of a leg which is
    over has ended with it.
    """
    if issubclass(kind, HoldParticipant | MuteParticipant | CoachParticipant | StopRecording):
        return gone and lives()
    return issubclass(kind, JoinConference | TakeTurn) and lives()


def _refused(world: World, kind: type[Command], call_id: str, leg: str, *, gone: bool, why: str) -> None:
    name = NOTHING_RECORDED if gone and kind is ResumeRecording else kind.__name__
    world.watch.note("the carrier refused", call=call_id, command=name, why=why)
    world.watch.count(Metric.REFUSED)
    now = world.clock.now()
    world.messages.remind([Timer(TimerKind.REFUSED, call_id, f"{name}:{leg}", now)])


_KINDS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in get_args(Command)}


def carrier_named(world: World, name: str) -> Carrier:
    """Give the carrier of this name, or raise NotConfigured."""
    try:
        return world.carriers[name]
    except KeyError:
        raise NotConfigured(f"There is no carrier named {name}.") from None
