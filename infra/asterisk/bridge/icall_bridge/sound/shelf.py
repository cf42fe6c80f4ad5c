"""Sounds that were made ready, on disk: what Asterisk plays it plays by path.

A sound's key is a hash, of its content or of the words that it says; a file is never changed once it is there, so
that nobody hears one half of the old and one half of the new. What was not asked for in a long time goes, and when
there is not enough room, what was asked for longest ago.
"""

import json
import os
import re
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

DAY: Final = 24 * 3600

_KEY = re.compile("[0-9a-f]{64}")
_SUFFIX = ".wav"
_BEGUN = ".begun-"
_HEADER_BYTES = 44

SPEECH_SECONDS: Final = 300.0
SOUND_SECONDS: Final = 3600.0
"""So long after it was asked for last, a file may be playing: what is said is said once, music goes in circles."""

_LEFT_AFTER_CLEARING = 0.8

_MOST_REMEMBERED = 10_000
"""Addresses in memory; all of them are on disk."""


class NoRoom(Exception):
    """No disk took the sound."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept: bytes in all, and the days since it was asked for last."""

    most_bytes: int = 512 * 2**20
    days: int = 30


@dataclass(frozen=True, slots=True)
class Known:
    """What an address gave when it was asked last: the sound's key, and the server's word for its version."""

    key: str
    etag: str


