"""How long things sound, and what a recording contains.

Speech is as long as its text. Without an audio engine a recording is silence of its true length; the engine of
`local.carrier.audio` is the other `SoundSource`.
"""

import io
import unicodedata
import wave
from typing import Protocol

RATE = 8000
SAMPLE_BYTES = 2
LATIN_PER_SECOND = 12.0
CJK_PER_SECOND = 5.0
SHORTEST_SPEECH = 0.2
UNKNOWN_FILE = 5.0
TONE = 0.3
SHORT_WAIT = 0.5


def spoken_seconds(text: str) -> float:
    """How long a voice needs for the text."""
    wide = sum(unicodedata.east_asian_width(character) in {"W", "F"} for character in text)
    return max(SHORTEST_SPEECH, wide / CJK_PER_SECOND + (len(text) - wide) / LATIN_PER_SECOND)


def tones_seconds(digits: str) -> float:
    """How long a string of DTMF digits and waits (`w`) takes."""
    return sum(SHORT_WAIT if digit in "wW" else TONE for digit in digits)


def file_seconds(content: bytes) -> float:
    """How long a sound file plays: read from a WAV header, else a plain guess."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            frames, rate = int(sound.getnframes()), int(sound.getframerate())
            return frames / rate
    except (wave.Error, EOFError):
        return UNKNOWN_FILE


class SoundSource(Protocol):
    """Gives a recording its sound."""

    def samples(self, recording_sid: str, seconds: float) -> bytes:
        """Exactly that many seconds of 8 kHz 16-bit mono samples."""

    def forget(self, recording_sid: str) -> None:
        """Drop the sound of a recording that has been deleted."""


class Silence:
    """The sound source while no sound is mixed."""

    def samples(self, recording_sid: str, seconds: float) -> bytes:  # noqa: ARG002  silence is the same everywhere
        """Zeros."""
        return bytes(SAMPLE_BYTES * round(RATE * seconds))

    def forget(self, recording_sid: str) -> None:
        """Nothing is kept."""


def wav(samples: bytes) -> bytes:
    """The samples as a WAV file."""
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(SAMPLE_BYTES)
        sound.setframerate(RATE)
        sound.writeframes(samples)
    return content.getvalue()
