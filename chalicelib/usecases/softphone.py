"""Softphone: the credentials by which an agent's browser becomes a telephone at the carrier."""

from chalicelib.core.centre.dial_plan import calling_out_by
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.centre.who import Who
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.ports import SoftphoneCredentials, World
from chalicelib.usecases.carry_out import carrier_named

CREDENTIALS_MS = 3600 * 1000
"""How long one token lasts. A page asks for another before: one whose session was ended gets none."""


def softphone_credentials(who: Who, world: World) -> SoftphoneCredentials:
    """Give credentials to a signed-in agent whose telephone is the browser.

    Raises:
        NotLegalNow: the agent's telephone is another.
    """
    agent = world.desk.agent(who.id)
    if agent is None or agent.device.kind is not DeviceKind.BROWSER:
        raise NotLegalNow("This agent's telephone is not the browser: see the seat's device in the configuration.")
    carrier = carrier_named(world, calling_out_by(world.catalogue.centre(), world.carriers))
    return carrier.softphone_credentials(who.id, world.clock.now() + CREDENTIALS_MS)
