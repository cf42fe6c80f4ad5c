"""The talk: hold and retrieve, an agent's leg lost and found, and the end of every call."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.agents.presence import rest, start_wrap_up
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy, Place
from chalicelib.core.calls.hearing import HungUp, hears_hangup, hears_talk
from chalicelib.core.calls.legs import Leg, LegState
from chalicelib.core.calls.offering import endpoint, withdraw
from chalicelib.core.carrier.commands import (
    AddParticipant,
    HangUpLeg,
    HoldParticipant,
    RetrieveParticipant,
    SendDigits,
    TakeTurn,
)
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told import history
from chalicelib.core.told.notices import Heard, Timer, TimerKind

RECOVERY_SECONDS = 30
"""How long a customer waits with music for an agent whose browser went away in mid-call."""


def hold(call: Call, agent: Agent, sound: str, now: int) -> tuple[Call, Agent]:
    """Part the customer from the agent; they hear `sound`, or nothing when it is empty.

    Raises:
        NotLegalNow: nobody talks, or the customer is held already.
    """
    if call.state is not CallState.TALKING or call.talk is None or call.talk.held:
        raise NotLegalNow("Only a talk that is not held can be held.")
    leg = call.customer
    call = replace(call, talk=replace(call.talk, held_since=now)).orders(
        HoldParticipant(call.id, CUSTOMER, leg.sid, call.conference, sound)
    )
    held = replace(agent, holding=True).hears(Heard.HOLD, now, 0 if sound else 1)
    return call, held.tells_state(agent, now)


def retrieve(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """Bring the held customer back.

    Raises:
        NotLegalNow: the customer is not held.
    """
    if call.state is not CallState.TALKING or call.talk is None or not call.talk.held:
        raise NotLegalNow("The customer is not on hold.")
    call = replace(call, talk=replace(call.talk, held_since=None)).orders(
        RetrieveParticipant(call.id, CUSTOMER, call.customer.sid, call.conference)
    )
    back = replace(agent, holding=False).hears(Heard.RETRIEVE, now, 0)
    return call, back.tells_state(agent, now)


def send_digits(call: Call, agent: Agent, digits: str, now: int) -> tuple[Call, Agent]:
    """Let the customer's side hear keys (to work a foreign menu).

    Raises:
        NotLegalNow: nobody talks.
    """
    if call.state is not CallState.TALKING:
        raise NotLegalNow("Keys can be sent while talking only.")
    call = replace(call, announcement=digits).orders(SendDigits(call.id, CUSTOMER, call.customer.sid, call.conference))
    return call, agent.hears(Heard.KEY, now, 1, tags={"KEY": digits})


def lose_agent(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """The agent's browser went away in mid-call: the customer hears music while it comes back (R16).

    The page may well be there still, only its telephone not: it is told, and has it rung again.
    """
    lost = call.moves("lose_agent")
    if call.talk and not call.talk.held:
        lost = lost.orders(HoldParticipant(call.id, CUSTOMER, call.customer.sid, call.conference, "media:hold-music"))
    lost = lost.reminds(Timer(TimerKind.RECOVERY, call.id, _leg_of(call), now + RECOVERY_SECONDS * 1000))
    return lost, agent.tells_state(agent, now, by="system", LEG="lost")


def redial_agent(call: Call, agent: Agent, caller_id: str, ring_seconds: int) -> Call:
    """Ring the agent's reloaded page again, as a new leg of the same talk; one that rings already is enough.

    Raises:
        NotLegalNow: the agent's leg is not lost.
    """
    if call.state is not CallState.RECOVERING or call.talk is None:
        raise NotLegalNow("There is no lost leg to bring back.")
    if any(leg.agent == agent.id for leg in call.live_legs()):
        return call
    again = sum(leg.agent == agent.id for leg in call.legs.values())
    leg = Leg(f"{call.talk.leg.split('.')[0]}.{again}", agent.id)
    return call.with_leg(leg).orders(
        AddParticipant(call.id, leg.id, endpoint(agent), caller_id, ring_seconds, call.talk.vocid)
    )


def is_brought_back(call: Call, agent: Agent, leg_id: str) -> bool:
    """Tell whether this leg brings back the lost agent; one of an offer that failed earlier does not."""
    leg = call.legs[leg_id]
    lost = call.state is CallState.RECOVERING and call.talk is not None and call.talk.agent == agent.id
    return lost and leg.state is LegState.ANSWERED


def recover(call: Call, agent: Agent, leg_id: str, now: int) -> tuple[Call, Agent]:
    """The agent's new leg is in the conference: the talk goes on where it stopped, held if it was held."""
    if call.talk is None:
        raise NotLegalNow("There is no talk to go on with.")
    held = call.talk.held
    call = call.moves("talk", talk=replace(call.talk, leg=leg_id))
    if not held:
        call = call.orders(RetrieveParticipant(call.id, CUSTOMER, call.customer.sid, call.conference))
    return call, hears_talk(agent, call, now)


