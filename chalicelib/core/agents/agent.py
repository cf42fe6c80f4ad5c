"""An agent: where they are, what they do, and what their page has been told."""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import IntEnum, StrEnum
from typing import Any, Self

from chalicelib.core.centre.model import Device, DeviceKind
from chalicelib.core.ground.errors import IllegalMove
from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import OF_PAGE, AgentEvent, Heard, Timer

BROWSER = Device(DeviceKind.BROWSER)


class AgentState(StrEnum):
    """What an agent does."""

    SIGNED_OUT = "signed-out"
    READY = "ready"
    RINGING = "ringing"
    DIALLING = "dialling"
    TALKING = "talking"
    HOLDING = "holding"
    CONSULTING = "consulting"
    CONFERENCE = "conference"
    RESERVED = "reserved"
    MONITORING = "monitoring"
    WRAP_UP = "wrap-up"
    PAUSED = "paused"


AT_REST = (AgentState.READY, AgentState.PAUSED, AgentState.WRAP_UP)
IN_TALK = (
    AgentState.TALKING,
    AgentState.HOLDING,
    AgentState.CONSULTING,
    AgentState.CONFERENCE,
    AgentState.RESERVED,
)
"""States of an agent who has something to write up afterwards."""

ENGAGED = (AgentState.RINGING, AgentState.DIALLING, *IN_TALK, AgentState.MONITORING)
"""States that follow from an agent's part in a call: core/calls/engagement.py says how."""

AGENT_MOVES: Moves[AgentState] = Moves(
    "an agent",
    {
        (AgentState.SIGNED_OUT, "sign_in"): AgentState.PAUSED,
        (AgentState.PAUSED, "resume"): AgentState.READY,
        (AgentState.WRAP_UP, "resume"): AgentState.READY,
        (AgentState.READY, "pause"): AgentState.PAUSED,
        (AgentState.PAUSED, "pause"): AgentState.PAUSED,
        (AgentState.WRAP_UP, "pause"): AgentState.PAUSED,
        (AgentState.RINGING, "talk"): AgentState.TALKING,
        (AgentState.RINGING, "consult"): AgentState.CONSULTING,
        (AgentState.RINGING, "confer"): AgentState.CONFERENCE,
        (AgentState.RINGING, "monitor"): AgentState.MONITORING,
        (AgentState.RINGING, "set_aside"): AgentState.PAUSED,
        (AgentState.RINGING, "stand_down"): AgentState.READY,
        (AgentState.DIALLING, "talk"): AgentState.TALKING,
        (AgentState.DIALLING, "set_aside"): AgentState.PAUSED,
        (AgentState.DIALLING, "stand_down"): AgentState.READY,
        (AgentState.TALKING, "hold"): AgentState.HOLDING,
        (AgentState.CONSULTING, "hold"): AgentState.HOLDING,
        (AgentState.CONFERENCE, "hold"): AgentState.HOLDING,
        (AgentState.HOLDING, "retrieve"): AgentState.TALKING,
        (AgentState.TALKING, "consult"): AgentState.CONSULTING,
        (AgentState.HOLDING, "consult"): AgentState.CONSULTING,
        (AgentState.CONFERENCE, "consult"): AgentState.CONSULTING,
        (AgentState.CONSULTING, "talk"): AgentState.TALKING,
        (AgentState.CONFERENCE, "talk"): AgentState.TALKING,
        (AgentState.MONITORING, "talk"): AgentState.TALKING,
        (AgentState.MONITORING, "confer"): AgentState.CONFERENCE,
        (AgentState.TALKING, "confer"): AgentState.CONFERENCE,
        (AgentState.HOLDING, "confer"): AgentState.CONFERENCE,
        (AgentState.CONSULTING, "confer"): AgentState.CONFERENCE,
        (AgentState.TALKING, "reserve"): AgentState.RESERVED,
        (AgentState.HOLDING, "reserve"): AgentState.RESERVED,
        (AgentState.RESERVED, "talk"): AgentState.TALKING,
        (AgentState.MONITORING, "stand_down"): AgentState.READY,
        (AgentState.MONITORING, "set_aside"): AgentState.PAUSED,
    }
    | {(state, "ring"): AgentState.RINGING for state in AT_REST}
    | {(state, "dial"): AgentState.DIALLING for state in AT_REST}
    | {(state, "wrap_up"): AgentState.WRAP_UP for state in IN_TALK}
    | {(state, "stand_down"): AgentState.READY for state in IN_TALK}
    | {(state, "set_aside"): AgentState.PAUSED for state in IN_TALK}
    | {(state, "sign_out"): AgentState.SIGNED_OUT for state in AT_REST}
    | {(state, "leave"): AgentState.SIGNED_OUT for state in ENGAGED},
)


