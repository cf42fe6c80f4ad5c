"""A small ARI client for tests: asks and waits from the test's thread, hears events in a thread of its own."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Self

import aiohttp

PATIENCE = 10.0


class Ari:
    """One application at one Asterisk, from `with` to its end; `events` are all that it was told."""

    def __init__(self, address: str, user: str, secret: str) -> None:
        self._address, self._user, self._secret = address, user, secret
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ari", daemon=True)
        self.events: list[Mapping[str, Any]] = []
        self._arrived = threading.Condition()

    def __enter__(self) -> Self:
        self._thread.start()
        self._does(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._does(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def asks(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """Give the status, and the answer if there is any."""
        return self._does(self._asks(method, path, body, query))

    def hears(self, kind: str, that: Callable[[Mapping[str, Any]], bool] = bool, within: float = PATIENCE) -> Any:
        """Wait for an event of the kind that was, or will be, told and is so; give the first."""
        deadline = time.monotonic() + within
        with self._arrived:
            while True:
                for event in self.events:
                    if event["type"] == kind and that(event):
                        return event
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise AssertionError(f"no such {kind} among {Counter(event['type'] for event in self.events)}")

    def forgets(self) -> None:
        """Let what was told be told never."""
        with self._arrived:
            self.events.clear()

    def _does(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _open(self) -> None:
        proof = {"Authorization": aiohttp.encode_basic_auth(self._user, self._secret)}
        self._session = aiohttp.ClientSession(headers=proof)
        self._socket = await self._session.ws_connect(f"{self._address}/events", params={"app": self._user})
        self._pump = asyncio.create_task(self._listen())

    async def _close(self) -> None:
        await self._socket.close()
        await self._pump
        await self._session.close()

    async def _listen(self) -> None:
        async for message in self._socket:
            with self._arrived:
                self.events.append(message.json())
                self._arrived.notify_all()

    async def _asks(self, method: str, path: str, body: Any, query: Mapping[str, str]) -> tuple[int, Any]:
        async with self._session.request(method, f"{self._address}{path}", params=query, json=body) as answer:
            text = await answer.text()
            return answer.status, await answer.json() if text else None
