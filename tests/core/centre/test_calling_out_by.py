"""By which carrier agents call out: that of the number they show, or the only one there is."""

from dataclasses import replace

import pytest

from chalicelib.core.centre.dial_plan import calling_out_by
from chalicelib.core.ground.errors import NotConfigured
from tests.fakes.centre import NUMBER, Centre


def showing(carrier):
    """A centre whose own number names this carrier, or none."""
    centre = Centre().world.catalogue.centre()
    return replace(centre, numbers={NUMBER: replace(centre.numbers[NUMBER], carrier=carrier)})


@pytest.mark.parametrize(("named", "there"), [(None, ["plain"]), ("plain", ["plain", "twilio"])])
def test_agents_call_out_by_the_carrier_of_the_number_they_show(named, there):
    assert calling_out_by(showing(named), there) == "plain"


@pytest.mark.parametrize(
    ("named", "there", "told"),
    [
        (None, ["plain", "twilio"], "names no carrier, and there are several"),
        (None, [], "does not have the carrier"),
        ("twilio", ["plain"], "does not have the carrier"),
    ],
)
def test_agents_cannot_call_out_by_a_carrier_that_is_not_there(named, there, told):
    with pytest.raises(NotConfigured, match=told):
        calling_out_by(showing(named), there)


def test_agents_cannot_show_a_number_that_is_none_of_the_centres():
    with pytest.raises(NotConfigured, match="none of the centre's numbers"):
        calling_out_by(replace(showing(None), numbers={}), ["plain"])
