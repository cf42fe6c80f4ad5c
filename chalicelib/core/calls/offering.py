"""Offers: made, accepted, answered, and the ways in which they come to nothing.

Each takes a scene with the agent in it whom the offer is made to. The offer's id is that of the agent's leg, and ties
call and agent together (I3).
"""

from dataclasses import replace

from chalicelib.core.agents.agent import MISSED, OFF_CALL, REJECTED, UNREACHABLE, Agent
from chalicelib.core.agents.presence import rest
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.engagement import follows
from chalicelib.core.calls.hearing import OUTSIDE, HungUp, call_tags, hears_hangup, hears_talk
from chalicelib.core.calls.offers import MEDIA_SECONDS, OFFER_MOVES, Offer
from chalicelib.core.calls.parties import Party, Role, Where
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.model import DeviceKind, Queue
from chalicelib.core.ground.errors import IllegalMove
from chalicelib.core.told.notices import Heard, Timer, TimerKind


def make(scene: Scene, agent_id: str, queue: Queue, now: int) -> Scene:
    """Offer a waiting call to a ready agent: the device rings, and so does the page."""
    call, agent = scene.call, scene.agent(agent_id)
    number = call.rung + 1
    offer_id = f"{call.id}-{number}"
    offer = Offer(
        id=offer_id,
        agent=agent.id,
        rang_at=now,
        deadline=now + queue.ring_seconds * 1000,
        vocid=offer_id if queue.record else "",
    )
    call = (
        replace(call, offers={**call.offers, offer.id: offer}, rung=number)
        .with_party(own_party(offer.id, agent, queue.ring_seconds, now))
        .announces("call.rang", now, agent=agent.id)
        .reminds(Timer(TimerKind.RING, call.id, offer.id, offer.deadline))
    )
    data = {
        "offer": offer.id,
        "deadline": offer.deadline,
        "caller": call.caller,
        "direction": call.direction.value,
        "startedAt": call.started_at,
    }
    ringing = replace(agent, call=call.id, caller=call.peer, offer=offer.id)
    ringing = ringing.hears(Heard.RING, now, OUTSIDE, tags=call_tags(call, now), data=data)
    return follows(Scene(call).with_agent(ringing), agent.id, now)


def own_party(leg_id: str, agent: Agent, ring_seconds: int, now: int) -> Party:
    """Give the party by which an agent is rung at their seat."""
    return Party(
        id=leg_id, role=Role.AGENT, agent=agent.id, endpoint=endpoint(agent), ring_seconds=ring_seconds, since=now
    )


def endpoint(agent: Agent) -> str:
    """Name what rings at an agent's seat: their browser, whatever the carrier calls it, a SIP address or a number."""
    return f"agent:{agent.id}" if agent.device.kind is DeviceKind.BROWSER else agent.device.address


def accept(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent said yes on the page; the device has a little time to connect, mostly within the ring's own."""
    offer = _moved(scene.call, agent_id, "accept")
    deadline = max(offer.deadline, now + MEDIA_SECONDS * 1000)
    accepted = replace(scene.call, offers={**scene.call.offers, offer.id: replace(offer, deadline=deadline)})
    if deadline > offer.deadline:
        accepted = accepted.reminds(Timer(TimerKind.RING, accepted.id, offer.id, deadline))
    return scene.with_call(accepted)


def answer(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent picked up (their leg says so itself): bring the caller in, and tell the page that they talk."""
    offer = _moved(scene.call, agent_id, "answer")
    call = scene.call.without_offer(offer.id).moves(
        "talk", owner=agent_id, vocid=offer.vocid, talk_since=now, answer=()
    )
    call = call.with_party(replace(call.customer, where=Where.CONFERENCE))
    call = call.with_party(replace(call.parties[offer.id], joined_at=now))
    call = call.announces("call.answered", now, owner=agent_id, agents=call.agents_parts(), vocId=call.vocid or None)
    talking = hears_talk(replace(scene.agent(agent_id), offer=""), call, now)
    return follows(scene.with_call(call).with_agent(talking), agent_id, now)


def miss(scene: Scene, agent_id: str, now: int) -> Scene:
    """Nobody picked up in time: the call keeps its place, the agent is set aside."""
    return _failed(scene, agent_id, now, "miss", HungUp.MISSED, MISSED)


def reject(scene: Scene, agent_id: str, now: int) -> Scene:
    """The agent said no: the call keeps its place, the agent is set aside."""
    return _failed(scene, agent_id, now, "reject", HungUp.REJECTED, REJECTED)


def fail(scene: Scene, agent_id: str, now: int, cause: str) -> Scene:
    """The agent's device could not be reached: the call keeps its place, the agent is set aside."""
    return _failed(scene, agent_id, now, "fail", HungUp.MISSED, UNREACHABLE, cause)


def withdraw(scene: Scene, now: int) -> Scene:
    """The caller left: whoever it rang at is as ready as before; what the call does next is its caller's to decide."""
    for agent_id in [offer.agent for offer in scene.call.offers.values()]:
        scene = withdraw_from(scene, agent_id, now, HungUp.PEER)
    return scene


def withdraw_from(scene: Scene, agent_id: str, now: int, how: HungUp) -> Scene:
    """It rings at one agent no more, without a fault of theirs: they are as before, and the call keeps its place."""
    offer = _moved(scene.call, agent_id, "withdraw")
    agent = hears_hangup(scene.agent(agent_id), scene.call, now, how, rang=offer.rang_at)
    return scene.with_call(_taken_back(scene.call, offer, now)).with_agent(rest(agent, now))


def _failed(scene: Scene, agent_id: str, now: int, verb: str, how: HungUp, reason: str, cause: str = "") -> Scene:
    offer = _moved(scene.call, agent_id, verb)
    agent = hears_hangup(scene.agent(agent_id), scene.call, now, how, rang=offer.rang_at, cause=cause)
    agent = agent.moves("set_aside", now, by="system", reason=reason, **OFF_CALL)
    return scene.with_call(_taken_back(scene.call, offer, now)).with_agent(agent)


def _taken_back(call: Call, offer: Offer, now: int) -> Call:
    call = call.without_offer(offer.id)
    return call.party_moves(offer.id, "end", now) if call.parties[offer.id].live else call


def _moved(call: Call, agent_id: str, verb: str) -> Offer:
    offer = call.offer_to(agent_id)
    if offer is None:
        raise IllegalMove(f"A call without an offer cannot {verb} one.")
    return replace(offer, state=OFFER_MOVES.after(offer.state, verb))
