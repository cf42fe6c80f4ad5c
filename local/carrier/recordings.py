"""Recordings: started, paused, stopped; a file comes a while after the end, or never."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from local.carrier.plant import Plant, rfc2822
from local.carrier.sound import Silence, SoundSource, wav
from local.carrier.twilio_webhooks import Callback, Webhook

Status = Literal["in-progress", "paused", "stopped", "completed", "absent", "failed"]
LIVE: frozenset[Status] = frozenset({"in-progress", "paused"})
NOTHING_RECORDED = 0.5
"""Shorter than this there is no file."""
DEFAULT_EVENTS = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Recording:
    """One recording, of a leg or of a conference."""

    sid: str
    source: str
    started_at: float
    call_sid: str = ""
    conference_sid: str = ""
    callback: Callback | None = None
    channels: int = 1
    track: str = "both"
    status: Status = "in-progress"
    error_code: int | None = None
    seconds: float = 0.0
    running_since: float | None = None
    skipping: bool = field(default=False)

    def position(self, now: float) -> float:
        """How many seconds of it there are."""
        return self.seconds + (now - self.running_since if self.running_since is not None else 0.0)

    @property
    def live(self) -> bool:
        """Whether it still can be paused, resumed or stopped."""
        return self.status in LIVE


class Recordings:
    """All recordings of the account."""

    def __init__(self, plant: Plant, sound: SoundSource | None = None) -> None:
        self._plant = plant
        self._sound = sound or Silence()
        self._by_sid: dict[str, Recording] = {}

    def start(
        self,
        source: str,
        *,
        call_sid: str = "",
        conference_sid: str = "",
        callback: Callback | None = None,
    ) -> Recording:
        """Begin to record."""
        now = self._plant.time.now
        recording = Recording(
            sid=self._plant.ids.new("RE"),
            source=source,
            started_at=now,
            call_sid=call_sid,
            conference_sid=conference_sid,
            callback=callback,
            running_since=now,
        )
        self._by_sid[recording.sid] = recording
        self._tell(recording, "in-progress")
        return recording

    def never(self, source: str, call_sid: str, callback: Callback | None) -> None:
        """Note the recording of a leg that was never answered: it is absent."""
        recording = Recording(self._plant.ids.new("RE"), source, self._plant.time.now, call_sid, callback=callback)
        self._by_sid[recording.sid] = recording
        self._finish(recording)

    def pause(self, recording: Recording, *, skip: bool) -> None:
        """Stop taking sound; the pause itself is silence in the file unless it is skipped."""
        self._count(recording, running=not skip)
        recording.skipping = skip
        recording.status = "paused"

    def resume(self, recording: Recording) -> None:
        """Take sound again."""
        self._count(recording, running=True)
        recording.status = "in-progress"

    def stop(self, recording: Recording) -> None:
        """End it; the file follows after a while."""
        if recording.live:
            self._count(recording, running=False)
            recording.status = "stopped"
            self._plant.time.after(self._plant.settings.recording_delay, lambda: self._finish(recording))

    def stop_all(self, *, call_sid: str = "", conference_sid: str = "") -> None:
        """End the live recordings of a leg or of a conference."""
        for recording in self.of(call_sid=call_sid, conference_sid=conference_sid):
            self.stop(recording)

    def of(self, *, call_sid: str = "", conference_sid: str = "") -> Iterator[Recording]:
        """The recordings of a leg or of a conference."""
        for recording in list(self._by_sid.values()):
            if (recording.call_sid, recording.conference_sid) == (call_sid, conference_sid):
                yield recording

    def all(self) -> list[Recording]:
        """Every recording that was not deleted."""
        return list(self._by_sid.values())

    def get(self, sid: str) -> Recording | None:
        """A recording by its sid."""
        return self._by_sid.get(sid)

    def delete(self, sid: str) -> None:
        """Forget a recording and its sound."""
        del self._by_sid[sid]
        self._sound.forget(sid)

    def running(self) -> list[Recording]:
        """The recordings that take sound now."""
        return [recording for recording in self._by_sid.values() if recording.status == "in-progress"]

    def media(self, recording: Recording) -> bytes:
        """The WAV file of a completed recording."""
        return wav(self._sound.samples(recording.sid, recording.seconds))

    def _count(self, recording: Recording, *, running: bool) -> None:
        now = self._plant.time.now
        if recording.running_since is not None:
            recording.seconds += now - recording.running_since
        recording.running_since = now if running else None

    def _finish(self, recording: Recording) -> None:
        recording.status = "completed" if recording.seconds >= NOTHING_RECORDED else "absent"
        if recording.sid in self._by_sid:
            self._tell(recording, recording.status)

    def _tell(self, recording: Recording, event: str) -> None:
        callback = recording.callback
        if callback is None or event not in callback.events:
            return
        webhook = Webhook("recording", callback.url, self._fields(recording), callback.method, recording.sid)
        self._plant.webhooks.tell(webhook)

    def _fields(self, recording: Recording) -> dict[str, str]:
        plant = self._plant
        fields = {
            "AccountSid": plant.settings.account_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": f"{plant.settings.public_url}{plant.account_uri}/Recordings/{recording.sid}",
            "RecordingStatus": recording.status,
            "RecordingChannels": str(recording.channels),
            "RecordingStartTime": rfc2822(recording.started_at),
            "RecordingSource": recording.source,
            "RecordingTrack": recording.track,
            "ErrorCode": str(recording.error_code or 0),
        }
        if recording.status in {"completed", "absent"}:
            fields["RecordingDuration"] = str(round(recording.seconds)) if recording.status == "completed" else "-1"
        owner = "ConferenceSid" if recording.conference_sid else "CallSid"
        fields[owner] = recording.conference_sid or recording.call_sid
        return fields
