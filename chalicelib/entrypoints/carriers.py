"""What carriers tell and ask: proved, read, handed to its use case, answered in the carrier's own words."""

from chalicelib.core.carrier import events
from chalicelib.core.carrier.script import Script
from chalicelib.core.ground.errors import NotFound
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.ports import World
from chalicelib.usecases.carry_out import note_refused
from chalicelib.usecases.note_exchange import note_exchange
from chalicelib.usecases.note_key import note_key
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.record import note_recording, note_stored
from chalicelib.usecases.take_call import take_call
from chalicelib.usecases.take_turn import take_turn


def hear(request: Request, carrier: str, world: World) -> Reply:
    """Hear a carrier's webhook; of one that is not signed as it must be nothing is read.

    Raises:
        NotSigned: it is not.
        NotFound: this deployment does not have that carrier.
    """
    telling = world.carriers.get(carrier)
    if telling is None:
        raise NotFound("This deployment does not have this carrier: see docs/deploy.md.")
    event = telling.read(request.path, request.params, request.headers, request.body)
    call = event.call if event else ""
    world.watch.bind(call)
    text, content_type = telling.write(_handle(event, carrier, world), call)
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
        case events.RecordingStored():
            note_stored(event, world)
        case events.KeyPressed():
            note_key(event, world)
        case events.CommandRefused():
            note_refused(event, world)
        case events.ExchangeReported():
            note_exchange(event, carrier, world)
    return ()
