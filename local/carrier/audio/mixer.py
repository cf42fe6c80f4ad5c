"""A moment of sound: what each party hears of what the others say, and what the recordings take in.

It knows no network and no clock of its own: the studio asks it every 20 ms, a test as often as its virtual time wants.
"""

from collections.abc import Iterable, Mapping

from local.carrier.audio.hearing import Heard, heard_by, takes
from local.carrier.audio.mixing import SILENCE, Samples, excerpt, mix
from local.carrier.audio.sounds import decoded
from local.carrier.audio.tapes import Tapes
from local.carrier.exchange import Exchange
from local.carrier.legs.calls import Call
from local.carrier.sound import RATE


class Mixer:
    """Mixes what the parties of one exchange say; a party is a CallSid, or the address of a device."""

    def __init__(self, exchange: Exchange, tapes: Tapes) -> None:
        self._exchange = exchange
        self._tapes = tapes

    def mix(self, spoken: Mapping[str, Samples]) -> dict[str, Samples]:
        """Give what each speaking party hears in this frame, unless it has no leg; lay what is being recorded."""
        self.record(spoken)
        return self.heard(spoken, spoken)

    def record(self, spoken: Mapping[str, Samples]) -> None:
        """Lay what is being recorded."""
        with self._exchange.time.lock:
            now = self._exchange.time.now
            running = list(takes(self._exchange))
        for take in running:
            pieces = self._pieces(take.heard, spoken, now)
            if pieces:
                self._tapes.lay(take.recording_sid, take.position, mix(pieces))

    def heard(self, listening: Iterable[str], spoken: Mapping[str, Samples]) -> dict[str, Samples]:
        """Give what each of these parties hears in this frame, unless it has no leg."""
        with self._exchange.time.lock:
            now = self._exchange.time.now
            listeners = {party: self._heard(party) for party in listening}
        return {
            party: mix([piece for one in heard for piece in self._pieces(one, spoken, now)])
            for party, heard in listeners.items()
            if heard
        }

    def _heard(self, party: str) -> list[Heard]:
        """What a party hears on each leg it has."""
        return [heard_by(self._exchange, leg) for leg in self._legs(party) if not leg.ended]

    def _legs(self, party: str) -> list[Call]:
        leg, devices = self._exchange.switchboard.calls.get(party), self._exchange.devices
        if leg:
            return [leg]
        return devices.called(party).talking if devices.knows(party) else []

    def _pieces(self, heard: Heard, spoken: Mapping[str, Samples], now: float) -> list[Samples]:
        address = self._exchange.numbering.address
        voices = [spoken.get(leg.sid, spoken.get(address(leg.party), SILENCE)) for leg in heard.voices]
        audible = [voice for voice in voices if voice is not SILENCE]
        if heard.performance:
            played = round((now - heard.performance.began) * RATE)
            audible.append(excerpt(decoded(heard.performance.content), played))
        return audible
