"""What a supervisor does in an agent's call: listens, whispers, barges in, switches, takes over, ends it.

A control is of an agent, not of a call: it ends when that agent leaves the call (talking.let_go), whoever has it then.
So a supervisor hears nobody who is not of their groups but whom that agent talks with (docs/decisions/supervisors.md).
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.core.agents.agent import AT_REST, Agent, AgentState
from chalicelib.core.calls import talking, unanswered
from chalicelib.core.calls.call import Call, CallState, EndedBy
from chalicelib.core.calls.company import (
    HOLD_MUSIC,
    MOST_PARTIES,
    agents_there,
    consulted,
    counterparts,
    supervisors_of,
)
from chalicelib.core.calls.consulting import Result, all_retrieved, cancel, owned_by
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import (
    CONTROLLED,
    Controlled,
    HungUp,
    hears_control,
    hears_members,
    hears_talk,
    listening_as,
)
from chalicelib.core.calls.leaving import consulted_leaves, member_leaves
from chalicelib.core.calls.offering import Terms, make, withdraw_from
from chalicelib.core.calls.offers import Offer, Purpose
from chalicelib.core.calls.parties import Control, Party, PartyState, Role, Where
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import NotLegalNow, TargetBusy
from chalicelib.core.told.notices import Heard

EMERGENCY = "emergency"
"""Why somebody is on hold while a supervisor has an urgent word with their agent."""

TAKEN = "picked-up"
"""Why a call rings at an agent no more which somebody else takes."""

_IN_CONVERSATION = (AgentState.TALKING, AgentState.HOLDING, AgentState.CONSULTING, AgentState.CONFERENCE)

_TO_BE_TAKEN = (Purpose.QUEUE, Purpose.DIRECT, Purpose.RETURN, Purpose.PICK_UP)
"""Offers of a customer's call, which somebody else may take as well."""


def control(scene: Scene, supervisor: Agent, target_id: str, what: Control, centre: Centre, now: int) -> Scene:
    """Begin to control an agent in their talk: the supervisor's own telephone rings, and is picked up by the page.

    Who controls them already does something else from now on, by the leg that they have.

    Raises:
        TargetBusy: the agent does not talk, is only consulted, or their call is full.
        NotLegalNow: the supervisor has a call, or their telephone rings for this already.
    """
    if not talks(scene, target_id):
        raise TargetBusy("That agent does not talk with anybody now.")
    if what is Control.INTERCEPT and target_id == scene.call.customer_agent:
        raise TargetBusy("That agent is the customer of this call: intercept it at who serves them.")
    own = listening_as(scene.call, supervisor.id)
    if own and own.controls == target_id and own.there:
        return scene if own.control is what else _does(scene, own, what, centre, now)
    needs_rest(supervisor)
    if len(scene.call.live_parties()) >= MOST_PARTIES:
        raise TargetBusy(f"There are {MOST_PARTIES} in that call already.")
    terms = Terms(
        purpose=Purpose.CONTROL,
        ring_seconds=centre.dial_plan.ring_seconds,
        role=Role.SUPERVISOR,
        control=what,
        controls=target_id,
    )
    return make(scene.with_agent(supervisor), supervisor.id, terms, now)


def picks_up(scene: Scene, offer: Offer, centre: Centre, now: int) -> Scene:
    """The supervisor's telephone has been picked up: they do what it rang for.

    A customer who is in a flow by now cannot be taken over: the supervisor listens.
    """
    party = scene.call.parties[offer.id]
    there = scene.with_call(scene.call.without_offer(offer.id))
    there = there.with_agent(replace(there.agent(offer.agent), offer=""))
    what = party.control
    if what is Control.INTERCEPT and scene.call.state is not CallState.TALKING:
        what = Control.MONITOR
    if what is not Control.INTERCEPT:
        there = there.with_agent(hears_talk(there.agent(offer.agent), there.call, now))
    return _does(there, party, what, centre, now)


def switch(scene: Scene, supervisor: Agent, target_id: str, what: Control, centre: Centre, now: int) -> Scene:
    """Do something else with an agent who is controlled, by the same leg.

    Raises:
        TargetBusy: this supervisor does not control that agent.
    """
    own = listening_as(scene.call, supervisor.id)
    if own is None or own.controls != target_id or not own.there:
        raise TargetBusy("You do not control this agent.")
    return _does(scene, own, what, centre, now)


