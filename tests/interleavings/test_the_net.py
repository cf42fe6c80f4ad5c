"""Is the net under us a net? Each fault of the list is put into the product, and must be noticed."""

from pathlib import Path

import pytest

from chalicelib.usecases import carry_out, commit
from tests.interleavings.mutating import FAULTS, Fault, noticed, put_in
from tests.usecases.test_crashes import ROADS, sample_of, told_of

LEFT_BY_THE_DEAD = (
    "the stream has those offered whom their own handlers left beside each other",
    "a change whose handler died is carried out by others",
)
"""What only a death makes necessary: so the sample of deaths that `make test` takes must notice its lack."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_that_is_put_in_is_noticed(fault: Fault):
    assert noticed(fault)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_that_is_put_in_changes_one_line(fault: Fault):
    module = Path(__file__).parents[2].joinpath(*fault.module.split("."))
    assert module.with_suffix(".py").read_text("utf-8").count(fault.line) == 1


@pytest.mark.parametrize("what", LEFT_BY_THE_DEAD)
def test_a_fault_that_is_put_in_is_noticed_by_the_sample_of_deaths(what: str):
    (fault,) = (fault for fault in FAULTS if fault.what == what)
    (road,) = (road for road in ROADS if road.name == "a call is offered")
    with put_in(fault):
        assert list(told_of(road, sample_of(road)))


def test_a_fault_is_taken_out_again():
    before = commit.ATTEMPTS, carry_out._bring.__code__
    for fault in FAULTS:
        with put_in(fault):
            pass
    assert (commit.ATTEMPTS, carry_out._bring.__code__) == before
