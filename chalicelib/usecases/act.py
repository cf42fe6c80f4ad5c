"""Act for an agent: every action of doAction, permitted, decided, committed.

The answer never means that it happened: an event does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.core.agents import presence
from chalicelib.core.agents.action_codes import action_name
from chalicelib.core.agents.agent import ENGAGED, Agent, AgentState
from chalicelib.core.agents.results import Action, Answer, Result, result_of
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import Call, EndedBy
from chalicelib.core.calls.recording import record
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.wanted import HOLD_MUSIC
from chalicelib.core.centre.dial_plan import calling_out_by, to_e164
from chalicelib.core.centre.model import Centre, DeviceKind
from chalicelib.core.centre.permissions import ACTION_PERMISSION
from chalicelib.core.ground.errors import (
    BadRequest,
    IcallError,
    NotFound,
    NotLegalNow,
    NotProved,
    SignedInElsewhere,
)
from chalicelib.core.ground.metrics import Metric
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told import history, tags
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.note_leg import wrap_up_of
from chalicelib.usecases.see import scene_of

REQUESTS_REMEMBERED = 4
"""How many of an agent's latest request ids are kept, to know one that comes twice."""

AUTOMATIC, OUTSIDE_LINE = 0, 3
"""Target kinds of a call: by dial plan, outside line [the guide, section 2.1.4]."""

SAVE, FINISH, EXTEND = 0, 1, 2
"""iParam of wrap-up."""

RECORDING = ("stop", "start", "pause", "resume")
"""What a recording is told, by iParam."""

