"""A page's telephone alone, the Asterisk at which it registers, and the network between the two.

The page is the SDK's own module, without agent page and contact centre: what the bridge does, a test does here by ARI.
"""

import asyncio
import itertools
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self

from playwright.sync_api import Browser, Page

from local.gateway.pages import WEB

USER = "agent_100"
CALLER_ID = "+8675583000000"

TELEPHONE = """
async ([server, language]) => {
  const { telephone } = await import("/telephones/sip-phone.mjs");
  globalThis.told = [];
  globalThis.secret = "s1";
  globalThis.device = telephone({ kind: "sip", server }, { language, onTrouble: (message) => told.push(message) });
  device.onIncoming = ({ from }) => told.push(`rings ${from}`);
  device.onReady = (ready) => told.push(ready ? "ready" : "lost");
  globalThis.identity = {
    agentId: "100",
    sliceNo: 1,
    credentials: async () => ({ name: "agent_100@hq", token: secret, expiresAt: Date.now() + 3600e3 }),
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
    """A channel of Asterisk's that leads to the page's telephone."""

    ari: Any
    recordings: Path
    id: str

    def plays(self, hertz: int) -> None:
        """Sound a tone into the page's ear."""
        assert self._asks("POST", "/play", media=f"tone:{hertz}/60000")[0] == 201

    def listens(self) -> None:
        """Take down what the page says, from now on."""
        assert self._asks("POST", "/record", name=self.id, format="wav")[0] == 201

    def has_heard(self) -> bytes:
        """Give what was taken down (WAV)."""
        self.ari.asks("POST", f"/recordings/live/{self.id}/stop")
        return (self.recordings / f"{self.id}.wav").read_bytes()

    def is_up(self) -> None:
        self._hears("ChannelStateChange", lambda channel: channel["state"] == "Up")

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
        self._asks("DELETE", "")

    def _asks(self, method: str, path: str, **query: str) -> tuple[int, Any]:
        return self.ari.asks(method, f"/channels/{self.id}{path}", **query)

    def _hears(self, kind: str, that: Any = bool) -> Any:
        return self.ari.hears(kind, lambda event: event["channel"]["id"] == self.id and that(event["channel"]))


@dataclass
class Exchange:
    """An Asterisk, as its bridge uses it for the page's telephone."""

    ari: Any
    recordings: Path
    cable: Cable
    legs: Iterator[int] = field(default_factory=itertools.count)

    @property
    def server(self) -> str:
        return f"ws://127.0.0.1:{self.cable.port}/ws"

    def lets_in(self, secret: str) -> None:
        """Let the telephone register with a secret, as the order `credentials` asks it."""
        self._puts("auth", auth_type="userpass", username=USER, password=secret)
        self._puts("aor", **self._pattern("aor"))
        self._puts("endpoint", **self._pattern("endpoint"), auth=USER, aors=USER)

    def takes_back(self) -> None:
        for kind in ("endpoint", "aor", "auth"):
            self.ari.asks("DELETE", _dynamic(kind, USER))

    @property
    def registered(self) -> bool:
        status, endpoint = self.ari.asks("GET", f"/endpoints/PJSIP/{USER}")
        return status == 200 and endpoint["state"] == "online"

    def rings(self) -> Leg:
        """Ring the page."""
        leg = Leg(self.ari, self.recordings, f"leg{next(self.legs)}")
        said = {"variables": {"CONNECTEDLINE(num)": CALLER_ID, "CONNECTEDLINE(num-pres)": "allowed"}}
        query = {"endpoint": f"PJSIP/{USER}", "app": "icall", "channelId": leg.id}
        assert self.ari.asks("POST", "/channels/create", said, **query)[0] == 200
        assert self.ari.asks("POST", f"/channels/{leg.id}/dial", timeout="20")[0] == 204
        return leg

    def _pattern(self, kind: str) -> dict[str, str]:
        own = {"auth", "aors", "callerid", "stir_shaken", "contact"}
        told = self.ari.asks("GET", _dynamic(kind, "browser"))[1]
        return {each["attribute"]: each["value"] for each in told if each["value"] and each["attribute"] not in own}

    def _puts(self, kind: str, **fields: str) -> None:
        body = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
        assert self.ari.asks("PUT", _dynamic(kind, USER), body)[0] == 200


def _dynamic(kind: str, name: str) -> str:
    return f"/asterisk/config/dynamic/res_pjsip/{kind}/{name}"


@dataclass
class PagePhone:
    """A page with nothing but the telephone."""

    page: Page

    def registers(self, server: str, language: str = "en-US") -> str:
        """Register, and give what is wrong, if anything."""
        self.page.evaluate(TELEPHONE, [server, language])
        return self.does("register(identity)")

    def begins_to_register(self, server: str) -> None:
        """Do not wait for what becomes of it; the page's `registering` does."""
        self.page.evaluate(TELEPHONE, [server, "en-US"])
        self.page.evaluate("globalThis.registering = device.register(identity), undefined")

    def does(self, what: str) -> str:
        """Do something at the telephone, and give what it says if it cannot."""
        return str(self.page.evaluate(f"device.{what}.then(() => '', ({{ message }}) => message)"))

    @property
    def told(self) -> list[str]:
        return list(self.page.evaluate("told"))

    def is_told(self, what: str, times: int = 1) -> None:
        self.page.wait_for_function(
            "([what, times]) => told.filter((each) => each === what).length >= times", arg=[what, times]
        )

    def rings(self, times: int = 1) -> None:
        self.is_told(f"rings {CALLER_ID}", times)


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
    page = chromium.new_context().new_page()
    for prepare in prepared:
        prepare(page)
    page.goto(address)
    return PagePhone(page)
