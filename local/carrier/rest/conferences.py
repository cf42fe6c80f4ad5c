"""REST: conferences and the parties in them."""

import re

from local.carrier.documents.waiting_room import WaitingRoom
from local.carrier.legs.calls import Call, Document
from local.carrier.legs.conferences import LARGEST, Conference, Conferences, Participant, RoomWishes
from local.carrier.legs.switchboard import Switchboard
from local.carrier.rest import resources
from local.carrier.rest.calls import NOT_FOUND, Answer, Calls, callback
from local.carrier.rest.forms import INVALID, Form, RestError
from local.carrier.rest.paging import Pages
from local.carrier.wire.plant import Plant

CONFERENCE_SID = re.compile("CF[0-9a-f]{32}")
LABEL_TAKEN, ROOM_FULL = 16026, 16020


class ConferenceResource:
    """What can be asked of Conferences."""

    def __init__(self, plant: Plant, conferences: Conferences, waiting_room: WaitingRoom, pages: Pages) -> None:
        self._plant = plant
        self._pages = pages
        self._conferences = conferences
        self._waiting_room = waiting_room

    def list(self, form: Form) -> Answer:
        """The conferences, newest first."""
        wanted = {"friendly_name": form.optional("FriendlyName"), "status": form.optional("Status")}
        items = [resources.conference(self._plant, item) for item in reversed(self._conferences.all())]
        found = [item for item in items if all(value in {None, item[name]} for name, value in wanted.items())]
        return 200, self._pages.cut("conferences", found, f"{self._plant.account_uri}/Conferences.json", form)

    def fetch(self, _form: Form, conference: str) -> Answer:
        """One conference."""
        return 200, resources.conference(self._plant, self.find(conference))

    def update(self, form: Form, conference: str) -> Answer:
        """End it, or announce something in it."""
        room = self.find_live(conference)
        if form.has("Status"):
            self._conferences.end(room)
        elif form.has("AnnounceUrl"):
            self._waiting_room.announce(room, None, form.get("AnnounceUrl"), form.get("AnnounceMethod", "POST"))
        return 200, resources.conference(self._plant, room)

    def find(self, sid: str) -> Conference:
        """A conference by its CF sid; its friendly name does not do here."""
        room = self._conferences.get(sid)
        if room is None:
            raise RestError(404, NOT_FOUND, f"The requested resource /Conferences/{sid} was not found")
        return room

    def find_live(self, sid: str) -> Conference:
        """A conference that can still be changed."""
        room = self.find(sid)
        if room.status == "completed":
            raise RestError(404, NOT_FOUND, f"The requested resource /Conferences/{sid} was not found")
        return room


