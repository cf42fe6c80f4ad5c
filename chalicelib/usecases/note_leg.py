"""Note what a leg did: answered, joined, rang, ended; in any order, doubled or late."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import (
    consulting,
    dialling,
    handing_over,
    leaving,
    offering,
    supervising,
    talking,
    unanswered,
)
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction
from chalicelib.core.calls.offers import Offer, Purpose
from chalicelib.core.calls.parties import Party, PartyState, Role
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
    scene = scene_of(world, call, *_about_to_be_rung(call, world))
    known = call.notes(event.leg, VERBS[type(event)], world.clock.now(), event.sid, told=bool(carrier))
    if isinstance(event, ParticipantJoined) and not known.conference:
        known = replace(known, conference=event.conference)
    noted = scene.with_call(known)
    decide = _contradicted if contradicts else _DECIDERS[type(event)]
    decided = decide(event, call, noted, world)
    if decided is not None:
        commit_and_match(world, Change.of(scene, decided))


def _about_to_be_rung(call: Call, world: World) -> Iterator[Agent]:
    """Give the colleague of whom a call does not know yet, that they are read and written with it."""
    to_a_colleague = call.direction is Direction.INTERNAL and not call.customer_agent
    if call.state is CallState.DIALLING and to_a_colleague and len(call.parties) == 1:
        yield from filter(None, [world.desk.agent(call.called)])


def _changes_nothing(event: LegEvent, call: Call) -> bool:
    """Tell from the call alone that this is no news; most callbacks are none, and the agents need not be read."""
    party = call.parties[event.leg]
    if not call.live:
        return True
    if isinstance(event, LegEnded):
        return not party.live
    if isinstance(event, LegRang):
        return not _is_outside(party) or party.state is not PartyState.DIALLING
    if party.id == CUSTOMER:
        return call.state is not CallState.DIALLING
    return call.state is CallState.TALKING and party.there and not party.may_only_be_ringing


def _is_outside(party: Party) -> bool:
    """Tell whether a party was rung at a number outside, whose progress is news."""
    return not party.agent and bool(party.endpoint)


def _contradicts(event: LegEvent, call: Call) -> bool:
    """Tell whether a leg is not as the call wants it: there when it should be gone (I6), not parted or not muted yet.

    A supervisor comes in muted.
    """
    wants = wanted(call).get(event.leg)
    if wants is None or not isinstance(event, LegAnswered | ParticipantJoined):
        return False
    muted = wants.muted and call.parties[event.leg].role is not Role.SUPERVISOR
    return wants.gone or (isinstance(event, ParticipantJoined) and (muted or wants.apart is not None))


def _contradicted(_event: LegEvent, _before: Call, scene: Scene, _world: World) -> Scene:
    return scene.with_call(scene.call.asks_its_carrier_again())


def _rang(event: LegRang, _before: Call, scene: Scene, world: World) -> Scene | None:
    if event.leg == CUSTOMER and scene.call.owner in scene.agents:
        return dialling.rings_outside(scene, world.clock.now())
    return scene


def _answered(event: LegAnswered | ParticipantJoined, before: Call, scene: Scene, world: World) -> Scene | None:
    party = scene.call.parties[event.leg]
    if not party.there:
        # Its end was told first: nobody has come.
        return None
    if not _is_outside(party):
        return _agent_answered(event, before, scene, world)
    if isinstance(event, ParticipantJoined):
        return scene
    return _number_answered(party, scene, world)


def _number_answered(party: Party, scene: Scene, world: World) -> Scene | None:
    now = world.clock.now()
    if party.id == CUSTOMER:
        return dialling.customer_answered(scene, now)
    if party.joined_at is not None:
        return None
    scene = scene.with_call(scene.call.with_party(replace(party, joined_at=now)))
    if scene.call.state is CallState.TRANSFERRING:
        return handing_over.number_took_over(scene, party, world.catalogue.centre(), now)
    return consulting.number_answered(scene, now)


def _agent_answered(event: LegAnswered | ParticipantJoined, before: Call, scene: Scene, world: World) -> Scene | None:
    now, agent_id = world.clock.now(), scene.call.parties[event.leg].agent
    if event.leg in scene.call.offers:
        return _takes_up(scene.call.offers[event.leg], scene, world.catalogue.centre(), now)
    if before.state is CallState.DIALLING:
        return _calls_out(scene, world)
    if before.agent_lost and agent_id == before.owner:
        return talking.recover(scene, event.leg, now)
    return None


def _takes_up(offer: Offer, scene: Scene, centre: Centre, now: int) -> Scene:
    """Bring in an agent who has picked up, as what they were rung for."""
    if offer.purpose is Purpose.CONTROL:
        return supervising.picks_up(scene, offer, centre, now)
    if offer.purpose is Purpose.CONSULT:
        return consulting.agent_answered(scene, offer.agent, now)
    if scene.call.state is CallState.DIALLING:
        return dialling.colleague_answered(scene, offer.agent, now)
    if scene.call.state is CallState.TRANSFERRING:
        return handing_over.agent_took_over(scene, offer.agent, now)
    return offering.take(scene, offer.agent, now)


def _calls_out(scene: Scene, world: World) -> Scene | None:
    now, plan, call = world.clock.now(), world.catalogue.centre().dial_plan, scene.call
    if call.customer_agent:
        return dialling.enters_flow(scene, now)
    if len(call.parties) > 1:
        return dialling.caller_is_there(scene, now) if call.urgent else None
    if call.direction is not Direction.INTERNAL:
        return dialling.agent_is_there(scene, plan, now)
    colleague = scene.agents.get(call.called)
    if colleague is None or not colleague.routable:
        return dialling.failed(scene, Cause.BUSY, now)
    return dialling.colleague_is_rung(scene, plan, now)


def _ended(event: LegEnded, before: Call, scene: Scene, world: World) -> Scene | None:
    now, centre, party = world.clock.now(), world.catalogue.centre(), before.parties[event.leg]
    wrap_up = talking.wrap_up_of(before, centre)
    if event.leg == CUSTOMER:
        return _customer_gone(event.cause, scene, now, wrap_up)
    if event.leg in before.offers:
        return unanswered.agent_does_not_come(scene, party.agent, event.cause, centre, now)
    if before.owner and party.agent == before.owner:
        return _owner_gone(event, before, scene, centre, wrap_up, now)
    return _another_gone(event.cause, party, scene, centre, wrap_up, now) if party.live else None


def _customer_gone(cause: Cause, scene: Scene, now: int, wrap_up: int) -> Scene:
    if scene.call.state is CallState.DIALLING:
        return dialling.failed(scene, cause, now)
    return leaving.customer_leaves(scene, now, wrap_up)


def _another_gone(cause: Cause, party: Party, scene: Scene, centre: Centre, wrap_up: int, now: int) -> Scene:
    """One of several is gone: who is consulted, a number that never answered, or somebody who was in the talk."""
    if party.may_only_be_ringing:
        return unanswered.number_does_not_come(scene, party, cause, centre, now)
    if party.role is Role.SUPERVISOR:
        return supervising.leaves(scene, party, centre, now)
    if party.role is Role.CONSULTED:
        return leaving.consulted_leaves(scene, party, consulting.Result.ENDED, now)
    return leaving.member_leaves(scene, party, now, wrap_up)


def _owner_gone(event: LegEnded, before: Call, scene: Scene, centre: Centre, wrap_up: int, now: int) -> Scene | None:
    """What happens when the owner's leg is gone: a browser is waited for, who hung up a telephone has left.

    Who is an agent no more cannot have their browser rung again: it is as if the time for that were over.
    """
    if before.state is CallState.DIALLING:
        cause = Cause.CANCELLED if len(before.parties) > 1 else event.cause
        return dialling.failed(scene, cause, now)
    if not before.parties[event.leg].live:
        return None
    if before.agent_lost:
        return scene
    owner = scene.agent(before.owner)
    if owner.device.kind is DeviceKind.BROWSER and not owner.dismissed:
        return talking.lose_agent(scene, event.leg, now)
    return leaving.owner_leaves(scene, centre, wrap_up, now, lost=owner.device.kind is DeviceKind.BROWSER)


_DECIDERS: Mapping[type, Callable[[Any, Call, Scene, World], Scene | None]] = {
    LegRang: _rang,
    LegAnswered: _answered,
    ParticipantJoined: _answered,
    LegEnded: _ended,
}
