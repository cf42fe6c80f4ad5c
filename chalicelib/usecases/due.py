"""Do what falls due: rings, wrap-ups, seats, pauses, lost legs, outboxes, refusals, pairs; twice is harmless."""

from collections.abc import Callable, Mapping

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import CallState
from chalicelib.core.told.notices import Timer, TimerKind
from chalicelib.ports import Change, World
from chalicelib.usecases.carry_out import carry_out_again
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match, match_ready, match_waiting
from chalicelib.usecases.note_leg import wrap_up_of
from chalicelib.usecases.note_refusal import note_refusal
from chalicelib.usecases.see import scene_of


def due(timer: Timer, world: World) -> None:
    """Do what a timer is for; one that comes early (a delay has its limits) is set again."""
    if world.clock.now() < timer.due:
        world.messages.remind([timer])
        return
    _HANDLERS[timer.kind](timer, world)


@decides_again
def expire_offer(call_id: str, offer_id: str, world: World) -> None:
    """End an offer that nobody answered in time: the call keeps its place, the agent is set aside."""
    call, now = world.desk.call(call_id), world.clock.now()
    offer = call.offers.get(offer_id) if call else None
    if call is None or offer is None or now < offer.deadline:
        return
    scene = scene_of(world, call)
    commit_and_match(world, Change.of(scene, offering.miss(scene, offer.agent, now)))


def _ring(timer: Timer, world: World) -> None:
    expire_offer(timer.subject, timer.token, world)
    _expire_dialling(timer, world)


@decides_again
def _expire_dialling(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if call and call.state is CallState.DIALLING and timer.token in call.parties:
        scene = scene_of(world, call)
        commit_and_match(world, Change.of(scene, dialling.ring_due(scene, timer.token, world.clock.now())))


@decides_again
def _recovery(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if call and talking.is_last_lost(call, timer.token):
        scene, wrap_up = scene_of(world, call), wrap_up_of(call, world.catalogue.centre())
        commit_and_match(world, Change.of(scene, talking.requeue(scene, world.clock.now(), wrap_up)))


def _of_agent(decide: Callable[[Agent, str, int], Agent]) -> Callable[[Timer, World], None]:
    @decides_again
    def handle(timer: Timer, world: World) -> None:
        agent = world.desk.agent(timer.subject)
        if agent:
            commit_and_match(world, Change.of_agent(agent, decide(agent, timer.token, world.clock.now())))

    return handle


def _outbox(timer: Timer, world: World) -> None:
    carry_out_again(timer.subject, int(timer.token), world)


def _refused(timer: Timer, world: World) -> None:
    command, _, leg = timer.token.partition(":")
    note_refusal(timer.subject, command, leg, world)


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
