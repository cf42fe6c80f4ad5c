"""Issue a ticket: what opens a page's socket, once; a session's token never stands in an address."""

from chalicelib.core.centre.who import Person
from chalicelib.core.ground.errors import NotLegalNow
from chalicelib.core.told.closing import Closing
from chalicelib.ports import World

TICKET = "TICKET"
"""The kind of credential record."""

TICKET_MS = 30 * 1000


def issue_ticket(who: Person, world: World, comes_back: str | None = None) -> tuple[str, int]:
    """Give a ticket that opens one socket within 30 s, and its expiry; a page that `comes_back` has to be the agent's.

    Raises:
        NotLegalNow: another page took over since.
    """
    agent = world.desk.agent(who.id) if comes_back is not None else None
    if agent and comes_back is not None and agent.is_with_another(comes_back):
        raise NotLegalNow(Closing.SUPERSEDED.words)
    ticket, expires_at = world.tokens.new(), world.clock.now() + TICKET_MS
    held = {"agent": who.id, "session": who.session}
    world.credentials.put(TICKET, world.tokens.fingerprint(ticket), held, expires_at)
    return ticket, expires_at
