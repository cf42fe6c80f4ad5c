"""How a call and its agents are coupled: an engaged agent's state follows from their part in the call, by one table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from chalicelib.core.agents.agent import ENGAGED, Agent, AgentState
from chalicelib.core.calls.call import Call, CallState
from chalicelib.core.calls.company import consulted, counterparts, on_hold
from chalicelib.core.calls.parties import Role
from chalicelib.core.calls.scene import Scene


class As(StrEnum):
    """What an agent is in a call."""

    OWNER = "owner"
    MEMBER = "member"
    CONSULTED = "consulted"
    SUPERVISOR = "supervisor"


class Part(StrEnum):
    """How far an agent's part in a call has come."""

    OFFERED = "offered"
    RUNG = "rung"
    THERE = "there"
    LOST = "lost"


class Going(StrEnum):
    """What is going on in the call meanwhile."""

    SCRIPT = "the customer is in a script"
    DIALLING = "the other side is not there yet"
    TALK = "two talk"
    HOLD = "the others are on hold"
    CONSULTATION = "somebody is consulted"
    CONFERENCE = "several talk"
    TRANSFER = "somebody else is rung"


ENGAGED_AS: Mapping[tuple[As, Part, Going], AgentState] = (
    {
        (As.OWNER, Part.RUNG, Going.DIALLING): AgentState.DIALLING,
        (As.OWNER, Part.THERE, Going.DIALLING): AgentState.DIALLING,
        (As.MEMBER, Part.THERE, Going.SCRIPT): AgentState.TALKING,
        (As.MEMBER, Part.THERE, Going.DIALLING): AgentState.TALKING,
        (As.MEMBER, Part.THERE, Going.TRANSFER): AgentState.TALKING,
        (As.MEMBER, Part.THERE, Going.TALK): AgentState.TALKING,
        (As.MEMBER, Part.THERE, Going.HOLD): AgentState.TALKING,
        (As.MEMBER, Part.THERE, Going.CONSULTATION): AgentState.CONFERENCE,
        (As.MEMBER, Part.THERE, Going.CONFERENCE): AgentState.CONFERENCE,
        (As.CONSULTED, Part.THERE, Going.CONSULTATION): AgentState.CONSULTING,
    }
    | {
        (As.OWNER, part, going): state
        for part in (Part.THERE, Part.LOST)
        for going, state in {
            Going.SCRIPT: AgentState.RESERVED,
            Going.TALK: AgentState.TALKING,
            Going.HOLD: AgentState.HOLDING,
            Going.CONSULTATION: AgentState.CONSULTING,
            Going.CONFERENCE: AgentState.CONFERENCE,
        }.items()
    }
    | {(role, Part.OFFERED, going): AgentState.RINGING for role in As for going in Going}
    | {(As.SUPERVISOR, Part.THERE, going): AgentState.MONITORING for going in Going}
)
"""A lost owner keeps the state they had: their telephone is rung again. Who calls a flow is a member, its customer."""

_AS: Mapping[Role, As] = {Role.CONSULTED: As.CONSULTED, Role.SUPERVISOR: As.SUPERVISOR}


def engaged_as(call: Call, agent_id: str) -> AgentState | None:
    """Give the state that the agent must have by their part in the call, None when they have none in it (I3)."""
    part = _part(call, agent_id)
    return ENGAGED_AS[_as(call, agent_id), part, going_on(call)] if part else None


def concerned(call: Call) -> tuple[str, ...]:
    """Name the agents who have a part in the call now."""
    named = {call.owner, *(party.agent for party in call.parties.values())}
    return tuple(sorted(agent for agent in named if _part(call, agent)))


def beside(call: Call) -> tuple[str, ...]:
    """Name who has no part in the call any more and still hears what becomes of it: who gave it away."""
    return (call.owner,) if call.state is CallState.TRANSFERRING else ()


def agree(call: Call, agent: Agent) -> bool:
    """Tell whether this call and this agent can have been at the same moment: each names the other, as the table says.

    Both are stored in one transaction, but read one after the other: a pair that does not agree never was.
    """
    state, offer = engaged_as(call, agent.id), call.offer_to(agent.id)
    if state is None:
        return agent.call != call.id or agent.state not in ENGAGED
    return agent.call == call.id and agent.state is state and agent.offer == (offer.id if offer else "")


def is_torn(call: Call, agents: Iterable[Agent]) -> bool:
    """Tell whether one of the agents does not agree with the call."""
    return not all(agree(call, agent) for agent in agents)


def follow(scene: Scene, now: int, *, by: str = "system", since: int | None = None) -> Scene:
    """Bring every agent of the scene into the state that follows from their part in the call, and tell them.

    `since` (ms since 1970) is when that state is said to have begun, `now` unless it is given.
    """
    for agent in scene.agents.values():
        state = engaged_as(scene.call, agent.id) if agent.call == scene.call.id else None
        if state is not None and agent.state is not state:
            scene = scene.with_agent(agent.becomes(state, now, by=by, since=now if since is None else since))
    return scene


def going_on(call: Call) -> Going:
    """Tell what is going on in the call: what an agent's state follows from, besides their own part."""
    if call.state is not CallState.TALKING:
        return _BEFORE_OR_BETWEEN.get(call.state, Going.SCRIPT)
    if consulted(call):
        return Going.CONSULTATION
    if on_hold(call):
        return Going.HOLD
    beside_who_talks = len(counterparts(call)) - (0 if call.owner else 1)
    return Going.CONFERENCE if beside_who_talks > 1 else Going.TALK


_BEFORE_OR_BETWEEN = {CallState.DIALLING: Going.DIALLING, CallState.TRANSFERRING: Going.TRANSFER}


def _as(call: Call, agent_id: str) -> As:
    if agent_id == call.owner:
        return As.OWNER
    roles = [party.role for party in call.parties_of(agent_id) if party.live]
    return _AS.get(roles[-1], As.MEMBER) if roles else As.MEMBER


def _part(call: Call, agent_id: str) -> Part | None:
    if not call.live or not agent_id:
        return None
    if call.offer_to(agent_id):
        return Part.OFFERED
    if any(party.there for party in call.parties_of(agent_id)):
        return Part.THERE
    if agent_id != call.owner or call.state in (CallState.TRANSFERRING, CallState.WAITING):
        return None
    return Part.RUNG if call.state is CallState.DIALLING else Part.LOST
