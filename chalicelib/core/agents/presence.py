"""Presence: signing in and out, the page's connection, pausing, resuming and wrapping up."""

from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any

from chalicelib.core.agents.agent import AT_REST, OFF_CALL, Agent, AgentState, StateCode
from chalicelib.core.centre.model import AgentRecord, Device, DeviceKind, Reason, Seat
from chalicelib.core.ground.errors import BadRequest, NotFound, NotLegalNow
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import Heard, Timer, TimerKind

SEAT_SECONDS = 45
"""How long a seat is kept after the last sign of life of its page."""

MAX_WRAP_UP_SECONDS = 900
"""The longest wrap-up, however often it is extended: one delayed message of the timer queue."""


NOTHING_DEFERRED: Mapping[str, Any] = {"deferred": "", "deferred_code": 0, "deferred_seconds": 0, "leaves": None}

SIGNED_OUT = "signed-out"
"""PENDING of an agent who signs out after the call."""


class WrappedUp(IntEnum):
    """iParam of WrapUp."""

    STARTED = 0
    WARNED = 1
    ENDED = 2


class LoggedOut(IntEnum):
    """iParam of Logout."""

    SELF = 0
    FORCED = 1
    ELSEWHERE = 2
    CONNECTION_LOST = 3
    EXPIRED = 4


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause as asked for: `name` of its reason, the public state code it shows, how long it may last (s)."""

    name: str
    code: int
    max_seconds: int | None = None


def pause_for(code: int, reasons: Mapping[str, Reason]) -> Pause:
    """Give the pause that a reason code (iParam of action 9) stands for; 0 is a pause without a reason."""
    for reason in reasons.values():
        if reason.code == code:
            return Pause(reason.name, reason.state, reason.max_seconds)
    if code == 0:
        return Pause("", 0)
    raise BadRequest("There is no pause reason of this code: see the centre's reasons.")


def pause_showing(state: int, name: str, reasons: Mapping[str, Reason]) -> Pause:
    """Give the pause that shows a public state code, by the reason of this name or else the first that shows it.

    Raises:
        BadRequest: no reason shows it, or the one named shows another.
    """
    for reason in reasons.values():
        if reason.state == state and name in ("", reason.name) and (name or state != StateCode.PAUSED):
            return Pause(reason.name, reason.state, reason.max_seconds)
    if state == StateCode.PAUSED and not name:
        return Pause("", 0)
    raise BadRequest("There is no such pause reason of this state: see the centre's reasons.")


def device_at(seat: Seat, kind: DeviceKind | None) -> Device:
    """Give what rings at a seat: its own device, or the browser, which every seat may have.

    Raises:
        NotFound: the seat has no device of this kind.
    """
    if kind is DeviceKind.BROWSER:
        return Device(DeviceKind.BROWSER)
    if kind not in (None, seat.device.kind):
        raise NotFound("This seat has no such device: see the centre's configuration.")
    return seat.device


def change_device(agent: Agent, device: Device, now: int) -> Agent:
    """Let another device of the agent's seat ring from now on.

    Raises:
        NotLegalNow: a call is on the other one.
    """
    if agent.device == device:
        return agent
    _needs_signed_in(agent)
    if agent.state not in AT_REST:
        raise NotLegalNow("Your device can be changed between calls only.")
    return replace(agent, device=device).hears(Heard.LOGIN, now, 0, tags={"DEVICE": device.kind.value})


def sign_in(agent: Agent, record: AgentRecord, device: Device, now: int, *, ready: bool) -> Agent:
    """Bring an agent in at their seat; one who is in already keeps state, call and numbering."""
    if agent.signed_in and agent.state not in AT_REST:
        return replace(agent, dismissed=False)
    placed = replace(agent, profile=record.profile, seat=record.seat, device=device, groups=record.groups)
    if agent.signed_in:
        return placed
    placed = replace(
        placed, epoch=agent.epoch + 1, seq=0, connected=False, socket="", page="", awaited_by=(), **NOTHING_DEFERRED
    )
    placed = placed.hears(Heard.LOGIN, now, 0, tags={"DEVICE": device.kind.value})
    placed = _keeps_seat(placed.moves("sign_in", now, reason="signed-in"), now)
    return resume(placed, now) if ready else placed


def sign_out(agent: Agent, now: int, how: LoggedOut = LoggedOut.SELF) -> Agent:
    """Let an agent at rest go.

    Raises:
        NotLegalNow: they ring, dial or talk.
    """
    if not agent.signed_in:
        return agent
    if agent.state not in AT_REST:
        raise NotLegalNow("Signing out has to wait until the call is over.")
    return _signed_out(_wrap_up_ended(agent, now), "sign_out", now, how)


def sign_out_after(agent: Agent, now: int, how: LoggedOut = LoggedOut.SELF) -> Agent:
    """Let an agent go when their call is over and written up; at once where there is none.

    A pause that waited for the end of the call does so no more: the later wish holds.
    """
    _needs_signed_in(agent)
    if agent.state in (AgentState.READY, AgentState.PAUSED):
        return sign_out(agent, now, how)
    nothing_else = replace(agent, **NOTHING_DEFERRED)
    return replace(nothing_else, deferred=SIGNED_OUT, leaves=int(how)).tells_state(agent, now, _by(how))


def dismiss(agent: Agent, now: int) -> Agent:
    """Sign out who is an agent no more, or note that their call is the last; an offer is to be withdrawn first."""
    if agent.signed_in and agent.state not in AT_REST:
        return replace(agent, dismissed=True)
    return sign_out(agent, now, LoggedOut.FORCED)


def connect(agent: Agent, socket: str, page: str, now: int) -> Agent:
    """The agent's `page` listens on `socket`; a seat that was kept is theirs again."""
    back = replace(agent, socket=socket, page=page, connected=True)
    return back if agent.visible_code == back.visible_code else back.tells_state(agent, now, "system")


