"""Whom an action is meant for: target kinds become agents, numbers, queues and flows."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.routing import serving
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.centre.dial_plan import to_e164
from chalicelib.core.centre.model import Centre
from chalicelib.core.flow.engine import begin
from chalicelib.core.flow.turns import Run
from chalicelib.core.ground.errors import BadRequest, NotConfigured, NotFound, TargetBusy
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told import tags
from chalicelib.ports import World
from chalicelib.usecases.acting.asked import Asked

MOST_DIGITS = 9
"""Of a seat's number."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom or what is meant, as written, with the tags given along."""

    kind: TargetKind
    name: str
    tags: Mapping[str, str]


def target_of(asked: Asked) -> Target:
    """Read the target of an action, `name;TAG:VALUE|...`.

    Raises:
        BadRequest: there is no such kind, or nothing is named.
    """
    kind = asked.action.i_param
    if kind not in list(TargetKind):
        raise BadRequest(_NO_TARGET.get(kind, "") + _KINDS)
    target = _target(TargetKind(kind), asked)
    return replace(target, kind=_known(target.kind, target.name, asked.centre))


_KINDS = "The target kind must be 0 to 5: by dial plan, seat, agent, outside line, queue, flow."

_NO_TARGET: Mapping[int, str] = {
    6: "A conference is no target: consult whom you want in it, then bring all together (21). ",
    7: "There is no voicemail box: a flow can say that nobody is there (5). ",
}


def flow_meant(asked: Asked, world: World) -> tuple[Run, Mapping[str, str]]:
    """Give the beginning of the flow that an action names, in the customer's language, with the tags given along.

    Raises:
        BadRequest: nothing is named.
        NotFound: there is no such flow.
    """
    target = _target(TargetKind.FLOW, asked)
    return run_of(target.name, asked.call.run.language if asked.call.run else None, world), target.tags


def run_of(name: str, language: str | None, world: World) -> Run:
    """Give the beginning of a flow, in this language or its own.

    Raises:
        NotFound: there is no such flow.
    """
    try:
        version, flow = world.catalogue.flow(name)
    except NotConfigured:
        raise NotFound("There is no flow of this name.") from None
    return begin(flow, version, language)


def _colleague_meant(asked: Asked, world: World) -> Agent | None:
    """Give the agent whom an action is meant for and who can be rung now, None where it is meant for no agent.

    Raises:
        NotFound: there is no such seat, agent or queue, or they are not signed in.
        TargetBusy: they have something else to do; in a queue nobody is ready.
    """
    target = target_of(asked)
    if target.kind is TargetKind.QUEUE:
        return _first_ready(target.name, asked, world)
    if target.kind not in (TargetKind.SEAT, TargetKind.AGENT):
        return None
    agent = world.desk.agent(seat_holder(target.name, world) if target.kind is TargetKind.SEAT else target.name)
    if agent is None or not agent.signed_in or not agent.connected:
        raise NotFound("There is no such agent, or they are not signed in.")
    return _free(agent, asked)


def meets_colleague(asked: Asked, world: World) -> Asked:
    """Give what is asked with the agent whom it is meant for; raises as above."""
    colleague = _colleague_meant(asked, world)
    if colleague is None:
        return asked
    scene = asked.their_scene.with_agent(colleague) if asked.their_scene else None
    return replace(asked, colleague=colleague, their_scene=scene)


def meets_successor(asked: Asked, world: World) -> Asked:
    """Do so for who is to have the customer: nobody where they are to wait in a queue."""
    return asked if target_of(asked).kind is TargetKind.QUEUE else meets_colleague(asked, world)


def colleague_of(asked: Asked) -> Agent:
    """Give the agent whom an action is meant for."""
    if asked.colleague is None:
        raise NotFound("There is no such agent.")
    return asked.colleague


def number_meant(target: Target, centre: Centre) -> str:
    """Give the number (E.164) of a target outside."""
    return to_e164(target.name, centre.dial_plan)


def is_outside(target: Target) -> bool:
    """Tell whether the target is a number outside; by dial plan all are that are nobody's."""
    return target.kind in (TargetKind.OUTSIDE, TargetKind.AUTOMATIC)


def _target(kind: TargetKind, asked: Asked) -> Target:
    name, _, tag_string = asked.action.s_param.partition(";")
    if not name.strip():
        raise BadRequest("Whom? Give a number or a name.")
    return Target(kind, name.strip(), tags.read_given(tag_string))


def _known(kind: TargetKind, name: str, centre: Centre) -> TargetKind:
    """Decide what an automatic target is: a queue's name, else a number."""
    if kind is TargetKind.AUTOMATIC and name in centre.queues:
        return TargetKind.QUEUE
    if kind is TargetKind.QUEUE and name not in centre.queues:
        raise NotFound("There is no queue of this name.")
    return kind


def seat_holder(name: str, world: World) -> str:
    """Give the AgentID of who has a seat, empty for nobody, or raise BadRequest."""
    if not name.isdecimal() or len(name) > MOST_DIGITS:
        raise BadRequest("A seat is a number.")
    seat = world.catalogue.seat(int(name))
    return seat.agent if seat else ""


def _first_ready(queue: str, asked: Asked, world: World) -> Agent:
    _, ready = world.desk.lines([], sorted(serving(queue, asked.centre.profiles)))
    for row in ready:
        agent = world.desk.agent(row.agent)
        if agent and agent.routable and agent.id != asked.agent.id:
            return agent
    raise TargetBusy("Nobody in that queue is ready.")


def _free(agent: Agent, asked: Asked) -> Agent:
    if agent.id == asked.agent.id:
        raise BadRequest("That is you.")
    if not agent.routable:
        raise TargetBusy("That agent is not ready.")
    return agent
