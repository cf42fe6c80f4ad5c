"""Play a recording: give an address that plays it, to whoever may hear it."""

from chalicelib.core.centre.who import Who
from chalicelib.core.ground.errors import NotFound
from chalicelib.core.told.recordings import Recording, RecordingState
from chalicelib.ports import World

HEAR_OWN, HEAR_ANY = "recordings.listen", "recordings.listen_any"

PLAY_SECONDS = 300
"""How long an address to play a recording is good for."""


def recording_url(who: Who, vocid: str, world: World) -> tuple[str, Recording]:
    """Give an address that plays the recording for five minutes.

    Raises:
        NotFound: there is no such recording, or not yet.
        NotPermitted: it is another agent's, and the role hears only one's own.
    """
    recording = world.desk.recording(vocid)
    if recording is None or recording.state is not RecordingState.READY:
        raise NotFound("There is no file of this recording, or not yet.")
    who.needs(HEAR_OWN if who.id in recording.agents else HEAR_ANY)
    return world.files.url(vocid, PLAY_SECONDS), recording