def requeue(call: Call, agent: Agent, now: int, wrap_up: int) -> tuple[Call, Agent]:
    """The agent did not come back: the customer waits for another, at the old place; nobody is cut off.

    A call that never had a place in a queue (an outside call) ends.
    """
    if call.place is None:
        ended, freed = end(call, agent, now, EndedBy.CARRIER, wrap_up=wrap_up, cause="agent-lost")
        return ended, freed or agent
    agent = start_wrap_up(hears_hangup(agent, call, now, HungUp.SYSTEM, cause="agent-lost"), wrap_up, now)
    legs = [leg for leg in call.live_legs() if leg.agent]
    turn = TakeTurn(call.id, CUSTOMER, call.customer.sid, str(call.turn))
    call = call.orders(turn, *(HangUpLeg(call.id, leg.id, leg.sid) for leg in legs))
    for leg in legs:
        call = call.leg_moves(leg.id, "end")
    return call.moves("requeue", talk=None, conference="", place=_old_place(call, now)), agent


def _old_place(call: Call, now: int) -> Place | None:
    """Give the place that the call had in its queue; the time of the talk does not count as waited."""
    place, talk = call.place, call.talk
    if place is None or place.until is None or talk is None:
        return place
    return replace(place, until=place.until + now - talk.since)


def end(
    call: Call, agent: Agent | None, now: int, by: EndedBy, *, wrap_up: int = 0, cause: str = ""
) -> tuple[Call, Agent | None]:
    """End a call whoever wishes it: every leg that still lives is hung up, the agent in it rests or wraps up."""
    if call.state is CallState.DIALLING and call.talk:
        call = replace(call, talk=replace(call.talk, since=now, vocid=""))
    if call.state is CallState.OFFERED and agent:
        call, agent = withdraw(call, agent, now)
    elif agent and agent.call == call.id and agent.state in (AgentState.TALKING, AgentState.DIALLING):
        agent = _freed(call, agent, now, by, wrap_up, cause)
    for leg in call.live_legs():
        call = call.orders(HangUpLeg(call.id, leg.id, leg.sid)).leg_moves(leg.id, "end")
    ended = call.moves(
        "end",
        ended_at=now,
        ended_by=by.value,
        cause=cause or "completed",
        offer=None,
        answer=(),
        run=None,
        announcement="",
    )
    return ended.announces(history.ENDED, now, **ended.end_facts()), agent


def _freed(call: Call, agent: Agent, now: int, by: EndedBy, wrap_up: int, cause: str) -> Agent:
    how = {EndedBy.AGENT: HungUp.AGENT, EndedBy.CUSTOMER: HungUp.PEER}.get(by, HungUp.SYSTEM)
    agent = hears_hangup(agent, call, now, how, cause=cause)
    return start_wrap_up(agent, wrap_up, now) if agent.state is AgentState.TALKING else rest(agent, now)


def _leg_of(call: Call) -> str:
    return call.talk.leg if call.talk else ""
