"""What callers hear: speech and sounds, made ready as files that Asterisk plays by path.

A sound of the stack (`media:hold-music`) or of an address is fetched once, kept, and played at once from then on; now
and then it is asked, beside the playing, whether it has changed. Speech is made once for each text. Whatever is being
made is made once, however many wait for it, and goes on being made when they no longer do.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from icall_bridge.messages import Play, Prompt, Say
from icall_bridge.metrics import Metrics
from icall_bridge.ports import PromptUnavailable
from icall_bridge.sound.converting import Converter
from icall_bridge.sound.fetching import Fetcher, NotFetched
from icall_bridge.sound.shelf import SOUND_SECONDS, Known, NoRoom, Shelf, key_of
from icall_bridge.sound.telephone import NotSound
from icall_bridge.sound.voices import NotSpoken, SpeechStore, Voice
from icall_bridge.sound.words import plain

_log = logging.getLogger(__name__)

DEADLINE_SECONDS: Final = 6.0
STANDBY: Final = Path(__file__).with_name("standby")
"""Sounds that go with the bridge, for when the stack's cannot be had."""

_FILLER = "moment"
_MEDIA = "media:"
_KEYS = "dtmf:"
_HTTPS = ("https://", "http://")

_MOST_FAILURES = 1000
_MOST_ADDRESSES = 10_000


class NotReady(PromptUnavailable):
    """A prompt cannot be had in time; `why` is one word, which says nothing of what it would have said."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what is waited for, in seconds.

    `deadline` for a prompt that is not ready; after `filler_after` of it the caller hears that something is coming. A
    sound is asked for again `fresh` after the last time. What failed is not tried again for `failed`, so that not every
    caller waits for it anew.
    """

    deadline: float = DEADLINE_SECONDS
    filler_after: float = 1.5
    fresh: float = 60.0
    failed: float = 3.0


@dataclass(frozen=True, slots=True)
class Sources:
    """Where prompts come from; without a `voice` nothing is spoken, without a `store` speech stays on this machine.

    `standby` is a folder of WAV files (8 kHz, mono, 16 bit) that are played when the stack's of the same name cannot
    be had, and of the filler.
    """

    fetcher: Fetcher
    voice: Voice | None = None
    store: SpeechStore | None = None
    standby: Path = STANDBY


@dataclass(frozen=True, slots=True)
class _Wish:
    """A prompt that has something to hear: its kind for the metrics, the name it is made under, and how."""

    kind: str
    name: str
    make: Callable[[], Awaitable[Path]]
    standby: Path | None = None


@dataclass(slots=True)
class _Failure:
    """What failed, and until when it is not tried again (loop time)."""

    why: str
    until: float


