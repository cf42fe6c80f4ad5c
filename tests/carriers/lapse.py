"""Recordings of a time that jumped: what sounded steadily before a jump is taken to have sounded until its end."""

import io
import wave
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from tests.carriers import tones

WIDTH = 2
"""Bytes of a sample."""
LOOKED_AT = 9
"""So many frames before a jump tell what sounded steadily: one of them may be a lost packet."""


def stretched(wav: bytes, jumps: Iterable[tuple[float, float]]) -> bytes:
    """Give a WAV file in which each jump's seconds have passed; a jump is where (seconds of the file), and how far."""
    with wave.open(io.BytesIO(wav)) as sound:
        params, samples = sound.getparams(), sound.readframes(sound.getnframes())
    whole = tones.FRAME * WIDTH
    frames = [samples[start : start + whole] for start in range(0, len(samples) - whole + 1, whole)]
    places = [(min(round(at * tones.STEP), len(frames)), round(seconds * tones.STEP)) for at, seconds in jumps]
    cuts = [0, *(place for place, _ in places), len(frames)]
    passages = [b"".join(frames[start:end]) for start, end in pairwise(cuts)]
    longer = [_steady(frames[max(0, place - LOOKED_AT) : place], bytes(whole)) * times for place, times in places]
    told = io.BytesIO()
    with wave.open(told, "wb") as sound:
        sound.setparams(params)
        sound.writeframes(b"".join(part for pair in zip(passages, [*longer, b""], strict=True) for part in pair))
    return told.getvalue()


def _steady(frames: Sequence[bytes], silence: bytes) -> bytes:
    """Give one of the frames that sound as most of them do."""
    heard = [tones.tones_in(np.frombuffer(frame, np.int16)) for frame in frames]
    usual = Counter(heard).most_common(1)
    return frames[heard.index(usual[0][0])] if usual else silence
