"""See a scene as it really was: a call and its agents, read one after the other, that agree with each other."""

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.engagement import beside, concerned, is_torn
from chalicelib.core.calls.scene import Scene
from chalicelib.core.ground.errors import Conflict
from chalicelib.ports import World


def scene_of(world: World, call: Call, *known: Agent) -> Scene:
    """Give the call with every agent who has a part in it, or hears what becomes of it; `known` were read already.

    Raises:
        Conflict: somebody changed the one between our reading it and the other; read again.
    """
    there = {agent.id: agent for agent in known}
    wanting = [name for name in dict.fromkeys((*concerned(call), *beside(call))) if name not in there]
    found = [agent for agent in map(world.desk.agent, wanting) if agent]
    agents = there | {agent.id: agent for agent in found}
    if len(found) < len(wanting) or is_torn(call, agents.values()):
        raise Conflict("Call and agent were read at two moments: read again.")
    return Scene(call, agents)
