"""Sounds for tests, and what is heard in them."""

import array
import math
import struct

RATE = 8000


def tone(hertz=1000, seconds=0.2, rate=RATE, loudness=0.5):
    """Give the samples of a tone, between -1 and 1."""
    return [loudness * math.sin(2 * math.pi * hertz * number / rate) for number in range(round(rate * seconds))]


def wav(frames, rate=RATE, channels=1, bits=16, coding=1, *, extra=b"", size=None):
    """Give a WAV file as others write it; `extra` are chunks before the sound, `size` what it claims of the sound."""
    block = channels * bits // 8
    described = struct.pack("<HHIIHH", coding, channels, rate, rate * block, block, bits)
    claimed = len(frames) if size is None else size
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(described)) + described + extra
    body += b"data" + struct.pack("<I", claimed) + frames
    return b"RIFF" + struct.pack("<I", min(len(body), 2**32 - 1)) + body


def telephone_wav(hertz=1000, seconds=0.2):
    """Give a tone as a telephone hears it."""
    return wav(linear_16(tone(hertz, seconds)))


def linear_16(samples):
    """Give samples as frames of 16 bit."""
    return struct.pack(f"<{len(samples)}h", *(round(32767 * sample) for sample in samples))


def heard(telephone_sound):
    """Give the samples of telephone sound, between -1 and 1."""
    assert telephone_sound[:4] == b"RIFF"
    assert struct.unpack_from("<HHIIHH", telephone_sound, 20) == (1, 1, RATE, 2 * RATE, 2, 16)
    assert len(telephone_sound) == 44 + struct.unpack_from("<I", telephone_sound, 40)[0]
    return [sample / 32767 for sample in array.array("h", telephone_sound[44:])]


def strength(samples, hertz, rate=RATE):
    """Give how loud a tone is among samples (its amplitude)."""
    turns = [2 * math.pi * hertz * number / rate for number in range(len(samples))]
    real = sum(sample * math.cos(turn) for sample, turn in zip(samples, turns, strict=True))
    imaginary = sum(sample * math.sin(turn) for sample, turn in zip(samples, turns, strict=True))
    return 2 * math.hypot(real, imaginary) / len(samples)