class Shelf:
    """Keeps sounds in `folder`, and while that takes nothing in `spare`, which is best in memory (tmpfs).

    Safe for threads: one writes at a time, and whoever looks for a sound never waits for that. Files that a crash left
    half written are removed at the start.
    """

    def __init__(
        self,
        folder: Path,
        spare: Path | None = None,
        bounds: Bounds = Bounds(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._bounds = bounds
        self._clock = clock
        self._writing = Lock()
        self._sounds = [_Sounds(place) for place in (folder, spare) if place]
        self._addresses = folder / "addresses"
        self._known: dict[str, Known] = {}
        self._clear_old()

    def find(self, key: str, playing: float = SPEECH_SECONDS) -> Path | None:
        """Give the path of a sound, without `.wav` as Asterisk wants it.

        It counts as asked for now, and is not removed for the seconds in which it may be `playing`.
        """
        now = self._clock()
        return next((found for sounds in self._sounds if (found := sounds.find(key, now, playing))), None)

    def put(self, key: str, wav: bytes) -> Path:
        """Keep a sound and give its path, without `.wav`.

        Raises:
            NoRoom: the disk is full (or broken), and so is the spare one.

        """
        with self._writing:
            now = self._clock()
            if now - self._cleared > DAY:
                self._clear_old()
            for sounds in self._sounds:
                with suppress(OSError):
                    return sounds.put(key, wav, now, self._bounds.most_bytes)
        raise NoRoom

    def known(self, address: str) -> Known | None:
        """Give what an address gave when it was asked last, also before a restart, if its sound is still there."""
        name = _hash(address)
        known = self._known.get(name) or _read_known(self._addresses / name)
        return known if known and self.find(known.key, SOUND_SECONDS) else None

    def note(self, address: str, known: Known) -> None:
        """Remember what an address gave. A full disk makes us forget at the next start, no more."""
        name = _hash(address)
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[name] = known
        with suppress(OSError):
            self._addresses.mkdir(parents=True, exist_ok=True)
            _write(self._addresses / name, json.dumps(asdict(known)).encode())

    @property
    def files(self) -> int:
        """How many sounds are kept."""
        return sum(len(sounds.kept) for sounds in self._sounds)

    @property
    def size(self) -> int:
        """How many bytes they are."""
        return sum(sounds.size for sounds in self._sounds)

    def _clear_old(self) -> None:
        self._cleared = self._clock()
        oldest = self._cleared - self._bounds.days * DAY
        for sounds in self._sounds:
            sounds.forget_before(oldest)
        for path in _files(self._addresses):
            with suppress(OSError):
                if path.stat().st_mtime < oldest or path.name.startswith(_BEGUN):
                    path.unlink()


@dataclass(slots=True)
class _Kept:
    """A file: its bytes, when it was asked for last, and until when it may be playing (seconds since 1970)."""

    size: int
    used: float
    until: float


class _Sounds:
    """The sounds of one folder by key, what was asked for longest ago first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sounds"
        self.kept: OrderedDict[str, _Kept] = OrderedDict()
        for used, size, path in sorted(_whole_files(self._folder)):
            self.kept[path.stem] = _Kept(size, used, used + SPEECH_SECONDS)

    @property
    def size(self) -> int:
        """How many bytes they are; of a copy, because another thread may be putting one more."""
        return sum(kept.size for kept in list(self.kept.values()))

    def find(self, key: str, now: float, playing: float) -> Path | None:
        """Give its path, and note that it was asked for; on disk, too, for our next life."""
        kept = self.kept.get(key)
        if kept is None:
            return None
        path = self._folder / key
        try:
            os.utime(_file(path), (now, now))
        except FileNotFoundError:
            # Somebody tidied up.
            self.kept.pop(key, None)
            return None
        except OSError:
            # A disk that can only be read still plays.
            return path
        kept.used, kept.until = now, max(kept.until, now + playing)
        with suppress(KeyError):
            # Removed at this very moment: it was no longer playing, and is made again.
            self.kept.move_to_end(key)
        return path

    def put(self, key: str, wav: bytes, now: float, most_bytes: int) -> Path:
        """Write it, with more room if there is not enough; raises OSError when that did not help."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self.size + len(wav) > most_bytes:
            self._clear_down_to(int(most_bytes * _LEFT_AFTER_CLEARING) - len(wav), now)
        path = self._folder / key
        try:
            _write(_file(path), wav)
        except OSError:
            self._clear_down_to(self.size // 2, now)
            _write(_file(path), wav)
        self.kept[key] = _Kept(len(wav), now, now + SPEECH_SECONDS)
        return path

    def forget_before(self, oldest: float) -> None:
        """Remove what was not asked for since `oldest` (seconds since 1970)."""
        for key, kept in list(self.kept.items()):
            if kept.used < oldest:
                self._remove(key)

    def _clear_down_to(self, target: int, now: float) -> None:
        """Remove what was asked for longest ago, but nothing that may be playing, until `target` bytes are left."""
        total = self.size
        for key, kept in list(self.kept.items()):
            if total <= target:
                return
            if kept.until <= now:
                total -= kept.size
                self._remove(key)

    def _remove(self, key: str) -> None:
        with suppress(OSError):
            _file(self._folder / key).unlink()
            self.kept.pop(key, None)


def key_of(wav: bytes) -> str:
    """Give the key of a sound that is known by its content."""
    return sha256(wav).hexdigest()


def _hash(address: str) -> str:
    # An address may hold what a caller said: on disk it is a hash.
    return sha256(address.encode("utf-8", "replace")).hexdigest()


def _file(path: Path) -> Path:
    return path.with_name(path.name + _SUFFIX)


def _files(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from [path for path in folder.iterdir() if path.is_file()]


def _whole_files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Give the sounds of ours with when they were used last and their size, and remove what else lies there."""
    for path in _files(folder):
        with suppress(OSError):
            if _is_whole(path):
                found = path.stat()
                yield found.st_mtime, found.st_size, path
            else:
                path.unlink()


def _is_whole(path: Path) -> bool:
    """Tell whether this is a sound of ours that was written to its end: after a power failure it may not be."""
    if not (path.suffix == _SUFFIX and _KEY.fullmatch(path.stem)):
        return False
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    written = int.from_bytes(header[40:44], "little") + _HEADER_BYTES
    return len(header) == _HEADER_BYTES and path.stat().st_size == written


def _read_known(path: Path) -> Known | None:
    try:
        return Known(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, content: bytes) -> None:
    """Write all of it or nothing, readable for Asterisk's user."""
    handle, name = tempfile.mkstemp(prefix=_BEGUN, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
