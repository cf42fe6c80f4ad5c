"""Conferences and who sits in them.

A conference exists by its friendly name while it is not completed; when the name is used again afterwards it is
another conference with another sid. It starts (sound is mixed) when a second party has joined and one of them may
start it. It ends when the last party is gone, when one with `end_on_exit` leaves, or by request.

Known oddities kept on purpose: only the first joiner's callback settings count; a change of `end_on_exit` on a held
participant is dropped without a word; a leg that is redirected *leaves*, though it lives.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from local.carrier.calls import Call
from local.carrier.plant import Plant, rfc2822
from local.carrier.recordings import Recordings
from local.carrier.twilio_webhooks import Callback, Webhook

QUORUM = 2
LARGEST = 250
SPOKEN_FOR = {
    "conference-start": "start", "conference-end": "end", "participant-join": "join", "participant-leave": "leave",
    "participant-mute": "mute", "participant-unmute": "mute", "participant-hold": "hold", "participant-unhold": "hold",
    "participant-modify": "modify", "announcement-end": "announcement",
}  # fmt: skip
"""The event as it is called back -> the word by which it is asked for."""


@dataclass(frozen=True, slots=True)
class RoomWishes:
    """What a joining party asks of the conference itself; heard from the first one only."""

    callback: Callback | None = None
    record: bool = False
    recording_callback: Callback | None = None
    max_participants: int = LARGEST


@dataclass(slots=True, eq=False)
class Participant:
    """A party in a conference, or on the way into it."""

    call: Call
    conference: "Conference"
    removed: Callable[[], None]
    label: str = ""
    joined: bool = False
    muted: bool = False
    hold: bool = False
    coaches: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    wishes: RoomWishes = field(default_factory=RoomWishes)

    @property
    def coaching(self) -> bool:
        """Whether only one other party hears this one."""
        return self.coaches != ""


@dataclass(slots=True, eq=False)
class Conference:
    """A mixing bridge."""

    sid: str
    friendly_name: str
    created_at: float
    status: Literal["init", "in-progress", "completed"] = "init"
    participants: dict[str, Participant] = field(default_factory=dict)
    wishes: RoomWishes | None = None
    sequence: int = 0
    reason_ended: str = ""
    ended_by: str = ""

    @property
    def joined(self) -> list[Participant]:
        """Who is inside; the others are still being called."""
        return [participant for participant in self.participants.values() if participant.joined]

    def named(self, key: str) -> Participant | None:
        """A participant by CallSid or by label."""
        by_label = (someone for someone in self.participants.values() if someone.label and someone.label == key)
        return self.participants.get(key) or next(by_label, None)


class Conferences:
    """All conferences of the account."""

    def __init__(self, plant: Plant, recordings: Recordings) -> None:
        self._plant = plant
        self._recordings = recordings
        self._by_sid: dict[str, Conference] = {}
        self._by_name: dict[str, Conference] = {}
        self._seats: dict[str, Participant] = {}

    def get(self, sid: str) -> Conference | None:
        """A conference by its sid, completed ones included."""
        return self._by_sid.get(sid)

    def all(self) -> list[Conference]:
        """Every conference there ever was."""
        return list(self._by_sid.values())

    def live(self, name: str) -> Conference | None:
        """The conference that goes by this name now."""
        return self._by_name.get(name)

    def open(self, name: str) -> Conference:
        """The conference of this name, made if there is none."""
        conference = self.live(name)
        if conference is None:
            conference = Conference(self._plant.ids.new("CF"), name, self._plant.time.now)
            self._by_sid[conference.sid] = self._by_name[name] = conference
        return conference

    def seat_of(self, call: Call) -> Participant | None:
        """Where a leg sits, if it is in a conference or on the way into one."""
        return self._seats.get(call.sid)

    def expect(self, participant: Participant) -> None:
        """A party is being called into the conference."""
        participant.conference.participants[participant.call.sid] = participant
        self._seats[participant.call.sid] = participant

    def admit(self, participant: Participant) -> None:
        """A party comes in."""
        conference = participant.conference
        self.expect(participant)
        participant.joined = True
        if conference.wishes is None:
            conference.wishes = participant.wishes
        self._beep(participant, "onEnter")
        self.tell(conference, "participant-join", participant)
        self._start_if_due(conference)

    def leave(self, call: Call, reason: str, *, kicked: bool = False) -> None:
        """A party goes, for whatever reason; the conference may end by that."""
        participant = self._seats.pop(call.sid, None)
        if participant is None:
            return
        conference = participant.conference
        del conference.participants[call.sid]
        self._beep(participant, "onExit")
        self.tell(conference, "participant-leave", participant, _parting(participant, reason))
        verb = "kicked" if kicked else "left"
        if participant.joined and participant.end_on_exit:
            self._dissolve(conference, f"participant-with-end-conference-on-exit-{verb}", participant)
        elif not conference.participants:
            self._dissolve(conference, f"last-participant-{verb}", participant)

    def kick(self, participant: Participant) -> None:
        """Remove a party by request; what becomes of its leg is the leg's own affair."""
        self.leave(participant.call, "participant_updated_via_api", kicked=True)
        participant.removed()

    def end(self, conference: Conference) -> None:
        """End it by request."""
        self._dissolve(conference, "conference-ended-via-api", None)

    def tell(
        self,
        conference: Conference,
        event: str,
        about: Participant | None = None,
        extra: dict[str, str] | None = None,
    ) -> None:
        """Call an event back, if the first joiner asked for it."""
        callback = conference.wishes.callback if conference.wishes else None
        conference.sequence += 1
        if callback is None or SPOKEN_FOR[event] not in callback.events:
            return
        fields = self._fields(conference, event) | (_seat_fields(about) if about else {}) | (extra or {})
        self._plant.webhooks.tell(Webhook("conference", callback.url, fields, callback.method, conference.sid))

    def _start_if_due(self, conference: Conference) -> None:
        joined = conference.joined
        if conference.status != "init" or len(joined) < QUORUM or not any(seat.start_on_enter for seat in joined):
            return
        conference.status = "in-progress"
        self.tell(conference, "conference-start")
        wishes = conference.wishes
        if wishes and wishes.record:
            self._recordings.start("Conference", conference_sid=conference.sid, callback=wishes.recording_callback)

    def _dissolve(self, conference: Conference, reason: str, by: Participant | None) -> None:
        conference.status = "completed"
        del self._by_name[conference.friendly_name]
        conference.reason_ended = reason
        conference.ended_by = by.call.sid if by else ""
        left = "moderator_ended_conference" if by else "conference_ended_via_api"
        remaining = list(conference.participants.values())
        conference.participants.clear()
        for participant in remaining:
            del self._seats[participant.call.sid]
            self.tell(conference, "participant-leave", participant, _parting(participant, left))
            participant.removed()
        self._recordings.stop_all(conference_sid=conference.sid)
        self.tell(conference, "conference-end", None, _ending(conference, by))

    def _beep(self, participant: Participant, moment: str) -> None:
        if participant.beep in {"true", moment} and participant.joined:
            for other in others(participant):
                other.call.transcript.add(self._plant.time.now, "event", "beep")

    def _fields(self, conference: Conference, event: str) -> dict[str, str]:
        return {
            "AccountSid": self._plant.settings.account_sid,
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.friendly_name,
            "StatusCallbackEvent": event,
            "SequenceNumber": str(conference.sequence),
            "Timestamp": rfc2822(self._plant.time.now),
        }


