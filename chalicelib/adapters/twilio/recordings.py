"""Recordings at Twilio: of a conference from its start, or of a leg from whenever it is started.

Twilio's API starts no recording of a conference, and knows a recording that runs as `Twilio.CURRENT`
(twilio_api_v2010, ConferenceRecording and CallRecording). A conference's recording holds what is said in it; a leg's
holds what comes from that telephone and what is heard there, the music of a hold included.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import TwilioApi
from chalicelib.adapters.twilio.conferences import conference_of
from chalicelib.adapters.twilio.twiml import RECORDING_EVENTS
from chalicelib.core.carrier.commands import PauseRecording, ResumeRecording, StartRecording, StopRecording
from chalicelib.core.ground.errors import CarrierGone

Change = PauseRecording | ResumeRecording | StopRecording

_MOST_BYTES = 100 * 1024 * 1024
_CURRENT = "Twilio.CURRENT"
_PAUSED, _RUNNING, _STOPPED = "paused", "in-progress", "stopped"

_FORMS: Mapping[type[Change], Mapping[str, str]] = {
    # Silence, and not nothing: what is heard stands at its time in the talk.
    PauseRecording: {"Status": _PAUSED, "PauseBehavior": "silence"},
    ResumeRecording: {"Status": _RUNNING},
    StopRecording: {"Status": _STOPPED},
}


class TwilioRecordings:
    """Starts, pauses, resumes, stops, fetches and deletes recordings by Twilio's REST API."""

    def __init__(self, api: TwilioApi, addresses: Addresses) -> None:
        self._api = api
        self._addresses = addresses

    def execute(self, command: StartRecording | Change, *, again: bool) -> None:
        """Carry the command out, looking first when it may have been done (`again`), or raise CarriersFault."""
        if isinstance(command, StartRecording):
            self._start(command, again=again)
        else:
            self._change(command, again=again)

    def fetch(self, sid: str) -> bytes:
        """Give the recording's WAV file (at most 100 MB), or raise CarriersFault."""
        return self._api.download("fetch a recording", "Recordings", sid, suffix=".wav", max_bytes=_MOST_BYTES)

    def delete(self, sid: str) -> None:
        """Remove the recording; one that is gone already is no error."""
        with suppress(CarrierGone):
            self._api.delete("delete a recording", "Recordings", sid)

    def _start(self, command: StartRecording, *, again: bool) -> None:
        """Record a leg. On a second try one that runs is ours: no leg is recorded twice at once."""
        live = self._live("Calls", command.sid) if again else None
        if live is None:
            self._api.post("start a recording", "Calls", command.sid, "Recordings", form=self._form(command))
        elif live["status"] == _PAUSED:
            self._api.post(
                "resume a recording", "Calls", command.sid, "Recordings", _CURRENT, form={"Status": _RUNNING}
            )

    def _form(self, command: StartRecording) -> Mapping[str, str]:
        return {
            "RecordingChannels": "mono",
            "RecordingTrack": "both",
            "Trim": "do-not-trim",
            "RecordingStatusCallback": self._addresses.recording(command.call, command.vocid),
            "RecordingStatusCallbackEvent": " ".join(RECORDING_EVENTS),
            "RecordingStatusCallbackMethod": "POST",
        }

    def _change(self, command: Change, *, again: bool) -> None:
        form = _FORMS[type(command)]
        if not (again and self._state(command) == form["Status"]):
            self._api.post("change a recording", *self._owner(command), "Recordings", _CURRENT, form=form)

    def _state(self, command: Change) -> str:
        """Tell how the recording is: one that does not run, or whose conference is over, is stopped."""
        try:
            live = self._live(*self._owner(command))
        except CarrierGone:
            live = None
        return str(live["status"]) if live else _STOPPED

    def _owner(self, command: Change) -> tuple[str, str]:
        if command.leg:
            return "Calls", command.sid
        return "Conferences", conference_of(self._api, command.call, command.conference)

    def _live(self, *owner: str) -> Mapping[str, Any] | None:
        page = self._api.get("look for a recording", *owner, "Recordings")
        return next((found for found in page["recordings"] if found["status"] in (_RUNNING, _PAUSED)), None)
