"""Phones with real sound: aiortc peers that send a tone and say which tones they hear."""

import asyncio
import base64
import io
import math
import wave
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import quote

import aiohttp
import numpy as np
from aiohttp.test_utils import TestServer
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, AudioResampler
from product_under_call import ACCOUNT, API_KEY, CUSTOMER, HOME, HOTLINE, TOKEN, Product

import local.carrier.audio.peers  # noqa: F401  it makes aioice gather the loopback's candidates
from local.carrier.messages import Response
from local.carrier.server import STUDIO, make_app
from local.carrier.settings import CarrierSettings, Number
from local.carrier.sound import wav

RATE, FRAME, BLOCK = 8000, 160, 400
AGENT = "client:agent_100"
CALLER_TONE, AGENT_TONE, MUSIC_TONE = 440, 880, 1320
HEARD_SECONDS = 0.2
PATIENCE = 60.0
"""Seconds that a busy machine may need for anything; only what never comes is a defect."""


def tone(hertz, seconds, loudness=0.2):
    turns = 2 * math.pi * hertz * np.arange(round(RATE * seconds)) / RATE
    return (32767 * loudness * np.sin(turns)).astype(np.int16)


def strength(samples, hertz):
    """How much of a tone is in the samples: about 0.2 for one of `tone`, 0 for none (Goertzel's figure).

    Measured by blocks of 50 ms: a late frame of a busy machine shifts a tone's phase, which would cancel it over a
    longer time.
    """
    block = np.exp(2j * np.pi * hertz * np.arange(BLOCK) / RATE)
    blocks = [samples[start : start + BLOCK] for start in range(0, len(samples) - BLOCK + 1, BLOCK)]
    return float(np.mean([2 * abs(np.dot(each, block)) / BLOCK / 32767 for each in blocks])) if blocks else 0.0


def tones_in(samples):
    return {hertz for hertz in (CALLER_TONE, AGENT_TONE, MUSIC_TONE) if strength(samples, hertz) > 0.05}


class Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self, hertz):
        super().__init__()
        self._period, self._place, self._began = tone(hertz, 1), 0, None

    async def recv(self):
        clock = asyncio.get_running_loop().time
        self._began = self._began or clock()
        await asyncio.sleep(self._began + self._place / RATE - clock())
        start = self._place % RATE
        frame = AudioFrame.from_ndarray(self._period[start : start + FRAME].reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._place, Fraction(1, RATE)
        self._place += FRAME
        return frame


class Phone:
    """One peer: says its tone, keeps what it hears."""

    def __init__(self, hertz):
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTrack(Tone(hertz))
        self.connection.on("track", self._listen)
        self.heard = np.zeros(0, np.int16)
        self.frames = 0
        self._task = None

    async def connect(self, world, party):
        await self.connection.setLocalDescription(await self.connection.createOffer())
        mine = self.connection.localDescription
        status, answer = await world.control("POST", f"media/{quote(party)}/offer", sdp=mine.sdp, type=mine.type)
        assert status == 200, answer
        await self.connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
        return self

    def _listen(self, track):
        self._task = asyncio.create_task(self._keep(track))

    async def _keep(self, track):
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        with suppress(MediaStreamError):
            while True:
                for piece in resampler.resample(await track.recv()):
                    self.heard = np.concatenate([self.heard, piece.to_ndarray()[0]])
                    self.frames += 1

    def hears(self, *hertz):
        """Whether the last moment held exactly these tones."""
        last = self.heard[-round(RATE * HEARD_SECONDS) :]
        return len(last) >= RATE * HEARD_SECONDS and tones_in(last) == set(hertz)

    async def close(self):
        if self._task:
            self._task.cancel()
        await self.connection.close()


@dataclass
class World:
    """A carrier on the loopback and a product in the same process."""

    product: Product
    app: object
    server: TestServer
    session: aiohttp.ClientSession
    phones: list[Phone] = field(default_factory=list)

    @property
    def studio(self):
        return self.app[STUDIO]

    async def control(self, method, path, **body):
        kwargs = {"json": body} if method == "POST" else {}
        async with self.session.request(method, self.server.make_url(f"/control/{path}"), **kwargs) as answer:
            return answer.status, await answer.json()

    async def rest(self, method, path, **fields):
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        url = self.server.make_url(f"/2010-04-01/Accounts/{ACCOUNT}/{path}")
        async with self.session.request(
            method, url, data=fields or None, headers={"Authorization": f"Basic {basic}"}
        ) as answer:
            is_json = answer.content_type == "application/json"
            return await answer.json() if is_json else await answer.read()

    async def phone(self, party, hertz):
        phone = Phone(hertz)
        self.phones.append(phone)
        return await phone.connect(self, party)

    async def dials(self):
        status, call = await self.control("POST", "calls", **{"from": CUSTOMER, "to": HOTLINE})
        assert status == 201
        return call["sid"]

    async def joins(self, agent=AGENT, **fields):
        """Bring an agent's device into the conference and let it answer."""
        await self.control("POST", "devices", address=agent)
        seat = await self.rest("POST", "Conferences/call-1/Participants.json", From=HOTLINE, To=agent, **fields)
        status, _ = await self.control("POST", f"devices/{quote(agent)}/answer", wait=5)
        assert status == 200
        return seat

    async def until(self, holds, what):
        """Wait for a condition; how long it takes is the machine's affair."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while not holds():
            assert asyncio.get_running_loop().time() < until, f"not within {PATIENCE:g} s: {what}"
            await asyncio.sleep(0.02)

    async def until_control(self, path, holds):
        """Wait until what the control API tells fits."""
        for _ in range(round(PATIENCE / 0.05)):
            _, told = await self.control("GET", path)
            if holds(told):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(told)


@asynccontextmanager
async def sounding_world():
    product = Product({"/voice": "<Dial><Conference>call-1</Conference></Dial>"})
    music = Response(200, {"Content-Type": "audio/wav"}, wav(tone(MUSIC_TONE, 1).tobytes()))
    product.pages["/music.wav"] = lambda _fields: music
    numbers = (Number(HOTLINE, f"{HOME}/voice"),)
    app = make_app(
        CarrierSettings(ACCOUNT, TOKEN, dict([API_KEY]), numbers=numbers, recording_delay=0.01, fetch_media=True),
        transport=product,
    )
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        world = World(product, app, server, session)
        try:
            yield world
        finally:
            await asyncio.gather(*(phone.close() for phone in world.phones))


def with_sound(story, play=asyncio.run):
    """Play an async story in a world with sound, by `play` where it needs an event loop that exists already."""

    async def run():
        async with sounding_world() as world:
            await asyncio.wait_for(story(world), 2 * PATIENCE)

    play(run())


def read_wav(content):
    with wave.open(io.BytesIO(content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