def disconnect(agent: Agent, socket: str, now: int) -> Agent:
    """The page's socket is gone: nothing more is offered, and the seat is kept for a while."""
    if agent.socket != socket:
        return agent
    gone = replace(agent, socket="", connected=False)
    if not agent.signed_in:
        return gone
    return _keeps_seat(gone.tells_state(agent, now, "system"), now)


def seat_due(agent: Agent, epoch: str, now: int) -> Agent:
    """The kept seat's time is over: an agent at rest without a page is signed out; a call is never cut.

    A timer of an earlier loss of the page, which came back and went again, changes nothing.
    """
    if agent.connected or str(agent.epoch) != epoch or now < agent.seat_until or agent.state not in AT_REST:
        return agent
    return sign_out(agent, now, LoggedOut.CONNECTION_LOST)


def pause(agent: Agent, reason: Pause, now: int, by: str = "self") -> Agent:
    """Pause service, at once or, during a call, after it."""
    _may_choose(agent, by)
    if agent.state in AT_REST:
        return _paused(_wrap_up_ended(agent, now), "pause", reason, now, by)
    _needs_signed_in(agent)
    return defer(agent, reason, now, by)


def defer(agent: Agent, reason: Pause, now: int, by: str = "self") -> Agent:
    """Pause service after the call and its wrap-up, not before."""
    _may_choose(agent, by)
    return _deferring(agent, reason).tells_state(agent, now, by)


def stay(agent: Agent, now: int, by: str = "self") -> Agent:
    """Take back what waits for the end of the call: be ready after it."""
    _may_choose(agent, by)
    return replace(agent, **NOTHING_DEFERRED).tells_state(agent, now, by)


def resume(agent: Agent, now: int, by: str = "self") -> Agent:
    """Resume service, end the wrap-up, or take back what waits for the end of the call."""
    _needs_signed_in(agent)
    _may_choose(agent, by)
    if agent.state in (AgentState.PAUSED, AgentState.WRAP_UP):
        agent = _wrap_up_ended(agent, now)
        return agent.moves("resume", now, by=by, ready_since=now, **NOTHING_DEFERRED, **OFF_CALL)
    if agent.deferred:
        return stay(agent, now, by)
    if agent.state is AgentState.READY:
        return agent
    raise NotLegalNow("There is a call to end first.")


def start_wrap_up(agent: Agent, seconds: int, now: int) -> Agent:
    """The talk is over: give the agent time to write it up, or none, as to who is an agent no more."""
    if seconds <= 0 or agent.dismissed:
        return rest(agent, now)
    until = now + seconds * 1000
    agent = agent.moves("wrap_up", now, by="system", wrap_up_until=until, offer="")
    agent = agent.hears(Heard.WRAP_UP, now, WrappedUp.STARTED, tags={"DEADLINE": str(until)})
    return agent.reminds(wrap_up_timer(agent))


def extend_wrap_up(agent: Agent, seconds: int, now: int) -> Agent:
    """Give the wrap-up `seconds` more, 15 minutes from now at the most."""
    _needs_wrap_up(agent)
    until = min(agent.wrap_up_until + seconds * 1000, now + MAX_WRAP_UP_SECONDS * 1000)
    agent = replace(agent, wrap_up_until=until)
    agent = agent.hears(Heard.WRAP_UP, now, WrappedUp.STARTED, tags={"DEADLINE": str(until)})
    return agent.reminds(wrap_up_timer(agent))


def finish_wrap_up(agent: Agent, now: int, by: str = "self") -> Agent:
    """End the wrap-up: on to the next call, or into the pause that was asked for."""
    _needs_wrap_up(agent)
    return rest(agent, now, by)


def wrap_up_timer(agent: Agent) -> Timer:
    """Give the timer that ends this wrap-up."""
    return Timer(TimerKind.WRAP_UP, agent.id, _wrap_up_token(agent), agent.wrap_up_until)


def seat_timer(agent: Agent) -> Timer:
    """Give the timer that ends the keeping of this agent's seat."""
    return Timer(TimerKind.SEAT, agent.id, str(agent.epoch), agent.seat_until)


