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

from aioice import ice
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from local.carrier.audio.microphones import Microphone
from local.carrier.audio.mixing import FRAME, Samples
from local.carrier.sound import RATE

HERE = "127.0.0.1"
HIDDEN_ADDRESS = re.compile(r"(?<= )[0-9a-f-]+\.local(?= )", re.IGNORECASE)
TELEPHONE = "audio/PCMU"
"""Every browser speaks G.711; at 8 kHz it costs a fraction of Opus, and is what a telephone sounds like."""
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
        line = self._connection.addTransceiver(self._loudspeaker)
        codecs = RTCRtpSender.getCapabilities("audio").codecs
        line.setCodecPreferences([codec for codec in codecs if codec.mimeType == TELEPHONE])
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, offer.type))
        if line.mid is None:
            raise ValueError("the offer has no audio")
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
        """The codec gives 8 kHz mono already, in memory that it uses again; a packet holds one frame or several."""
        with suppress(MediaStreamError):
            while isinstance(packet := await track.recv(), AudioFrame):
                samples = packet.to_ndarray()[0].copy()
                for piece in samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME):
                    self.microphone.put(piece)

    async def _look(self) -> None:
        if self._connection.connectionState in GONE:
            self._lost(self)
