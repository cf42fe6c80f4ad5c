"""What the carrier must do: the difference between what a call wanted before a change, and after it.

No rule orders commands. It says where each party should be; the commands follow from here. So who finds a change that
nobody carried out, or was overtaken by another, brings the carrier to what the call wants *now*: hold and retrieve in
the wrong order, or a leg rung after its call was over, are put right by construction (docs/decisions/wanted.md).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from chalicelib.core.calls.call import CUSTOMER, Call
from chalicelib.core.calls.company import HOLD_MUSIC, coached_by, is_muted, needs_music
from chalicelib.core.calls.parties import Control, Party, PartyState, Role, Where
from chalicelib.core.calls.takes import Take, Taking
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    PauseRecording,
    ResumeRecording,
    RetrieveParticipant,
    StartRecording,
    StopRecording,
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
        party.id: Wanted(not party.live, party.where, _apart(call, party), _muted(call, party), coached_by(call, party))
        for party in call.parties.values()
        if not party.gone
    }


def taken(call: Call) -> Mapping[str, Take]:
    """Give what the call wants of its recordings, by the leg that is recorded (empty: the whole conference).

    One that nobody has touched is not named: it comes and ends with its conference.
    """
    if not call.live:
        return {}
    here = [take for take in call.takes if take.leg or not take.closed]
    return {take.leg: take for take in here}


def difference(before: Call | None, after: Call) -> tuple[Command, ...]:
    """Give what a change asks of the carrier, in the order in which it does no harm."""
    was = wanted(before) if before else {}
    of_parties = tuple(
        command
        for leg, wants in wanted(after).items()
        for command in _commands(after, after.parties[leg], was.get(leg, _FRESH.get(leg, _UNKNOWN)), wants)
    )
    ran = taken(before) if before else {}
    return _in_order(
        (*of_parties, *_as_they_come_in(before, after)),
        (_recording(after, take, ran.get(leg)) for leg, take in taken(after).items() if _differs(take, ran.get(leg))),
    )


def _as_they_come_in(before: Call | None, after: Call) -> Iterator[Command]:
    """Let supervisors be heard by whom they should, whose agent's leg went or came while it rang at them.

    They were rung to be heard by others, and who only rings can be told nothing.
    """
    for party in after.live_parties():
        was = before.parties.get(party.id) if before else None
        if party.role is not Role.SUPERVISOR or not party.there or was is None or was.there:
            continue
        legs = [leg for leg in after.parties_of(party.controls) if leg.there]
        if not legs or legs[-1].since > was.since:
            yield from _voice(after, party, None, wanted(after)[party.id])


def everything(call: Call) -> tuple[Command, ...]:
    """Give all that the carrier must be brought to, whatever it did before: each is to be looked at first."""
    of_parties = tuple(
        command for leg, wants in wanted(call).items() for command in _all_commands(call, call.parties[leg], wants)
    )
    return _in_order(of_parties, (_recording(call, take, None) for take in taken(call).values()))


def _in_order(of_parties: Iterable[Command], of_recordings: Iterable[Command]) -> tuple[Command, ...]:
    """Put a pause before all moves, then who is moved and who is parted, last who is let hear the others again.

    So nobody keys anything in a flow while what they key is still recorded (I13), and nobody hears more, not even in
    between (I14). Who stays comes in before who goes is hung up: a conference ends with the last who leaves it.
    """
    return tuple(sorted((*of_parties, *of_recordings), key=_turn))


def _turn(command: Command) -> int:
    match command:
        case PauseRecording():
            return 0
        case JoinConference() | TakeTurn():
            return 1
        case HoldParticipant():
            return 2
        case HangUpLeg():
            return 4
        case RetrieveParticipant() | MuteParticipant(muted=False):
            return 5
    return 3


_UNKNOWN = Wanted(gone=False, where=Where.CONFERENCE, apart=None, muted=False, coaches="")
"""A party that is new: its leg has to be rung."""

_FRESH = {CUSTOMER: Wanted(gone=False, where=Where.SCRIPT, apart=None, muted=False, coaches="")}
"""A caller comes with a leg of their own, in its script."""


def _commands(call: Call, party: Party, was: Wanted, wants: Wanted) -> Iterator[Command]:
    if wants.gone:
        if not was.gone:
            yield HangUpLeg(call.id, party.id, party.sid)
        return
    if was is _UNKNOWN or (was.where is Where.SCRIPT and not party.there):
        yield _ring(call, party, wants)
        return
    if was.where is not wants.where and not party.by_script:
        yield _move(call, party)
    if wants.where is Where.SCRIPT:
        return
    if was.where is Where.SCRIPT:
        was = replace(was, apart=None, muted=False, coaches="")
    if party.there and was.apart != wants.apart:
        yield _part_or_join(call, party, wants)
    if was.muted != wants.muted or was.coaches != wants.coaches:
        yield from _voice(call, party, was, wants)


def _voice(call: Call, party: Party, was: Wanted | None, wants: Wanted) -> Iterator[Command]:
    """Let a party be heard by whom they should; in the order in which nobody hears them in between who should not."""
    mute = MuteParticipant(call.id, party.id, party.sid, call.conference, wants.muted)
    coach = CoachParticipant(call.id, party.id, party.sid, call.conference, wants.coaches)
    if wants.muted and (was is None or not was.muted):
        yield mute
    if was is None or was.coaches != wants.coaches:
        yield coach
    if not wants.muted and (was is None or was.muted):
        yield mute


def _all_commands(call: Call, party: Party, wants: Wanted) -> Iterator[Command]:
    if wants.gone:
        yield HangUpLeg(call.id, party.id, party.sid)
        return
    if not party.there:
        yield _ring(call, party, wants)
        return
    if not party.endpoint or party.where is Where.SCRIPT or (party.id == CUSTOMER and call.turn):
        # Who was rung is in the conference since they answered, unless they were in a flow since; all others are moved.
        yield _move(call, party)
    if wants.where is Where.SCRIPT:
        return
    yield _part_or_join(call, party, wants)
    if party.control is not Control.NONE:
        yield from _voice(call, party, None, wants)
    else:
        # Not muted is told, too: somebody may have been overtaken by who let them be heard again.
        yield MuteParticipant(call.id, party.id, party.sid, call.conference, wants.muted)


def _differs(take: Take, ran: Take | None) -> bool:
    return ran is None or (ran.vocid, ran.state) != (take.vocid, take.state)


def _recording(call: Call, take: Take, ran: Take | None) -> Command:
    """Give what brings a recording to its state; `ran` is how it was, None when that is not known."""
    sid = call.parties[take.leg].sid if take.leg else ""
    if take.state is Taking.ON and take.leg and (ran is None or ran.vocid != take.vocid):
        return StartRecording(call.id, take.leg, sid, take.vocid)
    return _OF_RECORDINGS[take.state](call.id, take.leg, sid, call.conference)


_OF_RECORDINGS: Mapping[Taking, type[PauseRecording | ResumeRecording | StopRecording]] = {
    Taking.ON: ResumeRecording,
    Taking.PAUSED: PauseRecording,
    Taking.STOPPED: StopRecording,
}


def _ring(call: Call, party: Party, wants: Wanted) -> Command:
    offer = call.offers.get(party.id)
    recorded = offer.vocid if offer else call.recorded_from_start
    return AddParticipant(
        call=call.id,
        leg=party.id,
        endpoint=party.endpoint,
        caller_id=call.own_number,
        ring_seconds=party.ring_seconds,
        # One talk is one recording: it is asked for with the leg that the talk begins with, which names it.
        vocid=recorded if recorded == party.id else "",
        early_media=party.role not in (Role.AGENT, Role.SUPERVISOR),
        muted=wants.muted,
        coaches=wants.coaches,
    )


def _move(call: Call, party: Party) -> Command:
    if party.where is Where.SCRIPT:
        return TakeTurn(call.id, party.id, party.sid, str(call.turn))
    return JoinConference(call.id, party.id, party.sid, call.recorded_from_start)


def _part_or_join(call: Call, party: Party, wants: Wanted) -> Command:
    if wants.apart is None:
        return RetrieveParticipant(call.id, party.id, party.sid, call.conference)
    return HoldParticipant(call.id, party.id, party.sid, call.conference, wants.apart)


def _muted(call: Call, party: Party) -> bool:
    """Tell whom the carrier must mute: a supervisor from the first, whoever else is muted once they are there."""
    inside = party.there and party.where is Where.CONFERENCE
    return is_muted(call, party) and (inside or party.role is Role.SUPERVISOR)


def _apart(call: Call, party: Party) -> str | None:
    """Give what a party hears that is parted from the others, None for one who is with them."""
    if party.state is PartyState.HELD:
        return party.sound
    return HOLD_MUSIC if needs_music(call, party) else None