def others(participant: Participant) -> Iterator[Participant]:
    """Everybody else inside."""
    return (seat for seat in participant.conference.joined if seat is not participant)


def audible_to(listener: Participant) -> list[Participant]:
    """Whom a party hears, by the state of the conference."""
    if listener.conference.status != "in-progress" or listener.hold:
        return []
    return [
        speaker
        for speaker in others(listener)
        if not speaker.muted and not speaker.hold and speaker.coaches in {"", listener.call.sid}
    ]


def _seat_fields(participant: Participant) -> dict[str, str]:
    fields = {
        "CallSid": participant.call.sid,
        "Muted": _word(participant.muted),
        "Hold": _word(participant.hold),
        "Coaching": _word(participant.coaching),
        "EndConferenceOnExit": _word(participant.end_on_exit),
        "StartConferenceOnEnter": _word(participant.start_on_enter),
    }
    if participant.label:
        fields["ParticipantLabel"] = participant.label
    if participant.coaching:
        fields["CallSidToCoach"] = participant.coaches
    return fields


def _parting(participant: Participant, reason: str) -> dict[str, str]:
    """A party that was called but never came in has not left: adding it failed."""
    return {
        "ReasonParticipantLeft": reason if participant.joined else "participant_add_failed",
        "ParticipantCallStatus": participant.call.status,
    }


def _ending(conference: Conference, by: Participant | None) -> dict[str, str]:
    fields = {"ReasonConferenceEnded": conference.reason_ended}
    if by:
        fields["CallSidEndingConference"] = by.call.sid
        if by.label:
            fields["ParticipantLabelEndingConference"] = by.label
    return fields


def _word(flag: bool) -> str:  # noqa: FBT001  the flag is the whole argument
    return "true" if flag else "false"