def stop(scene: Scene, supervisor: Agent, target_id: str, centre: Centre, now: int) -> Scene:
    """Leave an agent alone who is controlled, or for whom the supervisor's telephone rings.

    Raises:
        TargetBusy: this supervisor does not control that agent.
    """
    own = listening_as(scene.call, supervisor.id)
    if own is None or own.controls != target_id:
        raise TargetBusy("You do not control this agent.")
    if own.id in scene.call.offers:
        return withdraw_from(scene, supervisor.id, now, HungUp.AGENT)
    return leaves(scene, own, centre, now)


def leaves(scene: Scene, own: Party, centre: Centre, now: int, how: HungUp = HungUp.AGENT) -> Scene:
    """A supervisor goes, or their telephone is lost: whom they had put on hold comes back."""
    scene = _told(scene, own, Controlled.ENDED, centre, now)
    scene = talking.let_go(scene, own.agent, now, how)
    return follow(_urgency_over(scene, own, now), now)


def take_ringing(scene: Scene, taker: Agent, target_id: str, centre: Centre, now: int, cause: str = TAKEN) -> Scene:
    """Take the call that rings at an agent: it rings there no more, but at who takes it.

    Raises:
        TargetBusy: no customer's call rings there.
        NotLegalNow: who takes it has a call.
    """
    if not can_be_taken(scene.call, target_id):
        raise TargetBusy("No customer's call rings there.")
    needs_rest(taker)
    queue = centre.queues.get(scene.call.place.queue) if scene.call.place else None
    terms = Terms(
        purpose=Purpose.PICK_UP,
        ring_seconds=centre.dial_plan.ring_seconds,
        recorded=queue.record if queue else False,
    )
    free = withdraw_from(scene.with_agent(taker), target_id, now, HungUp.FORCED, cause)
    return make(free, taker.id, terms, now)


def can_be_taken(call: Call, agent_id: str) -> bool:
    """Tell whether a customer's call rings at an agent, so that somebody else may take it."""
    offer = call.offer_to(agent_id)
    with_a_customer = call.state in (CallState.WAITING, CallState.TRANSFERRING)
    return with_a_customer and offer is not None and offer.purpose in _TO_BE_TAKEN


def intercept_ringing(scene: Scene, supervisor: Agent, target_id: str, centre: Centre, now: int) -> Scene:
    """Take the call that rings at an agent, as their supervisor; raises as `take_ringing` does."""
    taken = take_ringing(scene, supervisor, target_id, centre, now, "intercepted")
    return taken.with_agent(
        hears_control(taken.agent(supervisor.id), Controlled.INTERCEPTED, supervisor.id, target_id, now)
    )


def release(scene: Scene, target_id: str, centre: Centre, now: int, *, wrap_up: int) -> Scene:
    """End an agent's call: the whole call where it is theirs, else their part in it.

    Raises:
        TargetBusy: they have no call; one that only rings is none yet.
    """
    call, parties = scene.call, [party for party in scene.call.parties_of(target_id) if party.live]
    if scene.agent(target_id).state is AgentState.RINGING or (not parties and call.owner != target_id):
        raise TargetBusy("That agent has no call to be ended.")
    if target_id in (call.owner, call.customer_agent):
        return talking.end(scene, now, EndedBy.SUPERVISOR, wrap_up=wrap_up, cause="forced", by_agent=target_id)
    if parties[-1].role is Role.SUPERVISOR:
        return leaves(scene, parties[-1], centre, now, HungUp.FORCED)
    if parties[-1].role is Role.CONSULTED:
        return consulted_leaves(scene, parties[-1], Result.ENDED, now)
    return member_leaves(scene, parties[-1], now, wrap_up, HungUp.FORCED)


def stop_ringing(scene: Scene, target_id: str, centre: Centre, now: int, why: str) -> Scene:
    """Let nothing ring at an agent any more who is needed otherwise; what rang goes on without them."""
    return unanswered.rings_no_more(scene, target_id, HungUp.FORCED, centre, now, why)


def _does(scene: Scene, own: Party, what: Control, centre: Centre, now: int) -> Scene:
    if what is Control.INTERCEPT:
        return _takes_over(scene, own, centre, now)
    doing = replace(scene.call.parties[own.id], control=what)
    scene = scene.with_call(scene.call.with_party(doing))
    if own.control is Control.EMERGENCY and what is not Control.EMERGENCY:
        scene = _urgency_over(scene, own, now)
    if what is Control.EMERGENCY:
        scene = _others_wait(scene, own.controls, now)
    return _told(follow(scene, now), doing, CONTROLLED[what], centre, now)


