"""Fetches sounds over HTTP: from the stack, which is trusted, and from addresses in flows, which are not."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from yarl import URL

from icall_bridge.sound.guard import Guard, GuardedResolver, Refused

_MOST_BYTES = 32 * 2**20
_MOST_REDIRECTS = 3
_AT_ONCE = 8
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5, sock_read=10)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

# Compressed sound is not smaller, and a bomb is compressed.
_HEADERS = {"User-Agent": "icall-bridge", "Accept": "audio/wav, audio/*", "Accept-Encoding": "identity"}


class NotFetched(Exception):
    """A sound cannot be had; `why` is one word: refused, unreachable, late, status, large or redirects."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave; no `content`: it is what it was when it had this `etag`."""

    content: bytes | None
    etag: str


class Fetcher:
    """Fetches from `public_url` and wherever that leads, and from the addresses that `guard` lets pass."""

    def __init__(self, public_url: str, guard: Guard) -> None:
        self._public = public_url.rstrip("/") + "/"
        self._guard = guard
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    def media(self, name: str) -> str:
        """Give the address of one of the stack's own sounds."""
        return f"{self._public}media/{name}.wav"

    async def fetch(self, address: str, etag: str = "") -> Fetched:
        """Give what an address holds, or that this is still `etag`.

        Raises:
            NotFetched: it cannot be had.

        """
        # The stack leads to its bucket, which may be in its own network. What a flow names has no such leave.
        trusted = address.startswith(self._public)
        async with self._places:
            try:
                return await self._follow(address, etag, trusted=trusted)
            except Refused:
                raise NotFetched("refused") from None
            except TimeoutError:
                raise NotFetched("late") from None
            except (aiohttp.ClientError, OSError, ValueError) as wrong:
                raise NotFetched("refused" if _is_refusal(wrong) else "unreachable") from None

    async def close(self) -> None:
        """Let go of every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _follow(self, address: str, etag: str, *, trusted: bool) -> Fetched:
        url = _read_url(address)
        for _ in range(_MOST_REDIRECTS + 1):
            if not trusted:
                self._guard.check_address(url)
            headers = _HEADERS | ({"If-None-Match": etag} if etag else {})
            async with self._session(trusted=trusted).get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    return await _read(answer, etag)
                url = url.join(_read_url(answer.headers.get("Location", "")))
        raise NotFetched("redirects")

    def _session(self, *, trusted: bool) -> aiohttp.ClientSession:
        if trusted not in self._sessions:
            self._sessions[trusted] = aiohttp.ClientSession(
                connector=_connector(None if trusted else self._guard),
                timeout=_TIMEOUT,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._sessions[trusted]


def _read_url(text: str) -> URL:
    """Read an address; one in ASCII is left as it is, because writing it differently would break a signature in it."""
    return URL(text, encoded=text.isascii() and text.isprintable() and " " not in text)


def _connector(guard: Guard | None) -> aiohttp.TCPConnector:
    if guard is None:
        return aiohttp.TCPConnector()
    return aiohttp.TCPConnector(resolver=GuardedResolver(guard), use_dns_cache=False)


def _is_refusal(wrong: BaseException) -> bool:
    return isinstance(wrong.__cause__, Refused)


async def _read(answer: aiohttp.ClientResponse, etag: str) -> Fetched:
    if answer.status == HTTPStatus.NOT_MODIFIED and etag:
        return Fetched(None, etag)
    if answer.status != HTTPStatus.OK:
        raise NotFetched("status")
    content = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > _MOST_BYTES:
            raise NotFetched("large")
    return Fetched(bytes(content), answer.headers.get("ETag", ""))
