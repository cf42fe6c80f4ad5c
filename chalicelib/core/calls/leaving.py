"""What happens when somebody leaves: the owner, one of several, who is consulted, or the customer.

An owner whose customer is in a flow leaves them to it. When the owner leaves a talk, who is consulted takes over; else
another agent who is in the call; else the people outside talk on by themselves, while the centre allows it; else a
customer cut off waits again in their queue, and a conversation that was ended is over.
"""

from dataclasses import replace

from chalicelib.core.calls import automating
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy
from chalicelib.core.calls.company import agents_there, consulted, counterparts, heirs
from chalicelib.core.calls.consulting import Result, all_retrieved, came_to_nothing, cancel, hand_over, owned_by
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import HungUp, hears_members
from chalicelib.core.calls.parties import Party, Role
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import AGENT_LOST, end, let_go, old_place, requeue, without
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told.notices import Heard, Timer, TimerKind

NEEDS_AN_AGENT = "This centre does not let people outside talk without an agent."

LEFT_ALONE = "left-alone"
"""Why a call ended in which people outside were not to talk any longer without an agent."""


def owner_leaves(scene: Scene, centre: Centre, wrap_up: int, now: int, *, lost: bool = False) -> Scene:
    """The owner goes, or has not come back in time (`lost`)."""
    if scene.call.reserved:
        return automating.owner_leaves(scene, wrap_up, now, lost=lost)
    third = consulted(scene.call)
    if third and (third.there or len(counterparts(scene.call)) == 1) and may_be_given(scene.call, third, centre):
        return _given(scene, centre, wrap_up, now)
    if third:
        scene = cancel(scene, now)
    call = all_retrieved(scene.call, now)
    scene = scene.with_call(call)
    others = [party for party in counterparts(call) if party.there]
    heir = next(iter(heirs(call, call.owner)), "") if len(others) > 1 else ""
    if heir or _may_talk_on(call, centre):
        giver = call.owner
        left = let_go(scene, giver, now, HungUp.SYSTEM if lost else HungUp.AGENT, wrap_up=wrap_up)
        passed = owned_by(left, heir, giver, now)
        return passed if heir else unattended(passed, centre, now)
    if lost:
        return _cut_off(scene, wrap_up, now)
    return end(scene, now, EndedBy.AGENT, wrap_up=wrap_up)


def gives_to_consulted(scene: Scene, centre: Centre, wrap_up: int, now: int) -> Scene:
    """The owner gives the call to who is consulted, and leaves; should it still ring there, the customer waits.

    Raises:
        NotLegalNow: nobody is consulted, it still rings and there are others than the customer, or people outside
            would be without an agent, which the centre does not allow.
    """
    third = consulted(scene.call)
    if third and not may_be_given(scene.call, third, centre):
        raise NotLegalNow(NEEDS_AN_AGENT)
    return _given(scene, centre, wrap_up, now)


def may_be_given(call: Call, third: Party, centre: Centre) -> bool:
    """Tell whether an agent would be left in the call, or none is needed, once who is consulted has it."""
    others = [name for name in heirs(call, call.owner) if name != third.agent]
    return bool(third.agent or others or centre.dial_plan.unattended_minutes)


def _given(scene: Scene, centre: Centre, wrap_up: int, now: int) -> Scene:
    given = hand_over(scene, now, wrap_up)
    return unattended(given, centre, now) if is_unattended(given.call) else given


def member_leaves(scene: Scene, party: Party, now: int, wrap_up: int, how: HungUp = HungUp.AGENT) -> Scene:
    """One of several goes, by themselves or let go by the owner; two people outside are nothing without each other."""
    if not scene.call.owner:
        return end(scene, now, EndedBy.CUSTOMER if party.id == CUSTOMER else EndedBy.CARRIER)
    if party.agent:
        scene = let_go(scene, party.agent, now, how, wrap_up=0 if party.id == CUSTOMER else wrap_up)
    else:
        scene = scene.with_call(without(scene.call, [party], how.name.lower(), now))
    if not counterparts(scene.call):
        doer = scene.call.owner if how is HungUp.FORCED else party.agent
        return end(scene, now, EndedBy.AGENT, wrap_up=wrap_up, by_agent=doer)
    scene = follow(scene, now)
    return hears_members(scene, Heard.CONFERENCE, now, *agents_there(scene.call))


def customer_leaves(scene: Scene, now: int, wrap_up: int) -> Scene:
    """The customer goes: nothing is left of the call."""
    return end(scene, now, EndedBy.CUSTOMER, wrap_up=wrap_up)


def consulted_leaves(scene: Scene, third: Party, result: Result, now: int) -> Scene:
    """Who is consulted goes; the others wait until the owner turns to them."""
    if third.agent:
        scene = let_go(scene, third.agent, now, HungUp.AGENT)
    else:
        scene = scene.with_call(without(scene.call, [third], result.value, now))
    return came_to_nothing(scene, third, result, now)


def unattended(scene: Scene, centre: Centre, now: int) -> Scene:
    """People outside talk by themselves, as long as the centre allows; where it does not, the call is over."""
    minutes = centre.dial_plan.unattended_minutes
    if not minutes:
        return end(scene, now, EndedBy.CARRIER, cause=LEFT_ALONE)
    call, due = scene.call, now + minutes * 60_000
    for party in call.live_parties():
        # Nobody is left who could let them be heard again.
        call = call.with_party(replace(party, muted=False))
    return scene.with_call(call.reminds(Timer(TimerKind.UNATTENDED, call.id, str(now), due)))


def left_alone_too_long(scene: Scene, now: int) -> Scene:
    """People outside have talked by themselves as long as the centre allows."""
    return end(scene, now, EndedBy.CARRIER, cause=LEFT_ALONE)


def is_unattended(call: Call) -> bool:
    """Tell whether people outside talk by themselves."""
    return call.state is CallState.TALKING and not call.owner


def _may_talk_on(call: Call, centre: Centre) -> bool:
    outside = [party for party in counterparts(call) if party.there and party.role in (Role.CUSTOMER, Role.OUTSIDE)]
    return len(outside) > 1 and bool(centre.dial_plan.unattended_minutes)


def _cut_off(scene: Scene, wrap_up: int, now: int) -> Scene:
    call, place = scene.call, old_place(scene.call, now)
    if place is None or not call.customer.there:
        return end(scene, now, EndedBy.CARRIER, wrap_up=wrap_up, cause=AGENT_LOST)
    left = let_go(scene, call.owner, now, HungUp.SYSTEM, wrap_up=wrap_up, cause=AGENT_LOST)
    strangers = [party for party in counterparts(call) if party.id != CUSTOMER]
    return requeue(left.with_call(without(left.call, strangers, AGENT_LOST, now)), place, now)
