"""Recordings as they sound: frames laid at their place in time, silence between them."""

import threading

import numpy as np

from local.carrier.audio.mixing import FRAME, Samples
from local.carrier.sound import RATE

DRIFT = RATE // 10
"""A frame that is at most so many samples off its place is put behind the one before it, without a seam."""


class Tape:
    """The sound of one recording."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, Samples]] = []
        self._end = -DRIFT - 1

    def lay(self, seconds: float, frame: Samples) -> None:
        """Put a frame where it belongs."""
        place = round(seconds * RATE)
        start = self._end if abs(place - self._end) <= DRIFT else place
        self._pieces.append((start, frame))
        self._end = start + FRAME

    def samples(self, length: int) -> Samples:
        """The first `length` samples."""
        whole = np.zeros(length, np.int16)
        for start, frame in self._pieces:
            kept = frame[: max(0, length - start)]
            whole[start : start + len(kept)] = kept
        return whole


class Tapes:
    """The sound of all recordings: the carrier's `SoundSource` when it mixes."""

    def __init__(self) -> None:
        self._tapes: dict[str, Tape] = {}
        self._lock = threading.Lock()

    def lay(self, recording_sid: str, seconds: float, frame: Samples) -> None:
        """Record a frame at that many seconds of the recording."""
        with self._lock:
            self._tapes.setdefault(recording_sid, Tape()).lay(seconds, frame)

    def samples(self, recording_sid: str, seconds: float) -> bytes:
        """Exactly that many seconds; silence where nothing sounded."""
        with self._lock:
            return self._tapes.get(recording_sid, Tape()).samples(round(RATE * seconds)).tobytes()

    def forget(self, recording_sid: str) -> None:
        """Drop the sound of a recording that has been deleted."""
        with self._lock:
            self._tapes.pop(recording_sid, None)
