"""A notice that was not taken comes again, later each time."""

from chalicelib.core.told.webhook_retries import retry_after


def test_the_waits_grow_to_a_quarter_of_an_hour():
    assert [retry_after(attempt) for attempt in (1, 2, 3, 4, 5, 6, 100)] == [5, 30, 120, 600, 900, 900, 900]


def test_a_count_below_one_waits_as_after_the_first():
    assert retry_after(0) == 5
