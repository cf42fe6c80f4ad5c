"""Offers: made, accepted, taken, and the ways in which they come to nothing.

Each takes a scene with the agent in it whom the offer is made to. The offer's id is that of the agent's leg, and ties
call and agent together (I3). What becomes of the call when nobody answers is told in unanswered.py.
"""

from dataclasses import replace
from typing import Any

from chalicelib.core.agents.agent import MISSED, REJECTED, UNREACHABLE
from chalicelib.core.agents.presence import rest, set_aside, turn_to_call
from chalicelib.core.calls.call import Call, CallState
from chalicelib.core.calls.company import agents_there
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import INSIDE, HungUp, call_tags, hears_hangup, hears_members, hears_talk, line_of
from chalicelib.core.calls.members import members
from chalicelib.core.calls.offers import MEDIA_SECONDS, OFFER_MOVES, Offer, Purpose
from chalicelib.core.calls.parties import Control, Role, Where
from chalicelib.core.calls.ringing import own_party
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.model import Queue
from chalicelib.core.ground.errors import IllegalMove
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import Heard, Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a call is offered: what for, who asked for it, how long it rings (s), and as what they come in.

    `recorded` asks for a recording of a talk that begins with this offer; one that goes on is recorded as it was. A
    supervisor is rung for what they want to do (`control`) with the agent whom they control.
    """

    purpose: Purpose
    ring_seconds: int
    by: str = ""
    role: Role = Role.AGENT
    recorded: bool = False
    control: Control = Control.NONE
    controls: str = ""


def from_queue(queue: Queue) -> Terms:
    """Give the terms of a queue's offers."""
    return Terms(purpose=Purpose.QUEUE, ring_seconds=queue.ring_seconds, recorded=queue.record)


def make(scene: Scene, agent_id: str, terms: Terms, now: int) -> Scene:
    """Offer a call to an agent at rest: the device rings, and so does the page."""
    call, agent = scene.call, scene.agent(agent_id)
    number = call.rung + 1
    offer_id = f"{call.id}-{number}"
    offer = Offer(
        id=offer_id,
        agent=agent.id,
        rang_at=now,
        deadline=now + terms.ring_seconds * 1000,
        purpose=terms.purpose,
        by=terms.by,
        vocid=(offer_id if terms.recorded else "") if call.state is CallState.WAITING else call.vocid,
    )
    party = own_party(offer.id, agent, terms.ring_seconds, now, terms.role, terms.control, terms.controls)
    call = (
        replace(call, offers={**call.offers, offer.id: offer}, rung=number)
        .with_party(party)
        .reminds(Timer(TimerKind.RING, call.id, offer.id, offer.deadline))
    )
    if terms.purpose is not Purpose.CONTROL:
        call = call.announces("call.rang", now, agent=agent.id)
    ringing = replace(turn_to_call(agent, now), call=call.id, caller=call.peer_of(agent.id), offer=offer.id)
    line = INSIDE if terms.purpose is Purpose.CONSULT else line_of(call, agent.id)
    tags = call_tags(call, agent.id, now, terms.by)
    ringing = ringing.hears(Heard.RING, now, line, tags=tags, data=_facts(call, offer))
    return follow(Scene(call, scene.agents).with_agent(ringing), now)


def _facts(call: Call, offer: Offer) -> dict[str, Any]:
    return {
        "offer": offer.id,
        "purpose": offer.purpose.value,
        "deadline": offer.deadline,
        "caller": call.caller,
        "direction": call.direction.value,
        "startedAt": call.started_at,
        "members": members(call),
    }