class StateCode(IntEnum):
    """The public state codes of the agent object."""

    SIGNED_OUT = 0
    READY = 1
    RESERVED = 2
    RINGING = 3
    DIALLING = 4
    TALKING = 5
    WRAP_UP = 6
    PAUSED = 7
    HOLDING = 11
    CONSULTING = 12
    CONFERENCE = 13
    MONITORING = 14
    DISCONNECTED = 15


_CODES: Mapping[AgentState, StateCode] = {
    AgentState.SIGNED_OUT: StateCode.SIGNED_OUT,
    AgentState.READY: StateCode.READY,
    AgentState.RINGING: StateCode.RINGING,
    AgentState.DIALLING: StateCode.DIALLING,
    AgentState.TALKING: StateCode.TALKING,
    AgentState.HOLDING: StateCode.HOLDING,
    AgentState.CONSULTING: StateCode.CONSULTING,
    AgentState.CONFERENCE: StateCode.CONFERENCE,
    AgentState.RESERVED: StateCode.RESERVED,
    AgentState.MONITORING: StateCode.MONITORING,
    AgentState.WRAP_UP: StateCode.WRAP_UP,
    AgentState.PAUSED: StateCode.PAUSED,
}

MISSED, REJECTED, UNREACHABLE = "missed", "rejected", "unreachable"
"""Reasons of an agent set aside after an offer; they may be given titles in the configuration."""


OFF_CALL: Mapping[str, Any] = {"call": "", "caller": "", "offer": "", "wrap_up_until": 0}
"""What an agent's row says of calls once they have done with one: nothing."""


