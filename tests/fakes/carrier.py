"""A telephone company in memory, as far as who is where: lines, scripts, conferences.

Commands take effect at once, in the order of their arrival, under Twilio's rules: a participant is known by its label
while it rings and while it is in; a line that is redirected leaves; what has ended is gone. What the carrier would
call back goes to `tells`, what it does later by itself to `plans`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    PauseRecording,
    ResumeRecording,
    RetrieveParticipant,
    StartRecording,
    StopRecording,
    TakeTurn,
)
from chalicelib.core.carrier.events import (
    CallArrived,
    CarrierEvent,
    Cause,
    LegAnswered,
    LegEnded,
    LegRang,
    ParticipantJoined,
    TurnTaken,
)
from chalicelib.core.carrier.script import Gather, Hangup, Join, Reject, Script
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, NotConfigured
from chalicelib.ports import SoftphoneCredentials

SLACK_SECONDS = 5
"""What Twilio adds to the time that a participant may ring."""

LISTENING_SECONDS = 30
"""How long a script's prompts and its wait for digits take here."""


class At(Enum):
    """Where a line is."""

    RINGING = "ringing"
    SCRIPT = "in its script"
    CONFERENCE = "in the conference"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Line:
    """A leg as the carrier sees it; `sound` is what it hears on hold (None: not held).

    `asked` numbers the questions for a script, so that an answer to an older one counts for nothing; `token` is the
    turn that the script now running asks for, empty while its answer is awaited. `caller` and `called` are known of who
    called us; `vocid` is by which it wishes the conference to be recorded.
    """

    sid: str
    call: str
    leg: str
    at: At
    sound: str | None = None
    asked: int = 0
    token: str = ""
    muted: bool = False
    coaches: str = ""
    caller: str = ""
    called: str = ""
    vocid: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A line has rung long enough."""

    sid: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A script's time for digits is over."""

    sid: str
    asked: int


Later = NoAnswer | Silence

OfRecording = StartRecording | PauseRecording | ResumeRecording | StopRecording

ON, PAUSED = "on", "paused"
_BECOMES = {StartRecording: ON, ResumeRecording: ON, PauseRecording: PAUSED}


