"""Do what falls due: rings, wrap-ups, seats, pauses, lost legs, outboxes, refusals, pairs; twice is harmless."""

from collections.abc import Callable, Mapping

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import CUSTOMER, Call, CallState
from chalicelib.core.carrier.events import Cause, LegEnded
from chalicelib.core.told.notices import Timer, TimerKind
from chalicelib.ports import Moved, World
from chalicelib.usecases.carry_out import carry_out_again
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match, match_ready, match_waiting
from chalicelib.usecases.note_leg import note_leg, wrap_up_of


def due(timer: Timer, world: World) -> None:
    """Do what a timer is for; one that comes early (a delay has its limits) is set again."""
    if world.clock.now() < timer.due:
        world.messages.remind([timer])
        return
    _HANDLERS[timer.kind](timer, world)


@decides_again
def expire_offer(call_id: str, offer_id: str, world: World) -> None:
    """End an offer that nobody answered in time: the call keeps its place, the agent is set aside."""
    call = world.desk.call(call_id)
    agent = world.desk.agent(call.offer.agent) if call and call.offer else None
    now = world.clock.now()
    if not call or not agent or not offering.is_live(call, agent, offer_id):
        return
    if call.offer and now >= call.offer.deadline:
        again, aside = offering.miss(call, agent, now)
        commit_and_match(world, Moved(call, again), Moved(agent, aside))


@decides_again
def _ring(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if call and call.state is CallState.OFFERED:
        expire_offer(timer.subject, timer.token, world)
    elif call and call.state is CallState.DIALLING:
        _expire_dialling(call, timer, world)


def _expire_dialling(call: Call, timer: Timer, world: World) -> None:
    leg = call.legs.get(timer.token)
    agent = world.desk.agent(call.talk.agent) if leg and call.talk else None
    if leg and agent:
        told, freed = dialling.ring_due(call, agent, leg, world.clock.now())
        commit_and_match(world, Moved(call, told), Moved(agent, freed))


@decides_again
def _recovery(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if not call or call.state is not CallState.RECOVERING or not call.talk or call.talk.leg != timer.token:
        return
    agent = world.desk.agent(call.talk.agent)
    if agent:
        wrap_up = wrap_up_of(call, world.catalogue.centre())
        again, freed = talking.requeue(call, agent, world.clock.now(), wrap_up)
        commit_and_match(world, Moved(call, again), Moved(agent, freed))


def _of_agent(decide: Callable[[Agent, str, int], Agent]) -> Callable[[Timer, World], None]:
    @decides_again
    def handle(timer: Timer, world: World) -> None:
        agent = world.desk.agent(timer.subject)
        if agent:
            commit_and_match(world, agent=Moved(agent, decide(agent, timer.token, world.clock.now())))

    return handle


def _outbox(timer: Timer, world: World) -> None:
    carry_out_again(timer.subject, int(timer.token), world)


def _refused(timer: Timer, world: World) -> None:
    command, _, leg = timer.token.partition(":")
    if command == "AddParticipant":
        note_leg(LegEnded(timer.subject, leg, "", Cause.FAILED), world)
    elif command in ("JoinConference", "TakeTurn"):
        note_leg(LegEnded(timer.subject, CUSTOMER, "", Cause.COMPLETED), world)


_HANDLERS: Mapping[TimerKind, Callable[[Timer, World], None]] = {
    TimerKind.RING: _ring,
    TimerKind.WRAP_UP: _of_agent(presence.wrap_up_due),
    TimerKind.SEAT: _of_agent(presence.seat_due),
    TimerKind.PAUSE: _of_agent(presence.pause_due),
    TimerKind.RECOVERY: _recovery,
    TimerKind.OUTBOX: _outbox,
    TimerKind.REFUSED: _refused,
    TimerKind.WAITING: lambda timer, world: match_waiting(timer.subject, world),
    TimerKind.READY: lambda timer, world: match_ready(timer.subject, world),
}
