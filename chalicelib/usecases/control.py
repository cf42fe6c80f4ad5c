"""Control an agent for their supervisor: every control of doControl, permitted, decided, committed with its audit row.

The answer never means that it happened: an event does.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.core.agents.agent import ENGAGED, Agent
from chalicelib.core.agents.control_codes import control_name
from chalicelib.core.agents.results import Answer, Order, Result, result_of
from chalicelib.core.centre.permissions import CONTROL_PERMISSION
from chalicelib.core.ground.errors import (
    BadRequest,
    CallersFault,
    Conflict,
    IcallError,
    NotFound,
    NotPermitted,
    NotProved,
    SignedInElsewhere,
)
from chalicelib.core.ground.metrics import Metric
from chalicelib.core.told.audit import AuditRecord, audit_id
from chalicelib.ports import Change, Moved, World
from chalicelib.usecases.act import remembering
from chalicelib.usecases.commit import commit, decides_again
from chalicelib.usecases.controlling import forcing, listening
from chalicelib.usecases.controlling.ordered import Controlled, Ordered
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.prove import who_is
from chalicelib.usecases.see import scene_of
from chalicelib.usecases.sign_out import shut_page


def control(order: Order, world: World) -> Answer:
    """Carry a control out, or say by its code why not; either is in the audit."""
    name = control_name(order.control, world.catalogue.centre().codes.controls)
    if name is None or name not in _CONTROLS:
        return Answer(Result.UNKNOWN_CODE, "There is no control of this code.")
    world.watch.count(Metric.CONTROLS)
    try:
        return _taken(order, name, world)
    except IcallError as error:
        result = result_of(error)
        if result not in _NOBODYS:
            _keep_refusal(order, name, result, world)
        return Answer(result, str(error))


def listen_as_wished(target_id: str, supervisor_id: str, world: World) -> None:
    """An agent talks for whom a supervisor waits: let them listen, if both still may and can."""
    target = world.desk.agent(target_id)
    if target is None or supervisor_id not in target.awaited_by:
        return
    try:
        _taken(Order(who_is(supervisor_id, world), "", target.seat, 0), "monitor", world)
    except CallersFault:
        return


_NOBODYS = (Result.NOT_SIGNED_IN, Result.SIGNED_IN_ELSEWHERE)
"""Refusals that are none of a control, but of who asks for anything at all."""


@decides_again
def _taken(order: Order, name: str, world: World) -> Answer:
    supervisor = _supervisor(order, world)
    if order.request and order.request in supervisor.requests:
        return Answer(Result.DUPLICATE, "This request was taken already.", supervisor.call)
    order.who.needs(CONTROL_PERMISSION[name])
    target = _target(order, world)
    call = world.desk.call(target.call) if target.state in ENGAGED else None
    if target.state in ENGAGED and call is None:
        raise Conflict("Call and agent were read at two moments: read again.")
    scene = scene_of(world, call, target, supervisor) if call else None
    ordered = Ordered(order, name, supervisor, target, scene, world.catalogue.centre(), world.clock.now())
    change = _change(ordered, _CONTROLS[name](ordered, world))
    call_id = target.call if target.state in ENGAGED else ""
    audit = _record(order, name, Result.ACCEPTED, world, target.id, call_id)
    commit_and_match(world, replace(change, audits=(audit,)))
    for moved in change.agents:
        if moved.before and moved.before.signed_in and not moved.after.signed_in:
            shut_page(moved.before, world)
    return Answer(Result.ACCEPTED, "", call_id)


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
    own = Moved(supervisor, remembering(after, ordered.order.request))
    return replace(change, agents=(*others, own) if own.before != own.after else others)


@decides_again
def _keep_refusal(order: Order, name: str, result: Result, world: World) -> None:
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


_CONTROLS: Mapping[str, Callable[[Ordered, World], Controlled]] = {
    "monitor": listening.monitor,
    "intercept": listening.intercept,
    "bargeIn": listening.listen,
    "emergencyCall": forcing.call_urgently,
    "forceRelease": forcing.release,
    "whisper": listening.listen,
    "pickUp": listening.pick_up,
    "forcePaused": forcing.paused,
    "forceReady": forcing.ready,
    "forceSignOut": forcing.sign_out,
    "forceSignOutNow": forcing.sign_out_now,
    "stop": listening.stop,
    "finishWrapUp": forcing.finish_wrap_up,
    "forceRest": forcing.rest,
    "switchToMonitor": listening.switch,
    "switchToBargeIn": listening.switch,
    "switchToWhisper": listening.switch,
}
"""What each control does; startRecording and stopRecording come with the recording's own verbs."""