@dataclass(slots=True)
class MemoryCarrier:
    """Keeps ports.Carrier; `tells(event)`, `plans(seconds, what happens by itself)`.

    `taken` are the recordings that run, or are paused, by call and leg (empty: of the conference). `recorded` tells of
    each conference whether its recording has begun, or shall never.
    """

    tells: Callable[[CarrierEvent], None]
    plans: Callable[[float, Later], None]
    lines: dict[str, Line] = field(default_factory=dict)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    recorded: dict[str, bool] = field(default_factory=dict)

    def execute(self, command: Command, *, again: bool) -> None:
        """Carry the command out; one for a line that is not there raises CarrierGone."""
        match command:
            case AddParticipant():
                self._add(command)
            case JoinConference():
                self._join(replace(self._live(command.sid), vocid=command.vocid), again=again)
            case TakeTurn():
                self._send_to_turn(self._live(command.sid), command.token, again=again)
            case HoldParticipant():
                self._put(replace(self._member(command.call, command.leg), sound=command.sound))
            case RetrieveParticipant():
                self._put(replace(self._member(command.call, command.leg), sound=None))
            case MuteParticipant():
                self._put(replace(self._member(command.call, command.leg), muted=command.muted))
            case CoachParticipant():
                self._put(replace(self._member(command.call, command.leg), coaches=command.coaches))
            case HangUpLeg():
                self._hang_up(command)
            case StartRecording() | PauseRecording() | ResumeRecording() | StopRecording():
                self._record(command, again=again)

    def refuses(self, command: Command, *, again: bool) -> None:
        """Say no to a command, unless it would find that there is nothing to do."""
        if not self._finds_it_done(command, again=again):
            raise CarrierRefused("The carrier says no.")

    def _finds_it_done(self, command: Command, *, again: bool) -> bool:
        line = self.line(command.call, command.leg)
        match command:
            case AddParticipant():
                return self._participant(command.call, command.leg) is not None
            case JoinConference():
                return again and line is not None and line.at is At.CONFERENCE
            case TakeTurn():
                return again and line is not None and line.at is At.SCRIPT
            case HoldParticipant():
                return again and line is not None and line.sound is not None
            case RetrieveParticipant():
                return again and line is not None and line.sound is None
        return isinstance(command, OfRecording) and again and self._is_so(command)

    def lives(self, call: str, leg: str, sid: str) -> bool:
        return sid in self.lines and self.lines[sid].at is not At.GONE

    def check(self) -> None:
        return

    def hand_over_recording(self, sid: str, address: str) -> bytes:
        return b"RIFF"

    def delete_recording(self, sid: str) -> None:
        return

    def read(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> CarrierEvent | None:
        raise NotImplementedError("Nothing is written here: what this carrier tells is an event already.")

    def write(self, script: Script, call: str) -> tuple[str, str]:
        raise NotImplementedError("Nothing is written here: a script is obeyed as it is.")

    def softphone_credentials(self, agent_id: str, until: int) -> SoftphoneCredentials:
        raise NotConfigured("There is no telephone in a browser here.")

    def rings_in(self, call: str, caller: str, called: str) -> None:
        """A caller dials one of our numbers."""
        line = Line(f"CA-{call}", call, "customer", At.SCRIPT, asked=1, caller=caller, called=called)
        self._put(line)
        self.tells(CallArrived(call, line.sid, caller, called))

    def obeys(self, sid: str, asked: int, script: Script) -> None:
        """The script that answers the line's question `asked`; one for an older question comes too late."""
        line = self.lines[sid]
        if line.at is not At.SCRIPT or line.asked != asked or line.token:
            return
        match script[-1] if script else None:
            case Gather(token=token):
                self._put(replace(line, token=token))
                self.plans(LISTENING_SECONDS, Silence(sid, asked))
            case Join(vocid=vocid):
                self._enter(replace(line, vocid=vocid))
            case Hangup() | Reject() | None:
                self._end(line, Cause.COMPLETED)

    def presses(self, sid: str, digits: str) -> None:
        """Somebody enters digits; out of a script nobody listens for them."""
        line = self.lines[sid]
        if line.at is At.SCRIPT and line.token:
            self._ask(line, line.token, digits)

    def picks_up(self, sid: str) -> None:
        """What rings is answered; it is in the conference at once."""
        line = self.lines[sid]
        if line.at is At.RINGING:
            self._put(replace(line, at=At.CONFERENCE))
            self.tells(LegAnswered(line.call, line.leg, sid))
            self.tells(ParticipantJoined(line.call, line.leg, sid, f"CF-{line.call}"))

    def puts_down(self, sid: str, cause: Cause = Cause.COMPLETED) -> None:
        """Whoever is on the line hangs up; what rings is declined."""
        line = self.lines[sid]
        if line.at is not At.GONE:
            self._end(line, Cause.BUSY if line.at is At.RINGING else cause)

    def happens(self, later: Later) -> None:
        """What was planned comes to pass, unless the line has gone on since."""
        line = self.lines[later.sid]
        match later:
            case NoAnswer() if line.at is At.RINGING:
                self._end(line, Cause.NO_ANSWER)
            case Silence(asked=asked) if line.at is At.SCRIPT and line.asked == asked and line.token:
                self._ask(line, line.token, "")

    def live_lines(self) -> list[Line]:
        """Give the lines that are not gone."""
        return [line for line in self.lines.values() if line.at is not At.GONE]

    def line(self, call: str, leg: str) -> Line | None:
        """Find a leg's line, the live one before those that are gone."""
        found = [line for line in self.lines.values() if (line.call, line.leg) == (call, leg)]
        return next((line for line in found if line.at is not At.GONE), found[-1] if found else None)

    def _is_so(self, command: OfRecording) -> bool:
        return self.taken.get((command.call, command.leg)) == _BECOMES.get(type(command))

    def _record(self, command: OfRecording, *, again: bool) -> None:
        """Record a leg, or bring a recording to another state: then, the first time, there must be one."""
        of, wanted = (command.call, command.leg), _BECOMES.get(type(command))
        if isinstance(command, StartRecording):
            self._live(command.sid)
        elif again and self._is_so(command):
            return
        elif of not in self.taken:
            raise CarrierGone("Nothing is recorded.")
        if wanted:
            self.taken[of] = wanted
        else:
            del self.taken[of]

    def _conference_changes(self, call: str) -> None:
        """A conference is recorded if who came first wished it: from when there are two in it until it is empty."""
        inside = [line for line in self.lines.values() if line.call == call and line.at is At.CONFERENCE]
        began = self.recorded.get(call)
        if not inside:
            self.recorded.pop(call, None)
            self.taken.pop((call, ""), None)
        elif len(inside) == 1 and began is None:
            self.recorded[call] = not inside[0].vocid
        elif len(inside) > 1 and began is False:
            self.recorded[call] = True
            self.taken[call, ""] = ON

    def _add(self, command: AddParticipant) -> None:
        if self._participant(command.call, command.leg):
            return
        before = sum((line.call, line.leg) == (command.call, command.leg) for line in self.lines.values())
        line = Line(
            f"CA-{command.call}-{command.leg}-{before}",
            command.call,
            command.leg,
            At.RINGING,
            muted=command.muted,
            coaches=command.coaches,
            vocid=command.vocid,
        )
        self._put(line)
        if command.early_media:
            self.tells(LegRang(line.call, line.leg, line.sid))
        self.plans(command.ring_seconds + SLACK_SECONDS, NoAnswer(line.sid))

    def _join(self, line: Line, *, again: bool) -> None:
        if not (again and line.at is At.CONFERENCE):
            self._enter(line)

    def _enter(self, line: Line) -> None:
        self._put(replace(line, at=At.CONFERENCE, sound=None, muted=False, coaches="", token="", asked=line.asked + 1))
        self.tells(ParticipantJoined(line.call, line.leg, line.sid, f"CF-{line.call}"))

    def _send_to_turn(self, line: Line, token: str, *, again: bool) -> None:
        if not again or line.at is At.CONFERENCE:
            self._ask(line, token, None)

    def _ask(self, line: Line, token: str, digits: str | None) -> None:
        self._put(replace(line, at=At.SCRIPT, sound=None, token="", asked=line.asked + 1))
        self.tells(TurnTaken(line.call, token, digits))

    def _hang_up(self, command: HangUpLeg) -> None:
        line = self.lines.get(command.sid) or self._participant(command.call, command.leg)
        if line and line.at is not At.GONE:
            self._end(line, Cause.CANCELLED if line.at is At.RINGING else Cause.COMPLETED)

    def _end(self, line: Line, cause: Cause) -> None:
        self._put(replace(line, at=At.GONE, sound=None, token=""))
        self.tells(LegEnded(line.call, line.leg, line.sid, cause, line.caller, line.called))

    def _participant(self, call: str, leg: str) -> Line | None:
        line = self.line(call, leg)
        return line if line and line.at in (At.RINGING, At.CONFERENCE) else None

    def _member(self, call: str, leg: str) -> Line:
        line = self._participant(call, leg)
        if line is None or line.at is not At.CONFERENCE:
            raise CarrierGone("There is no such participant.")
        return line

    def _live(self, sid: str) -> Line:
        line = self.lines.get(sid)
        if line is None or line.at is At.GONE:
            raise CarrierGone("The line has ended.")
        return line

    def _put(self, line: Line) -> None:
        self.lines[line.sid] = line
        if line.at is At.GONE:
            self.taken.pop((line.call, line.leg), None)
        self._conference_changes(line.call)


def asked_of(carrier: MemoryCarrier, event: Any) -> tuple[str, int] | None:
    """Give the line that an event asks a script for, with the number of its question; None for mere news."""
    if not isinstance(event, CallArrived | TurnTaken):
        return None
    line = carrier.line(event.call, "customer")
    return (line.sid, line.asked) if line else None
