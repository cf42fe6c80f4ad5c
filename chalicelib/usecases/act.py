"""Act for an agent: every action of doAction, permitted, decided, committed.

The answer never means that it happened: an event does.
"""

from collections.abc import Callable, Mapping

from chalicelib.core.agents.action_codes import action_name
from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.results import Action, Answer, Result, result_of
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.permissions import ACTION_PERMISSION
from chalicelib.core.ground.errors import IcallError, NotProved, SignedInElsewhere
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import Change, World
from chalicelib.usecases.acting import attending, automatic, calling, handing, in_talk, picking_up, serving
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.acting.targets import meets_colleague, meets_successor
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.reset import reset
from chalicelib.usecases.see import scene_of
from chalicelib.usecases.snapshot import snapshot


def act(action: Action, world: World) -> Answer:
    """Take an action, or say by its code why not."""
    name = action_name(action.act, world.catalogue.centre().codes.actions)
    if name is None or name not in _ACTIONS:
        return Answer(Result.UNKNOWN_CODE, "There is no action of this code.")
    world.watch.count(Metric.ACTIONS)
    try:
        if name in _OF_THE_CARRIER and not _was_taken(action, _permitted(action, name, world)):
            reset(action.agent, world)
        return _taken(action, name, world)
    except IcallError as error:
        return Answer(result_of(error), str(error))


@decides_again
def _taken(action: Action, name: str, world: World) -> Answer:
    agent = _permitted(action, name, world)
    if _was_taken(action, agent):
        return Answer(Result.DUPLICATE, "This request was taken already.", agent.call)
    asked = _asked(action, agent, world)
    if name in _MEETS:
        asked = _MEETS[name](asked, world)
    acted = _ACTIONS[name](asked, world)
    commit_and_match(world, _change(asked, acted))
    if name in _ANSWERED_BY_SNAPSHOT:
        world.sockets.post(agent.socket, snapshot(agent.id, world))
    return Answer(Result.ACCEPTED, "", acted.call.id if isinstance(acted, Scene) else acted.call)


def _change(asked: Asked, acted: Acted) -> Change:
    if isinstance(acted, Agent):
        return Change.of_agent(asked.agent, acted.remembers(asked.action.request))
    begun = asked.their_scene is None or acted.call.id != asked.call.id
    after = acted.with_agent(acted.agents.get(asked.agent.id, asked.agent).remembers(asked.action.request))
    return Change.of_scenes([asked.agent], (None, after)) if begun else Change.of(asked.their_scene, after)


def _permitted(action: Action, name: str, world: World) -> Agent:
    agent = world.desk.agent(action.agent)
    if agent is None or not agent.signed_in:
        raise NotProved("Sign in first.")
    if action.socket and action.socket != agent.socket:
        raise SignedInElsewhere("Another page of this agent took over.")
    action.who.needs(ACTION_PERMISSION[name])
    return agent


def _was_taken(action: Action, agent: Agent) -> bool:
    return bool(action.request) and action.request in agent.requests


def _asked(action: Action, agent: Agent, world: World) -> Asked:
    call = world.desk.call(agent.call) if agent.call else None
    scene = scene_of(world, call, agent) if call else None
    return Asked(action, agent, scene, world.catalogue.centre(), world.clock.now())


_MEETS: Mapping[str, Callable[[Asked, World], Asked]] = {
    "transfer": meets_successor,
    "consult": meets_colleague,
    "call": meets_colleague,
    "pickUp": picking_up.beside_what_rings,
}
"""Actions that may be meant for another agent, who is read first, and changed with the call."""

_OF_THE_CARRIER = frozenset(["reset"])
"""Actions before which the carrier is asked what is really there."""

_ANSWERED_BY_SNAPSHOT = frozenset(["synchronise"])

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
    "toAutomatic": automatic.to_automatic,
    "completeTransfer": handing.complete_transfer,
    "conference": handing.conference,
    "cancelConsult": handing.cancel_consult,
    "swap": handing.swap,
    "mute": in_talk.mute,
    "wrapUp": serving.wrap_up,
    "setTags": in_talk.set_tags,
    "recording": in_talk.recording,
    "survey": automatic.for_good,
    "pickUp": picking_up.pick_up,
    "signIn": attending.sign_in,
    "signOut": attending.sign_out,
    "nextState": attending.next_state,
    "reset": attending.reset,
    "synchronise": attending.synchronise,
}
