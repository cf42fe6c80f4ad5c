"""What the scenarios measure with is measured itself."""

import numpy as np
import pytest

from local.carrier.sound import wav
from tests.carriers import tones


def test_tones_are_told_apart_however_many_there_are():
    sound = sum(tones.tone(hertz, 0.02) for hertz in (400, 700, tones.MUSIC))
    assert tones.tones_in(sound) == {400, 700, tones.MUSIC}
    assert tones.tones_in(0 * sound) == frozenset()


def test_a_file_is_told_passage_by_passage_without_its_seams():
    both = tones.tone(400, 1) + tones.tone(500, 1)
    sound = np.concatenate([both, tones.tone(600, 0.1), tones.tone(500, 2), both])
    assert tones.passages(wav(sound.tobytes())) == [({400, 500}, 1.0), ({500}, 2.0), ({400, 500}, 1.0)]


def test_who_hears_more_than_is_wanted_is_noticed(stage):
    caller, agent = stage.a_talk()
    with pytest.raises(AssertionError, match=r"caller 13800138000 hears nobody; instead: \['agent 100'\]"):
        caller.hears_nobody(within=2)
    agent.holds()
    with pytest.raises(AssertionError, match=r"hears agent 100; instead: \['music'\]"):
        caller.hears(agent, within=2)


def test_a_prompt_that_was_heard_is_not_heard_again(stage):
    caller = stage.caller().dials()
    caller.hears_prompt("欢迎致电顺达物流")
    with pytest.raises(AssertionError, match="hears 欢迎致电顺达物流"):
        caller.hears_prompt("欢迎致电顺达物流", within=5)


def test_an_event_that_was_looked_at_is_not_told_again(stage):
    _, agent = stage.a_call_that_rings()
    with pytest.raises(AssertionError, match="is told Ring"):
        agent.is_told("Ring: outside", within=5)