def _takes_over(scene: Scene, own: Party, centre: Centre, now: int) -> Scene:
    """Let the supervisor be what the agent was in the call, who writes it up."""
    target, owned = own.controls, scene.call.owner == own.controls
    if owned and consulted(scene.call):
        scene = cancel(scene, now)
    scene = _told(scene, own, Controlled.INTERCEPTED, centre, now)
    inside = replace(scene.call.parties[own.id], role=Role.AGENT, control=Control.INTERCEPT, joined_at=now)
    scene = scene.with_call(scene.call.with_party(inside))
    wrap_up = talking.wrap_up_of(scene.call, centre)
    scene = talking.let_go(scene, target, now, HungUp.FORCED, wrap_up=wrap_up, cause="intercepted")
    if owned:
        scene = scene.with_call(all_retrieved(scene.call, now))
        return owned_by(scene, own.agent, target, now)
    scene = scene.with_agent(hears_talk(scene.agent(own.agent), scene.call, now, target))
    scene = follow(scene, now)
    others = (name for name in agents_there(scene.call) if name != own.agent)
    return hears_members(scene, Heard.CONFERENCE, now, *others)


def _others_wait(scene: Scene, target_id: str, now: int) -> Scene:
    """Let the others hear music while their agent hears the supervisor; they are left alone where it is not their call.

    Not even when they are taken off hold do they hear the supervisor, who speaks to the agent alone.
    """
    call = scene.call
    if call.owner != target_id or call.state is not CallState.TALKING or consulted(call):
        return scene
    for party in counterparts(call):
        if party.state is PartyState.CONNECTED:
            call = call.party_moves(party.id, "hold", now, sound=HOLD_MUSIC, how=EMERGENCY)
    owner = scene.agent(target_id).hears(Heard.HOLD, now, 0, tags={"CAUSE": EMERGENCY})
    return scene.with_call(call).with_agent(owner)


def _urgency_over(scene: Scene, own: Party, now: int) -> Scene:
    """Bring those back whom an emergency call had put on hold, unless another one goes on."""
    call = scene.call
    urgent = [party for party in supervisors_of(call, own.controls) if party.control is Control.EMERGENCY]
    held = [party for party in call.live_parties() if party.state is PartyState.HELD and party.how == EMERGENCY]
    if any(party.there for party in urgent) or not held:
        return scene
    for party in held:
        call = call.party_moves(party.id, "retrieve", now, sound="", how="")
    scene = scene.with_call(call)
    return scene.with_agent(scene.agent(call.owner).hears(Heard.RETRIEVE, now, 0, tags={"CAUSE": EMERGENCY}))


def _told(scene: Scene, own: Party, what: Controlled, centre: Centre, now: int) -> Scene:
    """Tell the supervisor what they do and, where the centre wants it, the agent."""
    for agent_id in (own.agent, own.controls) if centre.supervision.tell_agents else (own.agent,):
        if agent_id in scene.agents and scene.agents[agent_id].call == scene.call.id:
            scene = scene.with_agent(hears_control(scene.agent(agent_id), what, own.agent, own.controls, now))
    return scene


def talks(scene: Scene, agent_id: str) -> bool:
    """Tell whether an agent is in a talk in which they can be controlled: not consulted only, nor in a flow."""
    there = [party for party in scene.call.parties_of(agent_id) if party.there and party.where is Where.CONFERENCE]
    return bool(there) and there[-1].role is not Role.CONSULTED and scene.agent(agent_id).state in _IN_CONVERSATION


def needs_rest(agent: Agent) -> None:
    """Raise NotLegalNow unless an agent at their page is in no call themselves."""
    if agent.state not in AT_REST or not agent.connected:
        raise NotLegalNow("You have a call yourself.")


BEGINS: Mapping[str, Control] = {
    "monitor": Control.MONITOR,
    "whisper": Control.WHISPER,
    "bargeIn": Control.BARGE_IN,
    "intercept": Control.INTERCEPT,
    "emergencyCall": Control.EMERGENCY,
    "switchToMonitor": Control.MONITOR,
    "switchToBargeIn": Control.BARGE_IN,
    "switchToWhisper": Control.WHISPER,
}
"""What a control by its name makes of a supervisor."""
