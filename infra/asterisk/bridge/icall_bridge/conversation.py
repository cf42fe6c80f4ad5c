"""One call at work: an inbox, a heart, and hands that carry out what follows, one after the other.

Nothing of one call waits for another. Whatever happens to this call comes through its inbox, also what its own
requests, sounds, timers and questions bring about.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icall_bridge.ari.client import SILENCE, Ari
from icall_bridge.cloud import Teller
from icall_bridge.heart.effects import DropTimer, Effect, Expect, Fetch, Fill, LookAt, Measure, Request, SetTimer, Tell
from icall_bridge.heart.happenings import (
    ChannelDestroyed,
    ChannelIsThere,
    Happening,
    QuestionAnswered,
    RecordingOver,
    RequestFailed,
    SoundLate,
    SoundReady,
    TimerRang,
)
from icall_bridge.heart.heart import happens, is_over
from icall_bridge.heart.memory import remember
from icall_bridge.heart.state import Call
from icall_bridge.journal import Journal
from icall_bridge.messages import Script, Told, write_news
from icall_bridge.ports import Filler, Prompts, PromptUnavailable, Recordings

NOT_FOUND = 404
LOOK_AGAIN = 1.0
_WELL = range(200, 300)


@dataclass(frozen=True, slots=True)
class House:
    """What all calls share; `now` gives ms since 1970, `owns` notes that an id of Asterisk's belongs to a call."""

    ari: Ari
    prompts: Prompts
    recordings: Recordings
    journal: Journal
    now: Callable[[], int]
    owns: Callable[[str, str], None]
    note: Callable[[str, str], None]
    filler: Filler | None = None


@dataclass(frozen=True, slots=True)
class _Errand:
    """Something that came into the inbox, and what is to be done when it has been dealt with."""

    happening: Happening
    done: Callable[[], None] | None = None


