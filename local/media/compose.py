"""Composes hold music, silence and a sound for a moment: `python -m local.media.compose`.

The same notes every time, and nobody's rights. 8 kHz, 16 bit, mono: every carrier and every browser plays that.
"""

import io
import math
import struct
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "flows" / "media"
BESIDE_ASTERISK: Final = Path(__file__).parents[2] / "infra/asterisk/bridge/icall_bridge/sound/standby"
"""The sounds that go with the bridge: those of flows/media once more, and its own."""

RATE: Final = 8000
SILENCE_SECONDS: Final = 5
NOTE_SECONDS: Final = 0.5
RINGING_SECONDS: Final = 2.0
LOUDNESS: Final = 0.11
"""Of full scale, for one note; four or five of them ring at a time."""

# Ten bars of two seconds in G major, each a chord broken upwards and down again (MIDI note numbers).
CHORDS: Final = (
    (55, 62, 67, 71),
    (52, 59, 64, 71),
    (48, 60, 64, 67),
    (50, 57, 62, 69),
    (55, 62, 67, 74),
    (47, 59, 62, 67),
    (48, 60, 64, 72),
    (50, 62, 66, 69),
    (52, 59, 67, 71),
    (50, 57, 66, 69),
)


MOMENT: Final = (62, 67)
"""Two notes upwards: something is coming."""


def hold_music() -> bytes:
    """Give twenty seconds that can be played in a circle: what rings beyond the end rings at the beginning."""
    notes = [note for chord in CHORDS for note in chord]
    return _wav(_played(notes, [0.0] * round(RATE * NOTE_SECONDS * len(notes))))


def moment() -> bytes:
    """Give what a caller hears while a prompt is being made: two notes that ring out."""
    return _wav(_played(MOMENT, [0.0] * round(RATE * (NOTE_SECONDS + RINGING_SECONDS))))


def silence() -> bytes:
    """Give a few seconds of nothing, for a hold without music."""
    return _wav([0.0] * (RATE * SILENCE_SECONDS))


def _played(notes: Sequence[int], samples: list[float]) -> list[float]:
    for number, note in enumerate(notes):
        start = round(number * NOTE_SECONDS * RATE)
        for offset, sample in enumerate(_ring(note)):
            samples[(start + offset) % len(samples)] += sample
    return samples


def _ring(note: int) -> Iterator[float]:
    """Give a soft bell: a fundamental and a little of its octave, dying away."""
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    for sample in range(round(RATE * RINGING_SECONDS)):
        at = sample / RATE
        swell = min(1.0, at / 0.02) * math.exp(-2.2 * at) * min(1.0, (RINGING_SECONDS - at) / 0.1)
        turn = 2 * math.pi * pitch * at
        yield LOUDNESS * swell * (math.sin(turn) + 0.25 * math.sin(2 * turn))


def _wav(samples: Sequence[float]) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *(round(32767 * sample) for sample in samples)))
    return content.getvalue()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "hold-music.wav").write_bytes(hold_music())
    (FOLDER / "silence.wav").write_bytes(silence())
    (BESIDE_ASTERISK / "moment.wav").write_bytes(moment())
