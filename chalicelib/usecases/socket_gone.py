"""A socket is gone: its agent's seat is kept for a while."""

from chalicelib.core.agents import presence
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.prove import SOCKET


@decides_again
def socket_gone(socket: str, world: World) -> None:
    """Note that a socket is closed; the agent's seat is kept for a while."""
    held = world.credentials.get(SOCKET, socket)
    agent = world.desk.agent(str(held["agent"])) if held else None
    if agent:
        gone = presence.disconnect(agent, socket, world.clock.now())
        commit_and_match(world, Change.of_agent(agent, gone))
    world.credentials.drop(SOCKET, socket)
