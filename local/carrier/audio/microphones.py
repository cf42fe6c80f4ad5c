"""What a party says, evened out: packets come in gusts, frames go out one by one."""

from collections import deque

from local.carrier.audio.mixing import SILENCE, Samples

CUSHION = 2
"""So many frames are gathered before the first goes out."""
MOST = 10
"""More than this is delay that nobody wants to hear: the oldest are dropped."""


class Microphone:
    """A short queue of frames between the network and the mixer."""

    def __init__(self) -> None:
        self._frames: deque[Samples] = deque()
        self._flowing = False

    def put(self, frame: Samples) -> None:
        """A frame from the network."""
        self._frames.append(frame)
        if len(self._frames) > MOST:
            while len(self._frames) > CUSHION:
                self._frames.popleft()

    def take(self) -> Samples:
        """The next frame for the mixer; silence while there is none."""
        self._flowing = bool(self._frames) and (self._flowing or len(self._frames) >= CUSHION)
        return self._frames.popleft() if self._flowing else SILENCE
