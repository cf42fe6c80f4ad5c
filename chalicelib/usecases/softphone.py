"""Softphone: the credentials by which an agent's browser becomes a telephone at the carrier."""

from chalicelib.core.calls.offering import softphone_name
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.centre.who import Who
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import World

CREDENTIALS_MS = 3600 * 1000
"""How long one token lasts. A page asks for another before: one whose session was ended gets none."""


@dataclass(frozen=True, slots=True)
class SoftphoneCredentials:
    """The name the browser is rung by at the carrier, the token that proves it, its expiry in ms since 1970."""

    name: str
    token: str
    expires_at: int


def softphone_credentials(who: Who, world: World) -> SoftphoneCredentials:
    """Give credentials to a signed-in agent whose telephone is the browser.

    Raises:
        NotLegalNow: the agent's telephone is another.
    """
    agent = world.desk.agent(who.id)
    if agent is None or agent.device.kind is not DeviceKind.BROWSER:
        raise NotLegalNow("This agent's telephone is not the browser: see the seat's device in the configuration.")
    name, until = softphone_name(who.id), world.clock.now() + CREDENTIALS_MS
    return SoftphoneCredentials(name, world.softphone.token(name, until), until)
