"""Tones: everybody speaks one of their own, so that whatever sounds can be told apart.

All are multiples of 50 Hz: 20 ms of one, repeated, have no seam, and their spectrum has no leaks.
"""

import io
import wave
from functools import lru_cache
from itertools import count, groupby

import numpy as np

RATE = 8000
FRAME = 160
"""Samples in 20 ms, the least in which tones are told apart."""
STEP = RATE // FRAME
LOUDNESS = 3000
MUSIC = 1950
"""The tone of all music, for whoever waits or is held."""
SHORTEST = 0.5
"""What sounds for a shorter time (seconds) is a seam, or the moment in which somebody comes or goes."""


def voices():
    """Give a tone in Hz for each new speaker."""
    return count(400, 100)


def tone(hertz, seconds):
    """Give the samples of a tone, 16 bit."""
    turns = 2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE
    return (LOUDNESS * np.sin(turns)).astype(np.int16)


def tones_in(samples):
    """Give the tones in `samples` in Hz; a multiple of FRAME of them."""
    return _tones_in(samples.tobytes())


@lru_cache(1000)
def _tones_in(content):
    samples = np.frombuffer(content, np.int16)
    whole = np.abs(np.fft.rfft(samples)) * 2 / len(samples)
    per_tone = len(samples) // FRAME
    return frozenset(int(place) * STEP for place in np.flatnonzero(whole[::per_tone] > LOUDNESS / 2))


def passages(wav):
    """Give what a WAV file holds: each passage's tones and its length in seconds, without what is but a seam."""
    with wave.open(io.BytesIO(wav)) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (RATE, 2, 1)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    heard = [tones_in(samples[start : start + FRAME]) for start in range(0, len(samples) - FRAME + 1, FRAME)]
    runs = [(tones, len(list(run)) / STEP) for tones, run in groupby(heard)]
    lasting = [(tones, seconds) for tones, seconds in runs if seconds >= SHORTEST]
    return [(tones, sum(seconds for _, seconds in run)) for tones, run in groupby(lasting, lambda each: each[0])]
