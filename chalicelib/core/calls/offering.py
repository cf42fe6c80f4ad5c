"""Offers: made, accepted, answered, and the ways in which they come to nothing.

Each function takes a call and the agent it is offered to, and gives both after the change. The offer's id ties them
together (I3) and is checked by `is_live` before any of these is called for a carrier's or a timer's word.
"""

from dataclasses import replace

from chalicelib.core.agents.agent import MISSED, OFF_CALL, REJECTED, UNREACHABLE, Agent, AgentState
from chalicelib.core.agents.presence import rest
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Talk
from chalicelib.core.calls.hearing import OUTSIDE, HungUp, call_tags, hears_hangup, hears_talk
from chalicelib.core.calls.legs import Leg, LegState
from chalicelib.core.calls.offers import MEDIA_SECONDS, OFFER_MOVES, Offer
from chalicelib.core.carrier.commands import AddParticipant, HangUpLeg, JoinConference
from chalicelib.core.centre.model import DeviceKind, Queue
from chalicelib.core.ground.errors import IllegalMove
from chalicelib.core.told.notices import Heard, Timer, TimerKind


def is_live(call: Call, agent: Agent | None, offer_id: str) -> bool:
    """Tell whether this offer stands, at the call and at the agent alike."""
    return (
        call.state is CallState.OFFERED
        and call.offer is not None
        and call.offer.id == offer_id
        and agent is not None
        and agent.state is AgentState.RINGING
        and agent.offer == offer_id
    )


def make(call: Call, agent: Agent, queue: Queue, now: int) -> tuple[Call, Agent]:
    """Offer a waiting call to a ready agent: the device rings, and so does the page."""
    number = call.offers + 1
    offer_id = f"{call.id}-{number}"
    vocid = offer_id if queue.record else ""
    offer = Offer(offer_id, agent.id, now, now + queue.ring_seconds * 1000, vocid)
    ring = AddParticipant(
        call=call.id,
        leg=offer.id,
        endpoint=endpoint(agent),
        caller_id=call.called,
        ring_seconds=queue.ring_seconds,
        vocid=vocid,
    )
    call = (
        call.moves("offer", offer=offer, offers=number)
        .with_leg(Leg(offer.id, agent.id))
        .orders(ring)
        .announces("call.rang", now, agent=agent.id)
        .reminds(Timer(TimerKind.RING, call.id, offer.id, offer.deadline))
    )
    ringing = replace(agent, call=call.id, caller=call.peer, offer=offer.id)
    data = {
        "offer": offer.id,
        "deadline": offer.deadline,
        "caller": call.caller,
        "direction": call.direction.value,
        "startedAt": call.started_at,
    }
    ringing = ringing.hears(Heard.RING, now, OUTSIDE, tags=call_tags(call, now), data=data)
    return call, ringing.moves("ring", now, by="system")


def endpoint(agent: Agent) -> str:
    """Name what rings at an agent's seat: a client, a SIP address or a number."""
    if agent.device.kind is DeviceKind.BROWSER:
        return f"client:{softphone_name(agent.id)}"
    return agent.device.address


def softphone_name(agent_id: str) -> str:
    """Name an agent's browser at a carrier: of letters, digits and underscores, as Twilio's access tokens ask."""
    return f"agent_{agent_id}"


def accept(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """The agent said yes on the page; the device has a little time to connect, mostly within the ring's own."""
    offer = _moved(call, "accept")
    deadline = max(offer.deadline, now + MEDIA_SECONDS * 1000)
    accepted = replace(call, offer=replace(offer, deadline=deadline))
    if deadline > offer.deadline:
        accepted = accepted.reminds(Timer(TimerKind.RING, call.id, offer.id, deadline))
    return accepted, agent


def answer(call: Call, agent: Agent, conference: str, now: int) -> tuple[Call, Agent]:
    """The agent picked up (their leg says so itself): bring the caller in, and tell the page that they talk."""
    offer = _moved(call, "answer")
    talk = Talk(agent.id, offer.id, offer.vocid, now)
    call = (
        call.moves("talk", talk=talk, offer=None, conference=conference, answer=())
        .orders(JoinConference(call.id, CUSTOMER, call.customer.sid, offer.vocid))
        .announces("call.answered", now, agent=agent.id, vocId=talk.vocid or None)
    )
    return call, hears_talk(agent, call, now).moves("talk", now, by="system", offer="")


def miss(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """Nobody picked up in time: the call keeps its place, the agent is set aside."""
    return _failed(call, agent, now, "miss", HungUp.MISSED, MISSED)


def reject(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """The agent said no: the call keeps its place, the agent is set aside."""
    return _failed(call, agent, now, "reject", HungUp.REJECTED, REJECTED)


def fail(call: Call, agent: Agent, now: int, cause: str) -> tuple[Call, Agent]:
    """The agent's device could not be reached: the call keeps its place, the agent is set aside."""
    return _failed(call, agent, now, "fail", HungUp.MISSED, UNREACHABLE, cause)


def withdraw(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """The caller left: the agent is as ready as before; the caller's own next state is for the caller to decide."""
    offer = _moved(call, "withdraw")
    agent = hears_hangup(agent, call, now, HungUp.PEER, rang=offer.rang_at)
    return _without_offer(call, offer), rest(agent, now)


def _failed(
    call: Call, agent: Agent, now: int, verb: str, how: HungUp, reason: str, cause: str = ""
) -> tuple[Call, Agent]:
    offer = _moved(call, verb)
    agent = hears_hangup(agent, call, now, how, rang=offer.rang_at, cause=cause)
    agent = agent.moves("set_aside", now, by="system", reason=reason, **OFF_CALL)
    return _without_offer(call, offer).moves("requeue"), agent


def _without_offer(call: Call, offer: Offer) -> Call:
    leg = call.legs[offer.id]
    call = replace(call.leg_moves(leg.id, "end"), offer=None)
    return call if leg.state is LegState.ENDED else call.orders(HangUpLeg(call.id, leg.id, leg.sid))


def _moved(call: Call, verb: str) -> Offer:
    if call.offer is None:
        raise IllegalMove(f"A call without an offer cannot {verb} one.")
    return replace(call.offer, state=OFFER_MOVES.after(call.offer.state, verb))
