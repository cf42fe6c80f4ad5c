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
from collections.abc import Iterator
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

_IN_USE_SECONDS = 3600
"""So long after it was asked for last, a file may be playing, perhaps in a circle."""

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

    def __init__(self, folder: Path, spare: Path | None = None, bounds: Bounds = Bounds()) -> None:
        self._bounds = bounds
        self._writing = Lock()
        self._sounds = [_Sounds(place) for place in (folder, spare) if place]
        self._addresses = folder / "addresses"
        self._known: dict[str, Known] = {}
        self._clear_old()

    def find(self, key: str) -> Path | None:
        """Give the path of a sound, without `.wav` as Asterisk wants it; it counts as asked for now."""
        return next((found for sounds in self._sounds if (found := sounds.find(key))), None)

    def put(self, key: str, wav: bytes) -> Path:
        """Keep a sound and give its path, without `.wav`.

        Raises:
            NoRoom: the disk is full (or broken), and so is the spare one.

        """
        with self._writing:
            if time.time() - self._cleared > DAY:
                self._clear_old()
            for sounds in self._sounds:
                with suppress(OSError):
                    return sounds.put(key, wav, self._bounds.most_bytes)
        raise NoRoom

    def known(self, address: str) -> Known | None:
        """Give what an address gave when it was asked last, also before a restart, if its sound is still there."""
        name = _hash(address)
        known = self._known.get(name) or _read_known(self._addresses / name)
        return known if known and self.find(known.key) else None

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
        return sum(len(sounds.sizes) for sounds in self._sounds)

    @property
    def size(self) -> int:
        """How many bytes they are."""
        return sum(sounds.size for sounds in self._sounds)

    def _clear_old(self) -> None:
        self._cleared = time.time()
        oldest = self._cleared - self._bounds.days * DAY
        for sounds in self._sounds:
            sounds.forget_before(oldest)
        for path in _files(self._addresses):
            with suppress(OSError):
                if path.stat().st_mtime < oldest or path.name.startswith(_BEGUN):
                    path.unlink()


class _Sounds:
    """The sounds of one folder; `sizes` in bytes by key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sounds"
        self.sizes: dict[str, int] = {}
        for path in _files(self._folder):
            if _is_whole(path):
                self.sizes[path.stem] = path.stat().st_size
            else:
                with suppress(OSError):
                    path.unlink()

    @property
    def size(self) -> int:
        """How many bytes they are; of a copy, because another thread may be putting one more."""
        return sum(list(self.sizes.values()))

    def find(self, key: str) -> Path | None:
        """Give its path, and note that it was asked for."""
        if key not in self.sizes:
            return None
        path = self._folder / key
        try:
            os.utime(_file(path))
        except FileNotFoundError:
            # Somebody tidied up.
            self.sizes.pop(key, None)
            return None
        except OSError:
            # A disk that can only be read still plays.
            return path
        return path

    def put(self, key: str, wav: bytes, most_bytes: int) -> Path:
        """Write it, with more room if there is not enough; raises OSError when that did not help."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._clear_down_to(most_bytes - len(wav), enough=most_bytes)
        path = self._folder / key
        try:
            _write(_file(path), wav)
        except OSError:
            self._clear_down_to(self.size // 2)
            _write(_file(path), wav)
        self.sizes[key] = len(wav)
        return path

    def forget_before(self, oldest: float) -> None:
        """Remove what was not asked for since `oldest` (seconds since 1970)."""
        for used, key in self._by_age():
            if used < oldest:
                self._remove(key)

    def _clear_down_to(self, target: int, enough: int | None = None) -> None:
        """Remove what was asked for longest ago, but nothing that may be playing, until `target` bytes are left."""
        total = self.size
        if total <= target:
            return
        goal = target if enough is None else min(target, int(enough * _LEFT_AFTER_CLEARING))
        for used, key in self._by_age():
            if total <= goal or used > time.time() - _IN_USE_SECONDS:
                return
            total -= self.sizes.get(key, 0)
            self._remove(key)

    def _by_age(self) -> list[tuple[float, str]]:
        ages = []
        for key in list(self.sizes):
            try:
                ages.append((_file(self._folder / key).stat().st_mtime, key))
            except OSError:
                self.sizes.pop(key, None)
        return sorted(ages)

    def _remove(self, key: str) -> None:
        with suppress(OSError):
            _file(self._folder / key).unlink()
            self.sizes.pop(key, None)


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


def _is_whole(path: Path) -> bool:
    """Tell whether this is a sound of ours that was written to its end: after a power failure it may not be."""
    if not (path.suffix == _SUFFIX and _KEY.fullmatch(path.stem)):
        return False
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
        size = path.stat().st_size
    except OSError:
        return False
    return len(header) == _HEADER_BYTES and int.from_bytes(header[40:44], "little") == size - _HEADER_BYTES


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
