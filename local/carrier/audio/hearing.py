"""Who hears what at this moment, read off the exchange's state. To be asked under the exchange's lock."""

from collections.abc import Iterator
from dataclasses import dataclass

from local.carrier.documents.stage import Performance
from local.carrier.exchange import Exchange
from local.carrier.legs.calls import Call
from local.carrier.legs.conferences import audible_to
from local.carrier.legs.recordings import Recording


@dataclass(frozen=True, slots=True)
class Heard:
    """The legs whose voices somebody hears, and the sound that is played to them."""

    voices: tuple[Call, ...] = ()
    performance: Performance | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """What a recording takes in now, and at which second of it."""

    recording_sid: str
    position: float
    heard: Heard


def heard_by(exchange: Exchange, leg: Call) -> Heard:
    """What a leg hears."""
    return Heard(_voices(exchange, leg), exchange.stage.heard_by(leg, exchange.time.now))


def takes(exchange: Exchange) -> Iterator[Take]:
    """What the running recordings take in."""
    for recording in exchange.recordings.running():
        yield Take(recording.sid, recording.position(exchange.time.now), _recorded(exchange, recording))


def _voices(exchange: Exchange, leg: Call) -> tuple[Call, ...]:
    if leg.bridged:
        return (leg.bridged,)
    seat = exchange.conferences.seat_of(leg)
    return tuple(speaker.call for speaker in audible_to(seat)) if seat and seat.joined else ()


def _recorded(exchange: Exchange, recording: Recording) -> Heard:
    """A conference is recorded as its members hear it: without who is held or muted, or whispers to one of them."""
    if recording.call_sid:
        leg = exchange.call(recording.call_sid)
        heard = heard_by(exchange, leg)
        return Heard((leg, *heard.voices), heard.performance)
    room = exchange.conferences.get(recording.conference_sid)
    seats = room.joined if room else []
    return Heard(tuple(seat.call for seat in seats if not (seat.hold or seat.muted or seat.coaching)))
