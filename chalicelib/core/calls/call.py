"""A call: one conversation with a customer, from the first ring to the last hang-up."""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any, Self

from chalicelib.core.calls.legs import LEG_MOVES, Leg, LegState
from chalicelib.core.calls.offers import Offer
from chalicelib.core.carrier.commands import Command
from chalicelib.core.carrier.script import Script
from chalicelib.core.flow.turns import Run
from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import CrmNotice, Timer

CUSTOMER = "customer"
"""The customer's leg id within its call; agents' legs are named by their offers."""


class CallState(StrEnum):
    """Where a call is."""

    FLOW = "flow"
    WAITING = "waiting"
    OFFERED = "offered"
    DIALLING = "dialling"
    TALKING = "talking"
    RECOVERING = "recovering"
    ENDED = "ended"


LIVE = tuple(state for state in CallState if state is not CallState.ENDED)

CALL_MOVES: Moves[CallState] = Moves(
    "a call",
    {
        (CallState.FLOW, "queue"): CallState.WAITING,
        (CallState.WAITING, "offer"): CallState.OFFERED,
        (CallState.WAITING, "leave_queue"): CallState.FLOW,
        (CallState.OFFERED, "requeue"): CallState.WAITING,
        (CallState.OFFERED, "leave_queue"): CallState.FLOW,
        (CallState.OFFERED, "talk"): CallState.TALKING,
        (CallState.DIALLING, "talk"): CallState.TALKING,
        (CallState.TALKING, "lose_agent"): CallState.RECOVERING,
        (CallState.RECOVERING, "talk"): CallState.TALKING,
        (CallState.RECOVERING, "requeue"): CallState.WAITING,
    }
    | {(state, "end"): CallState.ENDED for state in LIVE},
)


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class EndedBy(StrEnum):
    """Who ended a call, or why it could not go on."""

    AGENT = "agent"
    CUSTOMER = "customer"
    FLOW = "flow"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a queue, kept while an offer is out and after it failed; times in ms since 1970.

    `keys` are the digits that leave the queue; `until` is when waiting is given up, None for never.
    """

    queue: str
    priority: int
    since: int
    keys: Mapping[str, str] = field(default_factory=dict)
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """An agent's conversation with the customer; its recording is known by `vocid` before any file exists.

    `since` and `held_since` are in ms since 1970; the latter is None while the customer is not on hold.
    """

    agent: str
    leg: str
    vocid: str
    since: int
    held_since: int | None = None

    @property
    def held(self) -> bool:
        """True while the agent has the customer on hold."""
        return self.held_since is not None


@dataclass(frozen=True, slots=True)
class Outbox:
    """What must be told of one change of a call, in order."""

    commands: tuple[Command, ...] = ()
    notices: tuple[CrmNotice, ...] = ()
    timers: tuple[Timer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.commands or self.notices or self.timers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call's whole state; `version` is that of the stored row (0: not stored yet), times in ms since 1970.

    `turn` counts the carrier's questions; `answer` is what the last one got, so that a retried one gets it again.
    `outbox` is what this change wants told; it is stored beside the call, not in it.
    """

    id: str
    direction: Direction
    carrier: str
    caller: str
    called: str
    started_at: int
    state: CallState = CallState.FLOW
    version: int = 0
    run: Run | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    turn: int = 0
    answer: Script = ()
    place: Place | None = None
    offer: Offer | None = None
    offers: int = 0
    legs: Mapping[str, Leg] = field(default_factory=dict)
    conference: str = ""
    talk: Talk | None = None
    announcement: str = ""
    ended_at: int | None = None
    ended_by: str = ""
    cause: str = ""
    disposition: str = ""
    outbox: Outbox = field(default_factory=Outbox, compare=False)

    @property
    def live(self) -> bool:
        """True until the call has ended."""
        return self.state is not CallState.ENDED

    @property
    def peer(self) -> str:
        """The number of the party outside, which an agent's page knows as CALLERID."""
        return self.caller if self.direction is Direction.INBOUND else self.called

    @property
    def customer(self) -> Leg:
        """The customer's leg."""
        return self.legs[CUSTOMER]

    def moves(self, verb: str, **changes: Any) -> Self:
        """Give the call after `verb`; an illegal one raises IllegalMove."""
        return replace(self, state=CALL_MOVES.after(self.state, verb), **changes)

    def with_leg(self, leg: Leg) -> Self:
        """Give the call with this leg put in or replaced."""
        return replace(self, legs={**self.legs, leg.id: leg})

    def leg_moves(self, leg_id: str, verb: str, sid: str = "") -> Self:
        """Give the call after a leg's move; one that comes late or twice changes only a missing carrier id."""
        leg = self.legs[leg_id]
        state = LEG_MOVES.after(leg.state, verb) if LEG_MOVES.allows(leg.state, verb) else leg.state
        return self.with_leg(replace(leg, state=state, sid=leg.sid or sid))

    def orders(self, *commands: Command) -> Self:
        """Give the call with commands for the carrier in its outbox."""
        return replace(self, outbox=replace(self.outbox, commands=self.outbox.commands + commands))

    def announces(self, kind: str, at: int, **data: Any) -> Self:
        """Give the call with a notice for the business systems in its outbox."""
        notice = CrmNotice(kind, at, self._facts() | data)
        return replace(self, outbox=replace(self.outbox, notices=(*self.outbox.notices, notice)))

    def reminds(self, timer: Timer) -> Self:
        """Give the call with a timer in its outbox."""
        return replace(self, outbox=replace(self.outbox, timers=(*self.outbox.timers, timer)))

    def live_legs(self) -> tuple[Leg, ...]:
        """Give the legs that have not ended."""
        return tuple(leg for leg in self.legs.values() if leg.state is not LegState.ENDED)

    def end_facts(self) -> dict[str, Any]:
        """Give what is told of a call that has ended, beyond what is told of every call; None for what was not."""
        talk, ended_at = self.talk, self.ended_at or self.started_at
        return {
            "endedAt": ended_at,
            "endedBy": self.ended_by,
            "cause": self.cause,
            "agent": talk.agent if talk else None,
            "vocId": talk.vocid or None if talk else None,
            "seconds": (ended_at - self.started_at) // 1000,
            "talkSeconds": (ended_at - talk.since) // 1000 if talk else 0,
            "disposition": self.disposition or None,
        }

    def _facts(self) -> dict[str, Any]:
        return {
            "callId": self.id,
            "direction": self.direction.value,
            "caller": self.caller,
            "called": self.called,
            "startedAt": self.started_at,
            "queue": self.place.queue if self.place else None,
            "tags": dict(self.tags),
        }
