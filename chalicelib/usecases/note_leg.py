"""Note what a leg did: answered, joined, rang, ended; in any order, doubled or late."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.calls import dialling, offering, talking
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, EndedBy
from chalicelib.core.calls.parties import PartyState
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.wanted import wanted
from chalicelib.core.carrier.events import Cause, LegAnswered, LegEnded, LegRang, ParticipantJoined
from chalicelib.core.centre.model import Centre, DeviceKind
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.see import scene_of
from chalicelib.usecases.take_call import note_gone_before_it_came

LegEvent = LegRang | LegAnswered | ParticipantJoined | LegEnded

VERBS: Mapping[type, str] = {LegRang: "ring", LegAnswered: "answer", ParticipantJoined: "answer", LegEnded: "end"}


@decides_again
def note_leg(event: LegEvent, world: World, carrier: str = "") -> None:
    """Decide what a leg's news means; news of an unknown leg, or that comes late, changes nothing.

    `carrier` is who tells, empty for our own conclusions.
    """
    call = world.desk.call(event.call)
    if call is None:
        if isinstance(event, LegEnded) and carrier:
            note_gone_before_it_came(event, carrier, world)
        return
    if event.leg not in call.parties:
        return
    contradicts = _contradicts(event, call)
    if not contradicts and _changes_nothing(event, call):
        return
    scene = scene_of(world, call)
    known = call.notes(event.leg, VERBS[type(event)], world.clock.now(), event.sid, told=bool(carrier))
    if isinstance(event, ParticipantJoined) and not known.conference:
        known = replace(known, conference=event.conference)
    noted = scene.with_call(known)
    decide = _contradicted if contradicts else _DECIDERS[type(event)]
    decided = decide(event, call, noted, world)
    if decided is not None:
        commit_and_match(world, Change.of(scene, decided))


def wrap_up_of(call: Call, centre: Centre) -> int:
    """Give the seconds of wrap-up after this call: its queue's, or those of outside calls."""
    queue = centre.queues.get(call.place.queue) if call.place else None
    return queue.wrap_up if queue else centre.dial_plan.wrap_up


def _changes_nothing(event: LegEvent, call: Call) -> bool:
    """Tell from the call alone that this is no news; most callbacks are none, and the agents need not be read."""
    if isinstance(event, LegEnded):
        return not call.live
    if isinstance(event, LegRang) or event.leg == CUSTOMER:
        return call.state is not CallState.DIALLING
    return not call.live or (call.state is CallState.TALKING and call.parties[event.leg].there)


def _contradicts(event: LegEvent, call: Call) -> bool:
    """Tell whether a leg is where the call does not want it: there when it should be gone (I6), or not parted yet."""
    wants = wanted(call).get(event.leg)
    if wants is None or not isinstance(event, LegAnswered | ParticipantJoined):
        return False
    return wants.gone or (isinstance(event, ParticipantJoined) and wants.apart is not None)


def _contradicted(_event: LegEvent, _before: Call, scene: Scene, _world: World) -> Scene:
    return scene.with_call(scene.call.asks_its_carrier_again())


def _rang(event: LegRang, before: Call, scene: Scene, world: World) -> Scene | None:
    first = before.parties[event.leg].state is PartyState.DIALLING
    if event.leg == CUSTOMER and first and scene.call.owner in scene.agents:
        return dialling.rings_outside(scene, world.clock.now())
    return None


def _answered(event: LegAnswered | ParticipantJoined, before: Call, scene: Scene, world: World) -> Scene | None:
    if event.leg != CUSTOMER:
        return _agent_answered(event, before, scene, world)
    if isinstance(event, LegAnswered):
        return dialling.customer_answered(scene, world.clock.now())
    # Who is in the conference may only be ringing yet: their tones are to be heard there.
    return scene


def _agent_answered(event: LegAnswered | ParticipantJoined, before: Call, scene: Scene, world: World) -> Scene | None:
    now, agent_id = world.clock.now(), scene.call.parties[event.leg].agent
    if event.leg in scene.call.offers:
        return offering.answer(scene, agent_id, now)
    if before.state is CallState.DIALLING:
        return _calls_out(scene, world)
    if before.agent_lost and agent_id == before.owner:
        return talking.recover(scene, event.leg, now)
    return None


def _calls_out(scene: Scene, world: World) -> Scene | None:
    if CUSTOMER in scene.call.parties:
        return None
    return dialling.agent_is_there(scene, world.catalogue.centre().dial_plan, world.clock.now())


def _ended(event: LegEnded, before: Call, scene: Scene, world: World) -> Scene | None:
    now, wrap_up = world.clock.now(), wrap_up_of(before, world.catalogue.centre())
    if event.leg == CUSTOMER:
        return _customer_gone(event.cause, scene, now, wrap_up)
    if event.leg in before.offers:
        return _offer_failed(event.cause, scene, before.offers[event.leg].agent, now)
    if before.owner and before.parties[event.leg].agent == before.owner:
        return _owner_gone(event, before, scene, now, wrap_up)
    return None


def _customer_gone(cause: Cause, scene: Scene, now: int, wrap_up: int) -> Scene:
    if scene.call.state is CallState.DIALLING:
        return dialling.failed(scene, cause, now)
    return talking.end(scene, now, EndedBy.CUSTOMER, wrap_up=wrap_up)


def _offer_failed(cause: Cause, scene: Scene, agent_id: str, now: int) -> Scene:
    if cause in (Cause.BUSY, Cause.REJECTED):
        return offering.reject(scene, agent_id, now)
    if cause is Cause.FAILED:
        return offering.fail(scene, agent_id, now, cause.value)
    return offering.miss(scene, agent_id, now)


def _owner_gone(event: LegEnded, before: Call, scene: Scene, now: int, wrap_up: int) -> Scene | None:
    """What happens when the owner leaves: a browser is waited for, a telephone that hung up has ended the call.

    Who is an agent no more cannot have their browser rung again: the customer waits for another at once.
    """
    if before.state is CallState.DIALLING:
        cause = Cause.CANCELLED if CUSTOMER in before.parties else event.cause
        return dialling.failed(scene, cause, now)
    if not before.parties[event.leg].live:
        return None
    if before.agent_lost:
        return scene
    owner = scene.agent(before.owner)
    if owner.device.kind is not DeviceKind.BROWSER:
        return talking.end(scene, now, EndedBy.AGENT, wrap_up=wrap_up)
    if owner.dismissed:
        return talking.requeue(scene, now, wrap_up)
    return talking.lose_agent(scene, event.leg, now)


_DECIDERS: Mapping[type, Callable[[Any, Call, Scene, World], Scene | None]] = {
    LegRang: _rang,
    LegAnswered: _answered,
    ParticipantJoined: _answered,
    LegEnded: _ended,
}
