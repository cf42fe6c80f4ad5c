"""Do what falls due: rings, wrap-ups, seats, pauses, lost legs, outboxes, refusals, pairs, flows; twice is harmless."""

from collections.abc import Callable, Mapping
from functools import partial

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import automating, dialling, leaving, talking, unanswered
from chalicelib.core.calls.call import CallState
from chalicelib.core.carrier.events import Cause, LegAnswered, LegEnded
from chalicelib.core.told.notices import Timer, TimerKind
from chalicelib.ports import Change, World
from chalicelib.usecases.carry_out import carry_out_again, carry_out_now
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match, match_ready, match_waiting
from chalicelib.usecases.note_leg import note_leg
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
    after = unanswered.agent_does_not_come(scene, offer.agent, Cause.NO_ANSWER, world.catalogue.centre(), now)
    commit_and_match(world, Change.of(scene, after))


def _ring(timer: Timer, world: World) -> None:
    expire_offer(timer.subject, timer.token, world)
    _expire_ringing(timer, world)


@decides_again
def _expire_ringing(timer: Timer, world: World) -> None:
    """End the ringing of a telephone to which no offer is out: an agent's who calls, or a number outside.

    Who is there by now has answered, even if the carrier never said so.
    """
    call, now = world.desk.call(timer.subject), world.clock.now()
    party = call.parties.get(timer.token) if call else None
    if call is None or party is None or not call.live or party.id in call.offers:
        return
    if call.state is CallState.DIALLING:
        scene = scene_of(world, call)
        commit_and_match(world, Change.of(scene, dialling.ring_due(scene, party.id, now)))
    elif party.may_only_be_ringing:
        late = LegAnswered if party.there else partial(LegEnded, cause=Cause.NO_ANSWER)
        note_leg(late(call.id, party.id, ""), world)


@decides_again
def _recovery(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if call and talking.is_last_lost(call, timer.token):
        scene, centre = scene_of(world, call), world.catalogue.centre()
        after = leaving.owner_leaves(scene, centre, talking.wrap_up_of(call, centre), world.clock.now(), lost=True)
        commit_and_match(world, Change.of(scene, after))


@decides_again
def _unattended(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if call and leaving.is_unattended(call):
        scene = scene_of(world, call)
        commit_and_match(world, Change.of(scene, leaving.left_alone_too_long(scene, world.clock.now())))


@decides_again
def _away(timer: Timer, world: World) -> None:
    call = world.desk.call(timer.subject)
    if call and automating.is_away_since(call, timer.token):
        scene = scene_of(world, call)
        back = automating.give_back(scene, world.clock.now(), automating.CameBack.BY_TIME)
        commit_and_match(world, Change.of(scene, back))


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


def _listen(timer: Timer, world: World) -> None:
    from chalicelib.usecases.listen_as_wished import listen_as_wished  # noqa: PLC0415 - the voice path stays light

    listen_as_wished(timer.subject, timer.token, world)


_HANDLERS: Mapping[TimerKind, Callable[[Timer, World], None]] = {
    TimerKind.RING: _ring,
    TimerKind.WRAP_UP: _of_agent(presence.wrap_up_due),
    TimerKind.SEAT: _of_agent(presence.seat_due),
    TimerKind.PAUSE: _of_agent(presence.pause_due),
    TimerKind.RECOVERY: _recovery,
    TimerKind.UNATTENDED: _unattended,
    TimerKind.AWAY: _away,
    TimerKind.OUTBOX: _outbox,
    TimerKind.REFUSED: _refused,
    TimerKind.AGAIN: lambda timer, world: carry_out_now(timer.subject, world),
    TimerKind.LISTEN: _listen,
    TimerKind.WAITING: lambda timer, world: match_waiting(timer.subject, world),
    TimerKind.READY: lambda timer, world: match_ready(timer.subject, world),
}
