"""Who is in a call, as pages and business systems are told."""

from typing import Any

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.parties import Party, PartyState, Role


def members(call: Call, *, supervisors: bool = False) -> list[dict[str, Any]]:
    """Give everybody who is in the call or is being rung for it, in the order in which they came.

    Supervisors are shown only to those who may know of them. `who` is an AgentID or a number; `since` in ms since 1970.
    """
    return [_member(call, party) for party in call.live_parties() if supervisors or party.role is not Role.SUPERVISOR]


def _member(call: Call, party: Party) -> dict[str, Any]:
    return {
        "leg": party.id,
        "role": party.role.value,
        "who": party.agent or _number(call, party),
        "owner": bool(party.agent) and party.agent == call.owner,
        "state": party.state.value,
        "held": party.state is PartyState.HELD,
        "muted": party.muted,
        "since": party.since,
    }


def _number(call: Call, party: Party) -> str:
    return call.peer if party.role is Role.CUSTOMER else party.endpoint
