"""Any WAV file as a telephone hears it: 8 kHz, mono, 16 bit.

`python telephone.py <in.wav >out.wav` converts in a process of its own: a minute of music takes seconds of processor
time, which the calls of the bridge must not wait for, and a hostile file ends nothing else.

The form of the file: RIFF chunks (IBM and Microsoft, Multimedia Programming Interface 1.0); codes of companded sound:
ITU-T G.711.
"""

import math
import os
import resource
import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add, mul
from typing import Final

RATE: Final = 8000

_SLOWEST, _FASTEST = 4000, 96000
_MOST_CHANNELS = 8
_LINEAR, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_LOUDEST = 32767

_CROSSINGS = 16
"""Of the low-pass filter, on each side: what lies above half the rate is 60 dB down."""

_PASSED = 0.93
"""Of half the rate; the rest is where the filter falls."""

_PROCESSOR_SECONDS = 60

_LONG_BYTES = 2**20
"""What is longer is music, and may take its time; for a sentence somebody waits."""


class NotSound(Exception):
    """This is no WAV file that a telephone could play; the message says what is wrong, and nothing of its content."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A WAV file that was read: how its frames are written, and the frames."""

    coding: int
    bits: int
    channels: int
    rate: int
    frames: bytes

    @property
    def fits(self) -> bool:
        """Tell whether a telephone can hear it as it is."""
        return (self.coding, self.bits, self.channels, self.rate) == (_LINEAR, 16, 1, RATE)


