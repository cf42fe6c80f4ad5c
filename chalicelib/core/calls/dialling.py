"""The call that an agent makes: their own device first, then the number, the colleague or the flow; how it gets on."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.presence import turn_to_call
from chalicelib.core.calls.call import BEGINS, CUSTOMER, Call, CallState, Direction, EndedBy
from chalicelib.core.calls.engagement import follow
from chalicelib.core.calls.hearing import Progressed, call_tags, hears_talk
from chalicelib.core.calls.members import members
from chalicelib.core.calls.offering import Terms, answered, make
from chalicelib.core.calls.offers import Purpose
from chalicelib.core.calls.parties import Control, Party, Role
from chalicelib.core.calls.ringing import looked_after, own_party
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import end, in_script
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import DialPlan
from chalicelib.core.flow.turns import Run
from chalicelib.core.told.notices import Heard, Timer, TimerKind

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
) -> Scene:
    """Begin a call to `number` (E.164): ring the agent's own device; the number follows when they are there."""
    call = Call(
        id=call_id,
        direction=Direction.OUTBOUND,
        carrier=carrier,
        caller=plan.caller_id,
        called=number,
        started_at=now,
        state=CallState.DIALLING,
        tags=tags,
    )
    return _own_device_first(call, agent, own_party(f"{call_id}-1", agent, plan.ring_seconds, now), plan, now)


def dial_colleague(
    agent: Agent, call_id: str, colleague: str, tags: Mapping[str, str], plan: DialPlan, carrier: str, now: int
) -> Scene:
    """Begin a call to another agent: ring the caller's own device; the colleague's follows when they are there."""
    call = Call(
        id=call_id,
        direction=Direction.INTERNAL,
        carrier=carrier,
        caller=agent.id,
        called=colleague,
        shows=plan.caller_id,
        started_at=now,
        state=CallState.DIALLING,
        tags=tags,
    )
    return _own_device_first(call, agent, own_party(f"{call_id}-1", agent, plan.ring_seconds, now), plan, now)


def dial_flow(
    agent: Agent, call_id: str, run: Run, tags: Mapping[str, str], plan: DialPlan, carrier: str, now: int
) -> Scene:
    """Begin a call to a flow: ring the agent's own device; who picks up is the call's customer.

    So whatever the flow leads to is as for anybody who calls (docs/decisions/a-flow-is-called.md).
    """
    call = Call(
        id=call_id,
        direction=Direction.INTERNAL,
        carrier=carrier,
        caller=agent.id,
        called=run.flow,
        shows=plan.caller_id,
        started_at=now,
        state=CallState.DIALLING,
        run=run,
        tags=tags,
    )
    own = own_party(CUSTOMER, agent, plan.ring_seconds, now, Role.CUSTOMER)
    return _own_device_first(call, agent, own, replace(plan, record=False), now)


def call_urgently(supervisor: Agent, target: Agent, call_id: str, plan: DialPlan, carrier: str, now: int) -> Scene:
    """Begin a supervisor's call to an agent who is at rest, whatever they rest from: both are rung at once.

    So nothing else reaches the agent in the meantime; who picks up first waits for the other.
    """
    scene = dial_colleague(supervisor, call_id, target.id, {}, plan, carrier, now)
    call = scene.call
    for party in call.parties_of(supervisor.id):
        call = call.with_party(replace(party, control=Control.EMERGENCY, controls=target.id))
    terms = Terms(purpose=Purpose.EMERGENCY, ring_seconds=plan.ring_seconds)
    return make(scene.with_call(call).with_agent(target), target.id, terms, now)


def _own_device_first(call: Call, agent: Agent, own: Party, plan: DialPlan, now: int) -> Scene:
    call = replace(call, owner=agent.id, vocid=own.id if plan.record else "", rung=1, parties={own.id: own}).reminds(
        Timer(TimerKind.RING, call.id, own.id, now + plan.ring_seconds * 1000)
    )
    turned = replace(turn_to_call(agent, now), call=call.id, caller=call.peer_of(agent.id))
    told = progress(turned, call, Progressed.DIALLING, now)
    return Scene(call).with_agent(told.moves("dial", now))


