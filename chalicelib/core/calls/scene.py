"""A scene: a call and its agents, as every rule takes and gives them."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Self

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """A call with those of its agents whom a decision needs, by their ids."""

    call: Call
    agents: Mapping[str, Agent] = field(default_factory=dict)

    def agent(self, agent_id: str) -> Agent:
        """Give one of the agents.

        Raises:
            NotLegalNow: they have no part in this call.
        """
        try:
            return self.agents[agent_id]
        except KeyError:
            raise NotLegalNow("This agent has no part in the call.") from None

    def with_call(self, call: Call) -> Self:
        """Give the scene with the call as it is now."""
        return replace(self, call=call)

    def with_agent(self, agent: Agent) -> Self:
        """Give the scene with an agent as they are now."""
        return replace(self, agents={**self.agents, agent.id: agent})
