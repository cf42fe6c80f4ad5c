"""Say, Play and Pause: what a party hears and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from local.carrier.calls import Call
from local.carrier.plant import Plant
from local.carrier.scheduling import Action, Timer
from local.carrier.sound import UNKNOWN_FILE, file_seconds, spoken_seconds, tones_seconds
from local.carrier.twiml import Verb
from local.carrier.webhooks import RETRIEVAL_FAILED, Reply, Webhook

ENDLESS = 1000
"""Loop 0 means: a thousand times."""
Listeners = Callable[[], list[Call]]


@dataclass(slots=True)
class Playing:
    """A prompt under way; stopping it forgets what should come after it."""

    timer: Timer | None = None
    stopped: bool = False

    def stop(self) -> None:
        """Cut it short."""
        self.stopped = True
        if self.timer:
            self.timer.cancel()


class Prompts:
    """Plays prompts to whoever listens at that moment."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._lengths: dict[str, float] = {}

    def sound(self, verb: Verb, address: str, listeners: Listeners, then: Action) -> Playing:
        """Let the listeners hear the prompt; `then` runs when it is over."""
        playing = Playing()
        if verb.name == "Pause":
            self._last(playing, self._paced(verb.seconds("length", 1)), then)
        elif verb.name == "Say":
            self.write(listeners, "hears", verb.text)
            self._last(playing, self._paced(spoken_seconds(verb.text)) * _times(verb), then)
        elif verb.get("digits"):
            self.write(listeners, "plays", f"tones {verb.get('digits')}")
            self._last(playing, tones_seconds(verb.get("digits")), then)
        else:
            self.write(listeners, "plays", address)
            self._measured(address, lambda length: self._last(playing, self._paced(length) * _times(verb), then))
        return playing

    def write(self, listeners: Listeners, kind: Literal["hears", "plays"], text: str) -> None:
        """Put a line into every listener's transcript."""
        for call in listeners():
            call.transcript.add(self._plant.time.now, kind, text)

    def _last(self, playing: Playing, seconds: float, then: Action) -> None:
        if not playing.stopped:
            playing.timer = self._plant.time.after(seconds, then)

    def _measured(self, address: str, known: Callable[[float], None]) -> None:
        if not self._plant.settings.fetch_media:
            known(UNKNOWN_FILE)
        elif address in self._lengths:
            known(self._lengths[address])
        else:
            fetch = Webhook("media", address, {}, "GET")
            self._plant.webhooks.ask(fetch, lambda reply: known(self._measure(address, reply)))

    def _measure(self, address: str, reply: Reply) -> float:
        if reply.failure or reply.response is None:
            self._plant.error(RETRIEVAL_FAILED, f"<Play>: {reply.failure}", address)
            return 0.0
        self._lengths[address] = file_seconds(reply.response.body)
        return self._lengths[address]

    def _paced(self, seconds: float) -> float:
        return seconds / self._plant.settings.speed


def _times(verb: Verb) -> int:
    loop = int(verb.get("loop", "1"))
    return loop or ENDLESS
