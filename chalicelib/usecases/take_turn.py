"""Take a turn: the carrier asks what a caller gets next, with the digits they entered, if any."""

from dataclasses import replace

from chalicelib.core.calls import automating, queueing
from chalicelib.core.calls.call import BEGINS, CUSTOMER, Call, CallState, Place
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.waiting_loop import waiting_round
from chalicelib.core.carrier.events import Cause, TurnTaken
from chalicelib.core.carrier.script import Hangup, Join, Script
from chalicelib.core.flow import turns
from chalicelib.core.ground.errors import NotFound
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.due import expire_offer
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.see import scene_of
from chalicelib.usecases.walk import PLUGIN_BUDGET_MS, walk


def take_turn(event: TurnTaken, world: World) -> Script:
    """Give the caller's next script; a turn that was answered already gets the same answer, and changes nothing.

    Raises:
        NotFound: there is no such call.
    """
    return _taken(event, world, world.clock.now() + PLUGIN_BUDGET_MS)


@decides_again
def _taken(event: TurnTaken, world: World, deadline: int) -> Script:
    call = world.desk.call(event.call)
    if call is None:
        raise NotFound("There is no such call.")
    if not call.live and event.turn == str(call.turn):
        return (Hangup(),)
    if call.state in (CallState.TALKING, CallState.TRANSFERRING):
        return call.answer or (Join(call.id, CUSTOMER, call.recorded_from_start),)
    if event.turn != str(call.turn):
        return call.answer or (Hangup(),)
    if call.place and call.state is CallState.WAITING:
        return _wait(world, call, call.place, event, deadline)
    scene = scene_of(world, call)
    return _next(world, scene, scene, _entered(event, call), deadline)


def _entered(event: TurnTaken, call: Call) -> turns.Event:
    if call.comes_back:
        return turns.Began() if call.comes_back == BEGINS else turns.QueueLeft(call.comes_back)
    if event.dialled is not None:
        return turns.QueueLeft("completed" if event.dialled is Cause.COMPLETED else "failed")
    return turns.Digits(event.digits) if event.digits else turns.NoInput()


def _wait(world: World, call: Call, place: Place, event: TurnTaken, deadline: int) -> Script:
    now = world.clock.now()
    if event.digits and event.digits in place.keys:
        return _leave(world, call, f"key:{event.digits}", deadline)
    if queueing.overdue(call, now):
        return _leave(world, call, "timeout", deadline)
    if call.queue_offer and now >= call.queue_offer.deadline:
        expire_offer(call.id, call.queue_offer.id, world)
    line, _ = world.desk.lines([place.queue], [])
    return waiting_round(call, world.catalogue.centre().queues[place.queue], line, event.turn, now)


def _leave(world: World, call: Call, way: str, deadline: int) -> Script:
    scene = scene_of(world, call)
    return _next(world, scene, queueing.leave_queue(scene, world.clock.now()), turns.QueueLeft(way), deadline)


def _next(world: World, before: Scene, scene: Scene, event: turns.Event, deadline: int) -> Script:
    if scene.call.reserved and isinstance(event, turns.Digits):
        scene = automating.keyed(scene, world.clock.now())
    walked, script = walk(world, world.catalogue.centre(), scene, event, deadline)
    answered = replace(walked.call, turn=before.call.turn + 1, answer=script, comes_back="")
    commit_and_match(world, Change.of(before, walked.with_call(answered)))
    return script
