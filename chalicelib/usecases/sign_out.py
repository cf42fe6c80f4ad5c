"""Sign out: the session ends, the agent goes, the page is closed.

A sign-out that was put off until the end of a call happens in whatever ends the call. It is the table's stream that
shuts the page then (tell_again.py): what the page heard last has reached it, and no handler's death keeps it open.
"""

from chalicelib.core.agents import presence
from chalicelib.core.centre.who import Person
from chalicelib.core.told.closing import Closing
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.prove import SESSION, SOCKET


@decides_again
def sign_out(who: Person, world: World) -> None:
    """End the session by which the agent asks, and let them go.

    Raises:
        NotLegalNow: a call has to end first; the session goes on.
    """
    agent = world.desk.agent(who.id)
    if agent:
        commit_and_match(world, Change.of_agent(agent, presence.sign_out(agent, world.clock.now())))
    world.credentials.drop(SESSION, who.session)
    if agent and agent.socket:
        shut_page(agent.socket, world)


def shut_page(socket: str, world: World) -> None:
    """Let nothing more in by the socket of an agent who is signed out, nor by its session, and close it."""
    held = world.credentials.consume(SOCKET, socket)
    if held and held.get("session"):
        world.credentials.drop(SESSION, str(held["session"]))
    world.sockets.close(socket, Closing.SIGNED_OUT)
