"""The cloud: signed webhooks, and the order in which news of one call is told."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import random
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from icall_bridge.journal import Journal, Untold
from icall_bridge.messages import Script, read_script
from icall_bridge.reading import BadMessage

EACH_TRY = 10.0
PATIENCE = 20.0
"""Seconds in which a question must be answered."""

FIRST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE_OF_A_QUESTION = 0.25, 30.0, 2.0
DEFINITE = frozenset({400, 404, 410})
MOST_BYTES = 1024 * 1024
_PREFIX = "whsec_"


class CloudAway(Exception):
    """No answer came."""


class Cloud(Protocol):
    """What the bridge needs of the stack."""

    async def tell(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """POST a webhook; give status and body, or raise CloudAway."""


class HttpCloud:
    """The stack behind its public address."""

    def __init__(self, public: str, pbx: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{public}/carriers/asterisk/{pbx}/events"
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=EACH_TRY)

    async def tell(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """POST it; redirects are not followed, for nobody else is to hear."""
        try:
            async with self._session.post(
                self._url, data=body, headers=dict(headers), timeout=self._timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.content.read(MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise CloudAway from None


class Signing:
    """Standard Webhooks: `whsec_` and base64, several with blanks between, the first of which signs.

    `clock` gives seconds since 1970.
    """

    def __init__(self, keys: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        first = keys.split(maxsplit=1)[0] if keys.split() else ""
        try:
            self._key = base64.b64decode(first.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            self._key = b""
        if not first.startswith(_PREFIX) or not self._key:
            raise ValueError("The webhook key is not whsec_ and base64.")

    def headers(self, id_: str, body: bytes) -> dict[str, str]:
        """Give the headers that prove a webhook now."""
        timestamp = str(int(self._clock()))
        signed = f"{id_}.{timestamp}.".encode() + body
        proof = base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()
        return {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{proof}",
        }


@dataclass(slots=True)
class Counts:
    """What became of the news."""

    told: int = 0
    refused: int = 0
    tries: int = 0
    given_up: int = 0


Answered = Callable[[Script | None], None]


@dataclass(slots=True, eq=False)
class _Waiting:
    news: Untold
    answered: Answered | None
    giving_up: asyncio.TimerHandle | None = None
    given_up: bool = False


class Teller:
    """Tells the news of one call, one after the other, until each was heard."""

    def __init__(self, cloud: Cloud, signing: Signing, journal: Journal, counts: Counts) -> None:
        self._cloud = cloud
        self._signing = signing
        self._journal = journal
        self._counts = counts
        self._queue: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Tell how much was not told yet."""
        return len(self._queue)

    def tell(self, call: str, body: bytes, answered: Answered | None = None) -> None:
        """Keep news, and tell it after all that came before; a question is `answered` in time, or by None."""
        self._put(self._journal.keep_news(f"msg_{uuid.uuid4().hex}", call, body), answered)

    def tell_again(self, news: Untold) -> None:
        """Tell what an earlier life of the bridge has not told."""
        self._put(news, None)

    async def idle(self) -> None:
        """Wait until everything is told."""
        while self._task and not self._task.done():
            await asyncio.wait({self._task})

    def stop(self) -> None:
        """Tell no more: what was not told stays in the journal."""
        for waiting in self._queue:
            if waiting.giving_up:
                waiting.giving_up.cancel()
        if self._task:
            self._task.cancel()

    def _put(self, news: Untold, answered: Answered | None) -> None:
        waiting = _Waiting(news, answered)
        if answered:
            waiting.giving_up = asyncio.get_running_loop().call_later(PATIENCE, self._give_up, waiting)
        self._queue.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell_all())

    def _give_up(self, waiting: _Waiting) -> None:
        waiting.given_up = True
        self._counts.given_up += 1
        if waiting.answered:
            waiting.answered(None)

    async def _tell_all(self) -> None:
        while self._queue:
            waiting = self._queue[0]
            await self._tell_until_heard(waiting)
            self._queue.popleft()
            self._journal.told(waiting.news)

    async def _tell_until_heard(self, waiting: _Waiting) -> None:
        pause = FIRST_PAUSE
        longest = LONGEST_PAUSE_OF_A_QUESTION if waiting.answered else LONGEST_PAUSE
        while not waiting.given_up:
            self._counts.tries += 1
            if await self._try(waiting):
                return
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing
            pause = min(pause * 2, longest)

    async def _try(self, waiting: _Waiting) -> bool:
        """Tell once; tell whether that was the last time."""
        news = waiting.news
        try:
            status, body = await self._cloud.tell(self._signing.headers(news.id, news.body), news.body)
        except CloudAway:
            return False
        if status // 100 == 2:  # noqa: PLR2004 - HTTP's own border
            self._counts.told += 1
            self._heard(waiting, body)
            return True
        if status in DEFINITE:
            self._counts.refused += 1
            self._answer(waiting, None)
            return True
        return False

    def _heard(self, waiting: _Waiting, body: bytes) -> None:
        if waiting.answered is None:
            return
        try:
            script = read_script(body)
        except BadMessage:
            self._counts.refused += 1
            self._answer(waiting, None)
        else:
            self._answer(waiting, script)

    def _answer(self, waiting: _Waiting, script: Script | None) -> None:
        if waiting.giving_up:
            waiting.giving_up.cancel()
        if waiting.answered and not waiting.given_up:
            waiting.answered(script)
