"""Note that a carrier refused what a call wanted: the call wants what can be, and its agent is told."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.core.calls import automating, consulting, supervising, talking
from chalicelib.core.calls.call import Call, CallState, EndedBy
from chalicelib.core.calls.company import HOLD_MUSIC, consulted, counterparts
from chalicelib.core.calls.hearing import HungUp
from chalicelib.core.calls.parties import Party, Role, Where
from chalicelib.core.calls.recording import record
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.takes import TAKE_MOVES
from chalicelib.core.calls.wanted import wanted
from chalicelib.core.carrier.events import Cause, LegEnded
from chalicelib.ports import Change, World
from chalicelib.usecases.carry_out import NOTHING_RECORDED
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.see import scene_of

REFUSED = "carrier-refused"
"""The cause by which agents know that a hold or a recording, or its end, is not what they asked for."""

_UNDONE_BY: Mapping[str, str] = {
    "StartRecording": "stop",
    "PauseRecording": "resume",
    "ResumeRecording": "pause",
    "StopRecording": "go_on",
    NOTHING_RECORDED: "stop",
}
"""What a recording does instead, when the carrier refused what it was to do."""


def note_refusal(call_id: str, command: str, leg: str, world: World) -> None:
    """Decide what a refused command means; `command` is the name of its kind."""
    if command == "AddParticipant":
        note_leg(LegEnded(call_id, leg, "", Cause.FAILED), world)
    elif command in ("JoinConference", "TakeTurn"):
        _ends(call_id, world)
    elif command in ("HoldParticipant", "RetrieveParticipant"):
        _stays_as_it_was(call_id, leg, world, held=command == "RetrieveParticipant")
    elif command in ("MuteParticipant", "CoachParticipant"):
        _is_heard_as_before(call_id, leg, world)
        _is_not_heard(call_id, leg, world)
    elif command in _UNDONE_BY:
        _records_what_it_can(call_id, leg, command, world)


@decides_again
def _ends(call_id: str, world: World) -> None:
    """End a call whose customer cannot be moved: gone, as a rule; should they be there yet, they are hung up."""
    call = world.desk.call(call_id)
    if call is None or not call.live:
        return
    scene, wrap_up = scene_of(world, call), talking.wrap_up_of(call, world.catalogue.centre())
    ended = talking.end(scene, world.clock.now(), EndedBy.CUSTOMER, wrap_up=wrap_up)
    commit_and_match(world, Change.of(scene, ended))


@decides_again
def _is_not_heard(call_id: str, leg: str, world: World) -> None:
    """Let a supervisor go whose carrier will not let them be heard by whom they should: nobody may hear them else."""
    call = world.desk.call(call_id)
    party = call.parties.get(leg) if call else None
    if call is None or party is None or not party.there or party.role is not Role.SUPERVISOR:
        return
    scene, centre = scene_of(world, call), world.catalogue.centre()
    after = supervising.leaves(scene, party, centre, world.clock.now(), HungUp.SYSTEM)
    commit_and_match(world, Change.of(scene, after))


@decides_again
def _stays_as_it_was(call_id: str, leg: str, world: World, *, held: bool) -> None:
    """Let somebody be as they are, held or not, and tell the owner, who can try again.

    Where that was refused, too, nothing more is tried. Where no owner can try, the carrier is asked once more.
    """
    call = world.desk.call(call_id)
    party = call.parties.get(leg) if call else None
    if call is None or party is None or not call.live or not party.there or party.how == REFUSED:
        return
    wants = wanted(call)[leg]
    if wants.where is Where.SCRIPT or (wants.apart is None) is not held:
        return
    scene, now = scene_of(world, call), world.clock.now()
    after = _undone(scene, party, now, held=held) if _owner_can_try(call, party) else _asked_again(scene, party)
    commit_and_match(world, Change.of(scene, after))


def _owner_can_try(call: Call, party: Party) -> bool:
    talks = call.state is CallState.TALKING and bool(call.owner) and not call.agent_lost
    return talks and party in (*counterparts(call), consulted(call))


def _asked_again(scene: Scene, party: Party) -> Scene:
    return scene.with_call(scene.call.with_party(replace(party, how=REFUSED)).asks_its_carrier_again())


@decides_again
def _is_heard_as_before(call_id: str, leg: str, world: World) -> None:
    """Show a party who could not be muted as one who is heard: nobody must think that they speak unheard.

    For one who could not be let heard again the carrier is asked once more.
    """
    call = world.desk.call(call_id)
    party = call.parties.get(leg) if call else None
    if call is None or party is None or call.state is not CallState.TALKING or not party.there:
        return
    scene = scene_of(world, call)
    if party.muted:
        after = talking.muted_as(scene, party, "system", world.clock.now(), muted=False)
        commit_and_match(world, Change.of(scene, after))
    elif party.role is not Role.SUPERVISOR and party.how != REFUSED:
        commit_and_match(world, Change.of(scene, _asked_again(scene, party)))


@decides_again
def _records_what_it_can(call_id: str, leg: str, command: str, world: World) -> None:
    """Let a recording be as it was, or stopped where there is none; a customer whose keys it would hold comes back."""
    call, now = world.desk.call(call_id), world.clock.now()
    if call is None:
        return
    if automating.keys_are_recorded(call, command):
        scene = scene_of(world, call)
        commit_and_match(world, Change.of(scene, automating.give_back(scene, now, automating.CameBack.BY_FAULT)))
    elif _may_be_undone(call, leg, command):
        scene = scene_of(world, call)
        commit_and_match(world, Change.of(scene, record(scene, _UNDONE_BY[command], now, cause=REFUSED)))


def _may_be_undone(call: Call, leg: str, command: str) -> bool:
    """Tell whether a recording can be as it was; what was refused, too, is not tried again."""
    take = call.take
    if take is None or take.leg != leg or call.state is not CallState.TALKING or call.agent_lost:
        return False
    tried = take.how == REFUSED and command != NOTHING_RECORDED
    return TAKE_MOVES.allows(take.state, _UNDONE_BY[command]) and not tried


def _undone(scene: Scene, party: Party, now: int, *, held: bool) -> Scene:
    """Bring somebody back where the carrier has them; who cannot be parted must not hear a consultation, which ends."""
    if held:
        return talking.parted(scene, [party], HOLD_MUSIC, now, leg=party.id, cause=REFUSED)
    if consulted(scene.call):
        return consulting.cancel(scene, now, cause=REFUSED)
    return talking.retrieve(scene, now, leg=party.id, cause=REFUSED)
