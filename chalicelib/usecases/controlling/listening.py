"""What a supervisor does in an agent's talk: listen, whisper, barge in, switch, leave."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls import supervising
from chalicelib.core.calls.hearing import listening_as
from chalicelib.core.calls.parties import Control
from chalicelib.core.ground.errors import TargetBusy
from chalicelib.ports import World
from chalicelib.usecases.controlling.ordered import Controlled, Ordered

MOST_AWAITING = 4
"""So many supervisors may wait for an agent's next call."""


def monitor(ordered: Ordered, world: World) -> Controlled:
    """Hear an agent unheard: their talk, or all of them from the next on."""
    if ordered.their_scene and supervising.talks(ordered.their_scene, ordered.target.id):
        return listen(ordered, world)
    return _awaits(ordered)


def listen(ordered: Ordered, _world: World) -> Controlled:
    """Hear an agent's talk, or be heard in it."""
    what = supervising.BEGINS[ordered.name]
    scene, target = ordered.scene, ordered.target.id
    return supervising.control(scene, ordered.supervisor, target, what, ordered.centre, ordered.now)


def switch(ordered: Ordered, _world: World) -> Controlled:
    """Do something else with an agent, by the same leg."""
    what = supervising.BEGINS[ordered.name]
    scene, target = ordered.scene, ordered.target.id
    return supervising.switch(scene, ordered.supervisor, target, what, ordered.centre, ordered.now)


def stop(ordered: Ordered, _world: World) -> Controlled:
    """Leave an agent alone, now and with their next calls."""
    awaited = ordered.supervisor.id in ordered.target.awaited_by
    if not awaited and not _listens(ordered):
        raise TargetBusy("You do not control this agent.")
    target = _awaited_no_more(ordered.target, ordered.supervisor.id)
    if not _listens(ordered):
        return target
    scene = ordered.scene.with_agent(target)
    return supervising.stop(scene, ordered.supervisor, target.id, ordered.centre, ordered.now)


def intercept(ordered: Ordered, _world: World) -> Controlled:
    """Take the customer over, who talks with the agent or whose call rings there."""
    scene, target = ordered.scene, ordered.target.id
    if scene.call.offer_to(target):
        return supervising.intercept_ringing(scene, ordered.supervisor, target, ordered.centre, ordered.now)
    return supervising.control(scene, ordered.supervisor, target, Control.INTERCEPT, ordered.centre, ordered.now)


def pick_up(ordered: Ordered, _world: World) -> Controlled:
    """Take the call that rings at the agent."""
    return supervising.take_ringing(ordered.scene, ordered.supervisor, ordered.target.id, ordered.centre, ordered.now)


def _awaits(ordered: Ordered) -> Agent:
    waiting, supervisor = ordered.target.awaited_by, ordered.supervisor.id
    if supervisor in waiting:
        return ordered.target
    if len(waiting) >= MOST_AWAITING:
        raise TargetBusy("Too many supervisors wait for this agent's next call already.")
    return replace(ordered.target, awaited_by=(*waiting, supervisor))


def _awaited_no_more(target: Agent, supervisor: str) -> Agent:
    return replace(target, awaited_by=tuple(name for name in target.awaited_by if name != supervisor))


def _listens(ordered: Ordered) -> bool:
    own = listening_as(ordered.their_scene.call, ordered.supervisor.id) if ordered.their_scene else None
    return own is not None and own.controls == ordered.target.id
