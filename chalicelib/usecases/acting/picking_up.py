"""What an agent does with a call that rings at a colleague of their groups: take it."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls import supervising
from chalicelib.core.ground.errors import BadRequest, NotFound, NotLegalNow, NotPermitted, TargetBusy
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Acted, Asked
from chalicelib.usecases.acting.targets import colleague_of, seat_holder
from chalicelib.usecases.see import scene_of

ANY_OF_MY_GROUPS, AT_A_SEAT = 0, 1
"""iParam of pickUp."""

MOST_LOOKED_AT = 5
"""Of those at whom something rings so many are looked at, who have been ringing for longest."""


def beside_what_rings(asked: Asked, world: World) -> Asked:
    """Give what is asked with the scene of the call that rings at a colleague.

    Raises:
        NotLegalNow: whoever asks is not ready.
        NotFound: nobody has that seat, or they are not signed in.
        NotPermitted: they are in none of one's groups.
        TargetBusy: no customer's call rings there.
    """
    if asked.agent.state is not AgentState.READY:
        raise NotLegalNow("Calls are picked up by who is ready.")
    if asked.action.i_param == AT_A_SEAT:
        return _beside(asked, _at_the_seat(asked, world), world)
    if asked.action.i_param != ANY_OF_MY_GROUPS:
        raise BadRequest("Picking up takes 0 for any of your groups, 1 for a seat.")
    for colleague in _ringing(asked, world):
        met = _beside(asked, colleague, world)
        if supervising.can_be_taken(met.scene.call, colleague.id):
            return met
    raise TargetBusy("Nothing rings in your groups.")


def pick_up(asked: Asked, _world: World) -> Acted:
    """Take the call that rings at a colleague."""
    return supervising.take_ringing(asked.scene, asked.agent, colleague_of(asked).id, asked.centre, asked.now)


def _beside(asked: Asked, colleague: Agent, world: World) -> Asked:
    call = world.desk.call(colleague.call) if colleague.state is AgentState.RINGING else None
    if call is None:
        raise TargetBusy("Nothing rings there.")
    return replace(asked, colleague=colleague, their_scene=scene_of(world, call, colleague, asked.agent))


def _at_the_seat(asked: Asked, world: World) -> Agent:
    colleague = world.desk.agent(seat_holder(asked.action.s_param, world))
    if colleague is None or not colleague.signed_in:
        raise NotFound("There is no such agent, or they are not signed in.")
    if colleague.id == asked.agent.id:
        raise BadRequest("That is you.")
    if not set(colleague.groups) & set(asked.action.who.record.groups):
        raise NotPermitted("That agent is in none of your groups.")
    return colleague


def _ringing(asked: Asked, world: World) -> Iterable[Agent]:
    """Give the colleagues at whom something rings; a call of theirs is read only when it is their turn."""
    groups = asked.action.who.record.groups
    names = {name for group in groups for name in world.catalogue.group(group)} - {asked.agent.id}
    found = [agent for agent in world.desk.agents(sorted(names)) if set(agent.groups) & set(groups)]
    ringing = [agent for agent in found if agent.state is AgentState.RINGING and agent.offer]
    return sorted(ringing, key=lambda agent: agent.since)[:MOST_LOOKED_AT]
