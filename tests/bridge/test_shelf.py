import errno
import os
import threading
import time
from pathlib import Path

import pytest

from icall_bridge.sound import shelf as shelves
from icall_bridge.sound.shelf import DAY, SOUND_SECONDS, SPEECH_SECONDS, Bounds, Known, NoRoom, Shelf, key_of
from tests.bridge.sounds import telephone_wav

ONE, OTHER, THIRD = (telephone_wav(hertz) for hertz in (400, 800, 1200))


class Disk:
    """Refuses to write the files of which `refuses` says so, as a full disk does."""

    def __init__(self, monkeypatch):
        self._write = shelves._write
        self.refuses = lambda _path: False
        monkeypatch.setattr(shelves, "_write", self.write)

    def fill(self, *folders):
        self.refuses = lambda path: any(path.is_relative_to(folder) for folder in folders)

    def write(self, path, content):
        if self.refuses(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._write(path, content)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def put(shelf, wav):
    return shelf.put(key_of(wav), wav)


def file_of(path):
    return path.with_name(path.name + ".wav")


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


def test_a_sound_is_found_by_its_key_and_its_path_has_no_ending(tmp_path):
    shelf = Shelf(tmp_path)
    path = put(shelf, ONE)

    assert path.is_absolute()
    assert file_of(path).read_bytes() == ONE
    assert shelf.find(key_of(ONE)) == path
    assert shelf.find(key_of(OTHER)) is None


def test_asterisks_user_may_read_it(tmp_path):
    assert file_of(put(Shelf(tmp_path), ONE)).stat().st_mode & 0o777 == 0o644


def test_what_was_kept_is_there_after_a_restart(tmp_path):
    path = put(Shelf(tmp_path), ONE)
    Shelf(tmp_path).note("https://example.com/a", Known(key_of(ONE), "v1"))

    again = Shelf(tmp_path)

    assert again.find(key_of(ONE)) == path
    assert again.known("https://example.com/a") == Known(key_of(ONE), "v1")


def test_an_address_is_a_hash_on_disk(tmp_path):
    Shelf(tmp_path).note("https://example.com/?waybill=6012345678", Known(key_of(ONE), ""))

    assert not [path for path in tmp_path.rglob("*") if "6012345678" in path.name]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"6012345678" in path.read_bytes()]


def test_an_address_whose_sound_is_gone_is_not_known(tmp_path):
    shelf = Shelf(tmp_path)
    path = put(shelf, ONE)
    shelf.note("a", Known(key_of(ONE), ""))

    file_of(path).unlink()

    assert shelf.known("a") is None
    assert shelf.find(key_of(ONE)) is None


def test_a_file_that_a_power_failure_cut_off_is_no_sound(tmp_path):
    path = put(Shelf(tmp_path), ONE)
    file_of(path).write_bytes(ONE[:-100])

    assert Shelf(tmp_path).find(key_of(ONE)) is None
    assert not file_of(path).exists()


def test_what_a_crash_left_half_written_is_removed(tmp_path):
    path = put(Shelf(tmp_path), ONE)
    begun = path.with_name(".begun-abc")
    begun.write_bytes(ONE)

    Shelf(tmp_path)

    assert not begun.exists()


def test_a_note_that_cannot_be_read_is_none(tmp_path):
    shelf = Shelf(tmp_path)
    put(shelf, ONE)
    shelf.note("a", Known(key_of(ONE), ""))
    (note,) = (tmp_path / "addresses").iterdir()
    note.write_text('{"key": 1}')

    assert Shelf(tmp_path).known("a") is None


def test_what_was_asked_for_longest_ago_makes_room(tmp_path, clock):
    shelf = Shelf(tmp_path, bounds=Bounds(most_bytes=3 * len(ONE) - 1), clock=clock)
    put(shelf, ONE)
    put(shelf, OTHER)
    clock.now += DAY
    first = shelf.find(key_of(ONE))
    clock.now += DAY

    put(shelf, THIRD)

    assert shelf.find(key_of(ONE)) == first
    assert shelf.find(key_of(OTHER)) is None
    assert shelf.files == 2
    assert shelf.size == len(ONE) + len(THIRD)


