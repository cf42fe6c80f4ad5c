"""What must be right after every schedule: the table at once; table, carrier and pages when all is quiet again."""

from collections.abc import Iterator

from chalicelib.core.agents.agent import AT_REST, AgentState
from chalicelib.core.calls.call import CUSTOMER, Call, CallState
from chalicelib.core.calls.parties import Party, Role, Where
from chalicelib.core.calls.takes import Taking
from chalicelib.core.calls.wanted import taken, wanted
from tests.fakes.carrier import At, Line
from tests.interleavings.stage import SWEEP_MS, Letter, Stage
from tests.invariants import check_all, somebody_waits_beside_a_ready_agent

AGENT = "100"

SOON_SECONDS = 3
"""When nobody died and the carrier answered, everything is as it should be by then, the stream's telling included."""

QUIET_SECONDS = 130
"""Long enough for every timer, for every second try and for two sweeps."""

LONGEST_RING_MS = 30_000
"""How long a call may ring at an agent in any queue here, and then be accepted in the last second."""

TWO = 2

SILENT_SECONDS = 400
"""After news that nobody told: long enough for those who look after calls that have been silent for long."""

Place = tuple[At, bool, bool]
"""Where a leg is, whether it is parted from the others, and muted."""


def judged(stage: Stage, *, calm: bool) -> tuple[str, ...]:
    """Let everything come to rest, and give what is wrong; the stage is not fit for anything else afterwards.

    On a `calm` day nobody has died, and the carrier has answered. Whatever rings though nobody wants it is answered:
    what would only ring out harms somebody when they pick up.
    """
    broken = [*_stored(stage)]
    deaf, stage.deaf = stage.deaf, False
    stage.posts(Letter("the sweeper", ""), 55_000)
    if deaf:
        stage.passes(QUIET_SECONDS)
        return (*broken, *_stored(stage), *_not_swept(stage))
    _settles(stage, SOON_SECONDS)
    if calm and not stage.lost:
        broken += _differences(stage)
    _picks_up_what_nobody_wants(stage)
    _settles(stage, SILENT_SECONDS if stage.lost else QUIET_SECONDS)
    broken += stage.complaints
    broken += _stored(stage)
    broken += _differences(stage)
    broken += somebody_waits_beside_a_ready_agent(
        stage.desk, stage.world.catalogue.centre().profiles, stage.world.clock.now()
    )
    broken += _unsettled(stage)
    broken += _left_in_silence(stage)
    return tuple(dict.fromkeys(broken))


def _not_swept(stage: Stage) -> Iterator[str]:
    """What the sweeper alone must see to: nobody waits beside a ready agent, or is engaged beyond a deadline."""
    yield from somebody_waits_beside_a_ready_agent(
        stage.desk, stage.world.catalogue.centre().profiles, stage.world.clock.now()
    )
    for agent in stage.desk.all_agents():
        if agent.state is AgentState.RINGING and agent.since + LONGEST_RING_MS + SWEEP_MS < stage.clock.ms:
            yield "an agent is ringing though the time for it is over"
        elif agent.state is AgentState.WRAP_UP and agent.wrap_up_until + SWEEP_MS < stage.clock.ms:
            yield "an agent wraps up though the time for it is over"
        elif agent.state in AT_REST and not agent.connected and agent.seat_until + SWEEP_MS < stage.clock.ms:
            yield "a seat is kept for an agent whose page is gone for long"


def _settles(stage: Stage, seconds: float) -> None:
    stage.passes(seconds)
    for _ in range(40):
        if not stage.is_busy():
            break
        stage.passes(0.25)


def _picks_up_what_nobody_wants(stage: Stage) -> None:
    wanted = {(call.id, leg) for call in stage.desk.all_calls() for leg in places(call)}
    for line in stage.carrier.live_lines():
        if line.at is At.RINGING and (line.call, line.leg) not in wanted:
            stage.carrier.picks_up(line.sid)


def _stored(stage: Stage) -> Iterator[str]:
    try:
        check_all(stage.desk)
    except AssertionError as error:
        yield from str(error).splitlines()


