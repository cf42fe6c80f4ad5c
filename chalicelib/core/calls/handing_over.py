"""The blind transfer: the owner leaves at once, and the customer hears music until somebody else takes over.

Where nobody does, the customer comes back to who gave them away, if they are still free, else to the queue they came
from, else into their flow, which says so: nobody is left in silence.
"""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls.call import CUSTOMER, FAILED, Call, EndedBy, Place
from chalicelib.core.calls.hearing import HungUp
from chalicelib.core.calls.leaving import NEEDS_AN_AGENT, unattended
from chalicelib.core.calls.offering import Terms, make, take
from chalicelib.core.calls.offers import Purpose
from chalicelib.core.calls.parties import Party, Role
from chalicelib.core.calls.queueing import behind_nobody_newer, spare
from chalicelib.core.calls.ringing import rung_outside
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import end, in_script, let_go, needs_customer_alone, old_place, requeue
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.centre.model import Centre, DialPlan
from chalicelib.core.flow.model import QueueStep
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told.notices import Heard

_FREE = (AgentState.READY, AgentState.WRAP_UP)
"""States in which who gave a call away can be rung for it again."""


def to_agent(scene: Scene, agent_id: str, ring_seconds: int, wrap_up: int, now: int) -> Scene:
    """Let another agent at rest be rung for the call.

    Raises:
        NotLegalNow: the owner does not talk with a customer alone.
    """
    giver = scene.call.owner
    left = _left(scene, wrap_up, now)
    left = left.with_call(left.call.moves("hand_over"))
    return make(left, agent_id, Terms(purpose=Purpose.DIRECT, ring_seconds=ring_seconds, by=giver), now)


def to_number(scene: Scene, number: str, plan: DialPlan, wrap_up: int, now: int) -> Scene:
    """Let a number outside (E.164) be rung for the call.

    Raises:
        NotLegalNow: the owner does not talk with a customer alone, or the centre lets nobody talk without an agent.
    """
    if not plan.unattended_minutes:
        raise NotLegalNow(NEEDS_AN_AGENT)
    left = _left(scene, wrap_up, now)
    call = left.call.moves("hand_over")
    return left.with_call(rung_outside(call, number, Role.OUTSIDE, plan.ring_seconds, now))


def to_queue(scene: Scene, place: Place, wrap_up: int, now: int) -> Scene:
    """Let the customer wait in a queue, as one who came when they first called.

    Raises:
        NotLegalNow: the owner does not talk with a customer alone.
    """
    giver = scene.call.owner
    told = _told(scene, giver, TargetKind.QUEUE, place.queue, "done", now)
    waits = requeue(_left(told, wrap_up, now), place, now)
    return waits.with_call(spare(replace(waits.call, from_agent=giver), giver, now))


def lines_up(call: Call, queue: str, step: QueueStep | None, now: int) -> tuple[Call, Place]:
    """Give a transferred customer's place: of those of their priority nobody who came later is served before them.

    Their waiting begins now: it is another queue's, and the talk was none. Where their own flow has a step for that
    queue, it is as if they had come there by it: its keys and its time-out lead out of the waiting.
    """
    priority = call.place.priority if call.place else step.priority if step else 1
    place = behind_nobody_newer(Place(queue, priority, now), call, now)
    if step is None or call.run is None:
        return call, place
    until = now + step.max_wait * 1000 if step.max_wait is not None else None
    keys = {key: way.next for key, way in step.keys.items()}
    at_the_step = replace(call.run, step=step.id, attempts=0, entered="")
    return replace(call, run=at_the_step), replace(place, keys=keys, until=until)


def agent_took_over(scene: Scene, agent_id: str, now: int) -> Scene:
    """Another agent, or again the first, has picked up."""
    giver, offer = scene.call.owner, scene.call.offer_to(agent_id)
    taken = take(scene, agent_id, now)
    result = "returned" if offer and offer.purpose is Purpose.RETURN else "done"
    return _told(taken, giver if giver != agent_id else "", TargetKind.AGENT, agent_id, result, now)


def number_took_over(scene: Scene, party: Party, centre: Centre, now: int) -> Scene:
    """The number outside has picked up: it and the customer talk by themselves."""
    giver = scene.call.owner
    told = _told(scene, giver, TargetKind.OUTSIDE, party.endpoint, "done", now)
    call = replace(told.call.moves("talk"), owner="", from_agent=giver)
    call = call.announces("call.transferred", now, **call.talk_facts(), fromAgent=giver)
    return unattended(told.with_call(call), centre, now)


def nobody_took_over(scene: Scene, centre: Centre, now: int, *, returned: bool = False) -> Scene:
    """Who was to take over did not answer; `returned` tells that it was the one who gave the call away."""
    call, giver = scene.call, scene.agents.get(scene.call.owner)
    if giver and not returned and _is_free(giver, call):
        told = _told(scene, giver.id, TargetKind.AGENT, giver.id, "returned", now)
        terms = Terms(purpose=Purpose.RETURN, ring_seconds=centre.dial_plan.ring_seconds)
        return make(told, giver.id, terms, now)
    told = _told(scene, giver.id if giver else "", TargetKind.AGENT, "", "failed", now)
    place = old_place(call, now)
    if place and place.queue in centre.queues:
        return requeue(told, place, now)
    if call.run:
        over = call.without_talk(now).with_party(in_script(call.customer, now))
        return told.with_call(over.moves("automate", place=None, comes_back=FAILED))
    return end(told, now, EndedBy.CARRIER, cause="transfer-failed")


def _is_free(agent: Agent, call: Call) -> bool:
    return agent.connected and agent.state in _FREE and agent.call in ("", call.id)


def _left(scene: Scene, wrap_up: int, now: int) -> Scene:
    needs_customer_alone(scene.call)
    left = let_go(scene, scene.call.owner, now, HungUp.TRANSFERRED, wrap_up=wrap_up)
    # Whoever takes over hears the customer: a hold, or a mute, was the giver's.
    call = left.call.with_party(replace(left.call.customer, muted=False))
    if call.customer_held:
        call = call.party_moves(CUSTOMER, "retrieve", now, sound="", how="")
    return left.with_call(call)


def _told(scene: Scene, agent_id: str, kind: int, to: str, result: str, now: int) -> Scene:
    """Tell who gave the call away what came of it, wherever they are by now."""
    agent = scene.agents.get(agent_id)
    if agent is None or not agent.signed_in:
        return scene
    tags = {"CALLERID": scene.call.peer, "CALLID": scene.call.id, "TO": to, "RESULT": result}
    return scene.with_agent(agent.hears(Heard.TRANSFER, now, kind, tags=tags, call_id=scene.call.id))
