"""What a control sees."""

from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.results import Order
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import wrap_up_of
from chalicelib.core.centre.model import Centre
from chalicelib.core.ground.errors import TargetBusy
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import Change


@dataclass(frozen=True, slots=True)
class Ordered:
    """A supervisor, the agent whom they control, the scene of that agent's call, the centre; `now` in ms since 1970.

    The supervisor is in the scene, too, whether they have a part in the call or not.
    """

    order: Order
    name: str
    supervisor: Agent
    target: Agent
    their_scene: Scene | None
    centre: Centre
    now: int

    @property
    def scene(self) -> Scene:
        """The scene of the agent's call."""
        if self.their_scene is None:
            raise TargetBusy("That agent has no call now.")
        return self.their_scene

    @property
    def wrap_up(self) -> int:
        """The seconds of wrap-up after the agent's call."""
        return wrap_up_of(self.scene.call, self.centre)


Controlled = Scene | Agent | Change
"""What a control gives: the scene after it, the agent where it concerns no call, or a change of several calls."""