def read(content: bytes) -> Wav:
    """Give what a file says of itself.

    Raises:
        NotSound: it is no WAV file, or one that cannot be made into telephone sound.

    """
    chunks = dict(_chunks(content))
    if b"fmt " not in chunks or b"data" not in chunks or len(chunks[b"fmt "]) < _FORMAT.size:
        raise NotSound("it is no WAV file (RIFF, with its chunks fmt and data)")
    described = chunks[b"fmt "]
    coding, channels, rate, _, _, bits = _FORMAT.unpack_from(described)
    if coding == _EXTENSIBLE and len(described) >= _EXTENDED:
        coding = int.from_bytes(described[24:26], "little")
    if (coding, bits) not in _DECODERS:
        raise NotSound(f"its coding {coding} with {bits} bits is none of PCM, float, A-law and mu-law")
    if not 1 <= channels <= _MOST_CHANNELS or not _SLOWEST <= rate <= _FASTEST:
        raise NotSound("it must have 1 to 8 channels and 4000 to 96000 samples a second")
    whole = bits // 8 * channels
    data = chunks[b"data"]
    return Wav(coding, bits, channels, rate, data[: len(data) // whole * whole])


def written(frames: bytes) -> bytes:
    """Give the WAV file of telephone sound (16 bit, little endian)."""
    sizes = len(frames) + _HEADER.size - 8, 16, _LINEAR, 1, RATE, 2 * RATE, 2, 16
    size, *form = sizes
    return _HEADER.pack(b"RIFF", size, b"WAVE", b"fmt ", *form, b"data", len(frames)) + frames


def converted(wav: Wav) -> bytes:
    """Give the file as telephone sound, mixed to one channel, and filtered where it has more samples."""
    if wav.fits:
        return written(wav.frames)
    samples = _resampled(_mixed(_DECODERS[wav.coding, wav.bits](wav.frames), wav.channels), wav.rate)
    return written(_little_endian(samples).tobytes())


_EXTENDED = 26


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks; one that claims more than there is (a file that was streamed does) has what there is."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return
    at = 12
    while at + _CHUNK.size <= len(content):
        name, size = _CHUNK.unpack_from(content, at)
        at += _CHUNK.size
        yield name, content[at : at + size]
        if name == b"data":
            return
        at += size + size % 2


def _linear_8(frames: bytes) -> "array[int]":
    return array("h", ((byte - 128) << 8 for byte in frames))


def _linear_16(frames: bytes) -> "array[int]":
    return _little_endian(array("h", frames))


def _upper_16(width: int) -> "Callable[[bytes], array[int]]":
    """Give the reader of wider samples, of which the upper two bytes are kept."""

    def read_upper(frames: bytes) -> "array[int]":
        kept = bytearray(len(frames) // width * 2)
        kept[0::2] = frames[width - 2 :: width]
        kept[1::2] = frames[width - 1 :: width]
        return _linear_16(bytes(kept))

    return read_upper


def _float_32(frames: bytes) -> "array[int]":
    values = struct.iter_unpack("<f", frames)
    return array("h", (_bounded(value * _LOUDEST) if math.isfinite(value) else 0 for (value,) in values))


def _companded(table: Sequence[int]) -> "Callable[[bytes], array[int]]":
    return lambda frames: array("h", map(table.__getitem__, frames))


def _mu_law(code: int) -> int:
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7)
    return 0x84 - magnitude if code & 0x80 else magnitude - 0x84


def _a_law(code: int) -> int:
    code ^= 0x55
    segment = code >> 4 & 7
    magnitude = (code & 0x0F) << 4
    magnitude = magnitude + 8 if segment == 0 else (magnitude + 0x108) << (segment - 1)
    return magnitude if code & 0x80 else -magnitude


_DECODERS: "Mapping[tuple[int, int], Callable[[bytes], array[int]]]" = {
    (_LINEAR, 8): _linear_8,
    (_LINEAR, 16): _linear_16,
    (_LINEAR, 24): _upper_16(3),
    (_LINEAR, 32): _upper_16(4),
    (_FLOAT, 32): _float_32,
    (_A_LAW, 8): _companded([_a_law(code) for code in range(256)]),
    (_MU_LAW, 8): _companded([_mu_law(code) for code in range(256)]),
}


def _mixed(samples: "array[int]", channels: int) -> "array[int]":
    """Give one channel, as loud as the mean of all."""
    if channels == 1:
        return samples
    sums: Iterator[int] = iter(samples[0::channels])
    for channel in range(1, channels):
        sums = map(add, sums, samples[channel::channels])
    return array("h", (total // channels for total in sums))


def _resampled(samples: "array[int]", rate: int) -> "array[int]":
    """Give the samples at the telephone's rate, by a windowed sinc for each phase that comes up."""
    if rate == RATE:
        return samples
    shared = math.gcd(rate, RATE)
    up, down = RATE // shared, rate // shared
    reach = math.ceil(_CROSSINGS * max(1, down / up))
    silence = array("h", bytes(2 * reach))
    padded = silence + samples + silence
    filters: dict[int, array[float]] = {}
    out = array("h")
    for number in range(len(samples) * up // down):
        first, phase = divmod(number * down, up)
        if phase not in filters:
            filters[phase] = _filter(phase / up, reach, min(1.0, up / down) * _PASSED)
        out.append(_bounded(sum(map(mul, filters[phase], padded[first + 1 : first + 1 + 2 * reach]))))
    return out


def _filter(phase: float, reach: int, passed: float) -> "array[float]":
    """Give the weights of the samples around a place that lies `phase` after one, `reach` on each side (Blackman)."""
    weights = array("d")
    for tap in range(1 - reach, 1 + reach):
        distance = tap - phase
        turn = math.pi * distance / reach
        window = 0.42 + 0.5 * math.cos(turn) + 0.08 * math.cos(2 * turn) if abs(distance) < reach else 0.0
        angle = math.pi * passed * distance
        weights.append(window * (math.sin(angle) / angle if angle else 1.0))
    total = sum(weights)
    return array("d", (weight / total for weight in weights))


def _bounded(value: float) -> int:
    return max(-_LOUDEST - 1, min(_LOUDEST, round(value)))


def _little_endian(samples: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def main() -> None:
    """Convert standard input; ends with 1 when it is no sound."""
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_SECONDS, _PROCESSOR_SECONDS))
    content = sys.stdin.buffer.read()
    if len(content) > _LONG_BYTES:
        os.nice(10)
    try:
        sys.stdout.buffer.write(converted(read(content)))
    except NotSound:
        sys.exit(1)


if __name__ == "__main__":
    main()
