"""Carry a control out: proved, permitted, read, decided and committed with its audit row."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.core.agents.agent import ENGAGED, Agent
from chalicelib.core.agents.results import Answer, Order, Result
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.permissions import CONTROL_PERMISSION
from chalicelib.core.ground.errors import (
    BadRequest,
    Conflict,
    NotFound,
    NotPermitted,
    NotProved,
    SignedInElsewhere,
)
from chalicelib.core.told.audit import AuditRecord, audit_id
from chalicelib.ports import Change, Moved, World
from chalicelib.usecases.commit import commit, decides_again
from chalicelib.usecases.controlling.ordered import Controlled, Ordered
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.see import scene_of
from chalicelib.usecases.sign_out import shut_page

Decide = Callable[[Ordered, World], Controlled]

_WHATEVER_THE_CALL = frozenset(["finishWrapUp"])
"""Controls for which the agent's call need not even fit the agent."""


@decides_again
def carry_out(order: Order, name: str, decide: Decide, world: World) -> Answer:
    """Do what `decide` says of the agent at the seat, whom the supervisor may control by this name.

    Raises:
        CallersFault: they may not, or it cannot be done now; nothing was changed.
    """
    supervisor = _supervisor(order, world)
    if order.request and order.request in supervisor.requests:
        return Answer(Result.DUPLICATE, "This request was taken already.", supervisor.call)
    order.who.needs(CONTROL_PERMISSION[name])
    target = _target(order, world)
    scene = _scene_of(target, supervisor, world) if name not in _WHATEVER_THE_CALL else None
    ordered = Ordered(order, name, supervisor, target, scene, world.catalogue.centre(), world.clock.now())
    change = _change(ordered, decide(ordered, world))
    call_id = target.call if target.state in ENGAGED else ""
    audit = _record(order, name, Result.ACCEPTED, world, target.id, call_id)
    commit_and_match(world, replace(change, audits=(audit,)))
    for moved in change.agents:
        if moved.before and moved.before.socket and not moved.after.signed_in:
            shut_page(moved.before.socket, world)
    return Answer(Result.ACCEPTED, "", call_id)


def _scene_of(target: Agent, supervisor: Agent, world: World) -> Scene | None:
    if target.state not in ENGAGED:
        return None
    call = world.desk.call(target.call)
    if call is None:
        raise Conflict("Call and agent were read at two moments: read again.")
    return scene_of(world, call, target, supervisor)


def _supervisor(order: Order, world: World) -> Agent:
    agent = world.desk.agent(order.who.id)
    if agent is None or not agent.signed_in:
        raise NotProved("Sign in first.")
    if order.socket and order.socket != agent.socket:
        raise SignedInElsewhere("Another page of this agent took over.")
    return agent


def _target(order: Order, world: World) -> Agent:
    """Give the agent at the seat, who is of one of the supervisor's groups and signed in.

    Raises:
        BadRequest: it is the supervisor's own seat.
        NotFound: nobody has that seat, or they are not signed in.
        NotPermitted: none of the supervisor's groups is theirs.
    """
    seat = world.catalogue.seat(order.seat)
    if seat is None or not seat.agent:
        raise NotFound("Nobody has that seat.")
    if seat.agent == order.who.id:
        raise BadRequest("That is you.")
    target = world.desk.agent(seat.agent)
    record = None if target and target.signed_in else world.catalogue.agent_record(seat.agent)
    groups = target.groups if target and target.signed_in else record.groups if record else ()
    if not set(groups) & set(order.who.record.groups):
        raise NotPermitted("That agent is in none of your groups.")
    if target is None or not target.signed_in:
        raise NotFound("That agent is not signed in.")
    return target


def _change(ordered: Ordered, controlled: Controlled) -> Change:
    if isinstance(controlled, Agent):
        change = Change.of_agent(ordered.target, controlled)
    elif isinstance(controlled, Change):
        change = controlled
    else:
        change = Change.of(ordered.their_scene, controlled)
    return _remembered(change, ordered)


def _remembered(change: Change, ordered: Ordered) -> Change:
    """Let the supervisor's row know the request; whoever else changes them meanwhile has this decided anew."""
    supervisor = ordered.supervisor
    after = {moved.after.id: moved.after for moved in change.agents}.get(supervisor.id, supervisor)
    others = tuple(moved for moved in change.agents if moved.after.id != supervisor.id)
    own = Moved(supervisor, after.remembers(ordered.order.request))
    return replace(change, agents=(*others, own) if own.before != own.after else others)


@decides_again
def keep_refusal(order: Order, name: str, result: Result, world: World) -> None:
    """Keep in the audit that a control was refused."""
    seat = world.catalogue.seat(order.seat)
    commit(world, Change(audits=(_record(order, name, result, world, seat.agent if seat else "", ""),)))


def _record(order: Order, name: str, result: Result, world: World, target_id: str, call_id: str) -> AuditRecord:
    now = world.clock.now()
    mark = world.tokens.fingerprint(f"{order.who.id}:{order.request or world.tokens.new()}")[:12]
    return AuditRecord(
        id=audit_id(now, mark),
        at=now,
        by=order.who.id,
        control=name,
        seat=order.seat,
        target=target_id,
        call=call_id,
        result=int(result),
    )
