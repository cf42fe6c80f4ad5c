import asyncio
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icall_bridge.sound import telephone
from icall_bridge.sound.converting import Converter
from icall_bridge.sound.telephone import NotSound
from tests.bridge.sounds import heard, linear_16, strength, telephone_wav, tone, wav

SAMPLE = 0.5
GUID = bytes.fromhex("000000001000800000aa00389b71")


def both_ears(samples):
    return [sample for sample in samples for _ in range(2)]


def linear_8(samples):
    return bytes(round(127 * sample) + 128 for sample in samples)


def linear(samples, width):
    most = 2 ** (8 * width - 1) - 1
    return b"".join(round(most * sample).to_bytes(width, "little", signed=True) for sample in samples)


def float_32(samples):
    return struct.pack(f"<{len(samples)}f", *samples)


def converted(content):
    return heard(telephone.converted(telephone.read(content)))


@pytest.mark.parametrize("rate", [4000, 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000])
def test_a_tone_of_any_rate_is_as_high_and_as_loud_on_the_telephone(rate):
    sound = converted(wav(linear_16(tone(1000, 0.3, rate)), rate))

    assert len(sound) == pytest.approx(2400, abs=1)
    assert strength(sound[400:2000], 1000) == pytest.approx(SAMPLE, rel=0.03)


def test_what_a_telephone_cannot_carry_does_not_come_out_as_another_tone():
    sound = converted(wav(linear_16(tone(5000, 0.3, 44100)), 44100))

    assert strength(sound[400:2000], 3000) < SAMPLE / 500


@pytest.mark.parametrize(
    ("frames", "channels", "bits", "coding"),
    [
        (linear_8(tone()), 1, 8, 1),
        (linear_16(tone()), 1, 16, 1),
        (linear(tone(), 3), 1, 24, 1),
        (linear(tone(), 4), 1, 32, 1),
        (float_32(tone()), 1, 32, 3),
        (linear_16(both_ears(tone())), 2, 16, 1),
        (linear_8(both_ears(tone())), 2, 8, 1),
    ],
)
def test_a_tone_is_the_same_however_it_is_written(frames, channels, bits, coding):
    sound = converted(wav(frames, channels=channels, bits=bits, coding=coding))

    assert sound == pytest.approx(tone(), abs=0.01)


def test_what_only_one_ear_would_hear_is_on_the_telephone_too():
    frames = linear_16([sample for left in tone() for sample in (left, 0.0)])

    assert strength(converted(wav(frames, channels=2)), 1000) == pytest.approx(SAMPLE / 2, rel=0.01)


@pytest.mark.parametrize(
    ("coding", "code", "value"),
    [(7, 0xFF, 0), (7, 0x80, 32124), (7, 0x00, -32124), (7, 0xEF, 132), (6, 0xD5, 8), (6, 0x55, -8), (6, 0xAA, 32256)],
)
def test_companded_sound_has_the_values_of_its_standard(coding, code, value):
    made = telephone.converted(telephone.read(wav(bytes([code]), bits=8, coding=coding)))

    assert struct.unpack("<h", made[44:]) == (value,)


def test_a_file_with_other_chunks_around_is_read():
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\x00"

    assert converted(wav(linear_16(tone()), extra=extra)) == pytest.approx(tone(), abs=0.01)


def test_a_file_that_was_streamed_and_claims_two_gigabytes_has_what_it_has():
    assert len(converted(wav(linear_16(tone()), size=0x7FFFF000))) == 1600


def test_a_file_in_the_extended_form_is_read():
    extended = struct.pack("<HHIIHH", 0xFFFE, 1, 8000, 16000, 2, 16) + struct.pack("<HHIH", 22, 16, 4, 1) + GUID
    frames = linear_16(tone())
    body = b"WAVEfmt " + struct.pack("<I", len(extended)) + extended + b"data" + struct.pack("<I", len(frames)) + frames

    assert len(converted(b"RIFF" + struct.pack("<I", len(body)) + body)) == 1600


def test_what_a_telephone_hears_already_is_only_cut_down_to_its_sound():
    sound = telephone_wav()

    assert telephone.converted(telephone.read(sound)) == sound
    assert telephone.converted(telephone.read(wav(sound[44:], extra=b"fact\x04\x00\x00\x00\x00\x00\x00\x00"))) == sound


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3\x03 this is an mp3",
        b"<html>not here</html>",
        telephone_wav()[:30],
        b"RIFF\x00\x00\x00\x00WAVE",
        wav(b"1234", coding=85),
        wav(b"1234", bits=12),
        wav(b"1234", channels=0),
        wav(b"1234" * 9, channels=9),
        wav(b"1234", rate=0),
        wav(b"1234", rate=200_000),
    ],
)
def test_what_is_no_sound_is_refused(content):
    with pytest.raises(NotSound):
        telephone.read(content)


@given(st.binary(max_size=200), st.integers(0, 60), st.integers(0, 255))
def test_no_file_does_more_than_be_refused(noise, place, value):
    content = bytearray(wav(noise, rate=16000, channels=2))
    content[place % len(content)] = value
    try:
        made = telephone.converted(telephone.read(bytes(content)))
    except NotSound:
        return
    heard(made)


def test_conversion_goes_on_in_a_process_of_its_own():
    content = wav(linear_16(tone(1000, 0.3, 22050)), 22050)

    made = asyncio.run(Converter().convert(content))

    assert made == telephone.converted(telephone.read(content))


def test_a_process_that_finds_no_sound_says_so():
    with pytest.raises(NotSound):
        asyncio.run(Converter().convert(b"nothing"))
