"""What an action sees."""

from chalicelib.core.agents.agent import ENGAGED, Agent
from chalicelib.core.agents.results import Action
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.parties import Role
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import wrap_up_of
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import NotFound, NotLegalNow
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """The agent who asks, the scene of the call they are in, the centre; `now` in ms since 1970.

    `colleague` is the agent whom the action is meant for, where it is meant for one.
    """

    action: Action
    agent: Agent
    their_scene: Scene | None
    centre: Centre
    now: int
    colleague: Agent | None = None

    @property
    def scene(self) -> Scene:
        """The scene of the call the agent is in."""
        if self.their_scene is None:
            raise NotLegalNow("There is no call.")
        return self.their_scene

    @property
    def call(self) -> Call:
        """The call the agent is in."""
        return self.scene.call

    @property
    def own(self) -> Scene:
        """The scene of the call that is this agent's now: one that they write up may be somebody else's."""
        if self.call.owner != self.agent.id or self.agent.state not in ENGAGED:
            raise NotLegalNow("There is no call of yours.")
        return self.scene

    @property
    def wrap_up(self) -> int:
        """The seconds of wrap-up after the call the agent is in."""
        return wrap_up_of(self.call, self.centre)

    @property
    def named_leg(self) -> str:
        """The leg of somebody else that the action names in `s_param`, empty where it names none (or the call).

        Raises:
            NotFound: nobody in the call has that leg.
        """
        named = self.action.s_param
        if named in ("", self.call.id):
            return ""
        party = self.call.parties.get(named)
        if party is None or not party.live or party.role is Role.SUPERVISOR:
            raise NotFound("Nobody in the call has that leg: see its members.")
        return named


Acted = Scene | Agent
"""What an action gives: the scene after it, or the agent where it concerns no call."""
