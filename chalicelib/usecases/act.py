"""Act for an agent: every action of doAction, permitted, decided, committed.

The answer never means that it happened: an event does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.core.agents import presence
from chalicelib.core.agents.action_codes import action_name
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.agents.results import Action, Answer, Result, result_of
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import Call, CallState, EndedBy
from chalicelib.core.centre.dial_plan import to_e164
from chalicelib.core.centre.model import Centre, DeviceKind
from chalicelib.core.centre.permissions import ACTION_PERMISSION, allowed
from chalicelib.core.ground.errors import (
    BadRequest,
    IcallError,
    NotFound,
    NotLegalNow,
    NotPermitted,
    NotProved,
    SignedInElsewhere,
)
from chalicelib.core.ground.metrics import Metric
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told import history, tags
from chalicelib.ports import Moved, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.note_leg import wrap_up_of

REQUESTS_REMEMBERED = 4
"""How many of an agent's latest request ids are kept, to know one that comes twice."""

AUTOMATIC, OUTSIDE_LINE = 0, 3
"""Target kinds of a call: by dial plan, outside line [the guide, section 2.1.4]."""

SAVE, FINISH, EXTEND = 0, 1, 2
"""iParam of wrap-up."""

_DIGITS = re.compile(r"[0-9*#A-Dw]{1,32}\Z")


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an action sees: the agent, the call they are in, the centre."""

    action: Action
    agent: Agent
    call: Call | None
    centre: Centre
    now: int

    @property
    def own_call(self) -> Call:
        """The call the agent is in."""
        if self.call is None:
            raise NotLegalNow("There is no call.")
        return self.call


_Acted = tuple[Call | None, Agent | None]


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
    scene = _scene(action, world)
    if not _permitted(scene, name, world):
        raise NotPermitted("Your role does not permit this.")
    if action.request and action.request in scene.agent.requests:
        return Answer(Result.DUPLICATE, "This request was taken already.", scene.agent.call)
    call, agent = _ACTIONS[name](scene, world)
    after = _remembering(agent or scene.agent, action.request)
    moved_call = Moved(scene.call if scene.call and call and call.id == scene.call.id else None, call) if call else None
    commit_and_match(world, moved_call, Moved(scene.agent, after))
    return Answer(Result.ACCEPTED, "", call.id if call else after.call)


def _scene(action: Action, world: World) -> _Scene:
    agent = world.desk.agent(action.agent)
    if agent is None or not agent.signed_in:
        raise NotProved("Sign in first.")
    if action.socket and action.socket != agent.socket:
        raise SignedInElsewhere("Another page of this agent took over.")
    call = world.desk.call(agent.call) if agent.call else None
    return _Scene(action, agent, call, world.catalogue.centre(), world.clock.now())


def _permitted(scene: _Scene, name: str, world: World) -> bool:
    record = world.catalogue.agent_record(scene.agent.id)
    return record is not None and allowed(record.roles, ACTION_PERMISSION[name], scene.centre.roles)


def _remembering(agent: Agent, request: str) -> Agent:
    if not request:
        return agent
    return replace(agent, requests=(*agent.requests, request)[-REQUESTS_REMEMBERED:])


def _answer(scene: _Scene, _world: World) -> _Acted:
    call, agent = scene.own_call, scene.agent
    if scene.action.s_param and scene.action.s_param != call.id:
        raise NotFound("That call does not ring here any more.")
    if agent.device.kind is not DeviceKind.BROWSER:
        raise NotLegalNow("Pick up the handset: this seat's telephone cannot be answered from the page.")
    if call.state is CallState.RECOVERING:
        plan = scene.centre.dial_plan
        return talking.redial_agent(call, agent, plan.caller_id, plan.ring_seconds), agent
    if agent.state is not AgentState.RINGING or not offering.is_live(call, agent, agent.offer):
        raise NotLegalNow("Nothing rings here.")
    return offering.accept(call, agent, scene.now)


def _hangup(scene: _Scene, _world: World) -> _Acted:
    call, agent = scene.own_call, scene.agent
    if agent.state is AgentState.RINGING:
        return offering.reject(call, agent, scene.now)
    if agent.state not in (AgentState.TALKING, AgentState.DIALLING):
        raise NotLegalNow("There is no call to end.")
    wrap_up = wrap_up_of(call, scene.centre)
    return talking.end(call, agent, scene.now, EndedBy.AGENT, wrap_up=wrap_up)


def _hold(scene: _Scene, _world: World) -> _Acted:
    call = scene.own_call
    queue = scene.centre.queues.get(call.place.queue) if call.place else None
    music = queue.music if queue else "media:hold-music"
    return talking.hold(call, scene.agent, "" if scene.action.i_param == 1 else music, scene.now)


def _retrieve(scene: _Scene, _world: World) -> _Acted:
    return talking.retrieve(scene.own_call, scene.agent, scene.now)


def _send_dtmf(scene: _Scene, _world: World) -> _Acted:
    if not _DIGITS.match(scene.action.s_param):
        raise BadRequest("Keys are 0 to 9, *, #, A to D and w for a pause, 32 at the most.")
    return talking.send_digits(scene.own_call, scene.agent, scene.action.s_param, scene.now)


def _call(scene: _Scene, world: World) -> _Acted:
    action, plan = scene.action, scene.centre.dial_plan
    if action.i_param not in (AUTOMATIC, OUTSIDE_LINE):
        raise BadRequest("The target kind must be 3, an outside line, or 0.")
    dialled, _, tag_string = action.s_param.partition(";")
    number = to_e164(dialled.strip(), plan)
    known = scene.centre.numbers.get(plan.caller_id)
    call_id = "c" + world.tokens.fingerprint(f"{action.agent}:{action.request or world.tokens.new()}")[:20]
    carrier = known.carrier if known else next(iter(world.carriers))
    return dialling.dial(scene.agent, call_id, number, tags.read(tag_string), plan, carrier, scene.now)


def _pause(scene: _Scene, _world: World) -> _Acted:
    reason = presence.pause_for(scene.action.i_param, scene.centre.reasons)
    return None, presence.pause(scene.agent, reason, scene.now)


def _resume(scene: _Scene, _world: World) -> _Acted:
    return None, presence.resume(scene.agent, scene.now)


def _wrap_up(scene: _Scene, _world: World) -> _Acted:
    if scene.agent.state is not AgentState.WRAP_UP:
        raise NotLegalNow("There is no call to be written up.")
    what, text = scene.action.i_param, scene.action.s_param
    if what == EXTEND:
        if not text.isdecimal():
            raise BadRequest("How many seconds more? Give a whole number.")
        return None, presence.extend_wrap_up(scene.agent, int(text), scene.now)
    if what not in (SAVE, FINISH):
        raise BadRequest("Wrap-up takes 0 to save, 1 to finish, 2 to extend.")
    call = _disposed(scene) if text else None
    return call, presence.finish_wrap_up(scene.agent, scene.now) if what == FINISH else scene.agent


def _disposed(scene: _Scene) -> Call:
    name = scene.action.s_param
    if name not in scene.centre.dispositions:
        raise BadRequest("There is no such disposition: see the centre's configuration.")
    call = replace(scene.own_call, disposition=name)
    return call.announces(history.DISPOSED, scene.now, **call.end_facts())


_ACTIONS: Mapping[str, Callable[[_Scene, World], _Acted]] = {
    "answer": _answer,
    "hangup": _hangup,
    "hold": _hold,
    "retrieve": _retrieve,
    "call": _call,
    "sendDtmf": _send_dtmf,
    "pause": _pause,
    "resume": _resume,
    "wrapUp": _wrap_up,
}
