"""Prove: who asks, by a session, a socket or an API key, and what the configuration in force lets them do.

What a session was given when it began says only whose it is: an agent who was taken out of the configuration, or lost a
role, is refused with the next thing they ask.
"""

from chalicelib.core.centre.permissions import permissions_of
from chalicelib.core.centre.who import Machine, Person
from chalicelib.core.ground.errors import NotProved
from chalicelib.ports import World

SESSION, SOCKET = "SESSION", "SOCKET"
"""Kinds of credential records: each holds its `agent`; a socket's holds its `session`, too."""

AT_WORK = "service.sign_in"
"""The permission to sign in, and to be signed in."""


def who_is(agent_id: str, world: World, session: str = "") -> Person:
    """Give an agent, whose proof has been looked at, with what they may do now.

    Raises:
        NotProved: nothing is configured of such an agent any more.
    """
    record = world.catalogue.agent_record(agent_id)
    if record is None:
        raise NotProved("This agent is not in the configuration any more.")
    permissions = permissions_of(record.roles, world.catalogue.centre().roles)
    return Person(record.id, permissions, record, session)


def prove_session(token: str, world: World) -> Person:
    """Give the agent whose session this is.

    Raises:
        NotProved: unknown, revoked or expired, or its agent is not configured any more.
    """
    session = world.tokens.fingerprint(token)
    held = world.credentials.get(SESSION, session) if token else None
    if held is None:
        raise NotProved("The session has ended: sign in again.")
    return who_is(str(held["agent"]), world, session)


def prove_key(sent: str, world: World) -> Machine:
    """Give the business system whose API key this is.

    Raises:
        NotProved: no key of the configuration.
    """
    for key in world.catalogue.centre().api_keys.values():
        if world.tokens.same(sent, world.secrets.get(key.secret)):
            return Machine(key.name, frozenset(), key)
    raise NotProved("This API key is not known.")


def agent_of(socket: str, world: World) -> str:
    """Give the AgentID that a socket was let in for; what they may do now is another question.

    Raises:
        NotProved: it never was, or its agent signed out.
    """
    held = world.credentials.get(SOCKET, socket)
    if held is None:
        raise NotProved("This socket was not let in: open another with a new ticket.")
    return str(held["agent"])


def is_at_work(agent_id: str, world: World) -> bool:
    """Tell whether the configuration in force lets the agent be signed in."""
    try:
        return who_is(agent_id, world).may(AT_WORK)
    except NotProved:
        return False
