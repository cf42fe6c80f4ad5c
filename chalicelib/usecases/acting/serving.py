"""What an agent does between calls: pause, resume, write up."""

from dataclasses import replace

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.scene import Scene
from chalicelib.core.ground.errors import BadRequest, NotLegalNow
from chalicelib.core.told import history
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Acted, Asked

SAVE, FINISH, EXTEND = 0, 1, 2
"""iParam of wrap-up."""

MOST_DIGITS = 9
"""Of seconds."""


def pause(asked: Asked, _world: World) -> Acted:
    """Pause service, at once or after the call."""
    reason = presence.pause_for(asked.action.i_param, asked.centre.reasons)
    return presence.pause(asked.agent, reason, asked.now)


def resume(asked: Asked, _world: World) -> Acted:
    """Resume service."""
    return presence.resume(asked.agent, asked.now)


def wrap_up(asked: Asked, _world: World) -> Acted:
    """Save how the call turned out, end the wrap-up, or extend it."""
    if asked.agent.state is not AgentState.WRAP_UP:
        raise NotLegalNow("There is no call to be written up.")
    what, text = asked.action.i_param, asked.action.s_param
    if what == EXTEND:
        if not text.isdecimal() or len(text) > MOST_DIGITS:
            raise BadRequest("How many seconds more? Give a whole number.")
        return presence.extend_wrap_up(asked.agent, int(text), asked.now)
    if what not in (SAVE, FINISH):
        raise BadRequest("Wrap-up takes 0 to save, 1 to finish, 2 to extend.")
    agent = presence.finish_wrap_up(asked.agent, asked.now) if what == FINISH else asked.agent
    return _disposed(asked).with_agent(agent) if text else agent


def _disposed(asked: Asked) -> Scene:
    name = asked.action.s_param
    if name not in asked.centre.dispositions:
        raise BadRequest("There is no such disposition: see the centre's configuration.")
    call = replace(asked.call, disposition=name)
    if call.live:
        # It goes on with somebody else, and its end will tell.
        return asked.scene.with_call(call)
    return asked.scene.with_call(call.announces(history.DISPOSED, asked.now, **call.end_facts()))
