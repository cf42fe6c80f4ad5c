"""The smallest stack that a bridge can work for: a menu, a talk, a hold, a recording; and a queue for its orders.

It speaks to a real bridge over loopback: signed webhooks, sounds, presigned PUTs, and SQS in its JSON form. It can be
away, tell its orders twice and late, and have no sound. What it was told is kept for whoever looks afterwards.
"""

import asyncio
import base64
import io
import json
import random
import secrets
import threading
import time
import wave
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from aiohttp import web

from icall_bridge.cloud import Signing
from icall_bridge.messages import (
    CommandFailed,
    DeleteRecording,
    Gather,
    HangUp,
    Hold,
    Join,
    Order,
    Play,
    RecordingEnded,
    Retrieve,
    Ring,
    Script,
    UploadRecording,
    Wish,
    do_of,
    write_order,
    write_script,
)
from tests.carriers import tones
from tests.fakes.fifo import FifoQueues

PBX, QUEUE = "lab", "/1/lab.fifo"
MENU, MUSIC = 2500, tones.MUSIC
AGENT = "l1"
PATIENCE = 10.0
AGAIN_SECONDS = 2.0
CALLER, CALLEE = "+8613800", "+8613900"
"""Who calls from a number of the first kind is connected with the number of the second kind that ends like it."""


