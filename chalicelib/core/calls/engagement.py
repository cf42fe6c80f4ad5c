"""How a call and its agents are coupled: an engaged agent's state follows from their part in the call, by one table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from chalicelib.core.agents.agent import ENGAGED, Agent, AgentState
from chalicelib.core.calls.call import Call, CallState
from chalicelib.core.calls.parties import Role
from chalicelib.core.calls.scene import Scene


class Part(StrEnum):
    """What an agent's part in a call has come to."""

    OFFERED = "offered"
    RUNG = "rung"
    THERE = "there"
    LOST = "lost"


class CustomerIs(StrEnum):
    """What the customer hears meanwhile."""

    IN_THE_SCRIPT = "in the script"
    NOT_THERE_YET = "not there yet"
    WITH_THE_OTHERS = "with the others"
    ON_HOLD = "on hold"


ENGAGED_AS: Mapping[tuple[Role, Part, CustomerIs], AgentState] = {
    (Role.AGENT, Part.OFFERED, CustomerIs.IN_THE_SCRIPT): AgentState.RINGING,
    (Role.AGENT, Part.RUNG, CustomerIs.NOT_THERE_YET): AgentState.DIALLING,
    (Role.AGENT, Part.THERE, CustomerIs.NOT_THERE_YET): AgentState.DIALLING,
    (Role.AGENT, Part.THERE, CustomerIs.WITH_THE_OTHERS): AgentState.TALKING,
    (Role.AGENT, Part.THERE, CustomerIs.ON_HOLD): AgentState.HOLDING,
    (Role.AGENT, Part.LOST, CustomerIs.WITH_THE_OTHERS): AgentState.TALKING,
    (Role.AGENT, Part.LOST, CustomerIs.ON_HOLD): AgentState.HOLDING,
}
"""A lost agent keeps the state they had: their telephone is rung again."""


def engaged_as(call: Call, agent_id: str) -> AgentState | None:
    """Give the state that the agent must have by their part in the call, None when they have none in it (I3)."""
    part = _part(call, agent_id)
    return ENGAGED_AS[Role.AGENT, part, _customer(call)] if part else None


def concerned(call: Call) -> tuple[str, ...]:
    """Name the agents who have a part in the call now."""
    named = {call.owner, *(party.agent for party in call.parties.values())}
    return tuple(sorted(agent for agent in named if _part(call, agent)))


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


def follows(scene: Scene, agent_id: str, now: int, *, by: str = "system", since: int | None = None) -> Scene:
    """Bring an agent into the state that follows from their part in the call, and tell them.

    `since` (ms since 1970) is when that state is said to have begun, `now` unless it is given.
    """
    agent, state = scene.agent(agent_id), engaged_as(scene.call, agent_id)
    if state is None or agent.state is state:
        return scene
    return scene.with_agent(agent.becomes(state, now, by=by, since=now if since is None else since))


def _part(call: Call, agent_id: str) -> Part | None:
    if not call.live:
        return None
    if call.offer_to(agent_id):
        return Part.OFFERED
    if agent_id and agent_id == call.owner:
        return _owners_part(call)
    return None


def _owners_part(call: Call) -> Part:
    if any(party.there for party in call.parties_of(call.owner)):
        return Part.THERE
    return Part.RUNG if call.state is CallState.DIALLING else Part.LOST


def _customer(call: Call) -> CustomerIs:
    if call.state is CallState.DIALLING:
        return CustomerIs.NOT_THERE_YET
    if call.state is not CallState.TALKING:
        return CustomerIs.IN_THE_SCRIPT
    return CustomerIs.ON_HOLD if call.customer_held else CustomerIs.WITH_THE_OTHERS
