"""The outside call: the agent's own device first, then the number, with its progress told."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.presence import turn_to_call
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction, EndedBy, Talk
from chalicelib.core.calls.hearing import Progressed, call_tags, hears_talk
from chalicelib.core.calls.legs import Leg, LegState
from chalicelib.core.calls.offering import endpoint
from chalicelib.core.calls.offers import CARRIER_SLACK_SECONDS
from chalicelib.core.calls.talking import end
from chalicelib.core.carrier.commands import AddParticipant
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import DialPlan
from chalicelib.core.told.notices import Heard, Timer, TimerKind

TELLING_SECONDS = 5
"""How long the carrier may take to tell that the number did not answer."""

PROGRESS_OF_CAUSE: Mapping[Cause, Progressed] = {
    Cause.BUSY: Progressed.BUSY,
    Cause.NO_ANSWER: Progressed.NO_ANSWER,
    Cause.REJECTED: Progressed.REJECTED,
    Cause.FAILED: Progressed.FAILED,
    Cause.CANCELLED: Progressed.CANCELLED,
    Cause.COMPLETED: Progressed.CANCELLED,
}


def dial(
    agent: Agent, call_id: str, number: str, tags: Mapping[str, str], plan: DialPlan, carrier: str, now: int
) -> tuple[Call, Agent]:
    """Begin a call to `number` (E.164): ring the agent's own device; the number follows when they are there."""
    leg_id = f"{call_id}-1"
    call = Call(
        id=call_id,
        direction=Direction.OUTBOUND,
        carrier=carrier,
        caller=plan.caller_id,
        called=number,
        started_at=now,
        state=CallState.DIALLING,
        tags=tags,
        offers=1,
        legs={leg_id: Leg(leg_id, agent.id)},
        talk=Talk(agent.id, leg_id, leg_id if plan.record else "", now),
    )
    call = call.orders(
        AddParticipant(
            call_id, leg_id, endpoint(agent), plan.caller_id, plan.ring_seconds, leg_id if plan.record else ""
        )
    ).reminds(Timer(TimerKind.RING, call_id, leg_id, now + plan.ring_seconds * 1000))
    agent = turn_to_call(agent, now)
    return call, progress(replace(agent, call=call_id, caller=number), call, Progressed.DIALLING, now).moves(
        "dial", now
    )


def progress(agent: Agent, call: Call, how: Progressed, now: int, cause: str = "") -> Agent:
    """Tell the agent how their outside call is getting on."""
    tags = call_tags(call, now) | ({"CAUSE": cause} if cause else {})
    return agent.hears(Heard.PROGRESS, now, how, tags=tags)


def agent_joined(call: Call, conference: str, plan: DialPlan, now: int) -> Call:
    """The agent's leg is in the conference: now ring the number, its tones to be heard."""
    due = now + (plan.ring_seconds + CARRIER_SLACK_SECONDS + TELLING_SECONDS) * 1000
    return (
        replace(call, conference=conference)
        .with_leg(Leg(CUSTOMER))
        .orders(AddParticipant(call.id, CUSTOMER, call.called, plan.caller_id, plan.ring_seconds, early_media=True))
        .reminds(Timer(TimerKind.RING, call.id, CUSTOMER, due))
    )


def customer_answered(call: Call, agent: Agent, now: int) -> tuple[Call, Agent]:
    """The number answered: both talk."""
    talk = replace(call.talk, since=now) if call.talk else None
    call = call.moves("talk", talk=talk)
    call = call.announces("call.answered", now, agent=agent.id, vocId=talk.vocid or None if talk else None)
    agent = hears_talk(progress(agent, call, Progressed.ANSWERED, now), call, now)
    return call, agent.moves("talk", now, by="system")


def ring_due(call: Call, agent: Agent, leg: Leg, now: int) -> tuple[Call, Agent]:
    """The time for ringing is over: who is there by now has answered, even if the carrier never said so."""
    if leg.state is not LegState.ANSWERED:
        return failed(call, agent, Cause.NO_ANSWER, now)
    return customer_answered(call, agent, now) if leg.id == CUSTOMER else (call, agent)


def failed(call: Call, agent: Agent, cause: Cause, now: int) -> tuple[Call, Agent]:
    """The number, or the agent's own device, could not be reached: say why, and let the agent be as before."""
    agent = progress(agent, call, PROGRESS_OF_CAUSE[cause], now, cause.value)
    ended, freed = end(call, agent, now, EndedBy.CARRIER, cause=cause.value)
    return ended, freed or agent
