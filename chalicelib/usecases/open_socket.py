"""Open a socket: let a page in by its ticket."""

from chalicelib.core.ground.errors import NotProved
from chalicelib.core.told.closing import Closing
from chalicelib.ports import World
from chalicelib.usecases.issue_ticket import TICKET
from chalicelib.usecases.prove import SESSION, SOCKET, is_at_work

SOCKET_MS = 130 * 60 * 1000
"""API Gateway closes every socket after 2 h."""


def open_socket(socket: str, ticket: str, world: World) -> None:
    """Let a socket in by its ticket, once.

    Raises:
        NotProved: unknown, used or expired, or its session has ended, or its agent may not be here any more.
    """
    held = world.credentials.consume(TICKET, world.tokens.fingerprint(ticket))
    if held is None or world.credentials.get(SESSION, str(held["session"])) is None:
        raise NotProved(Closing.BAD_TICKET.words)
    if not is_at_work(str(held["agent"]), world):
        raise NotProved(Closing.SIGNED_OUT.words)
    world.credentials.put(SOCKET, socket, held, world.clock.now() + SOCKET_MS)
