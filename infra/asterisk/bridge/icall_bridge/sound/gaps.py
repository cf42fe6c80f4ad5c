"""A recording that goes on after a while: silence for the time between, so that its minutes stay those of the talk.

Asterisk writes 44 bytes of header, and sound from there to the end of the file; it appends at the end (seen on 22).
"""

import os
import struct
import time
from pathlib import Path
from typing import Final

from icall_bridge.sound.telephone import RATE, NotSound

LONGEST_SECONDS: Final = 4 * 3600
"""What is longer is a clock that was set, or a file that was forgotten."""

_BYTES_A_SAMPLE = 2
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_SIZE = struct.Struct("<I")
_SIZE_OF_ALL, _SIZE_OF_SOUND = 4, 40


def append_silence(path: Path) -> float:
    """Let a file be silent from when it was last written to until now; give the seconds.

    The silence is a hole in the file: it needs no room on the disk.

    Raises:
        NotSound: it is no recording of Asterisk's.
        OSError: it cannot be written.

    """
    with path.open("r+b") as file:
        begin = file.read(_HEADER.size)
        if len(begin) < _HEADER.size or not _is_recording(begin):
            raise NotSound("it is no recording of Asterisk's")
        told = os.fstat(file.fileno())
        seconds = min(max(0.0, time.time() - told.st_mtime), LONGEST_SECONDS)
        size = told.st_size + round(seconds * RATE) * _BYTES_A_SAMPLE
        file.truncate(size)
        for place, counted in ((_SIZE_OF_ALL, size - 8), (_SIZE_OF_SOUND, size - _HEADER.size)):
            file.seek(place)
            file.write(_SIZE.pack(counted))
    return seconds


def _is_recording(begin: bytes) -> bool:
    riff, _, wave, _, _, _, channels, rate, _, _, bits, data, _ = _HEADER.unpack(begin)
    return (riff, wave, data, channels, rate, bits) == (b"RIFF", b"WAVE", b"data", 1, RATE, 8 * _BYTES_A_SAMPLE)
