"""Sound files as samples: whatever the product plays, as 8 kHz mono."""

import io
from functools import lru_cache

import numpy as np

from local.carrier.audio.mixing import SILENCE, Samples
from local.carrier.sound import RATE

LARGEST = 64
"""Files kept as samples at a time."""


@lru_cache(LARGEST)
def decoded(content: bytes) -> Samples:
    """The samples of a sound file of any usual kind; silence when it is none."""
    import av  # noqa: PLC0415  loaded with the first sound that somebody hears

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    try:
        with av.open(io.BytesIO(content), "r") as sound:
            frames = [piece for frame in sound.decode(audio=0) for piece in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.FFmpegError, IndexError):
        return SILENCE
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]) if frames else SILENCE
