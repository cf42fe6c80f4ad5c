import io
import struct
import wave

import pytest

from local.media import compose


def frames(content: bytes) -> tuple[int, ...]:
    with wave.open(io.BytesIO(content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        return struct.unpack(f"<{sound.getnframes()}h", sound.readframes(sound.getnframes()))


@pytest.mark.parametrize(("name", "composed"), [("hold-music", compose.hold_music), ("silence", compose.silence)])
def test_the_sounds_that_ship_are_the_ones_that_are_composed(name, composed):
    shipped, made = frames((compose.FOLDER / f"{name}.wav").read_bytes()), frames(composed())

    assert len(shipped) == len(made)
    # A machine's sine may differ in its last bit.
    assert max(abs(one - other) for one, other in zip(shipped, made, strict=True)) <= 1


def test_hold_music_is_gentle_and_goes_round_without_a_click():
    music = frames(compose.hold_music())

    assert len(music) == 20 * 8000
    assert 5000 < max(map(abs, music)) < 16000
    assert abs(music[0] - music[-1]) < 1500


def test_silence_is_silent():
    assert set(frames(compose.silence())) == {0}
