"""What an agent does to call somebody."""

from chalicelib.core.calls import dialling
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.centre.dial_plan import calling_out_by
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.acting.targets import colleague_of, is_outside, number_meant, run_of, target_of
from chalicelib.usecases.name_call import name_call


def call(asked: Asked, world: World) -> Acted:
    """Call a number outside, a colleague at a seat, by name, or the first who is ready in a queue, or a flow."""
    action, plan, target = asked.action, asked.centre.dial_plan, target_of(asked)
    call_id = name_call(action.agent, action.request, world)
    carrier = calling_out_by(asked.centre, world.carriers)
    if is_outside(target):
        number = number_meant(target, asked.centre)
        return dialling.dial(asked.agent, call_id, number, target.tags, plan, carrier, asked.now)
    if target.kind is TargetKind.FLOW:
        run = run_of(target.name, None, world)
        return dialling.dial_flow(asked.agent, call_id, run, target.tags, plan, carrier, asked.now)
    colleague = colleague_of(asked).id
    return dialling.dial_colleague(asked.agent, call_id, colleague, target.tags, plan, carrier, asked.now)
