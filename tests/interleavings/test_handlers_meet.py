"""Handlers meet at every moment at which they can: the short form of `make prove`.

In each state one handler runs at every moment of another, for every other pair of them; and each alone has its mishap:
its process dies, or the carrier says no, or nothing. The longer form has all pairs, every order of their calls with
mishaps, and three at once.
"""

import pytest

from tests.interleavings.exploring import Bounds, Tally
from tests.interleavings.known import FAULTS, is_known
from tests.interleavings.pairing import Story, Theatre
from tests.interleavings.proving import SHORT_STATES, Job, Round, done


@pytest.fixture(scope="module")
def theatre():
    return Theatre()


@pytest.mark.parametrize("state", SHORT_STATES)
def test_whatever_meets_comes_right(state, theatre):
    told = [
        f"{story}\n  => {'; '.join(complaints)}"
        for each in (Round.SHORT, Round.ALONE, Round.SWEPT)
        for story, complaints in done(Job(each, state), theatre).failures
        if not is_known(state, story.parts, complaints)
    ]
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=pytest.mark.xfail(strict=True), id=fault.what) for fault in FAULTS if fault.stands]
    + [pytest.param(fault, id=fault.what) for fault in FAULTS if not fault.stands],
)
def test_a_fault_that_was_found_is_no_more(fault, theatre):
    bounds = Bounds(schedules=2000, mishaps=fault.mishaps)
    found = [
        f"{story}\n  => {complaint}"
        for story, failure in theatre.explores(fault.state, fault.parts, Tally(), bounds)
        for complaint in failure.complaints
        if fault.complaint in complaint
    ]
    assert not found, found[0]


def test_a_schedule_is_played_again_by_its_name(theatre):
    story = Story("a call rings", ("the caller hangs up", "the agent answers"))
    steps, complaints = theatre.plays(story)
    assert complaints == ()
    assert steps[0] == "[the caller hangs up] the caller hangs up"
    assert Story.named(f"{story}") == story
    assert str(Story.named("they talk: the agent holds | the agent retrieves: AAB?B")).endswith(": AAB?B")


def test_a_schedule_comes_to_the_same_end_every_time(theatre):
    tallies = []
    for _ in range(2):
        tally = Tally()
        list(theatre.explores("a call rings", ("the caller hangs up", "the agent answers"), tally, Bounds()))
        tallies.append((tally.ended, tally.joined, tally.calls))
    assert tallies[0] == tallies[1]
    assert tallies[0][0] > 10