def accept(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent said yes on the page; the device has a little time to connect, mostly within the ring's own."""
    offer = _moved(scene.call, agent_id, "accept")
    deadline = max(offer.deadline, now + MEDIA_SECONDS * 1000)
    accepted = replace(scene.call, offers={**scene.call.offers, offer.id: replace(offer, deadline=deadline)})
    if deadline > offer.deadline:
        accepted = accepted.reminds(Timer(TimerKind.RING, accepted.id, offer.id, deadline))
    return scene.with_call(accepted)


def take(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent picked up (their leg says so itself): bring the caller in, and tell the page that they talk."""
    offer = _moved(scene.call, agent_id, "answer")
    given, giver = scene.call.state is CallState.TRANSFERRING, offer.by or scene.call.from_agent
    call = scene.call.without_offer(offer.id).moves(
        "talk", owner=agent_id, vocid=offer.vocid, talk_since=_talk_since(scene.call, now), answer=(), from_agent=giver
    )
    call = call.with_party(replace(call.customer, where=Where.CONFERENCE))
    call = call.with_party(replace(call.parties[offer.id], joined_at=now))
    call = (
        call.announces("call.transferred", now, **call.talk_facts(), fromAgent=giver)
        if given
        else (call.announces("call.answered", now, **call.talk_facts()))
    )
    talking = hears_talk(replace(scene.agent(agent_id), offer=""), call, now)
    taken = follow(scene.with_call(call).with_agent(talking), now)
    return hears_members(taken, Heard.CONFERENCE, now, *(name for name in agents_there(call) if name != agent_id))


def answered(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent picked up, and is one of those in the call: no offer is out to them any more."""
    offer = _moved(scene.call, agent_id, "answer")
    call = scene.call.without_offer(offer.id)
    call = call.with_party(replace(call.parties[offer.id], joined_at=now))
    return scene.with_call(call).with_agent(replace(scene.agent(agent_id), offer=""))


def _talk_since(call: Call, now: int) -> int:
    return now if call.talk_since is None else call.talk_since


def miss(scene: Scene, agent_id: str, now: int) -> Scene:
    """Nobody picked up in time: the agent is set aside."""
    return _failed(scene, agent_id, now, "miss", HungUp.MISSED, MISSED)


def reject(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent said no: they are set aside."""
    return _failed(scene, agent_id, now, "reject", HungUp.REJECTED, REJECTED)


def fail(scene: Scene, agent_id: str, now: int, cause: str) -> Scene:
    """The agent's device could not be reached: they are set aside."""
    return _failed(scene, agent_id, now, "fail", HungUp.MISSED, UNREACHABLE, cause)


def withdraw(scene: Scene, now: int) -> Scene:
    """The caller left: whoever it rang at is as ready as before; what the call does next is its caller's to decide."""
    for agent_id in [offer.agent for offer in scene.call.offers.values()]:
        scene = withdraw_from(scene, agent_id, now)
    return scene


def withdraw_from(scene: Scene, agent_id: str, now: int, how: HungUp = HungUp.PEER, cause: str = "") -> Scene:
    """It rings at one agent no more, without a fault of theirs: they are as before."""
    offer = _moved(scene.call, agent_id, "withdraw")
    agent = hears_hangup(scene.agent(agent_id), scene.call, now, how, rang=offer.rang_at, cause=cause)
    return scene.with_call(_taken_back(scene.call, offer, now)).with_agent(rest(agent, now))


def _failed(scene: Scene, agent_id: str, now: int, verb: str, how: HungUp, reason: str, cause: str = "") -> Scene:
    offer = _moved(scene.call, agent_id, verb)
    agent = hears_hangup(scene.agent(agent_id), scene.call, now, how, rang=offer.rang_at, cause=cause)
    return scene.with_call(_taken_back(scene.call, offer, now)).with_agent(set_aside(agent, reason, now))


def _taken_back(call: Call, offer: Offer, now: int) -> Call:
    call = call.without_offer(offer.id)
    return call.party_moves(offer.id, "end", now) if call.parties[offer.id].live else call


def _moved(call: Call, agent_id: str, verb: str) -> Offer:
    offer = call.offer_to(agent_id)
    if offer is None:
        raise IllegalMove(f"A call without an offer cannot {verb} one.")
    return replace(offer, state=OFFER_MOVES.after(offer.state, verb))
