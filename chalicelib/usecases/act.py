"""Act for an agent: every action of doAction, permitted, decided, committed.

The answer never means that it happened: an event does.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.core.agents.action_codes import action_name
from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.results import Action, Answer, Result, result_of
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.permissions import ACTION_PERMISSION
from chalicelib.core.ground.errors import IcallError, NotProved, SignedInElsewhere
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import Change, World
from chalicelib.usecases.acting import calling, handing, in_talk, picking_up, serving
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.acting.targets import colleague_meant
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.see import scene_of

REQUESTS_REMEMBERED = 4
"""How many of an agent's latest request ids are kept, to know one that comes twice."""


def act(action: Action, world: World) -> Answer:
    """Take an action, or say by its code why not."""
    name = action_name(action.act, world.catalogue.centre().codes.actions)
    if name is None or name not in _ACTIONS:
        return Answer(Result.UNKNOWN_CODE, "There is no action of this code.")
    world.watch.count(Metric.ACTIONS)
    try:
        return _taken(action, name, world)
    except IcallError as error:
        return Answer(result_of(error), str(error))


@decides_again
def _taken(action: Action, name: str, world: World) -> Answer:
    asked = _asked(action, world)
    action.who.needs(ACTION_PERMISSION[name])
    if action.request and action.request in asked.agent.requests:
        return Answer(Result.DUPLICATE, "This request was taken already.", asked.agent.call)
    if name in _FOR_SOMEBODY:
        asked = _meeting(asked, colleague_meant(asked, world))
    if name == "pickUp":
        asked = picking_up.beside_what_rings(asked, world)
    acted = _ACTIONS[name](asked, world)
    commit_and_match(world, _change(asked, acted))
    return Answer(Result.ACCEPTED, "", acted.call.id if isinstance(acted, Scene) else acted.call)


def _change(asked: Asked, acted: Acted) -> Change:
    if isinstance(acted, Agent):
        return Change.of_agent(asked.agent, remembering(acted, asked.action.request))
    begun = asked.their_scene is None or acted.call.id != asked.call.id
    after = acted.with_agent(remembering(acted.agents.get(asked.agent.id, asked.agent), asked.action.request))
    return Change.of_scenes([asked.agent], (None, after)) if begun else Change.of(asked.their_scene, after)


def _asked(action: Action, world: World) -> Asked:
    agent = world.desk.agent(action.agent)
    if agent is None or not agent.signed_in:
        raise NotProved("Sign in first.")
    if action.socket and action.socket != agent.socket:
        raise SignedInElsewhere("Another page of this agent took over.")
    call = world.desk.call(agent.call) if agent.call else None
    scene = scene_of(world, call, agent) if call else None
    return Asked(action, agent, scene, world.catalogue.centre(), world.clock.now())


def _meeting(asked: Asked, colleague: Agent | None) -> Asked:
    if colleague is None:
        return asked
    scene = asked.their_scene.with_agent(colleague) if asked.their_scene else None
    return replace(asked, colleague=colleague, their_scene=scene)


def remembering(agent: Agent, request: str) -> Agent:
    """Give the agent with a request that was taken; one without an id is not known again."""
    if not request:
        return agent
    return replace(agent, requests=(*agent.requests, request)[-REQUESTS_REMEMBERED:])


_FOR_SOMEBODY = frozenset(["transfer", "consult", "call"])
"""Actions that may be meant for another agent, who is then read and changed with the call."""

_ACTIONS: Mapping[str, Callable[[Asked, World], Acted]] = {
    "answer": in_talk.answer,
    "hangup": in_talk.hang_up,
    "hold": in_talk.hold,
    "retrieve": in_talk.retrieve,
    "transfer": handing.transfer,
    "consult": handing.consult,
    "call": calling.call,
    "sendDtmf": in_talk.send_dtmf,
    "pause": serving.pause,
    "resume": serving.resume,
    "completeTransfer": handing.complete_transfer,
    "conference": handing.conference,
    "cancelConsult": handing.cancel_consult,
    "swap": handing.swap,
    "mute": in_talk.mute,
    "wrapUp": serving.wrap_up,
    "setTags": in_talk.set_tags,
    "recording": in_talk.recording,
    "pickUp": picking_up.pick_up,
}
