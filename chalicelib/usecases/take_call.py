"""Take an arriving call: find its flow, walk the first turn, store both in one write."""

from dataclasses import replace

from chalicelib.core.calls.call import CUSTOMER, Call, Direction, EndedBy
from chalicelib.core.calls.parties import Party, PartyState, Role, Where
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.talking import end
from chalicelib.core.carrier.events import CallArrived, LegEnded
from chalicelib.core.carrier.script import Hangup, Reject, Script
from chalicelib.core.flow.engine import begin
from chalicelib.core.flow.turns import Began
from chalicelib.core.ground.errors import Conflict
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import commit, decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.walk import PLUGIN_BUDGET_MS, walk


def take_call(event: CallArrived, carrier: str, world: World) -> Script:
    """Give the caller's first script; a webhook that comes again gets the same one, and changes nothing."""
    return _taken(event, carrier, world, world.clock.now() + PLUGIN_BUDGET_MS)


@decides_again
def _taken(event: CallArrived, carrier: str, world: World, deadline: int) -> Script:
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
        parties={CUSTOMER: caller_party(event.sid, world.clock.now())},
    )
    walked, script = walk(world, world.catalogue.centre(), Scene(call), Began(), deadline)
    try:
        commit_and_match(world, Change.of(None, Scene(replace(walked.call, turn=1, answer=script))))
    except Conflict:
        earlier = world.desk.call(event.call)
        if earlier is None:
            raise
        return earlier.answer or (Hangup(),)
    world.watch.count(Metric.CALLS)
    return script


def note_gone_before_it_came(event: LegEnded, carrier: str, world: World) -> None:
    """Keep a call whose caller had hung up before its first webhook was answered: what comes late finds it over.

    Webhooks overtake each other, and a cold start is slow: without this the call would be made afterwards, go on in
    its flow or stand in a queue, and ring at agents, with nobody there.

    Raises:
        Conflict: it has come by now.
    """
    if event.leg != CUSTOMER or event.called not in world.catalogue.centre().numbers:
        return
    now = world.clock.now()
    gone = Call(
        id=event.call,
        direction=Direction.INBOUND,
        carrier=carrier,
        caller=event.caller,
        called=event.called,
        started_at=now,
        parties={CUSTOMER: caller_party(event.sid, now)},
    ).notes(CUSTOMER, "end", now)
    commit(world, Change.of(None, end(Scene(gone), now, EndedBy.CUSTOMER)))


def caller_party(sid: str, now: int) -> Party:
    """Give the party of somebody who called: there from the first, and asking what they get."""
    return Party(id=CUSTOMER, role=Role.CUSTOMER, sid=sid, state=PartyState.CONNECTED, where=Where.SCRIPT, since=now)
