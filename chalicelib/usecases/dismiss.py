"""Dismiss: an agent is none any more, or may not work any more; no call is to ring there."""

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import AT_REST, Agent, AgentState
from chalicelib.core.calls import unanswered
from chalicelib.core.calls.hearing import HungUp
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.see import scene_of
from chalicelib.usecases.sign_out import shut_page


@decides_again
def dismiss(agent_id: str, world: World) -> None:
    """Sign an agent out, or once their call is over; a call that rings there goes back to its place at once."""
    agent = world.desk.agent(agent_id)
    if agent is None or not agent.signed_in:
        return
    commit_and_match(world, _dismissed(agent, world))
    if agent.socket and agent.state in (AgentState.RINGING, *AT_REST):
        shut_page(agent.socket, world)


def _dismissed(agent: Agent, world: World) -> Change:
    now = world.clock.now()
    gone = presence.dismiss(agent, now)
    call = world.desk.call(agent.call) if agent.state is AgentState.RINGING else None
    if call is None:
        return Change.of_agent(agent, gone)
    scene = scene_of(world, call, agent)
    after = unanswered.rings_no_more(scene.with_agent(gone), agent.id, HungUp.FORCED, world.catalogue.centre(), now)
    return Change.of(scene, after)
