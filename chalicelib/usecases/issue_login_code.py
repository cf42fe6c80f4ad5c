"""Issue a login code: a business system's server vouches for an agent, who need not sign in once more."""

from chalicelib.core.centre.who import Machine
from chalicelib.core.ground.errors import NotFound, NotPermitted
from chalicelib.ports import World

CODE = "CODE"
"""The kind of credential record."""

CODE_MS = 60 * 1000


def issue_login_code(machine: Machine, wanted: str, world: World) -> tuple[str, str, int]:
    """Vouch for an agent, named by AgentID or by a business user name: give AgentID, one-time code and its expiry.

    Raises:
        NotFound: nobody is called so.
        NotPermitted: the agent has a role that this key may not grant.
    """
    record = world.catalogue.agent_called(wanted)
    if record is None:
        raise NotFound("There is no agent with this AgentID or user name.")
    if not set(record.roles) <= set(machine.key.grants):
        raise NotPermitted("This API key may not sign in an agent with these roles.")
    code, expires_at = world.tokens.new(), world.clock.now() + CODE_MS
    world.credentials.put(CODE, world.tokens.fingerprint(code), {"agent": record.id}, expires_at)
    return record.id, code, expires_at