def test_what_was_asked_for_before_a_restart_counts(tmp_path, clock):
    bounds = Bounds(most_bytes=3 * len(ONE) - 1)
    before = Shelf(tmp_path, bounds=bounds, clock=clock)
    put(before, ONE)
    put(before, OTHER)
    clock.now += DAY
    before.find(key_of(ONE))
    clock.now += DAY

    after = Shelf(tmp_path, bounds=bounds, clock=clock)
    put(after, THIRD)

    assert after.find(key_of(ONE))
    assert after.find(key_of(OTHER)) is None


def test_what_may_be_playing_never_makes_room(tmp_path):
    shelf = Shelf(tmp_path, bounds=Bounds(most_bytes=len(ONE)))
    first = put(shelf, ONE)

    put(shelf, OTHER)

    assert file_of(first).exists()


@pytest.mark.parametrize(("playing", "minutes", "stays"), [(SPEECH_SECONDS, 6, False), (SOUND_SECONDS, 6, True)])
def test_music_goes_in_circles_for_longer_than_anybody_speaks(tmp_path, clock, playing, minutes, stays):
    shelf = Shelf(tmp_path, bounds=Bounds(most_bytes=len(ONE)), clock=clock)
    path = put(shelf, ONE)
    shelf.find(key_of(ONE), playing)
    clock.now += 60 * minutes

    put(shelf, OTHER)

    assert file_of(path).exists() == stays


def test_what_nobody_asked_for_in_a_month_goes(tmp_path, clock):
    path = put(Shelf(tmp_path, clock=clock), ONE)
    clock.now += 31 * DAY
    os.utime(file_of(path), (clock.now - 31 * DAY,) * 2)

    assert Shelf(tmp_path, clock=clock).find(key_of(ONE)) is None
    assert not file_of(path).exists()


def test_a_bridge_that_runs_for_months_looks_once_a_day(tmp_path, clock):
    shelf = Shelf(tmp_path, clock=clock)
    path = put(shelf, ONE)
    clock.now += 31 * DAY

    put(shelf, OTHER)

    assert not file_of(path).exists()


def test_on_a_full_disk_the_spare_one_takes_the_sound(tmp_path, disk):
    shelf = Shelf(tmp_path / "disk", tmp_path / "memory")
    disk.fill(tmp_path / "disk")

    path = put(shelf, ONE)

    assert path.is_relative_to(tmp_path / "memory")
    assert shelf.find(key_of(ONE)) == path


def test_with_no_room_anywhere_it_says_so_and_leaves_nothing_behind(tmp_path, disk):
    shelf = Shelf(tmp_path / "disk", tmp_path / "memory")
    disk.fill(tmp_path)

    with pytest.raises(NoRoom):
        put(shelf, ONE)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_full_disk_is_cleared_of_old_sounds_before_it_is_given_up(tmp_path, disk, clock):
    shelf = Shelf(tmp_path, clock=clock)
    old = [put(shelf, telephone_wav(hertz)) for hertz in range(300, 700, 100)]
    clock.now += DAY / 2
    disk.refuses = lambda _path: all(file_of(each).exists() for each in old)

    path = put(shelf, ONE)

    assert file_of(path).exists()


def test_a_disk_that_forgets_notes_still_plays(tmp_path, disk):
    shelf = Shelf(tmp_path)
    put(shelf, ONE)
    disk.fill(tmp_path)

    shelf.note("a", Known(key_of(ONE), "v1"))

    assert shelf.known("a") == Known(key_of(ONE), "v1")


def test_many_threads_may_put_and_find(tmp_path):
    shelf = Shelf(tmp_path, bounds=Bounds(most_bytes=10**6))
    sounds = [telephone_wav(hertz, 0.02) for hertz in range(300, 500, 10)]
    threads = [threading.Thread(target=put, args=(shelf, wav)) for wav in sounds for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shelf.files == len(sounds)
    assert all(file_of(Path(str(shelf.find(key_of(wav))))).read_bytes() == wav for wav in sounds)
