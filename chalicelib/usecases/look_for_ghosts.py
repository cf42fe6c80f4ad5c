"""Look for ghosts: legs that the table thinks are there, and whose end nobody told.

A carrier that was killed, or whose reports were lost, leaves talks that nobody has and callers who have long gone. A
call that has been silent for long is looked up at its carrier, leg by leg; one that is over there is over here.
"""

from collections.abc import Iterable

from chalicelib.core.agents.agent import ENGAGED, Agent
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.parties import Party
from chalicelib.core.calls.routing import Waiting
from chalicelib.core.carrier.events import Cause, LegEnded
from chalicelib.core.ground.errors import CarriersFault
from chalicelib.ports import World
from chalicelib.usecases.carry_out import carrier_named
from chalicelib.usecases.note_leg import note_leg

SILENT_MINUTES, EVERY_MINUTES = 2, 3
"""A call is looked up when it has been silent for two minutes, and every third from then on: no ghost is older."""


def silent_calls(agents: Iterable[Agent], waiting: Iterable[Waiting], now: int) -> list[str]:
    """Name the calls of these agents and lines whose turn it is to be looked up; `now` in ms since 1970."""
    engaged = ((agent.call, agent.since) for agent in agents if agent.state in ENGAGED)
    in_line = ((row.call, row.since) for row in waiting)
    return sorted({call for call, since in (*engaged, *in_line) if _is_its_turn(since, now)})


def look_for_ghosts(call_id: str, world: World) -> None:
    """Note of every leg of the call that its carrier does not know any more that it has ended.

    A carrier that gives no answer has said nothing: no leg is ended for want of one.
    """
    call = world.desk.call(call_id)
    if call is None or not call.live:
        return
    for party in call.live_parties():
        if party.sid and not _lives(call, party, world):
            world.watch.note("a leg had ended, and nobody told", call=call.id, leg=party.id)
            cause = Cause.COMPLETED if party.there else Cause.NO_ANSWER
            note_leg(LegEnded(call.id, party.id, party.sid, cause), world, call.carrier)


def _lives(call: Call, party: Party, world: World) -> bool:
    try:
        return carrier_named(world, call.carrier).lives(call.id, party.id, party.sid)
    except CarriersFault:
        return True


def _is_its_turn(since: int, now: int) -> bool:
    minutes = (now - since) // 60_000
    return minutes % EVERY_MINUTES == SILENT_MINUTES
