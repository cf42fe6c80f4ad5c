"""Reset: bring an agent and their call to what is really there, when what is stored does not fit any more.

The carrier is asked about every leg of the call. One that is over there is noted as ended, by the same rules as if the
carrier had told it; a carrier that gives no answer has said nothing. What falls due at the agent and was forgotten is
done. An agent who has no part in the call that they are said to be in is free.
"""

from chalicelib.core.agents.agent import ENGAGED
from chalicelib.core.calls.engagement import agree
from chalicelib.core.calls.resetting import as_the_call_has_it
from chalicelib.core.ground.errors import Conflict, TooManyRequests
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.look_for_ghosts import look_for_ghosts
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.sweep import do_what_is_overdue, overdue_since

RESETS = "RESETS"
"""The kind of credential record that counts."""

MOST_RESETS, WINDOW_MS = 6, 60_000
"""So many resets of one agent, each within a minute of the last: each asks the carrier about every leg."""


def reset(agent_id: str, world: World) -> None:
    """Put an agent's state and their call right, whoever asks for it.

    Raises:
        TooManyRequests: that was done for them too often lately.
    """
    if not world.credentials.count(RESETS, agent_id, MOST_RESETS, world.clock.now() + WINDOW_MS):
        raise TooManyRequests("The carrier has just been asked: wait a minute.")
    _fits_the_call(agent_id, world)
    agent = world.desk.agent(agent_id)
    if agent and agent.state in ENGAGED:
        look_for_ghosts(agent.call, world)
    agent = world.desk.agent(agent_id)
    if agent and overdue_since(agent, world.clock.now()) is not None:
        do_what_is_overdue(agent, world)


@decides_again
def _fits_the_call(agent_id: str, world: World) -> None:
    """Have the agent be what their call makes them.

    The agent is read before the call and after it: if nobody changed them meanwhile, both were so at one moment.
    """
    agent = world.desk.agent(agent_id)
    if agent is None or agent.state not in ENGAGED:
        return
    call = world.desk.call(agent.call)
    if call and agree(call, agent):
        return
    if world.desk.agent(agent_id) != agent:
        raise Conflict("The agent changed meanwhile: read again.")
    world.watch.note("an agent did not fit their call", agent=agent_id, call=agent.call)
    commit_and_match(world, Change.of_agent(agent, as_the_call_has_it(call, agent, world.clock.now())))
