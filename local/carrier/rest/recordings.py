"""REST: recordings, by themselves or as those of a call or conference."""

from local.carrier.legs.recordings import Recording, Recordings
from local.carrier.rest import resources
from local.carrier.rest.calls import NOT_COMPLETE, NOT_FOUND, Answer, Calls
from local.carrier.rest.conferences import ConferenceResource
from local.carrier.rest.forms import INVALID, Form, NotEmulatedError, RestError
from local.carrier.rest.paging import Pages
from local.carrier.wire.plant import Plant

CURRENT = "Twilio.CURRENT"
NOT_RECORDING = 21220


class RecordingResource:
    """What can be asked of Recordings."""

    def __init__(
        self, plant: Plant, recordings: Recordings, calls: Calls, conferences: ConferenceResource, pages: Pages
    ) -> None:
        self._plant = plant
        self._pages = pages
        self._recordings = recordings
        self._calls = calls
        self._conferences = conferences

    def list(self, form: Form, call: str = "", conference: str = "") -> Answer:
        """The recordings of the account, of a leg or of a conference, newest first."""
        self._check_owner(call, conference)
        wanted = {
            "call_sid": call or form.optional("CallSid"),
            "conference_sid": conference or form.optional("ConferenceSid"),
        }
        owner = _owner(call, conference)
        items = [resources.recording(self._plant, item, owner) for item in reversed(self._recordings.all())]
        found = [item for item in items if all(value in {None, item[name]} for name, value in wanted.items())]
        return 200, self._pages.cut("recordings", found, f"{self._plant.account_uri}{owner}/Recordings.json", form)

    def fetch(self, _form: Form, recording: str, call: str = "", conference: str = "") -> Answer:
        """One recording."""
        found = self._find(recording, call, conference)
        return 200, resources.recording(self._plant, found, _owner(call, conference))

    def update(self, form: Form, recording: str, call: str = "", conference: str = "") -> Answer:
        """Pause, resume or stop a recording that runs."""
        found = self._find(recording, call, conference)
        wanted = form.get("Status")
        if not found.live:
            raise RestError(400, NOT_RECORDING, f"The recording is {found.status} and cannot become {wanted}")
        if form.has("PauseBehavior") and wanted != "paused":
            raise RestError(400, INVALID, "PauseBehavior goes with Status=paused only")
        if wanted == "stopped":
            self._recordings.stop(found)
        elif wanted == "paused" and found.status != "paused":
            self._recordings.pause(found, skip=form.get("PauseBehavior") == "skip")
        elif wanted == "in-progress":
            self._recordings.resume(found)
        return 200, resources.recording(self._plant, found, _owner(call, conference))

    def media(self, _form: Form, recording: str) -> Answer:
        """The sound of a completed recording."""
        if recording.endswith(".mp3"):
            raise NotEmulatedError("a recording as MP3")
        found = self._find(recording, "", "")
        if found.status != "completed":
            raise RestError(404, NOT_FOUND, f"The requested resource /Recordings/{recording} has no media")
        return 200, self._recordings.media(found)

    def delete(self, _form: Form, recording: str, call: str = "", conference: str = "") -> Answer:
        """Delete a recording that does not run any more."""
        found = self._find(recording, call, conference)
        if found.live:
            raise RestError(409, NOT_COMPLETE, "Cannot delete this resource before it is complete")
        self._recordings.delete(found.sid)
        return 204, None

    def _find(self, sid: str, call: str, conference: str) -> Recording:
        self._check_owner(call, conference)
        found = self._current(call, conference) if sid == CURRENT else self._recordings.get(sid)
        if found is None or (call and found.call_sid != call) or (conference and found.conference_sid != conference):
            raise RestError(404, NOT_FOUND, f"The requested resource /Recordings/{sid} was not found")
        return found

    def _current(self, call: str, conference: str) -> Recording | None:
        live = (item for item in self._recordings.of(call_sid=call, conference_sid=conference) if item.live)
        return next(live, None)

    def _check_owner(self, call: str, conference: str) -> None:
        if call:
            self._calls.find(call)
        if conference:
            self._conferences.find(conference)


def _owner(call: str, conference: str) -> str:
    """The path between the account and a recording."""
    return f"/Calls/{call}" if call else f"/Conferences/{conference}" if conference else ""
