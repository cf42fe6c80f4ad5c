"""Say, Play and Pause: what a party hears and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal

from local.carrier.plant import Plant
from local.carrier.scheduling import Action, Timer
from local.carrier.sound import UNKNOWN_FILE, file_seconds, spoken_seconds, tones_seconds
from local.carrier.stage import Audience, Listeners, Performance, Stage
from local.carrier.twilio_webhooks import RETRIEVAL_FAILED, Reply, Webhook
from local.carrier.twiml import Verb

ENDLESS = 1000
"""Loop 0 means: a thousand times."""


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

    def __init__(self, plant: Plant, stage: Stage) -> None:
        self._plant = plant
        self._stage = stage
        self._files: dict[str, bytes] = {}

    def sound(self, verb: Verb, address: str, audience: Audience, then: Action) -> Playing:
        """Let the audience hear the prompt; `then` runs when it has been heard once, even if it is endless."""
        playing = Playing()
        if verb.name == "Pause":
            self._last(playing, self._paced(verb.seconds("length", 1)), then)
        elif verb.name == "Say":
            self.write(audience.listeners, "hears", verb.text, verb.get("language"))
            self._last(playing, self._paced(spoken_seconds(verb.text)) * _times(verb), then)
        elif verb.get("digits"):
            self.write(audience.listeners, "plays", f"tones {verb.get('digits')}")
            self._last(playing, tones_seconds(verb.get("digits")), then)
        else:
            self.write(audience.listeners, "plays", address)
            self._fetched(address, lambda content: self._play(playing, content, _times(verb), audience, then))
        return playing

    def write(self, listeners: Listeners, kind: Literal["hears", "plays"], text: str, language: str = "") -> None:
        """Put a line into every listener's transcript."""
        for call in listeners():
            call.transcript.add(self._plant.time.now, kind, text, language)

    def file(self, address: str, content: bytes, audience: Audience) -> None:
        """Let the audience hear a sound that has been fetched already."""
        self.write(audience.listeners, "plays", address)
        self._perform(Playing(), content, self._paced(_length(content)), audience)

    def _play(self, playing: Playing, content: bytes | None, times: int, audience: Audience, then: Action) -> None:
        seconds = self._paced(_length(content)) * times
        if content and not playing.stopped:
            self._perform(playing, content, seconds, audience)
        self._last(playing, seconds, then)

    def _perform(self, playing: Playing, content: bytes, seconds: float, audience: Audience) -> None:
        now = self._plant.time.now
        ends = inf if audience.endless else now + seconds
        self._stage.play(Performance(content, audience.listeners, now, ends, lambda: playing.stopped))

    def _last(self, playing: Playing, seconds: float, then: Action) -> None:
        if not playing.stopped:
            playing.timer = self._plant.time.after(seconds, then)

    def _fetched(self, address: str, known: Callable[[bytes | None], None]) -> None:
        """Get the file; None stands for one that nobody fetches here."""
        if not self._plant.settings.fetch_media:
            known(None)
        elif address in self._files:
            known(self._files[address])
        else:
            fetch = Webhook("media", address, {}, "GET")
            self._plant.webhooks.ask(fetch, lambda reply: known(self._keep(address, reply)))

    def _keep(self, address: str, reply: Reply) -> bytes:
        if reply.failure or reply.response is None:
            self._plant.error(RETRIEVAL_FAILED, f"<Play>: {reply.failure}", address)
            return b""
        self._files[address] = reply.response.body
        return reply.response.body

    def _paced(self, seconds: float) -> float:
        return seconds / self._plant.settings.speed


def _length(content: bytes | None) -> float:
    if content is None:
        return UNKNOWN_FILE
    return file_seconds(content) if content else 0.0


def _times(verb: Verb) -> int:
    loop = int(verb.get("loop", "1"))
    return loop or ENDLESS
