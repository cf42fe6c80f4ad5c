"""The real bridge at a real Asterisk, in a thread of its own: its ports lead to the product of a scenario.

What it asks of Asterisk and is told by it is looked at on its way, and changed in two things alone: where time jumps, a
sound that would have been over by then is stopped, and a recording is as long as the time that passed; and telephones
for which there is no room at the provider are rung at its second switch.
"""

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from icall_bridge.ari.client import WORKING, AriAddress, AriClient
from icall_bridge.cloud import Signing
from icall_bridge.heart.effects import Request
from icall_bridge.heart.state import Ways
from icall_bridge.journal import Journal
from icall_bridge.messages import Prompt, Say
from icall_bridge.orders import Slip
from icall_bridge.ports import UploadFailed
from icall_bridge.service import Bridge, Surroundings
from local.asterisk.instance import APP, Instance
from local.carrier.sound import wav
from tests.carriers import tones
from tests.carriers.lapse import stretched
from tests.carriers.pace import SETTLING, Pace, PacedLoop
from tests.fakes.fifo import FifoQueues

KEYS = "whsec_" + "a2V5" * 8
SPEECH = 350
"""The tone of all that is said."""
SPOKEN_SECONDS, MUSIC_SECONDS, QUIET_SECONDS = 0.1, 40.0, 1.0
PATIENCE = 20.0
"""Real seconds in which the bridge must have begun or ended."""
VISIBLE_AGAIN = 30.0


