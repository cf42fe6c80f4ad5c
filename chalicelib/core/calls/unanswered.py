"""What becomes of a call when somebody who was rung for it does not come: by what they were rung for."""

from collections.abc import Callable, Mapping

from chalicelib.core.calls import consulting, dialling, handing_over, offering
from chalicelib.core.calls.call import CallState
from chalicelib.core.calls.hearing import HungUp
from chalicelib.core.calls.offers import Offer, Purpose
from chalicelib.core.calls.parties import Party, Role
from chalicelib.core.calls.queueing import spare
from chalicelib.core.calls.scene import Scene
from chalicelib.core.carrier.events import Cause
from chalicelib.core.centre.model import Centre

_FOR_THE_CUSTOMER = (Purpose.QUEUE, Purpose.DIRECT, Purpose.RETURN, Purpose.PICK_UP)
"""Offers to talk with the customer: who fails one is not the next to be asked."""

RESULT_OF_CAUSE: Mapping[Cause, consulting.Result] = {
    Cause.BUSY: consulting.Result.BUSY,
    Cause.REJECTED: consulting.Result.BUSY,
    Cause.NO_ANSWER: consulting.Result.NO_ANSWER,
    Cause.FAILED: consulting.Result.FAILED,
    Cause.CANCELLED: consulting.Result.CANCELLED,
    Cause.COMPLETED: consulting.Result.ENDED,
}


def agent_does_not_come(scene: Scene, agent_id: str, cause: Cause, centre: Centre, now: int) -> Scene:
    """An agent did not pick up, said no, or could not be reached: they are set aside, and the call goes on.

    Who asked for it themselves, to listen or to pick it up, is as before. A customer with a place in a queue goes to
    others first: an agent who is back at once is not the next to fail them.
    """
    offer = scene.call.offer_to(agent_id)
    own_wish = offer is not None and offer.purpose in (Purpose.CONTROL, Purpose.PICK_UP)
    alone = (_not_come if own_wish else _set_aside)(scene, agent_id, cause, now)
    if offer and offer.purpose in _FOR_THE_CUSTOMER:
        alone = alone.with_call(spare(alone.call, agent_id, now))
    return _AFTER[offer.purpose](alone, offer, cause, centre, now) if offer else alone


def rings_no_more(scene: Scene, agent_id: str, how: HungUp, centre: Centre, now: int, cause: str = "") -> Scene:
    """It rings at an agent no more, without a fault of theirs: they are as before, and the call goes on."""
    offer = scene.call.offer_to(agent_id)
    alone = offering.withdraw_from(scene, agent_id, now, how, cause)
    return _AFTER[offer.purpose](alone, offer, Cause.CANCELLED, centre, now) if offer else alone


def number_does_not_come(scene: Scene, party: Party, cause: Cause, centre: Centre, now: int) -> Scene:
    """A number outside that was rung for a consultation or a transfer did not answer."""
    if party.role is Role.CONSULTED:
        return consulting.came_to_nothing(scene, party, RESULT_OF_CAUSE[cause], now)
    return handing_over.nobody_took_over(scene, centre, now)


def _set_aside(scene: Scene, agent_id: str, cause: Cause, now: int) -> Scene:
    if cause in (Cause.BUSY, Cause.REJECTED):
        return offering.reject(scene, agent_id, now)
    if cause is Cause.FAILED:
        return offering.fail(scene, agent_id, now, cause.value)
    return offering.miss(scene, agent_id, now)


def _not_come(scene: Scene, agent_id: str, cause: Cause, now: int) -> Scene:
    how = HungUp.REJECTED if cause in (Cause.BUSY, Cause.REJECTED) else HungUp.MISSED
    return offering.withdraw_from(scene, agent_id, now, how, cause.value if cause is Cause.FAILED else "")


def _keeps_its_place(scene: Scene, _offer: Offer, _cause: Cause, _centre: Centre, _now: int) -> Scene:
    return scene


def _consultation_failed(scene: Scene, offer: Offer, cause: Cause, _centre: Centre, now: int) -> Scene:
    return consulting.came_to_nothing(scene, scene.call.parties[offer.id], RESULT_OF_CAUSE[cause], now)


def _colleague_failed(scene: Scene, _offer: Offer, cause: Cause, centre: Centre, now: int) -> Scene:
    if scene.call.state is CallState.DIALLING:
        return dialling.failed(scene, cause, now)
    return handing_over.nobody_took_over(scene, centre, now)


def _pick_up_failed(scene: Scene, _offer: Offer, _cause: Cause, centre: Centre, now: int) -> Scene:
    if scene.call.state is CallState.TRANSFERRING:
        return handing_over.nobody_took_over(scene, centre, now)
    return scene


def _return_failed(scene: Scene, _offer: Offer, _cause: Cause, centre: Centre, now: int) -> Scene:
    return handing_over.nobody_took_over(scene, centre, now, returned=True)


_AFTER: Mapping[Purpose, Callable[[Scene, Offer, Cause, Centre, int], Scene]] = {
    Purpose.QUEUE: _keeps_its_place,
    Purpose.CONTROL: _keeps_its_place,
    Purpose.PICK_UP: _pick_up_failed,
    Purpose.EMERGENCY: _colleague_failed,
    Purpose.CONSULT: _consultation_failed,
    Purpose.DIRECT: _colleague_failed,
    Purpose.RETURN: _return_failed,
}
