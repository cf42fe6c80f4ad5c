"""Whom to ring: an agent at their seat, or a number outside."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.parties import Control, Party, Role
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.told.notices import Timer, TimerKind

TELLING_SECONDS = 10
"""How long a carrier may take, beyond the time for ringing, to tell that a number did not answer."""


def own_party(
    leg_id: str,
    agent: Agent,
    ring_seconds: int,
    now: int,
    role: Role = Role.AGENT,
    control: Control = Control.NONE,
    controls: str = "",
) -> Party:
    """Give the party by which an agent is rung at their seat; a supervisor with what for, and whom they control."""
    return Party(
        id=leg_id,
        role=role,
        agent=agent.id,
        endpoint=endpoint(agent),
        ring_seconds=ring_seconds,
        since=now,
        control=control,
        controls=controls,
    )


def endpoint(agent: Agent) -> str:
    """Name what rings at an agent's seat: their browser, whatever the carrier calls it, a SIP address or a number."""
    return f"agent:{agent.id}" if agent.device.kind is DeviceKind.BROWSER else agent.device.address


def rung_outside(call: Call, number: str, role: Role, ring_seconds: int, now: int) -> Call:
    """Give the call with one more number outside (E.164) that is rung."""
    rung = call.rung + 1
    return looked_after(
        replace(call, rung=rung),
        Party(id=f"{call.id}-{rung}", role=role, endpoint=number, ring_seconds=ring_seconds, since=now),
        now,
    )


def looked_after(call: Call, party: Party, now: int) -> Call:
    """Give the call with a party outside, which is looked at again when the time for ringing is over."""
    due = now + (party.ring_seconds + TELLING_SECONDS) * 1000
    return call.with_party(party).reminds(Timer(TimerKind.RING, call.id, party.id, due))
