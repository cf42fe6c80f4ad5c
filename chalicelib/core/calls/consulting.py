"""The consultation: the others hear music while the owner asks a third, who may be swapped, joined, or given the call.

The third is an agent, to whom an offer is out until they answer, or a number outside, which is rung without one.
"""

from dataclasses import replace
from enum import StrEnum

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.company import (
    HOLD_MUSIC,
    MOST_PARTIES,
    agents_there,
    consulted,
    counterparts,
    heirs,
    is_swapped,
)
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import HungUp, hears_members, hears_talk
from chalicelib.core.calls.offering import Terms, answered, make, withdraw_from
from chalicelib.core.calls.offers import Purpose
from chalicelib.core.calls.parties import Party, PartyState, Role
from chalicelib.core.calls.ringing import rung_outside
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import let_go, needs_talk, without
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told.notices import Heard


class Result(StrEnum):
    """RESULT of Consult."""

    RINGING = "ringing"
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "noanswer"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENDED = "ended"


def ask_agent(scene: Scene, agent_id: str, ring_seconds: int, now: int) -> Scene:
    """Ask an agent at rest: they are rung, and the others hear music.

    Raises:
        NotLegalNow: nobody talks, somebody is consulted already, or the call is full.
    """
    parked = _parked(scene, now)
    terms = Terms(purpose=Purpose.CONSULT, ring_seconds=ring_seconds, by=scene.call.owner, role=Role.CONSULTED)
    return _tells_owner(make(parked, agent_id, terms, now), Result.RINGING, now)


def ask_number(scene: Scene, number: str, ring_seconds: int, now: int) -> Scene:
    """Ask a number outside (E.164): it is rung, its tones to be heard, and the others hear music.

    Raises:
        NotLegalNow: as for an agent.
    """
    parked = _parked(scene, now)
    rung = rung_outside(parked.call, number, Role.CONSULTED, ring_seconds, now)
    return _tells_owner(parked.with_call(rung), Result.RINGING, now)


