"""Hello: a page's first frame on its socket, which makes it the agent's."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents import presence
from chalicelib.core.told.closing import Closing
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.heartbeat import why_no_more
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.prove import agent_of, is_at_work
from chalicelib.usecases.snapshot import snapshot

MOST_RESUMED = 100
"""Events sent one by one after a gap; a larger gap gets a snapshot."""


@decides_again
def hello(
    socket: str, page: str, epoch: int, last_seq: int, world: World, *, again: bool = False
) -> Mapping[str, Any] | Closing:
    """Welcome a page: give every event it missed, or a snapshot when those are too many or of another epoch.

    An older socket of the same agent is closed. The position is read with the state, in one item. A page that says
    hello `again` had the agent before: it takes them from no other page that took over since.

    Raises:
        NotProved: the socket was never let in.
    """
    agent_id = agent_of(socket, world)
    agent = world.desk.agent(agent_id)
    if agent is None or not agent.signed_in or not is_at_work(agent_id, world):
        return Closing.SIGNED_OUT
    if again and agent.is_with_another(page):
        return Closing.SUPERSEDED
    older = agent.socket if agent.socket != socket else ""
    reached = epoch == agent.epoch and last_seq <= agent.seq
    missed = world.desk.events_after(agent_id, epoch, last_seq) if reached else []
    connected = presence.connect(agent, socket, page, world.clock.now())
    commit_and_match(world, Change.of_agent(agent, connected))
    if older:
        world.sockets.close(older, why_no_more(agent, page))
    if reached and agent.seq - last_seq == len(missed) <= MOST_RESUMED:
        events = [event.to_frame() for event in missed]
        return {"type": "resume", "epoch": agent.epoch, "seq": agent.seq, "events": events}
    return snapshot(agent_id, world)
