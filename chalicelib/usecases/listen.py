"""Listen: a page's socket, from its ticket to its end, as protocol icall.v1 has it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls.call import Call, CallState
from chalicelib.core.calls.hearing import call_tags
from chalicelib.core.ground.errors import NotLegalNow, NotProved
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.due import due
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.sign_in import SESSION, SIGNED_OUT, SOCKET, prove_session

TICKET = "TICKET"
TICKET_MS = 30 * 1000
SOCKET_MS = 130 * 60 * 1000
"""API Gateway closes every socket after 2 h."""

MOST_RESUMED = 100
"""Events sent one by one after a gap; a larger gap gets a snapshot."""

BAD_TICKET, SUPERSEDED, REPLACED, RESYNCHRONISE = 4001, 4009, 4010, 4012
"""Close codes, beside SIGNED_OUT."""

TAKEN_OVER = "Another page of this agent took over."


def issue_ticket(session: str, world: World, comes_back: str | None = None) -> tuple[str, int]:
    """Give a ticket that opens one socket within 30 s, and its expiry; a page that `comes_back` has to be the agent's.

    Raises:
        NotProved: the session has ended.
        NotLegalNow: another page took over since.
    """
    record = prove_session(session, world)
    agent = world.desk.agent(str(record["agent"])) if comes_back is not None else None
    if agent and comes_back is not None and agent.is_with_another(comes_back):
        raise NotLegalNow(TAKEN_OVER)
    ticket, expires_at = world.tokens.new(), world.clock.now() + TICKET_MS
    held = {"agent": record["agent"], "session": world.tokens.fingerprint(session)}
    world.credentials.put(TICKET, world.tokens.fingerprint(ticket), held, expires_at)
    return ticket, expires_at


def open_socket(socket: str, ticket: str, world: World) -> None:
    """Let a socket in by its ticket, once.

    Raises:
        NotProved: unknown, used or expired, or its session has ended.
    """
    held = world.credentials.consume(TICKET, world.tokens.fingerprint(ticket))
    if held is None or world.credentials.get(SESSION, str(held["session"])) is None:
        raise NotProved("The ticket is not valid any more: ask for a new one.")
    world.credentials.put(SOCKET, socket, held, world.clock.now() + SOCKET_MS)


def agent_of(socket: str, world: World) -> str:
    """Give the AgentID of an open socket.

    Raises:
        NotProved: the socket was never let in, or its session has ended.
    """
    held = world.credentials.get(SOCKET, socket)
    if held is None:
        raise NotProved("This socket was not let in: open another with a new ticket.")
    return str(held["agent"])


@decides_again
def hello(socket: str, page: str, epoch: int, last_seq: int, world: World, *, again: bool = False) -> Mapping[str, Any]:
    """Welcome a page: give every event it missed, or a snapshot when those are too many or of another epoch.

    An older socket of the same agent is closed. The position is read with the state, in one item. A page that says
    hello `again` had the agent before: it takes them from no other page that took over since.
    """
    agent_id = agent_of(socket, world)
    agent = world.desk.agent(agent_id)
    if agent is None or not agent.signed_in:
        return {"type": "close", "code": SIGNED_OUT, "reason": "Signed out: sign in again."}
    if again and agent.is_with_another(page):
        return {"type": "close", "code": SUPERSEDED, "reason": TAKEN_OVER}
    older = agent.socket if agent.socket != socket else ""
    reached = epoch == agent.epoch and last_seq <= agent.seq
    missed = world.desk.events_after(agent_id, epoch, last_seq) if reached else []
    connected = presence.connect(agent, socket, page, world.clock.now())
    commit_and_match(world, Change.of_agent(agent, connected))
    if older:
        world.sockets.close(older, *_why_no_more(agent, page))
    if reached and agent.seq - last_seq == len(missed) <= MOST_RESUMED:
        events = [event.to_frame() for event in missed]
        return {"type": "resume", "epoch": agent.epoch, "seq": agent.seq, "events": events}
    return snapshot(agent_id, world)


def snapshot(agent_id: str, world: World) -> Mapping[str, Any]:
    """Give an agent's whole state with its position in the events."""
    agent = world.desk.agent(agent_id)
    if agent is None:
        raise NotProved("Sign in first.")
    call = world.desk.call(agent.call) if agent.call else None
    return {
        "type": "Snapshot",
        "epoch": agent.epoch,
        "seq": agent.seq,
        "at": world.clock.now(),
        "sliceNo": agent.seat,
        "iParam": 1,
        "data": {"agent": _agent_facts(agent), "call": _call_facts(call, agent, world.clock.now())},
    }


def heartbeat(socket: str, page: str, agent_id: str, world: World) -> Mapping[str, Any]:
    """Answer a sign of life with the newest position; a page that is not the agent's any more is told so.

    One read: the agent's own row names the socket, so the claim `agent_id` proves itself.
    """
    agent = world.desk.agent(agent_id)
    if agent is None or agent.socket != socket:
        code, reason = _why_no_more(agent, page)
        return {"type": "close", "code": code, "reason": reason}
    now = world.clock.now()
    if agent.state is AgentState.WRAP_UP and now >= agent.wrap_up_until:
        due(presence.wrap_up_timer(agent), world)
    return {"type": "heartbeat", "epoch": agent.epoch, "seq": agent.seq, "at": now}


@decides_again
def socket_gone(socket: str, world: World) -> None:
    """Note that a socket is closed; the agent's seat is kept for a while."""
    held = world.credentials.get(SOCKET, socket)
    agent = world.desk.agent(str(held["agent"])) if held else None
    if agent:
        gone = presence.disconnect(agent, socket, world.clock.now())
        commit_and_match(world, Change.of_agent(agent, gone))
    world.credentials.drop(SOCKET, socket)


def _why_no_more(agent: Agent | None, page: str) -> tuple[int, str]:
    """Tell why a socket is the agent's no more: another page took over, or `page` itself is on another socket."""
    if agent and agent.page == page:
        return REPLACED, "This page is on another socket: connect again."
    return SUPERSEDED, TAKEN_OVER


def _agent_facts(agent: Agent) -> dict[str, Any]:
    return {
        "agentId": agent.id,
        "state": int(agent.visible_code),
        "reason": agent.reason,
        "since": agent.since,
        "pending": agent.deferred,
        "device": agent.device.kind.value,
        "offer": agent.offer,
        "wrapUpUntil": agent.wrap_up_until,
    }


def _call_facts(call: Call | None, agent: Agent, now: int) -> dict[str, Any] | None:
    """Tell of a call as its agent knows it: to who writes it up it is over, though the caller may wait for another."""
    if call is None:
        return None
    written_up = agent.state is AgentState.WRAP_UP
    own, offer = call.owner == agent.id, call.offer_to(agent.id)
    held = own and call.customer_held
    return {
        "callId": call.id,
        "state": CallState.ENDED.value if written_up else _state_seen(call, offered=offer is not None),
        "direction": call.direction.value,
        "startedAt": call.started_at,
        "talkSince": call.talk_since if own else None,
        "vocId": call.vocid if own else "",
        "held": held,
        "heldSince": call.customer.since if held else None,
        "deadline": offer.deadline if offer else None,
        "tags": call_tags(call, now),
    }


def _state_seen(call: Call, *, offered: bool) -> str:
    """Name the call's state as its agent sees it: it is offered to them, or waits for their telephone to come back."""
    if offered:
        return "offered"
    return "recovering" if call.agent_lost else call.state.value
