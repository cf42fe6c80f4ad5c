"""Assignment when calls come fast, in the simulation of `make bench`: counted, never timed, the same for a seed."""

import pytest

from benchmarks.assignment.day import UNDER, Day, play

STEADY = [Day("well staffed", 15, seconds=3, warm_up=1), Day("understaffed", 15, UNDER, seconds=3, warm_up=1)]


@pytest.mark.parametrize("day", STEADY, ids=lambda day: day.name)
def test_handlers_hardly_ever_try_the_same_pair(day):
    seen = play(day)
    assert seen.offers > 15
    assert seen.conflicts <= 0.2
    assert seen.throttled == 0
    assert not seen.failed


def test_many_calls_at_once_are_all_taken_and_offered():
    seen = play(Day("a burst", 1, burst=60, seconds=2, warm_up=1))
    assert seen.offers >= 60
    assert seen.conflicts <= 0.2
    assert not seen.failed


def test_nobody_is_forgotten_though_one_in_five_handlers_dies():
    seen = play(Day("dying", 10, dying=0.2, seconds=6, warm_up=1))
    assert seen.offers >= seen.calls - 10
    assert seen.beside <= 1000
    assert seen.overtook <= 1000


def test_a_day_is_the_same_for_a_seed():
    day = Day("short", 5, seconds=1, warm_up=1)
    assert play(day) == play(day)
