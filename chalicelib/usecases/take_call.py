"""Take an arriving call: find its flow, walk the first turn, store both in one write."""

from dataclasses import replace

from chalicelib.core.calls.call import CUSTOMER, Call, Direction
from chalicelib.core.calls.legs import Leg, LegState
from chalicelib.core.carrier.events import CallArrived
from chalicelib.core.carrier.script import Reject, Script
from chalicelib.core.flow.engine import begin
from chalicelib.core.flow.turns import Began
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import Moved, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.walk import walk


@decides_again
def take_call(event: CallArrived, carrier: str, world: World) -> Script:
    """Give the caller's first script; a webhook that comes again gets the same one, and changes nothing."""
    known = world.catalogue.centre().numbers.get(event.called)
    if known is None:
        world.watch.note("a number without a flow was called", call=event.call)
        return (Reject(),)
    version, flow = world.catalogue.flow(known.flow)
    call = Call(
        id=event.call,
        direction=Direction.INBOUND,
        carrier=carrier,
        caller=event.caller,
        called=event.called,
        started_at=world.clock.now(),
        run=begin(flow, version, known.language),
        legs={CUSTOMER: Leg(CUSTOMER, sid=event.sid, state=LegState.ANSWERED)},
    )
    walked, script = walk(world, world.catalogue.centre(), call, Began())
    try:
        commit_and_match(world, Moved(None, replace(walked, turn=1, answer=script)))
    except Conflict:
        earlier = world.desk.call(event.call)
        if earlier is None:
            raise
        return earlier.answer
    world.watch.count(Metric.CALLS)
    return script
