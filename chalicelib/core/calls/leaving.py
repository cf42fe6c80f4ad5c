"""What happens when somebody leaves: the owner, one of several, who is consulted, or the customer.

An owner whose customer is in a flow leaves them to it. When the owner leaves a talk, who is consulted takes over; else
another agent who is in the call; else the people outside talk on by themselves, while the centre allows it; else a
customer cut off waits again in their queue, and a conversation that was ended is over.
"""

from chalicelib.core.calls import automating
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy
from chalicelib.core.calls.company import agents_there, consulted, counterparts
from chalicelib.core.calls.consulting import Result, all_retrieved, came_to_nothing, cancel, hand_over, owned_by
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import HungUp, hears_members
from chalicelib.core.calls.parties import Party, Role
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import AGENT_LOST, end, let_go, old_place, requeue, without
from chalicelib.core.centre.model import Centre
from chalicelib.core.told.notices import Heard, Timer, TimerKind

LEFT_ALONE = "left-alone"
"""Why a call ended in which people outside were not to talk any longer without an agent."""


def owner_leaves(scene: Scene, centre: Centre, wrap_up: int, now: int, *, lost: bool = False) -> Scene:
    """The owner goes, or has not come back in time (`lost`)."""
    if scene.call.reserved:
        return automating.owner_leaves(scene, wrap_up, now, lost=lost)
    third = consulted(scene.call)
    if third and (third.there or len(counterparts(scene.call)) == 1):
        return hand_over(scene, now, wrap_up)
    if third:
        scene = cancel(scene, now)
    call = all_retrieved(scene.call, now)
    scene = scene.with_call(call)
    there = [party for party in counterparts(call) if party.there]
    heir = next((party.agent for party in there if party.agent), "") if len(there) > 1 else ""
    if heir or _may_talk_on(call, centre):
        giver = call.owner
        left = let_go(scene, giver, now, HungUp.SYSTEM if lost else HungUp.AGENT, wrap_up=wrap_up)
        passed = owned_by(left, heir, giver, now)
        return passed if heir else unattended(passed, centre, now)
    if lost:
        return _cut_off(scene, wrap_up, now)
    return end(scene, now, EndedBy.AGENT, wrap_up=wrap_up)


def member_leaves(scene: Scene, party: Party, now: int, wrap_up: int, how: HungUp = HungUp.AGENT) -> Scene:
    """One of several goes, by themselves or let go by the owner; two people outside are nothing without each other."""
    if not scene.call.owner:
        return end(scene, now, EndedBy.CUSTOMER if party.id == CUSTOMER else EndedBy.CARRIER)
    if party.agent:
        scene = let_go(scene, party.agent, now, how, wrap_up=wrap_up)
    else:
        scene = scene.with_call(without(scene.call, [party], how.name.lower(), now))
    if not counterparts(scene.call):
        doer = scene.call.owner if how is HungUp.FORCED else party.agent
        return end(scene, now, EndedBy.AGENT, wrap_up=wrap_up, by_agent=doer)
    scene = follow(scene, now)
    return hears_members(scene, Heard.CONFERENCE, now, *agents_there(scene.call))


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
    due = now + minutes * 60_000
    return scene.with_call(scene.call.reminds(Timer(TimerKind.UNATTENDED, scene.call.id, str(now), due)))


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
    place = old_place(scene.call, now)
    if place is None:
        return end(scene, now, EndedBy.CARRIER, wrap_up=wrap_up, cause=AGENT_LOST)
    left = let_go(scene, scene.call.owner, now, HungUp.SYSTEM, wrap_up=wrap_up, cause=AGENT_LOST)
    return requeue(left, place, now)
