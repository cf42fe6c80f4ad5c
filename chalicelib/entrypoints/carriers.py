"""What carriers tell and ask: proved, read, handed to its use case, answered in the carrier's own words."""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.core.carrier import events
from chalicelib.core.carrier.script import Script
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.ports import World
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.record import note_recording
from chalicelib.usecases.take_call import take_call
from chalicelib.usecases.take_turn import announcement, take_turn


class Door(Protocol):
    """A carrier's door: the only way in for its webhooks."""

    def read(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> events.CarrierEvent | None:
        """Prove the webhook, then give what happened (None: nothing we need), or raise NotSigned or BadRequest."""

    def write(self, script: Script, call: str) -> tuple[str, str]:
        """Give the script in the carrier's words, with its content type."""


def hear(request: Request, carrier: str, door: Door, world: World) -> Reply:
    """Hear a carrier's webhook; of one that is not signed as it must be nothing is read.

    Raises:
        NotSigned: it is not.
    """
    event = door.read(request.path, request.params, request.headers, request.body)
    call = event.call if event else ""
    world.watch.bind(call)
    text, content_type = door.write(_handle(event, carrier, world), call)
    return Reply(text, content_type=content_type)


def _handle(event: events.CarrierEvent | None, carrier: str, world: World) -> Script:
    match event:
        case events.CallArrived():
            return take_call(event, carrier, world)
        case events.TurnTaken():
            return take_turn(event, world)
        case events.AnnouncementWanted(call):
            return announcement(call, world)
        case events.LegRang() | events.LegAnswered() | events.LegEnded() | events.ParticipantJoined():
            note_leg(event, world)
        case events.RecordingReported():
            note_recording(event, world)
    return ()