class Sounds:
    """Keeps the bridge's port `Prompts`: files of tones, and what each of them says."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.says: dict[str, str] = {}
        self.lasts: dict[str, float] = {}

    def expect(self, prompts: Iterable[Prompt]) -> None:
        """Nothing needs to be fetched ahead."""

    async def path(self, prompt: Prompt) -> Path:
        words = prompt.text if isinstance(prompt, Say) else prompt.sound
        for path, said in self.says.items():
            if said == words:
                return Path(path)
        return self._made(prompt, words)

    def _made(self, prompt: Prompt, words: str) -> Path:
        path = self._folder / f"sound-{len(self.says)}"
        if isinstance(prompt, Say):
            samples = tones.tone(SPEECH, SPOKEN_SECONDS)
        elif words == "media:silence":
            samples = tones.tone(0, QUIET_SECONDS)
        else:
            samples = tones.tone(tones.MUSIC, MUSIC_SECONDS)
        path.with_suffix(".wav").write_bytes(wav(samples.tobytes()))
        self.says[str(path)], self.lasts[str(path)] = words, len(samples) / tones.RATE
        return path


class Tapes:
    """Keeps the bridge's port `Recordings`: Asterisk's files go to the centre as if no time had jumped."""

    def __init__(self, folder: Path, pace: Pace, put: Callable[[str, bytes], None]) -> None:
        self._folder, self._pace, self._put = folder, pace, put
        self._runs: dict[str, list[list[float]]] = defaultdict(list)

    def runs(self, vocid: str) -> None:
        """Note that a recording begins, or goes on."""
        self._runs[vocid].append([time.monotonic()])

    def is_over(self, vocid: str) -> float:
        """Note that it runs no more; give the seconds for which it has run."""
        runs = self._runs[vocid]
        if runs and len(runs[-1]) == 1:
            runs[-1].append(time.monotonic())
        return sum(self._pace.lapsed(*run) for run in runs)

    async def upload(self, vocid: str, url: str) -> None:
        file = self._folder / f"{vocid}.wav"
        if not file.exists():
            raise UploadFailed
        name = urlsplit(url).path.removeprefix("/").removesuffix(".wav")
        self._put(name, stretched(file.read_bytes(), self._jumps(vocid)))

    async def delete(self, vocid: str) -> None:
        (self._folder / f"{vocid}.wav").unlink(missing_ok=True)

    async def fill(self, vocid: str) -> None:
        """Leave gaps as they are: it is the centre's time that is stretched here, not Asterisk's."""

    async def seconds(self, vocid: str) -> float:
        return self.is_over(vocid)

    def _jumps(self, vocid: str) -> list[tuple[float, float]]:
        """Give where in the file it jumped, and how far: a moment before, when it was quiet already."""
        found, before = [], 0.0
        for begin, end in self._runs[vocid]:
            jumps = [(at - begin, far) for at, far in self._pace.jumps if begin <= at < end]
            found += [(before + max(0.0, at - SETTLING / 2), far) for at, far in jumps]
            before += end - begin
        return found


class WatchedAri(AriClient):
    """ARI, looked at: which channel belongs to whom, what each hears, whether something is under way."""

    def __init__(
        self, address: AriAddress, session: aiohttp.ClientSession, pace: Pace, sounds: Sounds, tapes: Tapes
    ) -> None:
        super().__init__(address, session, heartbeat=None)
        self._pace, self._sounds, self._tapes = pace, sounds, tapes
        self._cutting: dict[str, asyncio.TimerHandle] = {}
        self._cuts: set[asyncio.Task[Any]] = set()
        self.owners: dict[str, str] = {}
        """Channels, and who was rung or calls there: a number, or a name."""
        self.detours: dict[str, str] = {}
        """Numbers that are reached elsewhere, as host:port."""
        self.heard: dict[str, list[str]] = defaultdict(list)
        """What was said to each channel."""
        self._keys_until = 0.0
        self.let_in: set[str] = set()
        """Whose softphones may register."""

    async def _ask(self, request: Request) -> tuple[int, Any]:
        changes = request.method != "GET"
        request = self._looked_at(request)
        self._pace.under_way += 1
        try:
            status, found = await super()._ask(request)
        finally:
            self._pace.under_way -= 1
        if changes:
            self._pace.happens()
        self._pace.notes(request.method, "/".join(request.path), dict(request.query), status)
        self._was_done(request, status)
        return status, found

    async def events(self) -> AsyncIterator[Mapping[str, Any]]:
        async for event in super().events():
            self._pace.happens()
            self._pace.notes("<-", event["type"], *_named(event))
            yield self._is_told(event)

    def _looked_at(self, request: Request) -> Request:
        """Note who is rung, and give the request; those at the provider's second switch are rung there."""
        query = dict(request.query)
        if request.path != ("channels", "create"):
            return request
        name, _, trunk = query["endpoint"].partition("/")[2].partition("@")
        self.owners[query["channelId"]] = name
        if name not in self.detours:
            return request
        query["endpoint"] = f"PJSIP/{trunk}/sip:{name}@{self.detours[name]}"
        return replace(request, query=tuple(query.items()))

    def _was_done(self, request: Request, status: int) -> None:
        match (request.method, *request.path):
            case ("POST", "channels", channel, "play", playback) if status // 100 == 2:
                path = dict(request.query)["media"].removeprefix("sound:")
                self.heard[channel].append(self._sounds.says[path])
                loop = asyncio.get_running_loop()
                self._cutting[playback] = loop.call_later(self._sounds.lasts[path], self._cut, playback)
            case ("PUT", "asterisk", "config", "dynamic", "res_pjsip", "endpoint", user) if status // 100 == 2:
                self.let_in.add(user)
            case ("POST", "channels", _, "dtmf") if status // 100 == 2:
                query = dict(request.query)
                self._keys_until = max(self._keys_until, time.monotonic()) + _seconds(query)
                self._pace.happens(self._keys_until - time.monotonic() + SETTLING)

    def _is_told(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        match event["type"]:
            case "StasisStart" if not event["args"]:
                channel = event["channel"]
                self.owners[channel["id"]] = channel["caller"]["number"]
            case "PlaybackFinished":
                cutting = self._cutting.pop(event["playback"]["id"], None)
                if cutting:
                    cutting.cancel()
            case "RecordingStarted":
                self._tapes.runs(event["recording"]["name"])
            case "RecordingFinished":
                recording = event["recording"]
                seconds = self._tapes.is_over(recording["name"])
                return {**event, "recording": {**recording, "duration": int(seconds)}}
        return event

    def _cut(self, playback: str) -> None:
        """Time has jumped over the end of this sound."""
        task = asyncio.create_task(super()._ask(Request("DELETE", ("playbacks", playback))))
        self._pace.happens()
        self._cuts.add(task)
        task.add_done_callback(self._cuts.discard)


def _named(event: Mapping[str, Any]) -> list[str]:
    """Give what an event is about."""
    things = (event.get(name, {}) for name in ("channel", "bridge", "playback", "recording"))
    return [*(thing.get("id") or thing.get("name", "") for thing in things if thing), str(event.get("digit", ""))]


def _seconds(dtmf: Mapping[str, str]) -> float:
    each = int(dtmf["between"]) + int(dtmf["duration"])
    return (int(dtmf["before"]) + each * len(dtmf["dtmf"])) / 1000


class QueuedOrders:
    """Keeps the bridge's port `Orders` over a queue in memory as strict as SQS; its client is used by two threads."""

    def __init__(self, pace: Pace, url: str) -> None:
        self._pace, self._url = pace, url
        self._lock = threading.Lock()
        self._queues = FifoQueues(lambda: pace.now, url)
        self._came = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def send_message(self, **sent: str) -> Any:
        """Send one, as the client of SQS does."""
        self._pace.happens()
        with self._lock:
            answer = self._queues.send_message(**sent)
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._came.set)
        return answer

    async def take(self) -> list[Slip]:
        self._loop = asyncio.get_running_loop()
        self._came.clear()
        with self._lock:
            received = self._queues.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        if "Messages" not in received:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), VISIBLE_AGAIN)
            return []
        self._pace.happens()
        return [Slip(message["ReceiptHandle"], message["Body"].encode()) for message in received["Messages"]]

    async def done(self, slips: Sequence[Slip]) -> None:
        with self._lock:
            for slip in slips:
                self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=slip.receipt)
        self._came.set()