def wrap_up_due(agent: Agent, token: str, now: int) -> Agent:
    """The wrap-up's deadline has come; a timer set before an extension or for another wrap-up changes nothing."""
    if agent.state is not AgentState.WRAP_UP or now < agent.wrap_up_until or token != _wrap_up_token(agent):
        return agent
    return finish_wrap_up(agent, now, by="system")


def pause_due(agent: Agent, token: str, now: int) -> Agent:
    """The longest time of a pause is over; a timer of another pause changes nothing."""
    if agent.state is not AgentState.PAUSED or token != f"{agent.epoch}.{agent.since}":
        return agent
    return resume(agent, now, by="system")


def rest(agent: Agent, now: int, by: str = "system") -> Agent:
    """Give the agent after a call or a wrap-up: signed out or paused if that was asked for meanwhile, else ready.

    Who is an agent no more is gone, and is not ready for a moment.
    """
    agent = _wrap_up_ended(agent, now)
    if agent.dismissed or agent.leaves is not None:
        verb = "sign_out" if agent.state is AgentState.WRAP_UP else "leave"
        how = LoggedOut.FORCED if agent.dismissed or agent.leaves is None else LoggedOut(agent.leaves)
        return _signed_out(agent, verb, now, how)
    if agent.deferred:
        return _aside(agent, Pause(agent.deferred, agent.deferred_code, agent.deferred_seconds), now, by)
    verb = "resume" if agent.state is AgentState.WRAP_UP else "stand_down"
    since = agent.ready_since if agent.state is AgentState.RINGING else now
    return agent.moves(verb, now, by=by, ready_since=since, **OFF_CALL)


def set_aside(agent: Agent, reason: str, now: int) -> Agent:
    """Give an agent who did not take what rang: paused for this reason, unless something else was to come after it."""
    if agent.deferred or agent.dismissed:
        return rest(agent, now)
    return agent.moves("set_aside", now, by="system", reason=reason, **OFF_CALL)


def turn_to_call(agent: Agent, now: int) -> Agent:
    """An agent at rest makes a call, or is rung: a wrap-up is over by that, a pause goes on after it."""
    if agent.state is AgentState.PAUSED:
        return _deferring(agent, Pause(agent.reason, agent.code))
    if agent.state is AgentState.WRAP_UP:
        return replace(_wrap_up_ended(agent, now), wrap_up_until=0, ready_since=now)
    return agent


def _signed_out(agent: Agent, verb: str, now: int, how: LoggedOut) -> Agent:
    gone = agent.moves(verb, now, by=_by(how), dismissed=False, **NOTHING_DEFERRED, **OFF_CALL)
    return gone.hears(Heard.LOGOUT, now, how)


def _by(how: LoggedOut) -> str:
    return "self" if how is LoggedOut.SELF else "system"


def _aside(agent: Agent, reason: Pause, now: int, by: str) -> Agent:
    return _paused(agent, "pause" if agent.state is AgentState.WRAP_UP else "set_aside", reason, now, by)


def _paused(agent: Agent, verb: str, reason: Pause, now: int, by: str) -> Agent:
    paused = agent.moves(verb, now, by=by, reason=reason.name, code=reason.code, **NOTHING_DEFERRED, **OFF_CALL)
    if not reason.max_seconds:
        return paused
    return paused.reminds(_pause_timer(paused, now + reason.max_seconds * 1000))


def _deferring(agent: Agent, reason: Pause) -> Agent:
    name, seconds = reason.name or "pause", reason.max_seconds or 0
    return replace(agent, deferred=name, deferred_code=reason.code, deferred_seconds=seconds, leaves=None)


def _wrap_up_ended(agent: Agent, now: int) -> Agent:
    return agent.hears(Heard.WRAP_UP, now, WrappedUp.ENDED) if agent.state is AgentState.WRAP_UP else agent


def _needs_signed_in(agent: Agent) -> None:
    if not agent.signed_in:
        raise NotLegalNow("Sign in first.")


def _may_choose(agent: Agent, by: str) -> None:
    """Insist that an agent does not take back themselves what others have decided for after the call."""
    if by == "self" and agent.leaves not in (None, LoggedOut.SELF):
        raise NotLegalNow("You are going to be signed out after this call.")


def _needs_wrap_up(agent: Agent) -> None:
    if agent.state is not AgentState.WRAP_UP:
        raise NotLegalNow("There is no wrap-up to end or to extend.")


def _wrap_up_token(agent: Agent) -> str:
    return f"{agent.epoch}.{agent.wrap_up_until}"


def _keeps_seat(agent: Agent, now: int) -> Agent:
    kept = replace(agent, seat_until=now + SEAT_SECONDS * 1000)
    return kept.reminds(seat_timer(kept))


def _pause_timer(agent: Agent, due: int) -> Timer:
    return Timer(TimerKind.PAUSE, agent.id, f"{agent.epoch}.{agent.since}", due)
