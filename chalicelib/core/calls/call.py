"""A call: one conversation, from the first ring to the last hang-up, with everybody who has a part in it."""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any, Self

from chalicelib.core.calls.offers import Offer, Purpose
from chalicelib.core.calls.parties import PARTY_MOVES, Control, Party, PartyState, Role
from chalicelib.core.calls.takes import Take, Taking
from chalicelib.core.carrier.commands import SendDigits
from chalicelib.core.carrier.script import Script
from chalicelib.core.flow.turns import Run
from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import CrmNotice, Timer
from chalicelib.core.told.tags import together

CUSTOMER = "customer"
"""The customer's leg id within its call; agents' legs are named by their offers."""


BEGINS, FAILED = "began", "failed"
"""By which way a customer comes back into a flow: at its beginning, or since nobody took them."""


class CallState(StrEnum):
    """Where a call is: what its customer waits for, or has.

    While it is being transferred its customer hears music, and somebody else is rung than the agent who let go of it.
    """

    FLOW = "flow"
    WAITING = "waiting"
    DIALLING = "dialling"
    TALKING = "talking"
    TRANSFERRING = "transferring"
    ENDED = "ended"


LIVE = tuple(state for state in CallState if state is not CallState.ENDED)

CALL_MOVES: Moves[CallState] = Moves(
    "a call",
    {
        (CallState.FLOW, "queue"): CallState.WAITING,
        (CallState.WAITING, "leave_queue"): CallState.FLOW,
        (CallState.WAITING, "talk"): CallState.TALKING,
        (CallState.DIALLING, "talk"): CallState.TALKING,
        (CallState.DIALLING, "automate"): CallState.FLOW,
        (CallState.TALKING, "requeue"): CallState.WAITING,
        (CallState.TALKING, "hand_over"): CallState.TRANSFERRING,
        (CallState.TRANSFERRING, "talk"): CallState.TALKING,
        (CallState.TRANSFERRING, "requeue"): CallState.WAITING,
        (CallState.TRANSFERRING, "automate"): CallState.FLOW,
        (CallState.TALKING, "automate"): CallState.FLOW,
        (CallState.FLOW, "talk"): CallState.TALKING,
    }
    | {(state, "end"): CallState.ENDED for state in LIVE},
)


