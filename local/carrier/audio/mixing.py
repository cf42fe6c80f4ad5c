"""Sound as numbers: frames of 20 ms, 8 kHz, 16 bit, mono; added up and clipped."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from local.carrier.sound import RATE

FRAME_SECONDS: Final = 0.02
FRAME: Final = round(RATE * FRAME_SECONDS)
"""Samples in a frame."""
LOUDEST: Final = 32767

Samples = NDArray[np.int16]

SILENCE: Final[Samples] = np.zeros(FRAME, np.int16)


def mix(frames: Sequence[Samples]) -> Samples:
    """All frames at once; what is too loud is clipped."""
    if not frames:
        return SILENCE
    if len(frames) == 1:
        return frames[0]
    total = frames[0].astype(np.int32)
    for frame in frames[1:]:
        total += frame
    return np.maximum(np.minimum(total, LOUDEST), -LOUDEST).astype(np.int16)  # a quarter of the time that np.clip takes


def excerpt(samples: Samples, start: int) -> Samples:
    """One frame of a sound that is repeated for ever."""
    if not len(samples):
        return SILENCE
    return np.take(samples, np.arange(start, start + FRAME), mode="wrap")
