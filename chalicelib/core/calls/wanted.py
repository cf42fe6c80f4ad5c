"""What the carrier must do: the difference between what a call wanted before a change, and after it.

No rule orders commands. It says where each party should be; the commands follow from here. So who finds a change that
nobody carried out, or was overtaken by another, brings the carrier to what the call wants *now*: hold and retrieve in
the wrong order, or a leg rung after its call was over, are put right by construction (docs/decisions/wanted.md).
"""

from collections.abc import Iterable, Iterator, Mapping

from chalicelib.core.calls.call import CUSTOMER, Call
from chalicelib.core.calls.company import HOLD_MUSIC, needs_music
from chalicelib.core.calls.parties import Party, PartyState, Role, Where
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    RetrieveParticipant,
    TakeTurn,
)
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call wants of one party; `apart` is what it hears away from the others, None while it is with them."""

    gone: bool
    where: Where
    apart: str | None
    muted: bool
    coaches: str


def wanted(call: Call) -> Mapping[str, Wanted]:
    """Give what the call wants of each party; who hears whom follows from this alone (I14)."""
    return {
        party.id: Wanted(not party.live, party.where, _apart(call, party), party.muted, party.coaches)
        for party in call.parties.values()
        if not party.gone
    }


def difference(before: Call | None, after: Call) -> tuple[Command, ...]:
    """Give what a change asks of the carrier, in the order in which it does no harm."""
    was = wanted(before) if before else {}
    return _in_order(
        command
        for leg, wants in wanted(after).items()
        for command in _commands(after, after.parties[leg], was.get(leg, _FRESH.get(leg, _UNKNOWN)), wants)
    )


def everything(call: Call) -> tuple[Command, ...]:
    """Give all that the carrier must be brought to, whatever it did before: each is to be looked at first."""
    return _in_order(
        command for leg, wants in wanted(call).items() for command in _all_commands(call, call.parties[leg], wants)
    )


_UNKNOWN = Wanted(gone=False, where=Where.CONFERENCE, apart=None, muted=False, coaches="")
"""A party that is new: its leg has to be rung."""

_FRESH = {CUSTOMER: Wanted(gone=False, where=Where.SCRIPT, apart=None, muted=False, coaches="")}
"""A caller comes with a leg of their own, in its script."""


def _in_order(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Put first who is moved and who is parted, last who is let hear the others again.

    So nobody hears more, not even in between. Who stays comes in before who goes is hung up: a conference ends with the
    last who leaves it.
    """
    return tuple(sorted(commands, key=_turn))


def _turn(command: Command) -> int:
    match command:
        case JoinConference() | TakeTurn():
            return 0
        case HoldParticipant():
            return 1
        case HangUpLeg():
            return 3
        case RetrieveParticipant():
            return 4
    return 2


def _commands(call: Call, party: Party, was: Wanted, wants: Wanted) -> Iterator[Command]:
    if wants.gone:
        if not was.gone:
            yield HangUpLeg(call.id, party.id, party.sid)
        return
    if was is _UNKNOWN or (was.where is Where.SCRIPT and not party.there):
        yield _ring(call, party)
    elif was.where is not wants.where:
        yield _move(call, party)
    if party.there and wants.where is Where.CONFERENCE and was.apart != wants.apart:
        yield _part_or_join(call, party, wants)
    if was.muted != wants.muted:
        yield MuteParticipant(call.id, party.id, party.sid, call.conference, wants.muted)
    if was.coaches != wants.coaches:
        yield CoachParticipant(call.id, party.id, party.sid, call.conference, wants.coaches)


def _all_commands(call: Call, party: Party, wants: Wanted) -> Iterator[Command]:
    if wants.gone:
        yield HangUpLeg(call.id, party.id, party.sid)
        return
    if not party.there:
        yield _ring(call, party)
        return
    if not party.endpoint:
        # Who was rung is in the conference since they answered; who came by themselves is moved back and forth.
        yield _move(call, party)
    if wants.where is Where.SCRIPT:
        return
    yield _part_or_join(call, party, wants)
    if wants.muted:
        yield MuteParticipant(call.id, party.id, party.sid, call.conference, muted=True)
    if wants.coaches:
        yield CoachParticipant(call.id, party.id, party.sid, call.conference, wants.coaches)


def _ring(call: Call, party: Party) -> Command:
    offer = call.offers.get(party.id)
    vocid = offer.vocid if offer else call.vocid
    return AddParticipant(
        call=call.id,
        leg=party.id,
        endpoint=party.endpoint,
        caller_id=call.own_number,
        ring_seconds=party.ring_seconds,
        # One talk is one recording: it is asked for with the leg that the talk begins with, which names it.
        vocid=vocid if vocid == party.id else "",
        early_media=party.role is not Role.AGENT,
    )


def _move(call: Call, party: Party) -> Command:
    if party.where is Where.SCRIPT:
        return TakeTurn(call.id, party.id, party.sid, str(call.turn))
    return JoinConference(call.id, party.id, party.sid, call.vocid)


def _part_or_join(call: Call, party: Party, wants: Wanted) -> Command:
    if wants.apart is None:
        return RetrieveParticipant(call.id, party.id, party.sid, call.conference)
    return HoldParticipant(call.id, party.id, party.sid, call.conference, wants.apart)


def _apart(call: Call, party: Party) -> str | None:
    """Give what a party hears that is parted from the others, None for one who is with them."""
    if party.state is PartyState.HELD:
        return party.sound
    return HOLD_MUSIC if needs_music(call, party) else None
