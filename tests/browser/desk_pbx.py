"""A page's telephone alone, the Asterisk at which it registers, and the network between the two.

The page is the SDK's own module, without agent page and contact centre. It is let in and rung by the bridge's own
requests. Its time can be skipped: what it waits for, no test waits for.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self

from desk_sound import tones_in
from desk_stage import PATIENCE_SECONDS
from playwright.sync_api import Browser, Page

from icall_bridge.credentials import Softphones
from icall_bridge.heart import requests
from icall_bridge.heart.effects import Request
from icall_bridge.heart.state import Call, Ways
from icall_bridge.journal import Journal
from icall_bridge.messages import Credentials
from local.gateway.pages import WEB

USER = "agent_100"
NAME = f"{USER}@hq"
CALLER_ID = "+8675583000000"
HOUR_MS = 3600_000

_NUMBERS = itertools.count()

TELEPHONE = """
async ([server, language, name]) => {
  globalThis.told = [];
  globalThis.challenges = 0;
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data }) => (challenges += data.startsWith("SIP/2.0 401") ? 1 : 0));
    }
  };
  const { telephone } = await import("/telephones/sip-phone.mjs");
  globalThis.secret = "s1";
  globalThis.device = telephone({ kind: "sip", server }, { language, onTrouble: (message) => told.push(message) });
  device.onIncoming = ({ from }) => told.push(`rings ${from}`);
  device.onReady = (ready) => told.push(ready ? "ready" : "lost");
  globalThis.identity = {
    agentId: "100",
    sliceNo: 1,
    credentials: async () => ({ name, token: secret, expiresAt: Date.now() + 3600e3 }),
  };
}
"""


class Cable:
    """The way from pages to a port of this machine; it can break, and it can fall silent without a word."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cable", daemon=True)
        self._ends: set[asyncio.StreamWriter] = set()
        self._whole = True
        self._flows = asyncio.Event()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._flows.set()
        self._does(self._begin())
        return self

    def __exit__(self, *_: object) -> None:
        self._does(self._cut())
        self._does(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Everybody's line breaks, and there is none to be had."""
        self._does(self._cut())

    def falls_silent(self) -> None:
        """Nothing arrives any more on lines that seem to stand."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def mend(self) -> None:
        """Lines can be had again; what was held back on those that seemed to stand is lost with them."""
        self._does(self._cut())
        self._whole = True
        self._loop.call_soon_threadsafe(self._flows.set)

    def _does(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _begin(self) -> None:
        self._door = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._door.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._door.close()
        await self._door.wait_closed()

    async def _cut(self) -> None:
        self._whole = False
        for end in self._ends:
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {writer, back}
        with suppress(ConnectionError):
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._ends -= {writer, back}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._flows.wait()
            sink.write(data)
        sink.close()


@dataclass
class Leg:
    """A channel of Asterisk's that leads to the page's telephone; when it is up it is in a conference of its own."""

    ari: Any
    recordings: Path
    id: str

    def is_up(self) -> None:
        self._hears("ChannelStateChange", lambda channel: channel["state"] == "Up")
        assert self.ari.asks("POST", self._conference(), type="mixing")[0] == 200
        assert self.ari.asks("POST", self._conference("/addChannel"), channel=self.id)[0] == 204

    def plays(self, hertz: int) -> None:
        """Sound a tone into the page's ear."""
        assert self.ari.asks("POST", self._conference("/play"), media=f"tone:{hertz}/60000")[0] == 201

    def hears(self, seconds: float = 0.5) -> set[str]:
        """Tell whose voices are heard in the conference, within so much time."""
        return self.hears_while(lambda: time.sleep(seconds))

    def hears_while(self, happens: Callable[[], object]) -> set[str]:
        """Tell whose voices are heard in the conference while something happens."""
        name = f"heard{next(_NUMBERS)}"
        assert self.ari.asks("POST", self._conference("/record"), name=name, format="wav")[0] == 201
        self._hears_of_recording("RecordingStarted", name)
        happens()
        assert self.ari.asks("POST", f"/recordings/live/{name}/stop")[0] == 204
        self._hears_of_recording("RecordingFinished", name)
        return tones_in((self.recordings / f"{name}.wav").read_bytes())

    def ends(self) -> int:
        """Wait for its end, and give the cause."""
        return int(self._hears("ChannelDestroyed")["cause"])

    def gets_keys(self, keys: str) -> None:
        """Wait for just these keys."""
        for number in range(1, len(keys) + 1):
            self._hears("ChannelDtmfReceived", lambda _, number=number: len(self.keys) >= number)
        assert self.keys == keys

    @property
    def keys(self) -> str:
        told = [event for event in self.ari.events if event["type"] == "ChannelDtmfReceived"]
        return "".join(event["digit"] for event in told if event["channel"]["id"] == self.id)

    def hangs_up(self) -> None:
        self.ari.asks("DELETE", f"/channels/{self.id}")

    def _hears_of_recording(self, kind: str, name: str) -> None:
        self.ari.hears(kind, lambda event: event["recording"]["name"] == name)

    def _conference(self, what: str = "") -> str:
        # A bridge with the id of a channel is one of which Asterisk tells nothing: it takes the two for one.
        return f"/bridges/talk-of-{self.id}{what}"

    def _hears(self, kind: str, that: Any = bool) -> Any:
        return self.ari.hears(kind, lambda event: event["channel"]["id"] == self.id and that(event["channel"]))


@dataclass
class Exchange:
    """An Asterisk, as its bridge uses it for the page's telephone."""

    ari: Any
    recordings: Path
    cable: Cable

    @property
    def server(self) -> str:
        """Where a page registers, as a deployment with several Asterisks says it: every name of localhost is here."""
        return f"ws://{{pbx}}.localhost:{self.cable.port}/ws"

    @property
    def only_server(self) -> str:
        """Where a page registers, as a deployment with one Asterisk says it."""
        return f"ws://127.0.0.1:{self.cable.port}/ws"

    def lets_in(self, secret: str) -> None:
        """Let the telephone register with a secret, as the order `credentials` asks it."""
        # The test's own thread runs Playwright's loop.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._lets_in(Credentials(USER, secret, _wall() + HOUR_MS))).result()

    async def _lets_in(self, wish: Credentials) -> None:
        softphones = Softphones(self, Journal(":memory:"), _wall)
        try:
            await softphones.let_in(wish)
        finally:
            softphones.stop()

    def takes_back(self) -> None:
        for kind in ("endpoint", "aor", "auth"):
            self.ari.asks("DELETE", f"/asterisk/config/dynamic/res_pjsip/{kind}/{USER}")

    @property
    def registered(self) -> bool:
        status, endpoint = self.ari.asks("GET", f"/endpoints/PJSIP/{USER}")
        return status == 200 and endpoint["state"] == "online"

    def rings(self) -> Leg:
        """Ring the page."""
        leg, call = Leg(self.ari, self.recordings, f"leg{next(_NUMBERS)}"), Call("c1", Ways())
        requests.create(call, leg.id, requests.endpoints(call.ways, "agent:100")[0], CALLER_ID)
        requests.dial(call, leg.id, 20)
        create, dial = call.effects.take()
        assert self._asks(create)[0] == 200
        self.ari.hears("StasisStart", lambda event: event["channel"]["id"] == leg.id)
        assert self._asks(dial)[0] == 204
        return leg

    def hangs_up(self) -> None:
        """End everything that is there."""
        for kind in ("channels", "bridges"):
            for each in self.ari.asks("GET", f"/{kind}")[1]:
                self.ari.asks("DELETE", f"/{kind}/{each['id']}")

    async def perform(self, request: Request) -> tuple[int, Any]:
        """Make a request of the bridge's, as its own client does."""
        return self._asks(request)

    def _asks(self, request: Request) -> tuple[int, Any]:
        body = {"variables": dict(request.variables)} if request.variables else request.body
        return self.ari.asks(request.method, f"/{'/'.join(request.path)}", body, **dict(request.query))


def _wall() -> int:
    return int(time.time() * 1000)


@dataclass
class PagePhone:
    """A page with nothing but the telephone."""

    page: Page

    def registers(self, server: str, language: str = "en-US", name: str = NAME) -> str:
        """Register, and give what is wrong, if anything."""
        self.begins_to_register(server, language, name)
        return self.becomes("registering")

    def begins_to_register(self, server: str, language: str = "en-US", name: str = NAME) -> None:
        """Do not wait for what becomes of it; the page's `registering` does."""
        self.page.evaluate(TELEPHONE, [server, language, name])
        self.begins("registering", "register(identity)")

    def does(self, what: str) -> str:
        """Do something at the telephone, and give what it says if it cannot."""
        return self.becomes(f"device.{what}")

    def begins(self, name: str, what: str) -> None:
        """Begin something at the telephone; `becomes` waits for what becomes of it."""
        self.page.evaluate(f"globalThis.{name} = device.{what}, undefined")

    def becomes(self, promised: str) -> str:
        """Give what is said of something that cannot be done, or nothing once it is done."""
        return str(self.page.evaluate(f"{promised}.then(() => '', ({{ message }}) => message)"))

    @property
    def told(self) -> list[str]:
        return list(self.page.evaluate("told"))

    def is_told(self, what: str, times: int = 1) -> None:
        self.page.wait_for_function(
            "([what, times]) => told.filter((each) => each === what).length >= times", arg=[what, times]
        )

    def rings(self, times: int = 1) -> None:
        self.is_told(f"rings {CALLER_ID}", times)

    def is_refused(self, times: int = 1) -> None:
        """Asterisk has asked for the secret, and asked again when it got it."""
        self.page.wait_for_function("times => challenges >= 2 * times", arg=times)

    def passes(self, seconds: float) -> None:
        """Let time pass for the page."""
        self.page.clock.fast_forward(round(1000 * seconds))


@contextmanager
def served() -> Iterator[str]:
    """Serve the SDK as it is built, and an empty page, at the address given."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(WEB / "sdk" / "dist"))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Files(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {".mjs": "text/javascript", "": "text/html"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>A telephone</title>")
        else:
            super().do_GET()


def opens(chromium: Browser, address: str, *prepared: Callable[[Page], object]) -> PagePhone:
    """Open a page for a telephone."""
    context = chromium.new_context()
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    page = context.new_page()
    page.clock.install()
    for prepare in prepared:
        prepare(page)
    page.goto(address)
    return PagePhone(page)