def agent_answered(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent who is asked picked up: they and the owner talk."""
    there = answered(scene, agent_id, now)
    told = hears_talk(there.agent(agent_id), there.call, now, scene.call.owner)
    return _tells_owner(there.with_agent(told), Result.ANSWERED, now)


def number_answered(scene: Scene, now: int) -> Scene:
    """The number that is asked picked up."""
    return _tells_owner(scene, Result.ANSWERED, now)


def came_to_nothing(scene: Scene, who: Party, result: Result, now: int) -> Scene:
    """Who was asked did not answer, or has left: the others stay where they are until the owner turns to them."""
    return _tells_owner(scene, result, now, who)


def swap(scene: Scene, now: int) -> Scene:
    """Turn from the one side to the other; who is left hears music.

    Raises:
        NotLegalNow: nobody is consulted who has answered.
    """
    call, third = scene.call, _answered_third(scene.call)
    back = is_swapped(call)
    for party in counterparts(call):
        call = _held(call, party, now) if back else _retrieved(call, party, now)
    call = _retrieved(call, third, now) if back else _held(call, third, now)
    scene, kinds = scene.with_call(call), (Heard.HOLD, Heard.RETRIEVE) if back else (Heard.RETRIEVE, Heard.HOLD)
    told = hears_members(scene, kinds[0], now, *_besides(call, third))
    return hears_members(told, kinds[1], now, third.agent) if third.agent else told


def cancel(scene: Scene, now: int, *, cause: str = "") -> Scene:
    """Let go of who is consulted, answered or not, and turn back to the others.

    Raises:
        NotLegalNow: nobody is consulted.
    """
    third = _third(scene.call)
    return _together(_told(_without_third(scene, third, now), Result.CANCELLED, now, third), now, cause=cause)


def confer(scene: Scene, now: int) -> Scene:
    """Bring everybody together.

    Raises:
        NotLegalNow: nobody is consulted who has answered.
    """
    third = _answered_third(scene.call)
    joined = scene.with_call(_retrieved(_with_a_part(scene.call, third), third, now))
    together = follow(joined.with_call(all_retrieved(joined.call, now)), now)
    return hears_members(together, Heard.CONFERENCE, now, *agents_there(together.call))


def hand_over(scene: Scene, now: int, wrap_up: int) -> Scene:
    """Give the call to who is consulted, and leave; should it still ring there, the others wait with music.

    A number outside owns nothing: should it be given the call, another agent in it is the owner, or nobody.

    Raises:
        NotLegalNow: nobody is consulted.
    """
    third, giver = _third(scene.call), scene.call.owner
    if not third.there:
        return _handed_over_blindly(scene, third, now, wrap_up)
    kind = _kind(third)
    scene = hears_members(scene, Heard.TRANSFER, now, giver, i_param=kind, TO=_name(third), RESULT="done")
    scene = let_go(scene, giver, now, HungUp.TRANSFERRED, wrap_up=wrap_up)
    call = all_retrieved(_with_a_part(scene.call, third), now)
    heir = third.agent or next(iter(heirs(call, giver)), "")
    return owned_by(scene.with_call(call), heir, giver, now)


def owned_by(scene: Scene, heir: str, giver: str, now: int) -> Scene:
    """Let the call be `heir`'s, who hears of it; without one it is that of the people outside (`giver` had it)."""
    call = replace(scene.call, owner=heir, from_agent=giver)
    call = call.announces("call.transferred", now, **call.talk_facts(), fromAgent=giver)
    scene = scene.with_call(call)
    if heir:
        scene = scene.with_agent(hears_talk(scene.agent(heir), call, now))
    scene = follow(scene, now)
    return hears_members(scene, Heard.CONFERENCE, now, *(name for name in agents_there(scene.call) if name != heir))


def all_retrieved(call: Call, now: int) -> Call:
    """Give the call with everybody back with the others whom the owner parted from them."""
    for party in counterparts(call):
        call = _retrieved(call, party, now)
    return call


def _handed_over_blindly(scene: Scene, third: Party, now: int, wrap_up: int) -> Scene:
    if len(counterparts(scene.call)) > 1:
        raise NotLegalNow("Who is consulted has not answered yet.")
    call = all_retrieved(_with_a_part(scene.call, third), now)
    if third.id in call.offers:
        offer = replace(call.offers[third.id], purpose=Purpose.DIRECT)
        call = replace(call, offers={**call.offers, third.id: offer})
    return let_go(scene.with_call(call.moves("hand_over")), call.owner, now, HungUp.TRANSFERRED, wrap_up=wrap_up)


def _parked(scene: Scene, now: int) -> Scene:
    call = scene.call
    needs_talk(call)
    if consulted(call):
        raise NotLegalNow("Somebody is consulted already: end that first.")
    if len(call.live_parties()) >= MOST_PARTIES:
        raise NotLegalNow(f"There are {MOST_PARTIES} in the call already: let go of somebody first.")
    for party in counterparts(call):
        call = _held(call, party, now)
    return scene.with_call(call)


def _together(scene: Scene, now: int, *, cause: str) -> Scene:
    call = all_retrieved(scene.call, now)
    told = hears_members(scene.with_call(call), Heard.RETRIEVE, now, *agents_there(call), CAUSE=cause)
    return follow(told, now)


def _without_third(scene: Scene, third: Party, now: int) -> Scene:
    if third.id in scene.call.offers:
        return withdraw_from(scene, third.agent, now)
    if third.agent:
        return let_go(scene, third.agent, now, HungUp.PEER)
    return scene.with_call(without(scene.call, [third], Result.CANCELLED.value, now))


def _tells_owner(scene: Scene, result: Result, now: int, who: Party | None = None) -> Scene:
    return _told(follow(scene, now), result, now, who or _third(scene.call))


def _told(scene: Scene, result: Result, now: int, third: Party) -> Scene:
    kind, owner = _kind(third), scene.call.owner
    scene = hears_members(scene, Heard.CONSULT, now, owner, i_param=kind, TO=_name(third), RESULT=result.value)
    return hears_members(scene, Heard.CONFERENCE, now, *(name for name in _besides(scene.call, third) if name != owner))


def _besides(call: Call, third: Party) -> list[str]:
    return [name for name in agents_there(call) if name != third.agent]


def _kind(third: Party) -> TargetKind:
    return TargetKind.AGENT if third.agent else TargetKind.OUTSIDE


def _name(third: Party) -> str:
    return third.agent or third.endpoint


def _with_a_part(call: Call, third: Party) -> Call:
    role = Role.AGENT if third.agent else Role.OUTSIDE
    return call.with_party(replace(call.parties[third.id], role=role))


def _held(call: Call, party: Party, now: int) -> Call:
    if party.state is not PartyState.CONNECTED:
        return call
    return call.party_moves(party.id, "hold", now, sound=HOLD_MUSIC, how="")


def _retrieved(call: Call, party: Party, now: int) -> Call:
    if call.parties[party.id].state is not PartyState.HELD:
        return call
    return call.party_moves(party.id, "retrieve", now, sound="", how="")


def _third(call: Call) -> Party:
    third = consulted(call)
    if third is None:
        raise NotLegalNow("Nobody is consulted.")
    return third


def _answered_third(call: Call) -> Party:
    third = _third(call)
    if not third.there:
        raise NotLegalNow("Who is consulted has not answered yet.")
    return third
