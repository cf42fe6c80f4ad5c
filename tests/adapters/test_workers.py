"""Several things are done side by side, and their answers come in order."""

import threading

import pytest

from chalicelib.adapters.workers import AT_ONCE, ThreadWorkers


def test_what_is_done_side_by_side_is_answered_in_order():
    together = threading.Barrier(AT_ONCE)

    def work(number):
        together.wait()
        return number * 2

    assert ThreadWorkers().each(work, range(AT_ONCE)) == [number * 2 for number in range(AT_ONCE)]


def test_nothing_to_do_is_done():
    assert ThreadWorkers().each(str, ()) == []


def test_an_error_is_raised():
    with pytest.raises(ZeroDivisionError):
        ThreadWorkers().each(lambda number: 1 / number, [1, 0, 2])
