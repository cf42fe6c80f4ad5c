"""Sign out: the session ends, the agent goes, the page is closed."""

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
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
    if agent:
        shut_page(agent, world)


def shut_page(agent: Agent, world: World) -> None:
    """Let nothing more in by the socket of an agent who is signed out, and close it."""
    if agent.socket:
        world.credentials.drop(SOCKET, agent.socket)
        world.sockets.close(agent.socket, Closing.SIGNED_OUT)
