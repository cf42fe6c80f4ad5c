"""What was recorded: put where the stack wants it, and removed when the stack has it."""

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from icall_bridge.metrics import Metrics
from icall_bridge.ports import UploadFailed
from icall_bridge.sound.files import append_silence, complete, seconds_of
from icall_bridge.sound.telephone import NotSound

_log = logging.getLogger(__name__)

ATTEMPTS: Final = 4

_WAV = "audio/wav"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FIRST_WAIT_SECONDS = 1.0
_TIMEOUT = aiohttp.ClientTimeout(total=600, sock_connect=5, sock_read=30)
_MOST_REMEMBERED = 10_000

# Too many requests, and what a server says when it may go well the next time.
_TRY_AGAIN = frozenset({307, 408, 425, 429, 500, 502, 503, 504})


class NotStored(UploadFailed):
    """A recording is not where it was to be put; `why` is one word: name, missing, refused or unreachable."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class _Turn:
    """Who has to do with a file, one after the other."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Recordings:
    """The recordings in Asterisk's folder. To be made and used within one event loop."""

    def __init__(self, folder: Path, metrics: Metrics) -> None:
        self._folder = folder
        self._metrics = metrics
        self._turns: dict[str, _Turn] = {}
        self._stored: dict[str, None] = {}
        self._session: aiohttp.ClientSession | None = None
        metrics.read("recordings_waiting", lambda: len(self._ages()))
        metrics.read("recordings_oldest_seconds", lambda: max(self._ages(), default=0.0))

    async def upload(self, vocid: str, url: str) -> None:
        """PUT the file at the address, in pieces, a few times if need be.

        What Asterisk has not closed, because it died, is made whole first. One that was put and then removed is where
        it belongs: to be told late to upload it is no failure.

        Raises:
            NotStored: it is not there, the address does not take it, or cannot be reached.

        """
        path = self._path(vocid)
        with self._turn(vocid) as turn:
            async with turn.lock:
                if not path.is_file() and vocid in self._stored:
                    return
                try:
                    with suppress(NotSound, OSError):
                        await asyncio.to_thread(complete, path)
                    await self._put(path, url)
                except NotStored as failed:
                    _log.warning("a recording could not be uploaded", extra={"vocid": vocid, "why": failed.why})
                    self._metrics.count("uploads_total", outcome=failed.why)
                    raise
                self._remember(vocid)
                self._metrics.count("uploads_total", outcome="stored")

    async def delete(self, vocid: str) -> None:
        """Remove the file, after an upload that is under way; not there: nothing."""
        try:
            path = self._path(vocid)
        except NotStored:
            return
        with self._turn(vocid) as turn:
            async with turn.lock:
                try:
                    path.unlink(missing_ok=True)
                except OSError as wrong:
                    # It stays, is counted among those that wait, and shows in what they are old.
                    _log.error("a recording cannot be removed", extra={"vocid": vocid, "why": wrong.strerror})

    async def fill(self, vocid: str) -> None:
        """Let a file be silent from when it was last written to until now; what cannot be is told in the log alone."""
        try:
            seconds = await asyncio.to_thread(append_silence, self._path(vocid))
        except (NotStored, NotSound, OSError) as wrong:
            _log.warning("a recording has a gap", extra={"vocid": vocid, "why": type(wrong).__name__})
        else:
            _log.info("a recording goes on", extra={"vocid": vocid, "seconds": round(seconds)})

    async def seconds(self, vocid: str) -> float:
        """Give the length of a file; 0 where there is none."""
        try:
            return await asyncio.to_thread(seconds_of, self._path(vocid))
        except (NotStored, NotSound, OSError):
            return 0.0

    async def close(self) -> None:
        """Let go of connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _put(self, path: Path, url: str) -> None:
        """Try until it is taken, with twice as long a wait between each two tries."""
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(_FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
            status = await self._try(path, url)
            if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                return
            if status is not None and status not in _TRY_AGAIN:
                # 403 above all: the address was good for so long only. The stack gives another one.
                raise NotStored("refused")
        raise NotStored("unreachable")

    async def _try(self, path: Path, url: str) -> int | None:
        """Give the status of one try, None when there was no answer."""
        try:
            file = path.open("rb")
        except OSError:
            raise NotStored("missing") from None
        with file:
            try:
                async with self._client().put(
                    URL(url, encoded=True), data=file, headers={"Content-Type": _WAV}, allow_redirects=False
                ) as answer:
                    return answer.status
            except (aiohttp.ClientError, OSError, ValueError):
                # A TimeoutError is an OSError, too.
                return None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _path(self, vocid: str) -> Path:
        if not _ID.fullmatch(vocid):
            raise NotStored("name")
        return self._folder / f"{vocid}.wav"

    @contextmanager
    def _turn(self, vocid: str) -> Iterator[_Turn]:
        turn = self._turns.setdefault(vocid, _Turn())
        turn.users += 1
        try:
            yield turn
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[vocid]

    def _remember(self, vocid: str) -> None:
        if len(self._stored) >= _MOST_REMEMBERED:
            del self._stored[next(iter(self._stored))]
        self._stored[vocid] = None

    def _ages(self) -> list[float]:
        """Give how long ago each recording on disk was begun to be written to last, in seconds."""
        ages = []
        with suppress(OSError):
            for path in self._folder.glob("*.wav"):
                with suppress(OSError):
                    ages.append(time.time() - path.stat().st_mtime)
        return ages