class Conversation:
    """One call's task."""

    def __init__(self, call: Call, teller: Teller, house: House) -> None:
        self.call = call
        self.teller = teller
        self._house = house
        self._inbox: asyncio.Queue[_Errand] = asyncio.Queue()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._fetching: set[asyncio.Task[None]] = set()
        self._kept = ""
        self._busy = False
        self.recalled = False
        """Whether it comes from the journal, and where its channels are was not looked at yet."""
        self._seq = 0
        self._task = asyncio.create_task(self._live(), name=f"call {call.id}")

    @property
    def over(self) -> bool:
        """Tell whether the call is over, and everything of it told."""
        return is_over(self.call) and not self._busy and self._inbox.empty() and not self.teller.waiting

    def happens(self, happening: Happening, done: Callable[[], None] | None = None) -> None:
        """Put something into the inbox; `done` is called when it has been dealt with."""
        self._inbox.put_nowait(_Errand(happening, done))

    def stop(self) -> None:
        """Do nothing more; the call stays as it is."""
        self._task.cancel()
        self.teller.stop()
        for timer in self._timers.values():
            timer.cancel()
        for fetching in self._fetching:
            fetching.cancel()

    async def _live(self) -> None:
        while True:
            errand = await self._inbox.get()
            self._busy = True
            try:
                await self._deal_with(errand.happening)
            except Exception as mistake:  # noqa: BLE001 - a mistake in one happening must not end its call
                self._house.note("a mistake of ours", f"{self.call.id} {type(errand.happening).__name__} {mistake!r}")
            self._busy = False
            if errand.done:
                errand.done()

    async def _deal_with(self, happening: Happening) -> None:
        effects = happens(self.call, happening, self._house.now())
        self._keep()
        # The stack thinks about its answer while Asterisk does what it is asked.
        for effect in sorted(effects, key=lambda each: not isinstance(each, Tell)):
            await self._carry_out(effect)

    def _keep(self) -> None:
        """Keep what must outlive us, before anybody is asked or told anything because of it."""
        kept = json.dumps(remember(self.call), separators=(",", ":"))
        if kept != self._kept:
            self._kept = kept
            self._house.journal.keep_call(self.call.id, kept)

    async def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Request():
                await self._request(effect)
            case Tell():
                self._tell(effect)
            case SetTimer():
                self._set_timer(effect)
            case DropTimer():
                self._drop_timer(effect.name)
            case Expect():
                self._house.prompts.expect(effect.prompts)
            case Fetch():
                self._in_background(self._fetch(effect))
            case LookAt():
                await self._look_at(effect.channel)
            case Fill():
                await self._house.recordings.fill(effect.vocid)
            case Measure():
                seconds = await self._house.recordings.seconds(effect.vocid)
                self.happens(RecordingOver(effect.vocid, int(seconds), failed=effect.failed))

    async def _request(self, request: Request) -> None:
        if request.makes:
            self._house.owns(request.makes, self.call.id)
        status, _ = await self._house.ari.perform(request)
        if status not in _WELL and status not in request.fine:
            self._house.note("Asterisk refused", f"{self.call.id} {request.method} {_shape(request)} {status}")
            self.happens(RequestFailed(request, status))

    def _tell(self, tell: Tell) -> None:
        now = self._house.now()
        self._seq = max(self._seq + 1, now)
        body = write_news(Told(tell.news, self.call.id, tell.leg, tell.channel, now, self._seq))
        self.teller.tell(self.call.id, body, self._answered(tell) if tell.question else None)

    def _answered(self, tell: Tell) -> Callable[[Script | None], None]:
        return lambda script: self.happens(QuestionAnswered(tell.leg, tell.question, script))

    def _set_timer(self, timer: SetTimer) -> None:
        self._drop_timer(timer.name)
        loop = asyncio.get_running_loop()
        self._timers[timer.name] = loop.call_later(timer.seconds, self._rings, timer.name)

    def _rings(self, name: str) -> None:
        del self._timers[name]
        self.happens(TimerRang(name))

    def _drop_timer(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

    async def _fetch(self, fetch: Fetch) -> None:
        late = self._is_late(fetch)
        try:
            path = await self._house.prompts.path(fetch.prompt)
        except PromptUnavailable:
            self._house.note("a prompt cannot be had", self.call.id)
            self.happens(SoundReady(fetch.ticket, missing=True))
        else:
            self.happens(SoundReady(fetch.ticket, _plain(path)))
        finally:
            if late:
                late.cancel()

    def _is_late(self, fetch: Fetch) -> asyncio.TimerHandle | None:
        """Let a leg hear something when its sound takes long; give what is to be cancelled when it is there."""
        filler = self._house.filler
        if filler is None:
            return None
        late = SoundLate(fetch.ticket, str(filler.path))
        return asyncio.get_running_loop().call_later(filler.after, self.happens, late)

    async def _look_at(self, channel: str) -> None:
        """See what became of a channel; while Asterisk is silent it is looked at again and again."""
        status, found = await self._house.ari.perform(Request("GET", ("channels", channel)))
        if status == NOT_FOUND:
            self.happens(ChannelDestroyed(channel, 0))
        elif status in _WELL:
            self.happens(ChannelIsThere(channel, _is_up(found)))
        elif status == SILENCE:
            self._in_background(self._look_later(channel))

    async def _look_later(self, channel: str) -> None:
        await asyncio.sleep(LOOK_AGAIN)
        await self._look_at(channel)

    def _in_background(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)


def _shape(request: Request) -> str:
    """Name a request by its kind alone: ids are in the log already, and what is asked may be a secret."""
    return "/".join((request.path[0], request.path[-1] if len(request.path) > 2 else ""))  # noqa: PLR2004


def _plain(path: Path | None) -> str:
    return str(path) if path else ""


def _is_up(found: Any) -> bool:
    return isinstance(found, dict) and found.get("state") == "Up"
