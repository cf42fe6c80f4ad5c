"""The client: one HTTP session and one WebSocket to Asterisk, on the same machine."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from icall_bridge.ari.breaker import Breaker
from icall_bridge.heart.effects import Request

SILENCE = 0
"""In a status's place: there was no answer in time."""

CONNECTED = "Connected"
"""The first event of every connection, which is our own."""

WORKING, FROZEN, AWAY = "working", "frozen", "away"
"""It answers; nothing comes from it in time; nobody is there."""

DEADLINE = 3.0
HEARTBEAT = 10.0
LONGEST_EVENT = 4 * 1024 * 1024


class Ari(Protocol):
    """What the bridge needs of Asterisk."""

    async def perform(self, request: Request) -> tuple[int, Any]:
        """Make a request; give its status (0: silence) and what was answered."""

    async def probe(self) -> str:
        """Tell how Asterisk is (WORKING, FROZEN, AWAY), even if nothing else is asked of it at the moment."""

    def events(self) -> AsyncIterator[Mapping[str, Any]]:
        """Give CONNECTED and then the events as they come, until the connection is lost."""


@dataclass(frozen=True, slots=True)
class AriAddress:
    """Where ARI is, and by which name and password it is entered."""

    url: str
    user: str
    password: str = field(repr=False)
    application: str = "icall"


class AriClient:
    """ARI by aiohttp; `deadline` and `heartbeat` (None: none) are in seconds."""

    def __init__(
        self,
        address: AriAddress,
        session: aiohttp.ClientSession,
        deadline: float = DEADLINE,
        heartbeat: float | None = HEARTBEAT,
    ) -> None:
        self._address = address
        self._session = session
        proof = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {proof}"}
        self._timeout = aiohttp.ClientTimeout(total=deadline)
        self._heartbeat = heartbeat
        self._refused = False
        self.breaker = Breaker()

    async def perform(self, request: Request) -> tuple[int, Any]:
        """Make a request, unless Asterisk has been silent for several."""
        if self.breaker.open:
            return SILENCE, None
        return await self._ask(request)

    async def probe(self) -> str:
        """Ask the least there is."""
        status, _ = await self._ask(Request("GET", ("asterisk", "ping")))
        if status != SILENCE:
            return WORKING
        return AWAY if self._refused else FROZEN

    async def events(self) -> AsyncIterator[Mapping[str, Any]]:
        """Open the WebSocket and give what comes; raises aiohttp.ClientError where there is none to be opened."""
        query = {"app": self._address.application, "subscribeAll": "false"}
        async with self._session.ws_connect(
            f"{self._address.url}/events",
            params=query,
            headers=self._headers,
            heartbeat=self._heartbeat,
            max_msg_size=LONGEST_EVENT,
        ) as socket:
            yield {"type": CONNECTED}
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    yield json.loads(message.data)

    async def _ask(self, request: Request) -> tuple[int, Any]:
        body = {"variables": dict(request.variables)} if request.variables else request.body
        path = "/".join(quote(part, safe="") for part in request.path)
        url = URL(f"{self._address.url}/{path}", encoded=True)
        try:
            async with self._session.request(
                request.method, url, params=dict(request.query), json=body, headers=self._headers, timeout=self._timeout
            ) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError) as failed:
            self._refused = isinstance(failed, aiohttp.ClientConnectorError)
            self.breaker.silent()
            return SILENCE, None
        self.breaker.answered()
        return answer.status, _json(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
