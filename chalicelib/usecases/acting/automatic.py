"""What an agent does to send a customer into a flow: for good, to a survey, or to have them back afterwards."""

from chalicelib.core.calls import automating
from chalicelib.core.ground.errors import BadRequest
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.acting.targets import flow_meant

LEAVE, COME_BACK = 0, 1
"""iParam of toAutomatic."""


def to_automatic(asked: Asked, world: World) -> Acted:
    """Send the customer into a flow, for good or to come back."""
    if asked.action.i_param not in (LEAVE, COME_BACK):
        raise BadRequest("Sending a customer into a flow takes 0 to leave them there, 1 to have them back.")
    if asked.action.i_param == LEAVE:
        return for_good(asked, world)
    run, tags = flow_meant(asked, world)
    return automating.send(asked.own.with_call(asked.call.with_tags(tags)), run, asked.now)


def for_good(asked: Asked, world: World) -> Acted:
    """Send the customer into a flow, and leave; so a survey begins, too."""
    run, tags = flow_meant(asked, world)
    return automating.send_for_good(asked.own.with_call(asked.call.with_tags(tags)), run, asked.wrap_up, asked.now)
