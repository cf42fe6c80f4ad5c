"""Where Twilio finds us: every address that we hand out, made in one place.

All context is in path segments and nothing in a query string: a query that is re-ordered or encoded anew on its way
breaks the signature, a path survives.
"""

from urllib.parse import quote

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.values import dataclass

_MEDIA = "media:"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses below the public one (no slash at its end), which is what signatures are computed from."""

    public_url: str

    def voice(self) -> str:
        """Where an incoming call asks for its first instructions."""
        return f"{self.public_url}/carriers/twilio/voice"

    def status(self) -> str:
        """Where the callers' legs are reported: the status callback of our numbers."""
        return f"{self.public_url}/carriers/twilio/status"

    def turn(self, call: str, turn: str) -> str:
        """Where a leg asks what to do next."""
        return self._of_call(call, "turns", turn)

    def leg_status(self, call: str, leg: str) -> str:
        """Where a leg that we asked for is reported."""
        return self._of_call(call, "legs", leg, "status")

    def conference(self, call: str) -> str:
        """Where the call's conference and who is in it are reported."""
        return self._of_call(call, "conference")

    def recording(self, call: str, vocid: str) -> str:
        """Where a recording is reported."""
        return self._of_call(call, "recordings", vocid)

    def announcement(self, call: str, sealed: str) -> str:
        """Where the keys to be heard in the conference are fetched: the address itself holds them, sealed."""
        return self._of_call(call, "announcement", sealed)

    def sound(self, sound: str) -> str:
        """Where a sound of a script or of a hold is fetched; `media:<name>` is one of our own.

        Raises:
            NotConfigured: it is neither one of our own nor an https address.

        """
        if sound.startswith(_MEDIA):
            return f"{self.public_url}/media/{_segment(sound.removeprefix(_MEDIA))}.wav"
        if sound.startswith("https://"):
            return sound
        raise NotConfigured("A sound must be media:<name> or an https address: see the flow or the queue.")

    def _of_call(self, call: str, *segments: str) -> str:
        path = "/".join(_segment(segment) for segment in (call, *segments))
        return f"{self.public_url}/carriers/twilio/calls/{path}"


def _segment(text: str) -> str:
    return quote(text, safe="")
