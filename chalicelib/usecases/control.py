"""Control an agent for their supervisor: every control of doControl; either it, or its refusal, is in the audit.

The answer never means that it happened: an event does.
"""

from collections.abc import Mapping

from chalicelib.core.agents.control_codes import control_name
from chalicelib.core.agents.results import Answer, Order, Result, result_of
from chalicelib.core.ground.errors import IcallError
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import World
from chalicelib.usecases.controlling import forcing, listening, recording
from chalicelib.usecases.controlling.carrying_out import Decide, carry_out, keep_refusal


def control(order: Order, world: World) -> Answer:
    """Carry a control out, or say by its code why not."""
    name = control_name(order.control, world.catalogue.centre().codes.controls)
    if name is None or name not in _CONTROLS:
        return Answer(Result.UNKNOWN_CODE, "There is no control of this code.")
    world.watch.count(Metric.CONTROLS)
    try:
        return carry_out(order, name, _CONTROLS[name], world)
    except IcallError as error:
        result = result_of(error)
        if result not in _NOBODYS:
            keep_refusal(order, name, result, world)
        return Answer(result, str(error))


_NOBODYS = (Result.NOT_SIGNED_IN, Result.SIGNED_IN_ELSEWHERE)
"""Refusals that are none of a control, but of who asks for anything at all."""

_CONTROLS: Mapping[str, Decide] = {
    "monitor": listening.monitor,
    "intercept": listening.intercept,
    "bargeIn": listening.listen,
    "emergencyCall": forcing.call_urgently,
    "forceRelease": forcing.release,
    "whisper": listening.listen,
    "pickUp": listening.pick_up,
    "forcePaused": forcing.paused,
    "forceReady": forcing.ready,
    "forceSignOut": forcing.sign_out,
    "forceSignOutNow": forcing.sign_out_now,
    "stop": listening.stop,
    "finishWrapUp": forcing.finish_wrap_up,
    "forceRest": forcing.rest,
    "switchToMonitor": listening.switch,
    "switchToBargeIn": listening.switch,
    "switchToWhisper": listening.switch,
    "startRecording": recording.start,
    "stopRecording": recording.stop,
}