class Prompts:
    """Makes prompts ready. To be made and used within one event loop."""

    def __init__(
        self,
        sources: Sources,
        shelf: Shelf,
        metrics: Metrics,
        patience: Patience = Patience(),
    ) -> None:
        self._sources = sources
        self._shelf = shelf
        self._metrics = metrics
        self._patience = patience
        self._converter = Converter()
        self._making: dict[str, asyncio.Task[Path]] = {}
        self._keeping: set[asyncio.Task[None]] = set()
        self._asked: dict[str, float] = {}
        self._failures: dict[str, _Failure] = {}
        metrics.read("sounds", lambda: shelf.files)
        metrics.read("sounds_bytes", lambda: shelf.size)

    async def path(self, prompt: Prompt) -> Path | None:
        """Give the absolute path, without `.wav`, of a prompt; None when there is nothing to hear in it as a file.

        Speech stays there for minutes, a sound that may be played in circles for an hour after it was asked for last.

        Raises:
            NotReady: it cannot be had within the deadline.

        """
        wish = self._wish(prompt)
        if wish is None:
            return None
        ready = self._ready(wish)
        if ready:
            self._count(wish, "ready")
            return ready
        try:
            async with asyncio.timeout(self._patience.deadline):
                made = await asyncio.shield(self._begin(wish))
        except TimeoutError:
            return self._stand_by(wish, "late")
        except NotReady as failed:
            return self._stand_by(wish, failed.why)
        self._count(wish, "made")
        return made

    async def paths(self, prompt: Prompt) -> AsyncIterator[Path]:
        """Give what to play one after the other: a filler first, if the prompt takes long, then the prompt.

        Raises:
            NotReady: it cannot be had within the deadline.

        """
        coming = asyncio.ensure_future(self.path(prompt))
        coming.add_done_callback(_is_heard_of)
        try:
            await asyncio.wait([coming], timeout=self._patience.filler_after)
            if not coming.done() and (filler := self.filler):
                yield filler
            path = await coming
            if path:
                yield path
        finally:
            coming.cancel()

    @property
    def filler(self) -> Path | None:
        """A short sound that says: something is coming."""
        return _standing_by(self._sources.standby, _FILLER)

    def expect(self, prompts: Iterable[Prompt]) -> None:
        """Begin to make ready what will be asked for soon; what fails is told when it is asked for."""
        for prompt in prompts:
            try:
                wish = self._wish(prompt)
                if wish and not self._ready(wish):
                    self._begin(wish)
            except NotReady:
                continue

    async def close(self) -> None:
        """Give up what is being made, and let go of connections."""
        making = [*self._making.values(), *self._keeping]
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)
        await self._sources.fetcher.close()

    def _wish(self, prompt: Prompt) -> _Wish | None:
        if isinstance(prompt, Say):
            return self._speech(prompt)
        # Keys are sent, not played, and a pause is waited for: both are whose who asks.
        if not isinstance(prompt, Play) or prompt.sound.startswith(_KEYS):
            return None
        return self._sound(prompt.sound)

    def _speech(self, say: Say) -> _Wish | None:
        text = plain(say.text)
        if not text:
            return None
        if self._sources.voice is None:
            raise NotReady("no-voice")
        try:
            key = self._sources.voice.key(text, say.language)
        except NotSpoken as failed:
            raise NotReady(failed.why) from None
        return _Wish("speech", key, lambda: self._speak(key, text, say.language))

    def _sound(self, sound: str) -> _Wish:
        if sound.startswith(_MEDIA):
            name = sound.removeprefix(_MEDIA)
            if not name or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name):
                raise NotReady("name")
            address = self._sources.fetcher.media(name)
            return _Wish("media", address, lambda: self._fetch(address), _standing_by(self._sources.standby, name))
        if sound.startswith(_HTTPS):
            return _Wish("address", sound, lambda: self._fetch(sound))
        raise NotReady("name")

    def _ready(self, wish: _Wish) -> Path | None:
        """Give what can be played at once; a sound that was not asked for in a while is asked for beside that."""
        if wish.kind == "speech":
            return self._shelf.find(wish.name)
        known = self._shelf.known(wish.name)
        if known is None:
            return None
        asked = self._asked.get(wish.name)
        if asked is None or asyncio.get_running_loop().time() - asked > self._patience.fresh:
            self._begin(wish)
        return self._shelf.find(known.key, SOUND_SECONDS)

    def _begin(self, wish: _Wish) -> asyncio.Task[Path]:
        """Begin to make it, unless it is being made; what failed just now fails again at once."""
        running = self._making.get(wish.name)
        if running:
            return running
        task = asyncio.get_running_loop().create_task(self._make(wish))
        self._making[wish.name] = task
        task.add_done_callback(lambda done: self._end(wish.name, done))
        return task

    def _end(self, name: str, task: asyncio.Task[Path]) -> None:
        self._making.pop(name, None)
        _is_heard_of(task)

    async def _make(self, wish: _Wish) -> Path:
        loop = asyncio.get_running_loop()
        began = loop.time()
        failure = self._failures.get(wish.name)
        if failure and began < failure.until:
            raise NotReady(failure.why)
        try:
            made = await wish.make()
        except (NotSpoken, NotFetched) as failed:
            raise self._failed(wish, failed.why) from None
        except NotSound:
            raise self._failed(wish, "not-sound") from None
        except NoRoom:
            self._metrics.count("disk_full_total")
            raise self._failed(wish, "disk-full") from None
        self._failures.pop(wish.name, None)
        self._metrics.observe("prompt_seconds", loop.time() - began, kind=wish.kind)
        return made

    def _failed(self, wish: _Wish, why: str) -> NotReady:
        _log.warning("a prompt cannot be had", extra={"kind": wish.kind, "why": why})
        now = asyncio.get_running_loop().time()
        if len(self._failures) >= _MOST_FAILURES:
            self._failures = {name: failure for name, failure in self._failures.items() if failure.until > now}
        self._failures[wish.name] = _Failure(why, now + self._patience.failed)
        if wish.kind != "speech":
            self._note_asked(wish.name)
        return NotReady(why)

    def _stand_by(self, wish: _Wish, why: str) -> Path:
        if wish.standby:
            self._count(wish, "standby")
            return wish.standby
        self._count(wish, why)
        raise NotReady(why)

    def _count(self, wish: _Wish, outcome: str) -> None:
        self._metrics.count("prompts_total", kind=wish.kind, outcome=outcome)

    async def _speak(self, key: str, text: str, language: str) -> Path:
        """Give the speech from the store, or have it made and put it there, for the other bridges."""
        voice, store = self._sources.voice, self._sources.store
        if voice is None:
            raise NotSpoken("engine")
        wav = await store.get(key) if store else None
        if wav:
            return await asyncio.to_thread(self._shelf.put, key, wav)
        wav = await voice.speak(text, language)
        path = await asyncio.to_thread(self._shelf.put, key, wav)
        if store:
            keeping = asyncio.get_running_loop().create_task(self._keep(store, key, wav))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)
        return path

    async def _keep(self, store: SpeechStore, key: str, wav: bytes) -> None:
        kept = await store.put(key, wav)
        self._metrics.count("speech_kept_total", outcome="kept" if kept else "failed")

    async def _fetch(self, address: str) -> Path:
        """Give the sound of an address, from the shelf when it has not changed."""
        known = self._shelf.known(address)
        fetched = await self._sources.fetcher.fetch(address, known.etag if known else "")
        if fetched.content is None and known and (unchanged := self._shelf.find(known.key, SOUND_SECONDS)):
            self._note_asked(address)
            return unchanged
        if fetched.content is None:
            raise NotFetched("unreachable")
        wav = await self._converter.convert(fetched.content)
        key = key_of(wav)
        path = self._shelf.find(key, SOUND_SECONDS)
        if path is None:
            path = await asyncio.to_thread(self._shelf.put, key, wav)
        await asyncio.to_thread(self._shelf.note, address, Known(key, fetched.etag))
        self._note_asked(address)
        return path

    def _note_asked(self, address: str) -> None:
        if len(self._asked) >= _MOST_ADDRESSES:
            self._asked.clear()
        self._asked[address] = asyncio.get_running_loop().time()


def _is_heard_of(task: asyncio.Task[Any]) -> None:
    """Look at how it ended: who waited was told, and if nobody did, asyncio need not complain."""
    if not task.cancelled():
        task.exception()


def _standing_by(folder: Path, name: str) -> Path | None:
    path = folder / name
    return path if path.with_name(f"{name}.wav").is_file() else None