class BridgeAtWork:
    """The bridge from `starts` to `stops`."""

    def __init__(
        self, pbx: str, instance: Instance, pace: Pace, sounds: Sounds, cloud: Any, orders: QueuedOrders, tapes: Tapes
    ) -> None:
        self._pbx, self._instance, self._pace, self._sounds = pbx, instance, pace, sounds
        self._cloud, self._orders, self._tapes = cloud, orders, tapes
        self.loop = PacedLoop(pace)
        self.ari: WatchedAri | None = None
        self.bridge: Bridge | None = None
        self.notes: list[str] = []
        self._ended: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="bridge", daemon=True)

    @property
    def works(self) -> bool:
        """Tell whether it is connected with Asterisk, and has seen it move."""
        return self.bridge is not None and self.bridge.state == WORKING and self.bridge._connected.is_set()

    @property
    def is_over(self) -> bool:
        """Tell whether its thread has ended."""
        return not self._thread.is_alive()

    def starts(self) -> None:
        self._thread.start()

    def asks(self, request: Request) -> tuple[int, Any]:
        """Ask Asterisk something."""
        assert self.ari
        return asyncio.run_coroutine_threadsafe(self.ari.perform(request), self.loop).result(PATIENCE)

    def stops(self) -> None:
        """Let it end at once."""
        if self.bridge and not self.is_over:
            self.loop.call_soon_threadsafe(self.bridge.stop_now)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            try:
                runner.run(self._work())
            except BaseException as error:  # noqa: BLE001 - told to who waits
                self.notes.append(f"the bridge has ended: {error!r}")

    async def _work(self) -> None:
        address = AriAddress(self._instance.ari, APP, self._instance.secret, APP)
        journal = Journal(":memory:")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            self.ari = WatchedAri(address, session, self._pace, self._sounds, self._tapes)
            around = Surroundings(
                ari=self.ari,
                cloud=self._cloud,
                orders=self._orders,
                prompts=self._sounds,
                recordings=self._tapes,
                journal=journal,
                signing=Signing(KEYS, lambda: self._pace.now),
                note=lambda what, which: self.notes.append(f"{what}: {which}"),
                now=lambda: int(self._pace.now * 1000),
            )
            self.bridge = Bridge(self._pbx, Ways(), around)
            await self.bridge.run()
        journal.close()
