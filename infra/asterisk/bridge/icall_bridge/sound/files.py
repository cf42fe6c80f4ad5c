"""The files that Asterisk records into: gaps in them, their length, and those that it did not come to close.

Asterisk writes 44 bytes of header, and sound from there to the end of the file; it appends at the end, and writes the
sizes into the header when it closes the file alone (seen on 22).
"""

import os
import struct
import time
from pathlib import Path
from typing import IO, Final

from icall_bridge.sound.telephone import RATE, NotSound

LONGEST_SECONDS: Final = 4 * 3600
"""What is longer is a clock that was set, or a file that was forgotten."""

_BYTES_A_SAMPLE = 2
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_SIZE = struct.Struct("<I")
_SIZE_OF_ALL, _SIZE_OF_SOUND = 4, 40


def append_silence(path: Path) -> float:
    """Let a file be silent from when it was last written to until now, so that its minutes are those of the talk.

    Gives the seconds. The silence is a hole in the file: it needs no room on the disk.

    Raises:
        NotSound: it is no recording of Asterisk's.
        OSError: it cannot be written.

    """
    with path.open("r+b") as file:
        _read_header(file)
        told = os.fstat(file.fileno())
        seconds = min(max(0.0, time.time() - told.st_mtime), LONGEST_SECONDS)
        size = told.st_size + round(seconds * RATE) * _BYTES_A_SAMPLE
        file.truncate(size)
        _write_sizes(file, size)
    return seconds


def seconds_of(path: Path) -> float:
    """Give how long the sound of a file is, closed or not.

    Raises:
        NotSound: it is no recording of Asterisk's.
        OSError: it cannot be read.

    """
    with path.open("rb") as file:
        _read_header(file)
        return (os.fstat(file.fileno()).st_size - _HEADER.size) / _BYTES_A_SAMPLE / RATE


def complete(path: Path) -> None:
    """Let the header of a file that was never closed say how much sound there is.

    Raises:
        NotSound: it is no recording of Asterisk's.
        OSError: it cannot be written.

    """
    with path.open("r+b") as file:
        told = _read_header(file)
        size = os.fstat(file.fileno()).st_size
        if told != size - _HEADER.size:
            _write_sizes(file, size)


def _read_header(file: IO[bytes]) -> int:
    """Give how many bytes of sound the header tells of."""
    begin = file.read(_HEADER.size)
    if len(begin) < _HEADER.size:
        raise NotSound("it is no recording of Asterisk's")
    riff, _, wave, _, _, _, channels, rate, _, _, bits, data, sound = _HEADER.unpack(begin)
    if (riff, wave, data, channels, rate, bits) != (b"RIFF", b"WAVE", b"data", 1, RATE, 8 * _BYTES_A_SAMPLE):
        raise NotSound("it is no recording of Asterisk's")
    return int(sound)


def _write_sizes(file: IO[bytes], size: int) -> None:
    for place, counted in ((_SIZE_OF_ALL, size - 8), (_SIZE_OF_SOUND, size - _HEADER.size)):
        file.seek(place)
        file.write(_SIZE.pack(counted))