def _unsettled(stage: Stage) -> Iterator[str]:
    for call, version in stage.desk.all_unsettled():
        outbox = stage.desk.outbox(call, version)
        if outbox and outbox.carrier:
            yield "a change of the call was never brought to the carrier"


def _left_in_silence(stage: Stage) -> Iterator[str]:
    """I5: whoever was given away is waited for by somebody who rings, and nobody is alone in a call without an end."""
    for call in stage.desk.all_calls():
        there = [party for party in call.live_parties() if party.there]
        if call.state is CallState.TRANSFERRING and len(there) == len(call.live_parties()):
            yield "a customer was given away, and nobody is rung"
        if call.state is CallState.TALKING and len(there) < TWO:
            yield "somebody is alone in a talk"


def _differences(stage: Stage) -> Iterator[str]:
    """I11: whom the carrier has on the line is where the table says, and nobody else is."""
    calls = {call.id: call for call in stage.desk.all_calls()}
    for line in stage.carrier.live_lines():
        if line.call not in calls:
            yield f"I11: the line {line.leg} is {line.at.value}, and there is no such call"
    for call in calls.values():
        there = {line.leg: _place(line) for line in stage.carrier.live_lines() if line.call == call.id}
        if stage.lost and call.state is CallState.FLOW and not there:
            continue  # Nobody waits for a caller who left their flow untold; they are forgotten after two days.
        wanted = places(call)
        for leg in sorted(there.keys() | wanted.keys()):
            if not _fits(there.get(leg), wanted.get(leg)):
                who = leg if leg == CUSTOMER else _whose_leg(call, leg)
                yield f"I11: a call is {call.state}: {who} {_said(there.get(leg))}, but {_ought(wanted.get(leg))}"
        yield from _recordings(stage, call)
        yield from _voices(stage, call)


def _fits(there: Place | None, wanted: Place | None) -> bool:
    """Whoever only rings cannot be muted yet: that is tried until they are there, and is looked at then."""
    if there and wanted and there[0] is wanted[0] is At.RINGING:
        return there[:2] == wanted[:2]
    return there == wanted


def _voices(stage: Stage, call: Call) -> Iterator[str]:
    """I14: whom the carrier lets a supervisor be heard by is whom the call wants to hear them."""
    wants = wanted(call)
    for line in stage.carrier.live_lines():
        party = call.parties.get(line.leg) if line.call == call.id else None
        if party is None or party.role is not Role.SUPERVISOR or line.at is not At.CONFERENCE:
            continue
        if (line.muted, line.coaches) != (wants[line.leg].muted, wants[line.leg].coaches):
            yield "I14: a supervisor is heard by others than who should hear them"


def _recordings(stage: Stage, call: Call) -> Iterator[str]:
    """I11: what the call wants of its recordings is what the carrier does."""
    for leg, take in taken(call).items():
        there = stage.carrier.taken.get((call.id, leg), Taking.STOPPED.value)
        if there != take.state.value:
            yield f"I11: a recording is {there}, but ought to be {take.state.value}"


def places(call: Call) -> dict[str, Place]:
    """Give where the table wants each leg of a call: what is not named is gone."""
    wants = wanted(call)
    return {
        party.id: (_at(party), party.there and wants[party.id].apart is not None, wants[party.id].muted)
        for party in call.live_parties()
        if call.live
    }


def _whose_leg(call: Call, leg: str) -> str:
    party = call.parties.get(leg)
    if party is None or party.agent == AGENT:
        return "the agent's leg"
    return f"the leg of {party.agent or 'a stranger'}"


def _at(party: Party) -> At:
    if not party.there:
        return At.RINGING
    return At.SCRIPT if party.where is Where.SCRIPT else At.CONFERENCE


def _place(line: Line) -> Place:
    return line.at, line.sound is not None, line.muted


def _said(place: Place | None) -> str:
    if place is None:
        return "is gone"
    at, held, muted = place
    return f"is {at.value}{' and held' if held else ''}{' and muted' if muted else ''}"


def _ought(place: Place | None) -> str:
    if place is None:
        return "ought to be gone"
    at, held, muted = place
    return f"ought to be {at.value}{' and held' if held else ' and not held'}{' and muted' if muted else ''}"
