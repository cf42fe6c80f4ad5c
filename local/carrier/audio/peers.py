"""One party's WebRTC connection: its microphone comes in, its loudspeaker goes out.

Everything stays on this machine: candidates are those of the loopback, and no server outside is asked for any. Browsers
hide their own addresses behind `.local` names; those are this machine too.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from aioice import ice
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, AudioResampler

from local.carrier.audio.microphones import Microphone
from local.carrier.audio.mixing import FRAME, Samples
from local.carrier.sound import RATE

HERE = "127.0.0.1"
HIDDEN_ADDRESS = re.compile(r"(?<= )[0-9a-f-]+\.local(?= )", re.IGNORECASE)
GONE = frozenset({"failed", "closed"})
BACKLOG = 10
"""Frames that wait for the network at most."""


def _loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: ARG001, FBT001  the shape is aioice's
    return [HERE]


ice.get_host_addresses = _loopback  # it has no setting for this, and leaves the loopback out


@dataclass(frozen=True, slots=True)
class Description:
    """An offer or an answer, as browsers write it: {"type": ..., "sdp": ...}."""

    type: str
    sdp: str


class Loudspeaker(MediaStreamTrack):
    """The frames a party is to hear, as a track."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: asyncio.Queue[tuple[int, Samples]] = asyncio.Queue(BACKLOG)
        self._next = 0

    def play(self, samples: Samples) -> None:
        """Let the party hear a frame; dropped when the network does not keep up."""
        with suppress(asyncio.QueueFull):
            self._frames.put_nowait((self._next, samples))
        self._next += FRAME

    async def recv(self) -> AudioFrame:
        """The next frame, when there is one."""
        place, samples = await self._frames.get()
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, place, Fraction(1, RATE)
        return frame


class Peer:
    """A party's connection; `lost` is called once, when it has gone without being closed."""

    def __init__(self, lost: Callable[["Peer"], None]) -> None:
        self.microphone = Microphone()
        self._loudspeaker = Loudspeaker()
        self._lost = lost
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._listening: asyncio.Task[None] | None = None
        self._connection.on("track", self._listen)
        self._connection.on("connectionstatechange", self._look)

    async def answer(self, offer: Description) -> Description:
        """The answer to a browser's offer; ValueError when that offers no sound."""
        sdp = HIDDEN_ADDRESS.sub(HERE, offer.sdp)
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, offer.type))
        lines = [one for one in self._connection.getTransceivers() if one.kind == "audio"]
        if not lines:
            raise ValueError("the offer has no audio")
        lines[0].sender.replaceTrack(self._loudspeaker)
        lines[0].direction = "sendrecv"
        telephone = [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.mimeType == "audio/PCMU"]
        lines[0].setCodecPreferences(telephone)
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        made = self._connection.localDescription
        return Description(made.type, made.sdp)

    def play(self, samples: Samples) -> None:
        """Let the party hear a frame."""
        self._loudspeaker.play(samples)

    async def close(self) -> None:
        """Take the connection down."""
        if self._listening:
            self._listening.cancel()
        self._loudspeaker.stop()
        await self._connection.close()

    def _listen(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listening is None:
            self._listening = asyncio.create_task(self._take_in(track))

    async def _take_in(self, track: MediaStreamTrack) -> None:
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=FRAME)
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if not isinstance(frame, AudioFrame):
                    break
                for piece in resampler.resample(frame):
                    self.microphone.put(np.array(piece.to_ndarray()[0]))

    async def _look(self) -> None:
        if self._connection.connectionState in GONE:
            self._lost(self)