class ParticipantResource:
    """What can be asked of Participants."""

    def __init__(
        self,
        plant: Plant,
        conferences: Conferences,
        rooms: ConferenceResource,
        calls: Calls,
        switchboard: Switchboard,
        waiting_room: WaitingRoom,
        pages: Pages,
    ) -> None:
        self._plant = plant
        self._pages = pages
        self._conferences = conferences
        self._rooms = rooms
        self._calls = calls
        self._switchboard = switchboard
        self._waiting_room = waiting_room

    def create(self, form: Form, conference: str) -> Answer:
        """Call a party into a conference, which is made if there is none of that name."""
        by_sid = CONFERENCE_SID.fullmatch(conference)
        known = self._rooms.find_live(conference) if by_sid else self._conferences.live(conference)
        self._check_place(form, known)
        self._check_coaching(form, known)
        leg = self._calls.order(form, lambda call: self._answered(call, form), Document())
        seat = self._seat(form, leg, known or self._conferences.open(conference))
        self._conferences.expect(seat)
        if form.flag("Record", default=False):
            leg.on_end.append(lambda: self._calls.never_recorded(leg, "OutboundAPI", form))
        return 201, resources.participant(self._plant, seat, created=True)

    def list(self, form: Form, conference: str) -> Answer:
        """Who is in the conference or on the way into it, the newest call first."""
        room = self._rooms.find(conference)
        wanted = {name: form.flag(name, default=False) for name in ("Muted", "Hold", "Coaching") if form.has(name)}
        seats = sorted(room.participants.values(), key=lambda seat: self._pages.age(seat.call.sid), reverse=True)
        found = [
            resources.participant(self._plant, seat)
            for seat in seats
            if all(value is _flags(seat)[name] for name, value in wanted.items())
        ]
        uri = f"{self._plant.account_uri}/Conferences/{conference}/Participants.json"
        return 200, self._pages.cut("participants", found, uri, form, key="call_sid")

    def fetch(self, _form: Form, conference: str, participant: str) -> Answer:
        """One party, by CallSid or label."""
        return 200, resources.participant(self._plant, self._find(conference, participant))

    def update(self, form: Form, conference: str, participant: str) -> Answer:
        """Mute, hold, coach, announce: each change is an event, what does not change is none.

        Who is still being called can be looked at and removed, but not changed.
        """
        seat = self._find(conference, participant)
        if not seat.joined:
            raise RestError(404, NOT_FOUND, f"The participant {participant} is not in the conference yet")
        self._check_coaching(form, seat.conference)
        self._modify(seat, form)
        self._mute(seat, form)
        self._hold(seat, form)
        if form.has("AnnounceUrl"):
            address, method = form.get("AnnounceUrl"), form.get("AnnounceMethod", "POST")
            self._waiting_room.announce(seat.conference, seat, address, method)
        return 200, resources.participant(self._plant, seat)

    def delete(self, _form: Form, conference: str, participant: str) -> Answer:
        """Remove a party."""
        self._conferences.kick(self._find(conference, participant))
        return 204, None

    def _find(self, conference: str, key: str) -> Participant:
        seat = self._rooms.find(conference).named(key)
        if seat is None:
            raise RestError(404, NOT_FOUND, f"The requested resource /Participants/{key} was not found")
        return seat

    def _seat(self, form: Form, leg: Call, room: Conference) -> Participant:
        return Participant(
            call=leg,
            conference=room,
            removed=lambda: self._switchboard.drop(leg),
            label=form.get("Label"),
            muted=form.flag("Muted", default=False),
            coaches=form.get("CallSidToCoach") if form.flag("Coaching", default=True) else "",
            start_on_enter=form.flag("StartConferenceOnEnter", default=True),
            end_on_exit=form.flag("EndConferenceOnExit", default=False),
            beep=form.get("Beep", "true"),
            wishes=RoomWishes(
                callback=callback(form, "ConferenceStatusCallback", "start end"),
                record=form.get("ConferenceRecord") in {"true", "record-from-start"},
                recording_callback=callback(form, "ConferenceRecordingStatusCallback", "completed"),
                max_participants=form.number("MaxParticipants", LARGEST),
            ),
        )

    def _answered(self, call: Call, form: Form) -> None:
        seat = self._conferences.seat_of(call)
        if seat is None:
            return
        if form.flag("Record", default=False):
            self._calls.record_leg(call, "OutboundAPI", form)
        self._conferences.admit(seat)
        self._waiting_room.entertain(seat, form.optional("WaitUrl"), form.get("WaitMethod", "POST"))

    def _check_place(self, form: Form, room: Conference | None) -> None:
        if room is None:
            return
        if form.has("Label") and room.named(form.get("Label")):
            raise RestError(400, LABEL_TAKEN, "Participant label is in use by another participant")
        if room.wishes and len(room.participants) >= room.wishes.max_participants:
            raise RestError(400, ROOM_FULL, "The conference is full")

    def _check_coaching(self, form: Form, room: Conference | None) -> None:
        coached = form.get("CallSidToCoach")
        if form.flag("Coaching", default=False) and not coached:
            raise RestError(400, INVALID, "Coaching=true needs CallSidToCoach")
        if coached and (room is None or coached not in room.participants):
            raise RestError(400, INVALID, "CallSidToCoach is no participant of this conference")

    def _modify(self, seat: Participant, form: Form) -> None:
        before = (seat.end_on_exit, seat.coaches, seat.beep)
        if not seat.hold:
            seat.end_on_exit = form.flag("EndConferenceOnExit", default=seat.end_on_exit)
        if form.has("Coaching") or form.has("CallSidToCoach"):
            coaching = form.flag("Coaching", default=True)
            seat.coaches = form.get("CallSidToCoach") if coaching else ""
        if form.has("BeepOnExit"):
            seat.beep = _beeps(seat.beep, on_exit=form.flag("BeepOnExit", default=False))
        if form.has("WaitUrl"):
            self._waiting_room.entertain(seat, form.get("WaitUrl"), form.get("WaitMethod", "POST"))
        if before != (seat.end_on_exit, seat.coaches, seat.beep) or form.has("WaitUrl"):
            self._conferences.tell(seat.conference, "participant-modify", seat)

    def _mute(self, seat: Participant, form: Form) -> None:
        muted = form.flag("Muted", default=seat.muted)
        if muted != seat.muted:
            seat.muted = muted
            self._conferences.tell(seat.conference, f"participant-{'mute' if muted else 'unmute'}", seat)

    def _hold(self, seat: Participant, form: Form) -> None:
        before, seat.hold = seat.hold, form.flag("Hold", default=seat.hold)
        if seat.hold and (form.has("HoldUrl") or not before):
            self._waiting_room.hold(seat, form.optional("HoldUrl"), form.get("HoldMethod", "GET"))
        if seat.hold != before:
            self._switchboard.note(seat.call, "on hold" if seat.hold else "retrieved")
            self._conferences.tell(seat.conference, f"participant-{'hold' if seat.hold else 'unhold'}", seat)


def _beeps(beep: str, *, on_exit: bool) -> str:
    on_enter = beep in {"true", "onEnter"}
    return {(True, True): "true", (True, False): "onEnter", (False, True): "onExit"}.get((on_enter, on_exit), "false")


def _flags(seat: Participant) -> dict[str, bool]:
    return {"Muted": seat.muted, "Hold": seat.hold, "Coaching": seat.coaching}
