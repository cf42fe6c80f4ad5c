"""What an agent does with others: consult, swap, bring together, hand over."""

from chalicelib.core.calls import consulting, handing_over, leaving
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.flow.model import QueueStep
from chalicelib.core.flow.turns import Run
from chalicelib.core.ground.errors import BadRequest, NotConfigured
from chalicelib.ports import World
from chalicelib.usecases.acting import automatic
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.acting.targets import colleague_of, is_outside, number_meant, target_of


def consult(asked: Asked, _world: World) -> Acted:
    """Ask somebody while the others hear music."""
    target, scene, plan = target_of(asked), asked.own, asked.centre.dial_plan
    if target.kind is TargetKind.FLOW:
        raise BadRequest("A flow cannot be consulted: send the customer there and back (toAutomatic, 1).")
    if is_outside(target):
        return consulting.ask_number(scene, number_meant(target, asked.centre), plan.ring_seconds, asked.now)
    return consulting.ask_agent(scene, colleague_of(asked).id, plan.ring_seconds, asked.now)


def transfer(asked: Asked, world: World) -> Acted:
    """Hand the customer over, and leave."""
    target = target_of(asked)
    if target.kind is TargetKind.FLOW:
        return automatic.for_good(asked, world)
    scene = asked.own.with_call(asked.call.with_tags(target.tags))
    if target.kind is TargetKind.QUEUE:
        step = _step_of(target.name, asked.call.run, world)
        call, place = handing_over.lines_up(scene.call, target.name, step, asked.now)
        return handing_over.to_queue(scene.with_call(call), place, asked.wrap_up, asked.now)
    plan = asked.centre.dial_plan
    if is_outside(target):
        number = number_meant(target, asked.centre)
        return handing_over.to_number(scene, number, plan, asked.wrap_up, asked.now)
    return handing_over.to_agent(scene, colleague_of(asked).id, plan.ring_seconds, asked.wrap_up, asked.now)


def _step_of(queue: str, run: Run | None, world: World) -> QueueStep | None:
    """Give the step by which a customer's own flow leads into a queue, None where it does not."""
    if run is None:
        return None
    try:
        _, flow = world.catalogue.flow(run.flow, run.version)
    except NotConfigured:
        return None
    steps = flow.steps.values()
    return next((step for step in steps if isinstance(step, QueueStep) and step.queue == queue), None)


def complete_transfer(asked: Asked, _world: World) -> Acted:
    """Give the customer to who is consulted."""
    return leaving.gives_to_consulted(asked.own, asked.centre, asked.wrap_up, asked.now)


def conference(asked: Asked, _world: World) -> Acted:
    """Bring everybody together."""
    return consulting.confer(asked.own, asked.now)


def cancel_consult(asked: Asked, _world: World) -> Acted:
    """Let go of who is consulted, and turn back."""
    return consulting.cancel(asked.own, asked.now)


def swap(asked: Asked, _world: World) -> Acted:
    """Turn from the one side to the other."""
    return consulting.swap(asked.own, asked.now)
