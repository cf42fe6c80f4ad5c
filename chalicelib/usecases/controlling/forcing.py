"""What a supervisor makes of an agent: free of their call, paused, ready, at rest, signed out."""

from dataclasses import replace

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import AT_REST, ENGAGED, AgentState, StateCode
from chalicelib.core.agents.presence import LoggedOut, Pause
from chalicelib.core.calls import dialling, supervising
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.dial_plan import calling_out_by
from chalicelib.core.ground.errors import NotFound, TargetBusy
from chalicelib.ports import Change, World
from chalicelib.usecases.controlling.listening import listen
from chalicelib.usecases.controlling.ordered import Controlled, Ordered
from chalicelib.usecases.name_call import name_call
from chalicelib.usecases.reset import reset

FORCED = "forced"
"""The reason of a pause that a supervisor ordered; it may be given a title in the configuration."""

REST_STATE = 8
"""The public state code of a rest."""


def release(ordered: Ordered, _world: World) -> Controlled:
    """End the agent's call, which they write up."""
    return supervising.release(ordered.scene, ordered.target.id, ordered.centre, ordered.now, wrap_up=ordered.wrap_up)


def paused(ordered: Ordered, _world: World) -> Controlled:
    """Let the agent pause, at once or after their call."""
    pause = Pause(FORCED, int(StateCode.PAUSED))
    return presence.pause(ordered.target, pause, ordered.now, ordered.supervisor.id)


def rest(ordered: Ordered, _world: World) -> Controlled:
    """Let the agent rest, at once or after their call, by the centre's own reason for it if there is one."""
    known = (reason for reason in ordered.centre.reasons.values() if reason.state == REST_STATE)
    reason = next(known, None)
    pause = Pause(reason.name, reason.state, reason.max_seconds) if reason else Pause(FORCED, REST_STATE)
    return presence.pause(ordered.target, pause, ordered.now, ordered.supervisor.id)


def ready(ordered: Ordered, _world: World) -> Controlled:
    """Let the agent be ready, at once or after their call."""
    target = ordered.target
    if target.state in AT_REST or target.deferred:
        return presence.resume(target, ordered.now, ordered.supervisor.id)
    return target


def sign_out(ordered: Ordered, _world: World) -> Controlled:
    """Sign the agent out, at once or after their call; what only rings goes on without them."""
    leaving = presence.sign_out_after(ordered.target, ordered.now, LoggedOut.FORCED)
    if ordered.target.state is not AgentState.RINGING:
        return leaving
    scene = ordered.scene.with_agent(leaving)
    return supervising.stop_ringing(scene, leaving.id, ordered.centre, ordered.now, FORCED)


def sign_out_now(ordered: Ordered, _world: World) -> Controlled:
    """Sign the agent out at once; their call is over, and not written up."""
    if ordered.target.state in AT_REST:
        return presence.sign_out(ordered.target, ordered.now, LoggedOut.FORCED)
    freed = _freed(ordered)
    return freed.with_agent(presence.sign_out(freed.agent(ordered.target.id), ordered.now, LoggedOut.FORCED))


def finish_wrap_up(ordered: Ordered, world: World) -> Controlled:
    """End the agent's wrap-up; of who is in a call, have their state put right by what is really there."""
    if ordered.target.state in ENGAGED:
        reset(ordered.target.id, world)
        return ordered.target
    if ordered.target.state is not AgentState.WRAP_UP:
        raise TargetBusy("That agent does not write up a call now.")
    return presence.finish_wrap_up(ordered.target, ordered.now, ordered.supervisor.id)


def call_urgently(ordered: Ordered, world: World) -> Controlled:
    """Reach the agent ahead of everything: in their talk, while the others wait, or by a call, whatever they do."""
    if ordered.target.state in AT_REST:
        return _calls(ordered, world)
    if ordered.target.state is AgentState.RINGING:
        return _calls_instead(ordered, world)
    return listen(ordered, world)


def _freed(ordered: Ordered) -> Scene:
    target = ordered.target
    if target.state is AgentState.RINGING:
        return supervising.stop_ringing(ordered.scene, target.id, ordered.centre, ordered.now, FORCED)
    return supervising.release(ordered.scene, target.id, ordered.centre, ordered.now, wrap_up=0)


def _calls_instead(ordered: Ordered, world: World) -> Change:
    """Take away what rings at the agent, and ring the supervisor's call there, in one change of both calls."""
    supervising.needs_rest(ordered.supervisor)
    before = ordered.scene
    freed = supervising.stop_ringing(before, ordered.target.id, ordered.centre, ordered.now, supervising.EMERGENCY)
    called = _urgent_call(replace(ordered, target=freed.agent(ordered.target.id)), world)
    return Change.of_scenes(before.agents.values(), (before, freed), (None, called))


def _calls(ordered: Ordered, world: World) -> Change:
    supervising.needs_rest(ordered.supervisor)
    if not ordered.target.connected:
        raise NotFound("That agent's page is away.")
    known = [ordered.supervisor, ordered.target]
    return Change.of_scenes(known, (None, _urgent_call(ordered, world)))


def _urgent_call(ordered: Ordered, world: World) -> Scene:
    call_id = name_call(ordered.supervisor.id, ordered.order.request, world)
    carrier, plan = calling_out_by(ordered.centre, world.carriers), ordered.centre.dial_plan
    return dialling.call_urgently(ordered.supervisor, ordered.target, call_id, plan, carrier, ordered.now)