REQUESTS_REMEMBERED = 4
"""How many of an agent's latest request ids are kept, to know one that comes twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent's whole state; `version` is that of the stored row (0: not stored yet), times in ms since 1970.

    `epoch` counts sign-ins, `seq` the events told within one. `ready_since` orders the ready and outlives a short
    loss of the connection; a seat without a page is kept until `seat_until`. `page` is the name of the one that said
    hello last. `caller` is the number of the other party of `call`. `deferred` is the reason of a pause asked for
    during a call, with its code and its longest time (0: none); `leaves` is how they sign out (iParam of Logout) when
    it is that which waits for the end of the call. Who is `dismissed` is signed out when their call is over. `code`
    overrides the public code of a pause (meal, meeting). `awaited_by` are supervisors who listen from the next call on.
    `requests` are the latest actions' request ids. `events` and `timers` are what this change wants told; they are
    stored beside the agent.
    """

    id: str
    profile: str = ""
    seat: int = 0
    device: Device = BROWSER
    groups: tuple[str, ...] = ()
    state: AgentState = AgentState.SIGNED_OUT
    version: int = 0
    epoch: int = 0
    seq: int = 0
    since: int = 0
    reason: str = ""
    code: int = 0
    ready_since: int = 0
    connected: bool = False
    seat_until: int = 0
    socket: str = ""
    page: str = ""
    call: str = ""
    caller: str = ""
    offer: str = ""
    wrap_up_until: int = 0
    deferred: str = ""
    deferred_code: int = 0
    deferred_seconds: int = 0
    leaves: int | None = None
    dismissed: bool = False
    awaited_by: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    events: tuple[AgentEvent, ...] = field(default=(), compare=False)
    timers: tuple[Timer, ...] = field(default=(), compare=False)

    @property
    def signed_in(self) -> bool:
        """True from sign-in to sign-out."""
        return self.state is not AgentState.SIGNED_OUT

    def is_with_another(self, page: str) -> bool:
        """Tell whether a page of another name said hello last: another browser's, for the tabs of one share theirs."""
        return self.page not in ("", page)

    @property
    def routable(self) -> bool:
        """True while calls may be offered: ready, and with a page that can hear of them."""
        return self.state is AgentState.READY and self.connected

    @property
    def visible_code(self) -> int:
        """The public state code, which also tells disconnected and kinds of pause."""
        if self.state in AT_REST and not self.connected:
            return StateCode.DISCONNECTED
        if self.state is AgentState.PAUSED and self.code:
            return self.code
        return _CODES[self.state]

    def moves(self, verb: str, at: int, *, by: str = "self", **changes: Any) -> Self:
        """Give the agent after `verb`, the change told as a State event; an illegal verb raises IllegalMove."""
        return self._in(AGENT_MOVES.after(self.state, verb), at, by, {"since": at} | changes)

    def becomes(self, state: AgentState, at: int, *, by: str = "self", **changes: Any) -> Self:
        """Give the agent in `state`, to which the table must have a move from here; told like `moves`."""
        if not any(AGENT_MOVES.table.get((self.state, verb)) is state for _, verb in AGENT_MOVES.table):
            raise IllegalMove(f"An agent that is {self.state} cannot become {state}.")
        return self._in(state, at, by, {"since": at} | changes)

    def stands(self, state: AgentState, at: int, **changes: Any) -> Self:
        """Give the agent in `state`, wherever they were: what is stored does not fit, and is put right."""
        return self._in(state, at, "system", {"since": at} | changes)

    def _in(self, state: AgentState, at: int, by: str, changes: Mapping[str, Any]) -> Self:
        kept: dict[str, Any] = {"reason": "", "code": 0} if "reason" not in changes else {}
        return replace(self, state=state, **(kept | dict(changes))).tells_state(self, at, by)

    def tells_state(self, before: "Agent", at: int, by: str = "self", **more: str) -> Self:
        """Give the agent with a State event that compares it with `before`, and says `more` in tags of its own."""
        tags = {
            "STATE": str(int(self.visible_code)),
            "OLDSTATE": str(int(before.visible_code)),
            "REASON": self.reason,
            "BY": by,
            "PENDING": self.deferred,
            "SINCE": str(self.since),
            **more,
        }
        return self.hears(Heard.STATE, at, int(self.visible_code), tags=tags)

    def hears(
        self,
        kind: Heard,
        at: int,
        i_param: int = 0,
        *,
        tags: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        call_id: str | None = None,
    ) -> Self:
        """Give the agent with one more event, numbered densely.

        One about their call names it in its tags; one about an earlier call (`call_id`) brings its own.
        """
        event = AgentEvent(
            epoch=self.epoch,
            seq=self.seq + 1,
            type=kind,
            at=at,
            slice_no=self.seat,
            i_param=i_param,
            call_id=self.call if call_id is None else call_id,
            tags=self._naming_call(kind, tags or {}) if call_id is None else tags or {},
            data=data or {},
        )
        return replace(self, seq=event.seq, events=(*self.events, event))

    def _naming_call(self, kind: Heard, tags: Mapping[str, str]) -> Mapping[str, str]:
        if kind in OF_PAGE or not self.call:
            return tags
        return {"CALLERID": self.caller, **tags, "CALLID": self.call}

    def remembers(self, request: str) -> Self:
        """Give the agent with a request that was taken; one without an id is not known again."""
        return replace(self, requests=(*self.requests, request)[-REQUESTS_REMEMBERED:]) if request else self

    def reminds(self, timer: Timer) -> Self:
        """Give the agent with a timer to be set."""
        return replace(self, timers=(*self.timers, timer))
