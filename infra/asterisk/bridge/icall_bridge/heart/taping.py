"""Recordings: of the conference by its bridge, of a leg by a channel that listens to it.

Asterisk ends a bridge's recording as soon as nobody is in the bridge, as when everybody is held: it is begun again,
into the same file, when somebody comes back. A pause is silence in the file.
"""

from icall_bridge.heart import requests
from icall_bridge.heart.effects import DropTimer, Mark, SetTimer, Tell
from icall_bridge.heart.state import Call, Leg, Recording, Tape
from icall_bridge.messages import RecordingEnded

SHORTEST = 1
"""Seconds; what is shorter is no recording."""

LATEST = 3.0
"""Seconds in which Asterisk says that it has closed what it was told to stop."""


def running(call: Call, leg: str) -> Recording | None:
    """Give the recording of a leg, or of the conference (empty), that has not come to its end."""
    here = (tape for tape in call.recordings if tape.leg == leg and tape.state is not Tape.STOPPING)
    return next(here, None)


def of_conference(call: Call, vocid: str) -> None:
    """Begin to record the conference, whose bridge stands."""
    tape = Recording(vocid)
    call.recordings.append(tape)
    _roll(call, tape)


def somebody_comes_in(call: Call) -> None:
    """Let the conference's recording go on before anybody is heard again."""
    tape = running(call, "")
    if tape and tape.state is Tape.BROKEN:
        _roll(call, tape)


def of_leg(call: Call, leg: Leg, vocid: str) -> None:
    """Record a leg from now on; a recording of this name that is paused goes on."""
    tape = running(call, leg.id)
    if tape and tape.vocid == vocid:
        pause(call, tape, paused=False)
        return
    if tape:
        stop(call, tape)
    snoop = f"{call.id}.{leg.id}.r{call.number()}"
    call.recordings.append(Recording(vocid, leg.id, snoop=snoop))
    requests.snoop(call, leg.channel, snoop)


def snoop_came(call: Call, tape: Recording) -> None:
    """Begin to record what the listening channel hears."""
    if tape.state is Tape.COMING:
        _roll(call, tape)


def snoop_left(call: Call, tape: Recording) -> None:
    """A leg that is gone before its recording began has none."""
    if tape.state is Tape.COMING:
        _over(call, tape, "absent")


def pause(call: Call, tape: Recording, *, paused: bool, order: Mark | None = None) -> None:
    """Let nothing into the file, or everything again."""
    if tape.paused == paused:
        return
    tape.paused, tape.rolled_paused = paused, False
    if tape.state is Tape.RUNNING:
        _mute(call, tape, order)


def stop(call: Call, tape: Recording) -> None:
    """End a recording; that it is over is told when its file stands."""
    before, tape.state = tape.state, Tape.STOPPING
    if before is Tape.RUNNING:
        call.effects.ask("POST", "recordings", "live", tape.vocid, "stop", fine=requests.NOT_THERE)
        call.effects.add(SetTimer(f"tape:{tape.vocid}", LATEST))
    else:
        _over(call, tape, _status(tape, failed=False))
    if tape.snoop:
        requests.hang_up(call, tape.snoop)


def ended(call: Call, name: str, seconds: int, *, failed: bool) -> None:
    """Note that Asterisk has closed a recording: for good, or because nobody was in the bridge for a moment."""
    tape = next((tape for tape in call.recordings if tape.vocid == name), None)
    if tape is None:
        return
    tape.seconds = max(tape.seconds, seconds)
    if not tape.leg and tape.state is Tape.RUNNING and call.conference:
        tape.state = Tape.BROKEN
        if any(leg.line.entered == call.id for leg in call.live()):
            _roll(call, tape)
        return
    _over(call, tape, _status(tape, failed=failed))


def mute_refused(call: Call, name: str) -> None:
    """Note that a pause, or its end, was not done; what would have gone on paused rather ends than tells too much."""
    tape = next((tape for tape in call.recordings if tape.vocid == name and tape.state is Tape.RUNNING), None)
    if tape is None:
        return
    if tape.rolled_paused:
        stop(call, tape)
    else:
        tape.paused = not tape.paused


def overdue(call: Call, name: str) -> None:
    """Take a recording as closed though Asterisk has not said so: it had closed it before it was told to."""
    tape = next((tape for tape in call.recordings if tape.vocid == name and tape.state is Tape.STOPPING), None)
    if tape:
        _over(call, tape, _status(tape, failed=False))


def refused(call: Call, name: str, *, was_silent: bool) -> None:
    """Note that Asterisk would not record; one that has said nothing may do it all the same, and should not."""
    if was_silent:
        call.effects.ask("POST", "recordings", "live", name, "stop", fine=requests.NOT_THERE)
    tape = next((tape for tape in call.recordings if tape.vocid == name), None)
    if tape:
        _over(call, tape, _status(tape, failed=True))


def lost(call: Call, tape: Recording) -> None:
    """End a recording whose Asterisk is gone; what it wrote may still be there."""
    _over(call, tape, _status(tape, failed=True))


def conference_over(call: Call) -> None:
    """End the conference's recording with it."""
    tape = running(call, "")
    if tape:
        stop(call, tape)


def _roll(call: Call, tape: Recording) -> None:
    tape.state = Tape.RUNNING
    owner = ("channels", tape.snoop) if tape.snoop else ("bridges", call.id)
    call.effects.ask(
        "POST",
        *owner,
        "record",
        makes=tape.vocid,
        name=tape.vocid,
        format=call.ways.recording_format,
        ifExists="append",
    )
    tape.rolled_paused = tape.paused
    if tape.paused:
        _mute(call, tape, None)


def _mute(call: Call, tape: Recording, order: Mark | None) -> None:
    method = "POST" if tape.paused else "DELETE"
    call.effects.ask(method, "recordings", "live", tape.vocid, "mute", order=order)


def _status(tape: Recording, *, failed: bool) -> str:
    if tape.seconds >= SHORTEST:
        return "completed"
    return "failed" if failed else "absent"


def _over(call: Call, tape: Recording, status: str) -> None:
    """Tell that a recording is over; of one that is none nothing is left behind."""
    call.recordings.remove(tape)
    call.effects.add(DropTimer(f"tape:{tape.vocid}"))
    seconds = tape.seconds if status == "completed" else 0
    leg = call.legs.get(tape.leg)
    call.effects.add(Tell(RecordingEnded(tape.vocid, status, seconds), tape.leg, leg.channel if leg else ""))
    if status != "completed":
        call.effects.ask("DELETE", "recordings", "stored", tape.vocid, fine=requests.NOT_THERE)
    if tape.snoop:
        requests.hang_up(call, tape.snoop)
