import time

import numpy as np
import pytest

from local.carrier.audio.microphones import CUSHION, MOST, Microphone
from local.carrier.audio.mixing import FRAME, FRAME_SECONDS, LOUDEST, SILENCE, excerpt, mix
from local.carrier.audio.sounds import decoded
from local.carrier.audio.tapes import Tapes
from local.carrier.sound import RATE, wav


def frame(value):
    return np.full(FRAME, value, np.int16)


def test_voices_are_added():
    assert (mix([frame(100), frame(20), frame(-7)]) == 113).all()


def test_one_voice_passes_unchanged_and_nobody_is_silence():
    assert mix([frame(100)]).tolist() == frame(100).tolist()
    assert mix([]) is SILENCE


@pytest.mark.parametrize(("voice", "heard"), [(20000, LOUDEST), (-20000, -LOUDEST)])
def test_what_is_too_loud_is_clipped_and_does_not_turn_over(voice, heard):
    assert (mix([frame(voice), frame(voice)]) == heard).all()


def test_ten_parties_in_one_conference_cost_less_than_a_twentieth_of_a_core():
    voices = [frame(value) for value in range(10)]
    before = time.process_time()
    for _ in range(100):
        for listener in range(10):
            mix(voices[:listener] + voices[listener + 1 :])
    assert time.process_time() - before < 100 * FRAME_SECONDS / 20


def test_a_sound_that_is_repeated_has_no_seam():
    sound = np.arange(FRAME + 10, dtype=np.int16)
    assert excerpt(sound, FRAME).tolist() == [*range(FRAME, FRAME + 10), *range(FRAME - 10)]


def test_a_sound_of_no_length_is_silence():
    assert excerpt(np.zeros(0, np.int16), 5) is SILENCE


def test_a_microphone_gathers_a_cushion_first():
    microphone = Microphone()
    microphone.put(frame(1))
    assert microphone.take() is SILENCE
    microphone.put(frame(2))
    assert [microphone.take()[0], microphone.take()[0]] == [1, 2]
    assert microphone.take() is SILENCE


def test_a_microphone_that_ran_dry_gathers_again():
    microphone = Microphone()
    for value in (1, 2):
        microphone.put(frame(value))
        microphone.put(frame(value))
        assert [microphone.take()[0] for _ in range(3)] == [value, value, 0]


def test_a_gust_of_packets_does_not_become_delay():
    microphone = Microphone()
    for value in range(MOST + 1):
        microphone.put(frame(value))
    assert [microphone.take()[0] for _ in range(CUSHION + 1)] == [MOST - 1, MOST, 0]


def test_a_tape_is_as_long_as_asked_and_silent_where_nothing_was_laid():
    tapes = Tapes()
    tapes.lay("RE1", 1.0, frame(5))
    sound = np.frombuffer(tapes.samples("RE1", 2.0), np.int16)
    assert len(sound) == 2 * RATE
    assert set(sound[RATE : RATE + FRAME]) == {5}
    assert not sound[:RATE].any()
    assert not sound[RATE + FRAME :].any()


def test_frames_that_come_a_little_late_or_early_are_laid_without_a_seam():
    tapes = Tapes()
    for number, late in enumerate((0, 0.03, -0.01, 0.05)):
        tapes.lay("RE1", number * FRAME_SECONDS + max(0, late), frame(number + 1))
    sound = np.frombuffer(tapes.samples("RE1", 4 * FRAME_SECONDS), np.int16)
    assert sound.tolist() == [value for value in (1, 2, 3, 4) for _ in range(FRAME)]


def test_after_a_real_pause_the_tape_goes_on_where_the_clock_is():
    tapes = Tapes()
    tapes.lay("RE1", 0, frame(1))
    tapes.lay("RE1", 1, frame(2))
    sound = np.frombuffer(tapes.samples("RE1", 1.01), np.int16)
    assert len(sound) == round(1.01 * RATE)
    assert set(sound[RATE:]) == {2}
    assert not sound[FRAME:RATE].any()


def test_a_recording_without_sound_or_forgotten_is_silence():
    tapes = Tapes()
    tapes.lay("RE1", 0, frame(1))
    tapes.forget("RE1")
    assert tapes.samples("RE1", 1) == bytes(2 * RATE)
    tapes.forget("RE2")


def test_a_sound_file_is_read_whatever_its_rate():
    tone = (10000 * np.sin(np.arange(RATE) / 10)).astype(np.int16)
    assert decoded(wav(tone.tobytes())).tolist() == tone.tolist()


def test_a_file_that_is_no_sound_is_silence():
    assert decoded(b"<html>not found</html>") is SILENCE