@dataclass(slots=True)
class Talk:
    """One call, as far as it was told."""

    id: str
    number: str
    vocid: str
    told: list[Mapping[str, Any]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    """Of the webhooks that were taken: one that comes again is no other."""
    trace: list[str] = field(default_factory=list)
    """All that went between both, with the seconds."""
    rung: bool = False
    stored: bytes = b""

    def notes(self, what: str) -> None:
        """Note it down for whoever wants to understand."""
        self.trace.append(f"{time.monotonic():.2f} {what}")

    def ends(self, leg: str) -> int:
        """Tell how often a leg's end was told as something new."""
        return sum(each["type"] == "leg.ended" and each["leg"] == leg for each in self.told)

    def happened(self, kind: str, leg: str) -> bool:
        """Tell whether it was told."""
        return any(each["type"] == kind and each["leg"] == leg for each in self.told)

    def seconds(self, until: float) -> float:
        """How long both were in the conference by `until` (s since 1970), by what was told; 0 for never."""
        joined = [max((e["at"] for e in self.told if e["type"] == "leg.joined" and e["leg"] == leg), default=0)
                  for leg in ("customer", AGENT)]  # fmt: skip
        ended = min(
            e["at"] for e in [*self.told, {"type": "leg.ended", "at": until * 1000}] if e["type"] == "leg.ended"
        )
        return max(0.0, (ended - max(joined)) / 1000) if all(joined) else 0.0


@dataclass(slots=True)
class Moods:
    """How the stack is today."""

    away: bool = False
    mute: bool = False
    """Its sounds cannot be had."""
    late: float = 0.0
    """Seconds by which an order may be late."""
    twice: float = 0.0
    """The share of orders that are given out again though they were carried out."""
    talks: float = 3.0
    """Seconds of a talk."""
    holds: bool = True
    far: float = 0.0
    """Seconds for which every webhook is under way, both ways together."""
    answers_with_music: bool = False
    """Whether a key leads to another prompt, and to nobody."""


class LittleStack:
    """The stack, from `with` to its end, in a thread of its own."""

    def __init__(self, port: int = 0) -> None:
        self.moods = Moods()
        self.talks: dict[str, Talk] = {}
        self.alive: list[str] = []
        """The states that the pbx has told."""
        self.tries: dict[str, int] = defaultdict(int)
        self.unproven = 0
        self.webhook_keys = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self._port = port
        self._url = "http://queue"
        self._queues = FifoQueues(time.monotonic, self._url, visibility_seconds=15)
        self._came = asyncio.Event()
        self._numbers = iter(range(1, 10**9))
        self._transports: set[asyncio.Transport] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="little stack", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._does(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._does(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def queue_url(self) -> str:
        """The queue of the pbx."""
        return self.url + QUEUE

    def goes_away(self) -> None:
        """Cut every connection, and take none."""
        self._loop.call_soon_threadsafe(self._away)

    def comes_back(self) -> None:
        """Answer again."""
        self.moods.away = False

    def orders(self, call: str, leg: str, wish: Wish) -> None:
        """Let the bridge be ordered something."""
        self._loop.call_soon_threadsafe(self._order, call, leg, wish)

    @property
    def waiting(self) -> int:
        """How many orders were not carried out."""
        return len(self._queues.queues[self._url].messages)

    def _does(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _open(self) -> None:
        app = web.Application(middlewares=[self._if_there], client_max_size=2**28)
        app.router.add_post(f"/carriers/asterisk/{PBX}/events", self._hears)
        app.router.add_get("/media/{name}.wav", self._media)
        app.router.add_put("/recordings/{call}", self._keeps)
        app.router.add_post("/", self._sqs)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    def _away(self) -> None:
        self.moods.away = True
        for transport in self._transports:
            transport.abort()
        self._transports.clear()

    @web.middleware
    async def _if_there(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.transport is None or self.moods.away:
            if request.transport:
                request.transport.abort()
            raise web.HTTPServiceUnavailable
        self._transports.add(request.transport)
        try:
            return await handler(request)
        finally:
            self._transports.discard(request.transport)

    # What the bridge tells.

    async def _hears(self, request: web.Request) -> web.Response:
        body, id_ = await request.read(), request.headers["webhook-id"]
        if not self._proven(request.headers, body):
            self.unproven += 1
            raise web.HTTPForbidden
        self.tries[id_] += 1
        await asyncio.sleep(self.moods.far)
        told = json.loads(body)
        if told["type"] == "pbx.alive":
            self.alive.append(told["state"])
            return web.json_response({})
        talk = self.talks.setdefault(told["call"], Talk(told["call"], "", f"v-{told['call']}"))
        new = id_ not in talk.ids
        talk.notes(f"told {told['type']} {told['leg']}{'' if new else ' (once more)'}")
        if new:
            talk.ids.add(id_)
            talk.told.append(told)
        return web.Response(body=self._answer(talk, told, new=new), content_type="application/json")

    def _proven(self, headers: Mapping[str, str], body: bytes) -> bool:
        signing, at = Signing(self.webhook_keys), float(headers["webhook-timestamp"])
        with_time = signing.headers(headers["webhook-id"], body)
        fresh = abs(time.time() - at) < 300
        same = with_time["webhook-timestamp"] != headers["webhook-timestamp"] or (
            with_time["webhook-signature"] == headers["webhook-signature"]
        )
        return fresh and same

    def _answer(self, talk: Talk, told: Mapping[str, Any], *, new: bool) -> bytes:
        match told["type"]:
            case "call.arrived":
                talk.number = told["caller"].removeprefix(CALLER)
                return write_script((Gather("t1", (Play("media:menu", 0),), 1, "", 60),))
            case "turn.taken" if self.moods.answers_with_music:
                return write_script((Play("media:music"),))
            case "turn.taken":
                return write_script(self._connected(talk))
            case kind if new:
                self._reacts(talk, kind, told)
        return b"{}"

    def _connected(self, talk: Talk) -> Script:
        if not talk.rung:
            talk.rung = True
            wish = Ring(CALLEE + talk.number, "+8675583000000", 20, talk.vocid, early_media=True)
            self._order(talk.id, AGENT, wish)
        return (Join("customer", talk.vocid),)

    def _reacts(self, talk: Talk, kind: str, told: Mapping[str, Any]) -> None:
        match kind:
            case "leg.joined" if told["leg"] == AGENT:
                self._conducts(talk)
            case "leg.ended":
                for leg in ("customer", AGENT):
                    if not talk.ends(leg):
                        self._order(talk.id, leg, HangUp())
            case RecordingEnded.type if told["status"] == "completed":
                self._order(talk.id, "", UploadRecording(talk.vocid, f"{self.url}/recordings/{talk.id}"))
            case "recording.stored":
                self._order(talk.id, "", DeleteRecording(talk.vocid))
            case CommandFailed.type if not told["again"] and not talk.ends(told["leg"]):
                self._tries_again(talk, told)

    def _conducts(self, talk: Talk) -> None:
        """Let the caller be held for a second, and the talk end after its time."""
        if self.moods.holds:
            self._later(1.0, talk, "customer", Hold("media:music"))
            self._later(2.0, talk, "customer", Retrieve())
        self._later(self.moods.talks, talk, "customer", HangUp())

    def _tries_again(self, talk: Talk, told: Mapping[str, Any]) -> None:
        wish = {"hold": Hold("media:music"), "retrieve": Retrieve()}.get(told["command"])
        if wish:
            self._later(AGAIN_SECONDS, talk, told["leg"], wish, again=True)

    def _later(self, seconds: float, talk: Talk, leg: str, wish: Wish, *, again: bool = False) -> None:
        self._loop.call_later(seconds, lambda: talk.ends(leg) or self._order(talk.id, leg, wish, again=again))

    # What it orders.

    def _order(self, call: str, leg: str, wish: Wish, *, again: bool = False) -> None:
        id_ = f"o{next(self._numbers)}"
        order = Order(id_, round(time.time() * 1000), again, call, leg, "", wish)
        if call in self.talks:
            self.talks[call].notes(f"order {id_} {do_of(wish)} {leg}")
        group = call or getattr(wish, "user", do_of(wish))
        self._loop.call_later(random.random() * self.moods.late, self._send, id_, group, write_order(order).decode())  # noqa: S311 - chance

    def _send(self, id_: str, group: str, body: str) -> None:
        self._queues.send_message(
            QueueUrl=self._url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=id_
        )
        self._came.set()

    async def _sqs(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if request.headers["X-Amz-Target"].endswith("ReceiveMessage"):
            answer = await self._receive(asked, lambda: request.transport is not None)
        else:
            answer = self._delete(asked["Entries"])
        return web.json_response(answer, content_type="application/x-amz-json-1.0")

    async def _receive(self, asked: Mapping[str, Any], listens: Callable[[], bool]) -> Mapping[str, Any]:
        """Wait for messages; who has gone meanwhile gets none."""
        until = time.monotonic() + asked["WaitTimeSeconds"]
        wanted = {name: value for name, value in asked.items() if name == "MaxNumberOfMessages"}
        given: Mapping[str, Any] = {}
        while listens() and not given and time.monotonic() < until:
            given = self._queues.receive_message(QueueUrl=self._url, **wanted)
            if not given:
                self._came.clear()
                # A message may also come back because its time is over.
                await asyncio.wait([asyncio.ensure_future(self._came.wait())], timeout=0.5)
        for message in given.get("Messages", ()):
            self._traces(message["Body"], "given out")
            message["Attributes"] = {"ApproximateReceiveCount": str(self._received(message["MessageId"]))}
        return given

    def _received(self, id_: str) -> int:
        return next(each.received for each in self._queues.queues[self._url].messages if each.id == id_)

    def _traces(self, body: str, what: str) -> None:
        order = json.loads(body)
        if order["call"] in self.talks:
            self.talks[order["call"]].notes(f"{what} {order['id']}")

    def _delete(self, entries: list[Mapping[str, str]]) -> Mapping[str, Any]:
        for entry in entries:
            for message in self._queues.queues[self._url].messages:
                if message.receipt == entry["ReceiptHandle"]:
                    self._traces(message.body, "done")
            if random.random() < self.moods.twice:  # noqa: S311 - chance
                self._comes_again(entry["ReceiptHandle"])
            else:
                self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=entry["ReceiptHandle"])
        self._came.set()
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    def _comes_again(self, receipt: str) -> None:
        for message in self._queues.queues[self._url].messages:
            if message.receipt == receipt and message.received < 3:
                message.visible = 0
                return
        self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

    # What it holds.

    async def _media(self, request: web.Request) -> web.Response:
        if self.moods.mute:
            raise web.HTTPInternalServerError
        return web.Response(body=sound({"menu": MENU, "music": MUSIC}[request.match_info["name"]]))

    async def _keeps(self, request: web.Request) -> web.Response:
        self.talks[request.match_info["call"]].stored = await request.read()
        return web.Response()


def sound(hertz: int) -> bytes:
    """Give two seconds of a tone as a file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, tones.RATE, 0, "NONE", ""))
        sound.writeframes(np.asarray(tones.tone(hertz, 2)).tobytes())
    return file.getvalue()
