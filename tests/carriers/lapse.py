"""Recordings of a time that jumped: what sounded steadily before a jump is taken to have sounded until its end."""

import io
import wave
from collections.abc import Iterable
from itertools import pairwise

from tests.carriers import tones

WIDTH = 2
"""Bytes of a sample."""


def stretched(wav: bytes, jumps: Iterable[tuple[float, float]]) -> bytes:
    """Give a WAV file in which each jump's seconds have passed; a jump is where (seconds of the file), and how far."""
    with wave.open(io.BytesIO(wav)) as sound:
        params, samples = sound.getparams(), sound.readframes(sound.getnframes())
    whole = tones.FRAME * WIDTH
    frames = [samples[start : start + whole] for start in range(0, len(samples) - whole + 1, whole)]
    places = [(min(round(at * tones.STEP), len(frames)), round(seconds * tones.STEP)) for at, seconds in jumps]
    cuts = [0, *(place for place, _ in places), len(frames)]
    passages = [b"".join(frames[start:end]) for start, end in pairwise(cuts)]
    longer = [
        frames[place - 1] * times if place else bytes(whole) * times for place, times in places
    ] + [b""]
    told = io.BytesIO()
    with wave.open(told, "wb") as sound:
        sound.setparams(params)
        sound.writeframes(b"".join(part for pair in zip(passages, longer, strict=True) for part in pair))
    return told.getvalue()
