"""Take a turn: the carrier asks what a caller gets next, with the digits they entered, if any."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import queueing
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Place
from chalicelib.core.calls.waiting_loop import waiting_round
from chalicelib.core.carrier.events import Cause, TurnTaken
from chalicelib.core.carrier.script import Hangup, Join, Play, Script
from chalicelib.core.flow import turns
from chalicelib.core.ground.errors import NotFound
from chalicelib.ports import Moved, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.due import expire_offer
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.walk import walk

ON_TALK = (CallState.TALKING, CallState.RECOVERING)


@decides_again
def take_turn(event: TurnTaken, world: World) -> Script:
    """Give the caller's next script; a turn that was answered already gets the same answer, and changes nothing.

    Raises:
        NotFound: there is no such call.
    """
    call = world.desk.call(event.call)
    if call is None:
        raise NotFound("There is no such call.")
    if not call.live and event.turn == str(call.turn):
        return (Hangup(),)
    if call.state in ON_TALK:
        return (Join(call.id, CUSTOMER, call.talk.vocid if call.talk else ""),)
    if event.turn != str(call.turn):
        return call.answer or (Hangup(),)
    if call.place:
        return _wait(world, call, call.place, event)
    return _next(world, call, None, call, _entered(event))


def announcement(call_id: str, world: World) -> Script:
    """Give the keys that an agent sends to the customer's side."""
    call = world.desk.call(call_id)
    return (Play(f"dtmf:{call.announcement}"),) if call and call.announcement else ()


def _entered(event: TurnTaken) -> turns.Event:
    if event.dialled is not None:
        return turns.QueueLeft("completed" if event.dialled is Cause.COMPLETED else "failed")
    return turns.Digits(event.digits) if event.digits else turns.NoInput()


def _wait(world: World, call: Call, place: Place, event: TurnTaken) -> Script:
    now = world.clock.now()
    if event.digits and event.digits in place.keys:
        return _leave(world, call, f"key:{event.digits}")
    if queueing.overdue(call, now):
        return _leave(world, call, "timeout")
    if call.offer and now >= call.offer.deadline:
        expire_offer(call.id, call.offer.id, world)
    line, _ = world.desk.lines([place.queue], [])
    return waiting_round(call, world.catalogue.centre().queues[place.queue], line, event.turn, now)


def _leave(world: World, call: Call, way: str) -> Script:
    agent = world.desk.agent(call.offer.agent) if call.offer else None
    left, freed = queueing.leave_queue(call, agent, world.clock.now())
    moved = Moved(agent, freed) if agent and freed else None
    return _next(world, left, moved, call, turns.QueueLeft(way))


def _next(world: World, call: Call, agent: Moved[Agent] | None, before: Call, event: turns.Event) -> Script:
    walked, script = walk(world, world.catalogue.centre(), call, event)
    answered = replace(walked, turn=before.turn + 1, answer=script)
    commit_and_match(world, Moved(before, answered), agent)
    return script
