import io
import struct
import wave

import pytest

from local.media import compose


def frames(content: bytes) -> tuple[int, ...]:
    with wave.open(io.BytesIO(content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        return struct.unpack(f"<{sound.getnframes()}h", sound.readframes(sound.getnframes()))


@pytest.mark.parametrize(
    ("shipped", "composed"),
    [
        (compose.FOLDER / "hold-music.wav", compose.hold_music),
        (compose.FOLDER / "silence.wav", compose.silence),
        (compose.BESIDE_ASTERISK / "moment.wav", compose.moment),
    ],
)
def test_the_sounds_that_ship_are_the_ones_that_are_composed(shipped, composed):
    shipped, made = frames(shipped.read_bytes()), frames(composed())

    assert len(shipped) == len(made)
    # A machine's sine may differ in its last bit.
    assert max(abs(one - other) for one, other in zip(shipped, made, strict=True)) <= 1


def test_hold_music_is_gentle_and_goes_round_without_a_click():
    music = frames(compose.hold_music())

    assert len(music) == 20 * 8000
    assert 5000 < max(map(abs, music)) < 16000
    assert abs(music[0] - music[-1]) < 1500


@pytest.mark.parametrize("name", ["hold-music", "silence"])
def test_beside_asterisk_lie_the_sounds_of_the_stack_for_when_it_is_away(name):
    assert (compose.BESIDE_ASTERISK / f"{name}.wav").read_bytes() == (compose.FOLDER / f"{name}.wav").read_bytes()


def test_silence_is_silent():
    assert set(frames(compose.silence())) == {0}
