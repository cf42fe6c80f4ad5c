"""The bridge as a whole: its loops, and what they share."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from icall_bridge.ari.client import AWAY, CONNECTED, WORKING, Ari
from icall_bridge.cloud import Cloud, Counts, Signing, Teller
from icall_bridge.conversation import House
from icall_bridge.credentials import Softphones
from icall_bridge.errands import Errands
from icall_bridge.heart.effects import Request
from icall_bridge.heart.happenings import PbxLost
from icall_bridge.heart.state import Ways
from icall_bridge.journal import Journal
from icall_bridge.messages import (
    News,
    PbxAlive,
    Told,
    read_order,
    write_news,
)
from icall_bridge.orders import Orders, Slip
from icall_bridge.ports import Filler, Prompts, Recordings
from icall_bridge.reading import BadMessage
from icall_bridge.switchboard import Switchboard
from icall_bridge.syncing import Syncing

PROBE, ALIVE, SWEEP, FORGET, RECONNECT = 2.0, 30.0, 1.0, 600.0, 0.5
Note = Callable[[str, str], None]


def now() -> int:
    """Give ms since 1970."""
    return time.time_ns() // 1_000_000


class Replaced(Exception):
    """Another program has taken our application over: there must be one bridge for one Asterisk."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bridge stands on; `now` gives ms since 1970."""

    ari: Ari
    cloud: Cloud
    orders: Orders
    prompts: Prompts
    recordings: Recordings
    journal: Journal
    signing: Signing
    note: Note
    filler: Filler | None = None
    now: Callable[[], int] = now


class Bridge:
    """One pbx's bridge; `run` ends when it was told to stop and all calls are over, or at once by `stop_now`."""

    def __init__(self, pbx: str, ways: Ways, around: Surroundings) -> None:
        self._pbx = pbx
        self._ways = ways
        self._around = around
        self.counts = Counts()
        self.switchboard = Switchboard(pbx, ways, self._house, self._teller)
        self._own = self._teller()
        self._state = AWAY
        self._connected = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._obeying: set[asyncio.Task[None]] = set()
        softphones = Softphones(around.ari, around.journal, around.now)
        self._errands = Errands(around.recordings, softphones, around.journal, self._tell)

    @property
    def state(self) -> str:
        """Tell how Asterisk is: working, frozen, away."""
        return self._state

    @property
    def stopping(self) -> bool:
        """Tell whether it was told to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End when the last call is over: who calls meanwhile is taken, for our next life goes on with them."""
        self._stopping.set()

    def stop_now(self) -> None:
        """End now: calls go on by themselves, and the next life of the bridge takes them up."""
        self._ended.set()

    async def run(self) -> None:
        """Work until told to stop; raises Replaced when another bridge has taken over."""
        self.switchboard.recall()
        self._errands.recall()
        loops = [self._listen(), self._watch(), self._obey(), self._tell_alive(), self._sweep()]
        tasks = [asyncio.create_task(loop) for loop in loops]
        ended = asyncio.create_task(self._ended.wait())
        try:
            done, _ = await asyncio.wait({*tasks, ended}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*tasks, ended, *self._obeying):
                task.cancel()
            await asyncio.gather(*tasks, ended, *self._obeying, return_exceptions=True)
            self.switchboard.stop()
            self._errands.stop()
            self._own.stop()

    def _house(self, switchboard: Switchboard) -> House:
        around = self._around
        return House(
            around.ari,
            around.prompts,
            around.recordings,
            around.journal,
            around.now,
            switchboard.owns,
            around.note,
            around.filler,
        )

    def _teller(self) -> Teller:
        return Teller(self._around.cloud, self._around.signing, self._around.journal, self.counts)

    async def _listen(self) -> None:
        """Take events; after every loss look what has changed meanwhile, for nothing is told twice."""
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                await self._listen_once()
            self._connected.clear()
            await asyncio.sleep(RECONNECT)

    async def _listen_once(self) -> None:
        syncing: asyncio.Task[None] | None = None
        try:
            async for event in self._around.ari.events():
                if event.get("type") == CONNECTED:
                    self._connected.set()
                    syncing = asyncio.create_task(self._sync())
                if event.get("type") == "ApplicationReplaced":
                    raise Replaced
                self._event(event)
        finally:
            if syncing:
                syncing.cancel()

    def _event(self, event: Mapping[str, Any]) -> None:
        try:
            self.switchboard.event(event)
        except (KeyError, TypeError, ValueError) as strange:
            self._around.note("a strange event", f"{event.get('type')} {type(strange).__name__}")

    async def _sync(self) -> None:
        """Read channels and bridges, compare them with what is known, and act upon the difference."""
        await Syncing(self._around.ari, self.switchboard, self._ways.application).run()
        await self._errands.remind()

    async def _watch(self) -> None:
        """Probe Asterisk: one that does not answer in time has lost all its legs."""
        while True:
            await self._is(await self._around.ari.probe())
            await asyncio.sleep(PROBE)

    async def _is(self, state: str) -> None:
        before, self._state = self._state, state
        self.switchboard.lost = state != WORKING
        if state == before:
            return
        if state != WORKING and before == WORKING:
            self._around.note("Asterisk does not move", state)
            self.switchboard.everybody(PbxLost())
        elif state == WORKING and self._connected.is_set():
            await self._sync()
        self._alive(await self._endpoints())

    async def _obey(self) -> None:
        """Take orders; each call's go into its inbox in their order, and none waits for another call's.

        While the connection to Asterisk is lost they wait in the queue, until it is plain that it does not move.
        """
        while True:
            if self._state == WORKING:
                await self._connected.wait()
            for slip in await self._around.orders.take():
                task = asyncio.create_task(self._obey_one(slip))
                self._obeying.add(task)
                task.add_done_callback(self._obeying.discard)

    async def _obey_one(self, slip: Slip) -> None:
        try:
            order = read_order(slip.body)
        except BadMessage as bad:
            self._around.note("a bad order", str(bad))
        else:
            order = replace(order, again=order.again or slip.again)
            if not await self._errands.carry_out(order):
                await self.switchboard.order(order)
        await self._around.orders.done([slip])

    def _tell(self, news: News, call: str, leg: str) -> None:
        at = self._around.now()
        self._own.tell(call, write_news(Told(news, call, leg, "", at, at)))

    async def _tell_alive(self) -> None:
        while True:
            await asyncio.sleep(ALIVE)
            self._alive(await self._endpoints())

    def _alive(self, endpoints: tuple[str, ...]) -> None:
        """Tell how the pbx is, unless the news before is still waiting: old ones are of no use to anybody."""
        if not self._own.waiting:
            self._tell(PbxAlive(self._state, endpoints), "", "")

    async def _endpoints(self) -> tuple[str, ...]:
        _, found = await self._around.ari.perform(Request("GET", ("endpoints", "PJSIP")))
        if not isinstance(found, list):
            return ()
        return tuple(each["resource"] for each in found if each.get("state") == "online")

    async def _sweep(self) -> None:
        forgotten = time.monotonic()
        while not (self._stopping.is_set() and not self.switchboard.conversations):
            await asyncio.sleep(SWEEP)
            self.switchboard.sweep()
            if time.monotonic() - forgotten > FORGET:
                self._around.journal.forget_old()
                forgotten = time.monotonic()
