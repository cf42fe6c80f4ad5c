"""Recordings that go on after a while, and those that nobody has closed."""

import os
import time
import wave

import pytest

from icall_bridge.sound.files import LONGEST_SECONDS, append_silence, complete, seconds_of
from icall_bridge.sound.telephone import NotSound
from tests.bridge.sounds import telephone_wav


@pytest.fixture
def recording(tmp_path):
    """A recording of two seconds, written to a minute ago."""
    path = tmp_path / "p-4711.wav"
    path.write_bytes(telephone_wav(seconds=2))
    written(path, seconds_ago=60)
    return path


def written(path, seconds_ago):
    at = time.time() - seconds_ago
    os.utime(path, (at, at))


def test_what_goes_on_is_silent_for_the_time_between(recording):
    before = recording.read_bytes()
    assert append_silence(recording) == pytest.approx(60, abs=5)
    with wave.open(str(recording)) as file:
        frames = file.readframes(file.getnframes())
    assert len(frames) / 16_000 == pytest.approx(62, abs=5)
    assert frames[: len(before) - 44] == before[44:]
    assert not any(frames[len(before) - 44 :])


def test_silence_takes_no_room_on_the_disk(recording):
    written(recording, seconds_ago=3600)
    append_silence(recording)
    told = recording.stat()
    assert told.st_blocks * 512 < told.st_size / 100


def test_a_clock_that_was_set_makes_neither_endless_silence_nor_a_shorter_file(recording):
    written(recording, seconds_ago=10 * 365 * 86400)
    assert append_silence(recording) == LONGEST_SECONDS
    before = recording.stat().st_size
    written(recording, seconds_ago=-3600)
    assert append_silence(recording) == 0
    assert recording.stat().st_size == before


@pytest.mark.parametrize("content", [b"", b"RIFF", b"\0" * 4000])
def test_what_is_no_recording_stays_as_it_is(recording, content):
    recording.write_bytes(content)
    with pytest.raises(NotSound):
        append_silence(recording)
    assert recording.read_bytes() == content


def test_what_nobody_has_closed_is_as_long_as_its_sound_and_is_made_whole(recording):
    whole = recording.read_bytes()
    recording.write_bytes(whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:])
    assert seconds_of(recording) == 2
    complete(recording)
    assert recording.read_bytes() == whole


def test_what_was_closed_is_left_alone(recording):
    before = recording.stat().st_mtime
    complete(recording)
    assert recording.stat().st_mtime == before