def progress(agent: Agent, call: Call, how: Progressed, now: int, cause: str = "") -> Agent:
    """Tell the agent how their outside call is getting on."""
    tags = call_tags(call, agent.id, now) | ({"CAUSE": cause} if cause else {})
    data = {"direction": call.direction.value, "startedAt": call.started_at, "members": members(call)}
    return agent.hears(Heard.PROGRESS, now, how, tags=tags, data=data)


def rings_outside(scene: Scene, now: int) -> Scene:
    """The number rings: the agent is told."""
    owner = scene.agent(scene.call.owner)
    return scene.with_agent(progress(owner, scene.call, Progressed.RINGING, now))


def enters_flow(scene: Scene, now: int) -> Scene:
    """The agent who calls a flow is there: the call is nobody's, as that of anybody who is in a flow."""
    call = scene.call
    told = progress(scene.agent(call.owner), call, Progressed.ANSWERED, now)
    customer = replace(in_script(call.customer, now), joined_at=now)
    inside = call.with_party(customer).moves("automate", owner="", conference="", comes_back=BEGINS)
    return follow(scene.with_call(inside).with_agent(hears_talk(told, inside, now)), now)


def agent_is_there(scene: Scene, plan: DialPlan, now: int) -> Scene:
    """The agent's leg is in the conference: now ring the number, its tones to be heard."""
    call = scene.call
    customer = Party(id=CUSTOMER, role=Role.CUSTOMER, endpoint=call.called, ring_seconds=plan.ring_seconds, since=now)
    return scene.with_call(looked_after(call, customer, now))


def colleague_is_rung(scene: Scene, plan: DialPlan, now: int) -> Scene:
    """The agent's leg is in the conference: now the colleague is rung, who is at rest."""
    owner = progress(scene.agent(scene.call.owner), scene.call, Progressed.RINGING, now)
    terms = Terms(purpose=Purpose.DIRECT, ring_seconds=plan.ring_seconds)
    return make(scene.with_agent(owner), scene.call.called, terms, now)


def colleague_answered(scene: Scene, agent_id: str, now: int) -> Scene:
    """The colleague picked up: both talk."""
    there = answered(scene, agent_id, now)
    told = there.with_agent(hears_talk(there.agent(agent_id), there.call, now))
    return _both_talk(told, now) if _are_there(told.call, told.call.owner) else follow(told, now)


def caller_is_there(scene: Scene, now: int) -> Scene:
    """Who called is there, or who is called urgently: both talk if both have picked up by now."""
    return _both_talk(scene, now) if _are_there(scene.call, scene.call.owner, scene.call.called) else scene


def _are_there(call: Call, *agents: str) -> bool:
    return all(any(party.there for party in call.parties_of(agent)) for agent in agents)


def customer_answered(scene: Scene, now: int) -> Scene:
    """The number answered: both talk."""
    return _both_talk(scene, now)


def _both_talk(scene: Scene, now: int) -> Scene:
    call = scene.call.moves("talk", talk_since=now)
    for party in call.parties_of(call.owner):
        call = call.with_party(replace(party, joined_at=now)) if party.live else call
    call = call.announces("call.answered", now, **call.talk_facts())
    told = progress(scene.agent(call.owner), call, Progressed.ANSWERED, now)
    return follow(scene.with_call(call).with_agent(hears_talk(told, call, now)), now)


def ring_due(scene: Scene, leg_id: str, now: int) -> Scene:
    """The time for ringing is over: who is there by now has answered, even if the carrier never said so."""
    party = scene.call.parties[leg_id]
    if not party.there:
        return failed(scene, Cause.NO_ANSWER, now)
    return customer_answered(scene, now) if leg_id == CUSTOMER else scene


def failed(scene: Scene, cause: Cause, now: int) -> Scene:
    """The number, or the agent's own device, could not be reached: say why, and let the agent be as before."""
    call = scene.call
    told = progress(scene.agent(call.owner), call, PROGRESS_OF_CAUSE[cause], now, cause.value)
    return end(scene.with_agent(told), now, EndedBy.CARRIER, cause=cause.value)
