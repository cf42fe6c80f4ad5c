"""What carriers tell and ask: proved, read, handed to its use case, answered in the carrier's own words."""

from chalicelib.core.carrier import events
from chalicelib.core.carrier.script import Script
from chalicelib.core.ground.errors import NotProved
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.ports import World
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.record import note_recording
from chalicelib.usecases.take_call import take_call
from chalicelib.usecases.take_turn import take_turn

FORBIDDEN = 403


def hear(request: Request, carrier: str, world: World) -> Reply:
    """Hear a carrier's webhook; one that is not proved gets 403, and nothing of it is read."""
    door = world.carriers[carrier]
    try:
        event = door.read(request.path, request.params, request.headers, request.body)
    except NotProved:
        return Reply({"error": "NotProved", "message": "The signature is not right."}, FORBIDDEN)
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
        case events.OwnQuestion(script=script):
            return script
        case events.LegRang() | events.LegAnswered() | events.LegEnded() | events.ParticipantJoined():
            note_leg(event, world, carrier)
        case events.RecordingReported():
            note_recording(event, world)
    return ()
