"""Dial into a conference: joining by TwiML, waiting for it to start, coming out of it again."""

from typing import TYPE_CHECKING

from local.carrier.conferences import LARGEST, Conference, Participant, RoomWishes
from local.carrier.twilio_webhooks import Callback
from local.carrier.twiml import Verb

if TYPE_CHECKING:
    from local.carrier.interpreter import Run

LABEL_TAKEN, ROOM_FULL = 16025, 16020
DEFAULT_EVENTS = "start end"
HANG_UP_KEY = "*"


class ConferenceDial:
    """One Dial with a Conference being carried out."""

    def __init__(self, run: "Run", verb: Verb) -> None:
        self._run = run
        self._dial = verb
        self._noun = verb.children[0]
        self._since = run.house.plant.time.now

    def start(self) -> None:
        """Join, or say why not and go on."""
        conference = self._run.house.conferences.open(self._noun.text)
        obstacle = self._obstacle(conference)
        if obstacle:
            self._run.house.plant.error(*obstacle, self._run.call.sid)
            self._done("failed")
            return
        participant = self._participant(conference)
        self._run.house.conferences.admit(participant)
        music = self._noun.attributes.get("waitUrl")
        address = self._run.absolute(music) if music else music
        self._run.house.waiting_room.entertain(participant, address, self._noun.get("waitMethod", "POST"))
        self._listen()

    def _obstacle(self, conference: Conference) -> tuple[int, str] | None:
        label = self._noun.get("participantLabel")
        if label and conference.named(label):
            return LABEL_TAKEN, f"<Conference>: the label {label!r} is in use by another participant"
        wishes = conference.wishes or self._wishes()
        if len(conference.participants) >= wishes.max_participants:
            return ROOM_FULL, "<Conference>: the conference is full"
        return None

    def _participant(self, conference: Conference) -> Participant:
        noun = self._noun
        return Participant(
            call=self._run.call,
            conference=conference,
            removed=self._run.guarded(lambda: self._done("answered")),
            label=noun.get("participantLabel"),
            muted=noun.flag("muted", default=False),
            coaches=noun.get("coach"),
            start_on_enter=noun.flag("startConferenceOnEnter", default=True),
            end_on_exit=noun.flag("endConferenceOnExit", default=False),
            beep=noun.get("beep", "true"),
            wishes=self._wishes(),
        )

    def _wishes(self) -> RoomWishes:
        return RoomWishes(
            callback=self._callback("statusCallback", DEFAULT_EVENTS),
            record=self._noun.get("record") == "record-from-start",
            recording_callback=self._callback("recordingStatusCallback", "completed"),
            max_participants=int(self._noun.get("maxParticipants", str(LARGEST))),
        )

    def _callback(self, name: str, default_events: str) -> Callback | None:
        address = self._noun.get(name)
        if not address:
            return None
        events = frozenset(self._noun.get(f"{name}Event", default_events).split())
        return Callback(self._run.absolute(address), events, self._noun.get(f"{name}Method", "POST"))

    def _listen(self) -> None:
        if self._dial.flag("hangupOnStar", default=False):
            self._run.call.keypad = lambda key: self._leave() if key == HANG_UP_KEY else None
        limit = self._dial.get("timeLimit")
        if limit:
            self._run.house.plant.time.after(float(limit), self._run.guarded(self._leave))

    def _leave(self) -> None:
        if self._run.house.conferences.seat_of(self._run.call):
            self._run.house.conferences.leave(self._run.call, "participant_hung_up")
            self._done("answered")

    def _done(self, status: str) -> None:
        self._run.call.unplug()
        action = self._dial.get("action")
        if not action:
            self._run.next()
            return
        duration = round(self._run.house.plant.time.now - self._since)
        result = {"DialCallStatus": status, "DialCallDuration": str(duration)}
        self._run.fetch(action, self._dial.get("method", "POST"), result)
