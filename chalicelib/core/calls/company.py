"""Who is with whom in a call, and so who hears whom: it follows from the parties by these functions alone (I14)."""

from collections.abc import Mapping

from chalicelib.core.calls.call import Call
from chalicelib.core.calls.parties import COACHING, Control, Party, PartyState, Role, Where

MOST_PARTIES = 8
"""So many may be in one call, whoever listens included."""

HOLD_MUSIC = "media:hold-music"

_KEPT_COMPANY = (Role.CUSTOMER, Role.CONSULTED, Role.OUTSIDE)
"""Whom we owe music while nobody is with them; an agent knows why it is quiet."""


def counterparts(call: Call) -> tuple[Party, ...]:
    """Give whom the owner has the conversation with: everybody but their own legs, who is consulted and who listens."""
    return tuple(
        party
        for party in call.live_parties()
        if party.role not in (Role.CONSULTED, Role.SUPERVISOR) and not (call.owner and party.agent == call.owner)
    )


def consulted(call: Call) -> Party | None:
    """Give who is consulted: one at a time."""
    return next((party for party in call.live_parties() if party.role is Role.CONSULTED), None)


def agents_there(call: Call) -> tuple[str, ...]:
    """Name the agents who take part, the owner first; not who listens."""
    there = [party.agent for party in call.live_parties() if party.there and party.role is not Role.SUPERVISOR]
    return tuple(dict.fromkeys(name for name in (call.owner, *there) if name))


def heirs(call: Call, giver: str) -> tuple[str, ...]:
    """Name the agents there, other than `giver`, who could have the call; who called a flow stays its customer."""
    return tuple(name for name in agents_there(call) if name not in (giver, call.customer_agent))


def on_hold(call: Call) -> bool:
    """Tell whether everybody the owner talks with is on hold."""
    others = [party for party in counterparts(call) if party.there]
    return bool(others) and all(party.state is PartyState.HELD for party in others)


def held_since(call: Call) -> int | None:
    """Give since when everybody the owner talks with is on hold (ms since 1970), None when nobody is."""
    return max((party.since for party in counterparts(call) if party.state is PartyState.HELD), default=None)


def is_swapped(call: Call) -> bool:
    """Tell whether the owner is back with the customer while who is consulted waits."""
    third = consulted(call)
    return third is not None and third.state is PartyState.HELD


def needs_music(call: Call, party: Party) -> bool:
    """Tell whether a party would sit in the conference alone, or with people who are on hold."""
    if party.role not in _KEPT_COMPANY or not _is_in_the_conference(party):
        return False
    return not any(
        _is_in_the_conference(other) and other.role is not Role.SUPERVISOR
        for other in call.live_parties()
        if other.id != party.id
    )


def supervisors_of(call: Call, agent_id: str) -> tuple[Party, ...]:
    """Give the legs of those who control an agent in the call, or are being rung for it."""
    return tuple(party for party in call.live_parties() if party.role is Role.SUPERVISOR and party.controls == agent_id)


def coached_by(call: Call, party: Party) -> str:
    """Give the leg that alone hears a party, empty for one whom everybody hears, or nobody.

    An agent's telephone may be lost and rung again: who is coached is the agent, by whatever leg they are there.
    """
    if party.role is not Role.SUPERVISOR or party.control not in COACHING:
        return ""
    legs = [leg.id for leg in call.parties_of(party.controls) if _is_in_the_conference(leg)]
    return legs[-1] if legs else ""


def is_muted(call: Call, party: Party) -> bool:
    """Tell whether nobody hears a party: a supervisor who listens, or who speaks to an agent who is not there."""
    if party.role is not Role.SUPERVISOR:
        return party.muted
    return party.control is Control.MONITOR or (party.control in COACHING and not coached_by(call, party))


def hears(call: Call) -> Mapping[str, frozenset[str]]:
    """Give for each leg that is there the legs that it hears; one that is parted from the others hears none."""
    inside = [party for party in call.live_parties() if _is_in_the_conference(party) and not needs_music(call, party)]
    return {
        listener.id: frozenset(
            speaker.id for speaker in inside if listener in inside and _is_heard_by(call, speaker, listener)
        )
        for listener in call.live_parties()
        if listener.there
    }


def _is_heard_by(call: Call, speaker: Party, listener: Party) -> bool:
    if speaker.id == listener.id or is_muted(call, speaker):
        return False
    return coached_by(call, speaker) in ("", listener.id)


def _is_in_the_conference(party: Party) -> bool:
    return party.state is PartyState.CONNECTED and party.where is Where.CONFERENCE
