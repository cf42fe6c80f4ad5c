"""Softphone: the credentials by which an agent's browser becomes a telephone at the carrier."""

from chalicelib.core.centre.dial_plan import calling_out_by
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.ports import SoftphoneCredentials, World
from chalicelib.usecases.carry_out import carrier_named
from chalicelib.usecases.sign_in import prove_session

CREDENTIALS_MS = 3600 * 1000
"""How long one token lasts. A page asks for another before: one whose session was ended gets none."""


def softphone_credentials(session: str, world: World) -> SoftphoneCredentials:
    """Give credentials to a signed-in agent whose telephone is the browser.

    Raises:
        NotProved: the session has ended.
        NotLegalNow: the agent's telephone is another.
    """
    agent_id = str(prove_session(session, world)["agent"])
    agent = world.desk.agent(agent_id)
    if agent is None or agent.device.kind is not DeviceKind.BROWSER:
        raise NotLegalNow("This agent's telephone is not the browser: see the seat's device in the configuration.")
    carrier = carrier_named(world, calling_out_by(world.catalogue.centre()))
    return carrier.softphone_credentials(agent_id, world.clock.now() + CREDENTIALS_MS)