class Direction(StrEnum):
    """Who called whom; an internal call is one agent's to another, or to a flow."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class EndedBy(StrEnum):
    """Who ended a call, or why it could not go on."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    CUSTOMER = "customer"
    FLOW = "flow"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a queue, kept while an offer is out and after it failed; times in ms since 1970.

    `keys` are the digits that leave the queue; `until` is when waiting is given up, None for never. `since` orders the
    line; `counts_from` is when waiting began for whoever counts it, where that is another time: a talk in between is no
    waiting. `spares` is the agent who has just sent the customer here, or has failed them since: until `spares_until`
    they go to others.
    """

    queue: str
    priority: int
    since: int
    keys: Mapping[str, str] = field(default_factory=dict)
    until: int | None = None
    counts_from: int | None = None
    spares: str = ""
    spares_until: int = 0

    @property
    def began(self) -> int:
        """When the waiting began that is told and counted (ms since 1970)."""
        return self.since if self.counts_from is None else self.counts_from


@dataclass(frozen=True, slots=True)
class Outbox:
    """What must be told of one change of a call, in order.

    `carrier` tells that the carrier has something to do: what, is the difference that the change made. `acts` are what
    it shall do besides, once: they are not stored, for nobody can see afterwards whether they were done.
    """

    notices: tuple[CrmNotice, ...] = ()
    timers: tuple[Timer, ...] = ()
    carrier: bool = False
    acts: tuple[SendDigits, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.acts or self.notices or self.timers or self.carrier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call's whole state; `version` is that of the stored row (0: not stored yet), times in ms since 1970.

    `caller` and `called` are numbers, AgentIDs of an internal call, which `shows` a number of ours to whom it rings;
    where an agent calls a flow, `called` is its name, and the agent is the call's customer.
    `owner` is the agent whose call it is, empty for people outside who talk by themselves; `from_agent` is who handed
    it over last. `vocid` names its latest recording, `talk_since` is when the talk began. `takes` are its recordings
    but for one that nobody has touched: that follows from `vocid` and when the talk began, or `recorded_since` where it
    was begun anew since; `talked` are the ms of talks that are over. `parties` are everybody's legs,
    ended ones included; `offers` those that are out, by their ids; `rung` counts the legs that were rung, to name the
    next. `comes_back` tells by which way the customer comes back into their flow; `run_before` is where they were in
    theirs when an agent sent them into another, from which they come back. `withheld` are tags that nobody is shown
    until a flow reveals them. `turn` counts the carrier's questions; `answer` is what the last one got, so that a
    retried one gets it again. `outbox` is what this change wants told; it is stored beside the call, not in it.
    """

    id: str
    direction: Direction
    carrier: str
    caller: str
    called: str
    started_at: int
    shows: str = ""
    state: CallState = CallState.FLOW
    version: int = 0
    run: Run | None = None
    run_before: Run | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    turn: int = 0
    answer: Script = ()
    place: Place | None = None
    owner: str = ""
    from_agent: str = ""
    vocid: str = ""
    talk_since: int | None = None
    talked: int = 0
    recorded_since: int | None = None
    takes: tuple[Take, ...] = ()
    parties: Mapping[str, Party] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    rung: int = 0
    comes_back: str = ""
    conference: str = ""
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
        came = self.direction is Direction.INBOUND or self.customer_agent
        return self.caller if came else self.called

    @property
    def own_number(self) -> str:
        """Our number, which whoever is rung sees."""
        return self.shows or (self.called if self.direction is Direction.INBOUND else self.caller)

    def peer_of(self, agent_id: str) -> str:
        """Name the other side as this agent's page knows it: a number or, of a call from inside, an AgentID."""
        if agent_id and agent_id == self.customer_agent:
            return self.called
        if self.direction is Direction.INTERNAL and agent_id == self.called:
            return self.caller
        return self.peer

    @property
    def customer(self) -> Party:
        """The customer's party."""
        return self.parties[CUSTOMER]

    @property
    def customer_agent(self) -> str:
        """The agent who is the call's customer, since they called a flow; empty for everybody outside."""
        return self.customer.agent if CUSTOMER in self.parties else ""

    @property
    def customer_held(self) -> bool:
        """True while the customer is on hold."""
        return CUSTOMER in self.parties and self.customer.state is PartyState.HELD

    @property
    def queue_offer(self) -> Offer | None:
        """The offer that is out from the call's queue, or to who picked it up: one at a time (I2)."""
        in_line = (Purpose.QUEUE, Purpose.PICK_UP)
        return next((offer for offer in self.offers.values() if offer.purpose in in_line), None)

    @property
    def urgent(self) -> bool:
        """True of a supervisor's emergency call to an agent who was in no call."""
        return self.direction is Direction.INTERNAL and any(
            party.control is Control.EMERGENCY for party in self.parties_of(self.caller)
        )

    @property
    def agent_lost(self) -> bool:
        """True while the owner's telephone is away in mid-call, and may come back."""
        in_mid_call = self.state is CallState.TALKING or self.reserved
        return in_mid_call and bool(self.owner) and not any(party.there for party in self.parties_of(self.owner))

    @property
    def reserved(self) -> bool:
        """True while the customer is in a flow, from which they come back to the owner."""
        return self.state is CallState.FLOW and bool(self.owner)

    @property
    def take(self) -> Take | None:
        """The recording of the talk that runs or ran last, None where none was begun."""
        if self.takes and self.takes[-1].vocid == self.vocid:
            return self.takes[-1]
        since = self.talk_since if self.recorded_since is None else self.recorded_since
        return Take(self.vocid, since) if self.vocid and since is not None else None

    @property
    def takes_so_far(self) -> int:
        """How many recordings there are, the untouched one included."""
        return len(self.all_takes())

    @property
    def taking(self) -> Taking:
        """What becomes of what is said now."""
        take = self.take
        return take.state if take and self.state is CallState.TALKING else Taking.STOPPED

    @property
    def recorded_from_start(self) -> str:
        """The VOCID by which the carrier records the conference from its start, empty where it is not to."""
        take = self.take
        return "" if take and (take.leg or take.state is Taking.STOPPED) else self.vocid

    def all_takes(self) -> tuple[Take, ...]:
        """Give the recordings, the untouched one included."""
        take = self.take
        return self.takes if take is None or take in self.takes else (*self.takes, take)

    def with_take(self, take: Take) -> Self:
        """Give the call with this recording put in or replaced, as the latest."""
        others = tuple(known for known in self.all_takes() if known.vocid != take.vocid)
        return replace(self, takes=(*others, take), vocid=take.vocid)

    def without_talk(self, now: int) -> Self:
        """Give the call as one whose talk is over though its customer goes on: nobody's, its recordings closed."""
        nobody = replace(self, takes=tuple(take.over(now) for take in self.all_takes()), talked=self.talked_until(now))
        return replace(nobody, owner="", vocid="", talk_since=None, recorded_since=None, conference="")

    def talked_until(self, now: int) -> int:
        """How long agents and the customer have talked by now (ms)."""
        return self.talked + (now - self.talk_since if self.talk_since is not None else 0)

    def with_tags(self, given: Mapping[str, str], *, replacing: bool = False) -> Self:
        """Give the call with tags that an agent gives; those that are withheld are not theirs to drop.

        Raises:
            BadTagString: they would be more than a call can carry.
        """
        kept = {} if replacing else self.tags
        withheld = {name: value for name, value in self.withheld.items() if name not in given}
        return replace(self, tags=together(kept, given), withheld=withheld)

    def offer_to(self, agent_id: str) -> Offer | None:
        """Give the offer that is out to this agent: one at a time (I1)."""
        return next((offer for offer in self.offers.values() if offer.agent == agent_id), None)

    def parties_of(self, agent_id: str) -> tuple[Party, ...]:
        """Give an agent's parties, the oldest first."""
        return tuple(party for party in self.parties.values() if agent_id and party.agent == agent_id)

    def live_parties(self) -> tuple[Party, ...]:
        """Give the parties that have not ended."""
        return tuple(party for party in self.parties.values() if party.live)

    def moves(self, verb: str, **changes: Any) -> Self:
        """Give the call after `verb`; an illegal one raises IllegalMove."""
        return replace(self, state=CALL_MOVES.after(self.state, verb), **changes)

    def with_party(self, party: Party) -> Self:
        """Give the call with this party put in or replaced."""
        return replace(self, parties={**self.parties, party.id: party})

    def party_moves(self, leg_id: str, verb: str, now: int, **changes: Any) -> Self:
        """Give the call after a party's move; an illegal one raises IllegalMove."""
        party = self.parties[leg_id]
        return self.with_party(replace(party, state=PARTY_MOVES.after(party.state, verb), since=now, **changes))

    def notes(self, leg_id: str, verb: str, now: int, sid: str = "", *, told: bool = True) -> Self:
        """Give the call after what a carrier tells of a leg; news that are late or doubled add a missing sid alone.

        What we conclude ourselves (`told` is false) leaves the carrier to be asked: a leg whose ringing was refused may
        have been rung by somebody else who looked at the call meanwhile, and has to be hung up.
        """
        party = self.parties[leg_id]
        known = self.with_party(replace(party, sid=sid)) if sid and not party.sid else self
        if not PARTY_MOVES.allows(party.state, verb):
            return known
        return known.party_moves(leg_id, verb, now, gone=told and verb == "end")

    def without_offer(self, offer_id: str) -> Self:
        """Give the call with an offer that is not out any more."""
        return replace(self, offers={name: offer for name, offer in self.offers.items() if name != offer_id})

    def acts(self, act: SendDigits) -> Self:
        """Give the call with something for the carrier to do once."""
        return replace(self, outbox=replace(self.outbox, acts=(*self.outbox.acts, act)))

    def asks_its_carrier_again(self) -> Self:
        """Give the call with the wish that its carrier be brought to what it wants, though nothing changed."""
        return replace(self, outbox=replace(self.outbox, carrier=True))

    def announces(self, kind: str, at: int, **data: Any) -> Self:
        """Give the call with a notice for the business systems in its outbox."""
        notice = CrmNotice(kind, at, self._facts() | data)
        return replace(self, outbox=replace(self.outbox, notices=(*self.outbox.notices, notice)))

    def reminds(self, timer: Timer) -> Self:
        """Give the call with a timer in its outbox."""
        return replace(self, outbox=replace(self.outbox, timers=(*self.outbox.timers, timer)))

    def agents_parts(self, owner: str) -> list[dict[str, Any]]:
        """Give who took part: every agent who talked, in the order in which they came, each with their part.

        `from` and `until` in ms since 1970, `until` and `how` None while they are there.
        """
        return [
            {
                "agentId": party.agent,
                "owner": party.agent == owner,
                "from": party.joined_at,
                "until": party.left_at,
                "how": party.how or None,
            }
            for party in self.parties.values()
            if party.role is not Role.SUPERVISOR and party.agent and party.joined_at is not None
        ]

    def talk_facts(self) -> dict[str, Any]:
        """Give what is told of a talk that begins, or goes on with somebody else; None for what there is not."""
        return self._talk_of(self.owner, self.vocid)

    def _talk_of(self, owner: str, vocid: str) -> dict[str, Any]:
        return {"owner": owner or None, "agents": self.agents_parts(owner), "vocId": vocid or None}

    def _last_owner(self) -> str:
        """Name whose call it is or was last: of those who talked the one who left last, for it is nobody's then."""
        parts = [party for party in self.parties.values() if party.role is Role.AGENT and party.left_at is not None]
        return self.owner or max(parts, key=lambda party: party.left_at or 0).agent if parts else self.owner

    def talkers(self, vocid: str) -> tuple[str, ...]:
        """Name the agents whom a recording holds: those who were in the talk while it ran."""
        take = next((take for take in self.all_takes() if take.vocid == vocid), None)
        if take is None:
            return ()
        heard = [
            party.agent
            for party in self.parties.values()
            if party.agent and party.joined_at is not None
            if take.until is None or party.joined_at <= take.until
            if party.left_at is None or take.since <= party.left_at
        ]
        return tuple(dict.fromkeys(heard))

    def end_facts(self) -> dict[str, Any]:
        """Give what is told of a call that has ended, beyond what is told of every call; None for what was not."""
        ended_at, takes = self.ended_at or self.started_at, self.all_takes()
        return {
            "endedAt": ended_at,
            "endedBy": self.ended_by,
            "cause": self.cause,
            **self._talk_of(self._last_owner(), takes[-1].vocid if takes else ""),
            "recordings": [take.over(ended_at).told() for take in takes],
            "seconds": (ended_at - self.started_at) // 1000,
            "talkSeconds": self.talked_until(ended_at) // 1000,
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
