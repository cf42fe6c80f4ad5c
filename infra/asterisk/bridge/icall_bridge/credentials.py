"""Softphones that may register for a while: written into Asterisk's memory by ARI, and taken back in time.

Seen on Asterisk 22: what stands in pjsip.conf is found first and cannot be changed (403), so no order can overwrite a
trunk or a desk telephone. What a browser's telephone is like is said there too, by the endpoint and the aor `browser`,
which are copied. Asterisk forgets all of it when it starts anew, and is told again what still holds. The secret is in
no journal, only until when it holds: what the bridge itself has forgotten, pages ask for again.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from icall_bridge.ari.client import SILENCE, Ari
from icall_bridge.heart.effects import Request
from icall_bridge.journal import Journal
from icall_bridge.messages import Credentials

PATTERN = "browser"
_PLACE = ("asterisk", "config", "dynamic", "res_pjsip")
_WITHOUT = frozenset({"auth", "aors", "callerid", "stir_shaken", "contact"})
"""What a copy has of its own, or what Asterisk does not take back as it gives it."""

_ORDER_IN, _ORDER_OUT = ("auth", "aor", "endpoint"), ("endpoint", "aor", "auth")
_JOB = "credentials:"
_WELL = range(200, 300)
_NOT_FOUND = 404

Attributes = list[tuple[str, str]]


class NotLetIn(Exception):
    """Asterisk did not take it: the name is one of its own files', or these have no pattern."""


class Softphones:
    """Lets softphones in, each until its time; `now` gives ms since 1970."""

    def __init__(self, ari: Ari, journal: Journal, now: Callable[[], int]) -> None:
        self._ari = ari
        self._journal = journal
        self._now = now
        self._good: dict[str, Credentials] = {}
        self._writing = asyncio.Lock()
        self._takers: dict[str, asyncio.TimerHandle] = {}
        self._taking: set[asyncio.Task[None]] = set()

    async def let_in(self, wish: Credentials) -> None:
        """Let a softphone register until then; the last order wins, and one that is over lets nobody in.

        Raises:
            NotLetIn: Asterisk would not.

        """
        if wish.until <= self._now():
            return
        async with self._writing:
            await self._write(wish)
        self._good[wish.user] = wish
        self._journal.keep_job(_JOB + wish.user, str(wish.until))
        self._take_back_at(wish.user, wish.until)

    async def let_in_again(self) -> None:
        """Let in again whom Asterisk has forgotten; who cannot be now will be looked at the next time."""
        async with self._writing:
            for user, wish in list(self._good.items()):
                with suppress(NotLetIn):
                    if wish.until > self._now() and await self._is_forgotten(user):
                        await self._write(wish)

    def recall(self) -> None:
        """Take back in time what an earlier life of the bridge has let in."""
        for job, until in self._journal.jobs():
            if job.startswith(_JOB):
                self._take_back_at(job.removeprefix(_JOB), int(until))

    def stop(self) -> None:
        """Take nothing back any more: the next life of the bridge will."""
        for taker in self._takers.values():
            taker.cancel()
        for taking in self._taking:
            taking.cancel()

    def _take_back_at(self, user: str, until: int) -> None:
        earlier = self._takers.pop(user, None)
        if earlier:
            earlier.cancel()
        seconds = max(0.0, (until - self._now()) / 1000)
        self._takers[user] = asyncio.get_running_loop().call_later(seconds, self._take_back, user)

    def _take_back(self, user: str) -> None:
        del self._takers[user]
        task = asyncio.create_task(self._shut_out(user))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def _shut_out(self, user: str) -> None:
        """Remove the endpoint first: without it nobody is rung; and all three, or its contact would still be."""
        self._good.pop(user, None)
        for kind in _ORDER_OUT:
            status, _ = await self._ari.perform(Request("DELETE", (*_PLACE, kind, user)))
            if status == SILENCE:
                self._take_back_at(user, self._now() + 5_000)
                return
        self._journal.drop_job(_JOB + user)

    async def _write(self, wish: Credentials) -> None:
        await self._put("auth", wish.user, _auth(wish))
        await self._put("aor", wish.user, await self._pattern("aor"))
        own = [("auth", wish.user), ("aors", wish.user)]
        await self._put("endpoint", wish.user, [*await self._pattern("endpoint"), *own])

    async def _is_forgotten(self, user: str) -> bool:
        status, _ = await self._ari.perform(Request("GET", (*_PLACE, "endpoint", user)))
        return status == _NOT_FOUND

    async def _pattern(self, kind: str) -> Attributes:
        status, found = await self._ari.perform(Request("GET", (*_PLACE, kind, PATTERN)))
        if status not in _WELL or not isinstance(found, list):
            raise NotLetIn
        return _copied(found)

    async def _put(self, kind: str, user: str, attributes: Attributes) -> None:
        fields = [{"attribute": name, "value": value} for name, value in attributes]
        status, _ = await self._ari.perform(Request("PUT", (*_PLACE, kind, user), body={"fields": fields}, secret=True))
        if status not in _WELL:
            raise NotLetIn


def _auth(wish: Credentials) -> Attributes:
    return [("auth_type", "userpass"), ("username", wish.user), ("password", wish.secret)]


def _copied(found: Iterable[Any]) -> Attributes:
    pairs = ((str(each["attribute"]), str(each["value"])) for each in found)
    return [(name, value) for name, value in pairs if value and name not in _WITHOUT]