_DIGITS = re.compile(r"[0-9*#A-Dw]{1,32}\Z")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an action sees: the agent, the scene of the call they are in, the centre."""

    action: Action
    agent: Agent
    their_scene: Scene | None
    centre: Centre
    now: int

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


_Acted = Scene | Agent
"""What an action gives: the scene after it, or the agent where it concerns no call."""


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
    acted = _ACTIONS[name](asked, world)
    commit_and_match(world, _change(asked, acted))
    return Answer(Result.ACCEPTED, "", acted.call.id if isinstance(acted, Scene) else acted.call)


def _change(asked: _Asked, acted: _Acted) -> Change:
    if isinstance(acted, Agent):
        return Change.of_agent(asked.agent, _remembering(acted, asked.action.request))
    begun = asked.their_scene is None or acted.call.id != asked.call.id
    after = acted.with_agent(_remembering(acted.agents.get(asked.agent.id, asked.agent), asked.action.request))
    return Change.begun(asked.agent, after) if begun else Change.of(asked.their_scene, after)


def _asked(action: Action, world: World) -> _Asked:
    agent = world.desk.agent(action.agent)
    if agent is None or not agent.signed_in:
        raise NotProved("Sign in first.")
    if action.socket and action.socket != agent.socket:
        raise SignedInElsewhere("Another page of this agent took over.")
    call = world.desk.call(agent.call) if agent.call else None
    scene = scene_of(world, call, agent) if call else None
    return _Asked(action, agent, scene, world.catalogue.centre(), world.clock.now())


def _remembering(agent: Agent, request: str) -> Agent:
    if not request:
        return agent
    return replace(agent, requests=(*agent.requests, request)[-REQUESTS_REMEMBERED:])


def _answer(asked: _Asked, _world: World) -> _Acted:
    scene, agent = asked.scene, asked.agent
    if asked.action.s_param and asked.action.s_param != scene.call.id:
        raise NotFound("That call does not ring here any more.")
    if agent.device.kind is not DeviceKind.BROWSER:
        raise NotLegalNow("Pick up the handset: this seat's telephone cannot be answered from the page.")
    if scene.call.owner == agent.id and scene.call.agent_lost:
        return talking.redial_agent(scene, asked.centre.dial_plan.ring_seconds, asked.now)
    if agent.state is not AgentState.RINGING:
        raise NotLegalNow("Nothing rings here.")
    return offering.accept(scene, agent.id, asked.now)


def _hangup(asked: _Asked, _world: World) -> _Acted:
    scene, agent = asked.scene, asked.agent
    if agent.state is AgentState.RINGING:
        return offering.reject(scene, agent.id, asked.now)
    if agent.state not in ENGAGED:
        raise NotLegalNow("There is no call to end.")
    wrap_up = wrap_up_of(scene.call, asked.centre)
    return talking.end(scene, asked.now, EndedBy.AGENT, wrap_up=wrap_up)


def _hold(asked: _Asked, _world: World) -> _Acted:
    place = asked.call.place
    queue = asked.centre.queues.get(place.queue) if place else None
    music = queue.music if queue else HOLD_MUSIC
    return talking.hold(_own(asked), "" if asked.action.i_param == 1 else music, asked.now)


def _retrieve(asked: _Asked, _world: World) -> _Acted:
    return talking.retrieve(_own(asked), asked.now)


def _own(asked: _Asked) -> Scene:
    """Give the scene of the call that is this agent's now: one that they write up may be somebody else's."""
    if asked.call.owner != asked.agent.id or asked.agent.state not in ENGAGED:
        raise NotLegalNow("There is no call of yours.")
    return asked.scene


def _send_dtmf(asked: _Asked, _world: World) -> _Acted:
    if not _DIGITS.match(asked.action.s_param):
        raise BadRequest("Keys are 0 to 9, *, #, A to D and w for a pause, 32 at the most.")
    return talking.send_digits(_own(asked), asked.action.s_param, asked.now)


def _recording(asked: _Asked, _world: World) -> _Acted:
    if asked.action.i_param not in range(len(RECORDING)):
        raise BadRequest("A recording takes 0 to stop, 1 to start, 2 to pause, 3 to resume.")
    return record(_own(asked), RECORDING[asked.action.i_param], asked.now)


def _call(asked: _Asked, world: World) -> _Acted:
    action, plan = asked.action, asked.centre.dial_plan
    if action.i_param not in (AUTOMATIC, OUTSIDE_LINE):
        raise BadRequest("The target kind must be 3, an outside line, or 0.")
    dialled, _, tag_string = action.s_param.partition(";")
    number = to_e164(dialled.strip(), plan)
    call_id = "c" + world.tokens.fingerprint(f"{action.agent}:{action.request or world.tokens.new()}")[:20]
    carrier = calling_out_by(asked.centre, world.carriers)
    return dialling.dial(asked.agent, call_id, number, tags.read(tag_string), plan, carrier, asked.now)


def _pause(asked: _Asked, _world: World) -> _Acted:
    reason = presence.pause_for(asked.action.i_param, asked.centre.reasons)
    return presence.pause(asked.agent, reason, asked.now)


def _resume(asked: _Asked, _world: World) -> _Acted:
    return presence.resume(asked.agent, asked.now)


def _wrap_up(asked: _Asked, _world: World) -> _Acted:
    if asked.agent.state is not AgentState.WRAP_UP:
        raise NotLegalNow("There is no call to be written up.")
    what, text = asked.action.i_param, asked.action.s_param
    if what == EXTEND:
        if not text.isdecimal():
            raise BadRequest("How many seconds more? Give a whole number.")
        return presence.extend_wrap_up(asked.agent, int(text), asked.now)
    if what not in (SAVE, FINISH):
        raise BadRequest("Wrap-up takes 0 to save, 1 to finish, 2 to extend.")
    agent = presence.finish_wrap_up(asked.agent, asked.now) if what == FINISH else asked.agent
    return _disposed(asked).with_agent(agent) if text else agent


def _disposed(asked: _Asked) -> Scene:
    name = asked.action.s_param
    if name not in asked.centre.dispositions:
        raise BadRequest("There is no such disposition: see the centre's configuration.")
    call = replace(asked.call, disposition=name)
    return asked.scene.with_call(call.announces(history.DISPOSED, asked.now, **call.end_facts()))


_ACTIONS: Mapping[str, Callable[[_Asked, World], _Acted]] = {
    "answer": _answer,
    "hangup": _hangup,
    "hold": _hold,
    "retrieve": _retrieve,
    "call": _call,
    "sendDtmf": _send_dtmf,
    "pause": _pause,
    "resume": _resume,
    "wrapUp": _wrap_up,
    "recording": _recording,
}
