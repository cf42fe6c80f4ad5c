"""Every scenario of this folder on every carrier that has a backstage."""

import sys

import pytest

from tests.carriers.backstage import Need
from tests.carriers.emulated_twilio import EmulatedTwilio
from tests.carriers.real_asterisk import RealAsterisk
from tests.carriers.stage import Stage

BACKSTAGES = {"emulated Twilio": EmulatedTwilio, "real Asterisk": RealAsterisk}
"""The next carrier is a line here."""


@pytest.fixture(scope="session", params=BACKSTAGES)
def carrier(request, tmp_path_factory):
    """What all scenarios on one carrier share; gives what is called with a MonkeyPatch and gives a Backstage."""
    with BACKSTAGES[request.param].stands(tmp_path_factory.mktemp("carrier")) as backstage:
        yield request.param, backstage


@pytest.fixture
def stage(request, carrier, monkeypatch):
    name, backstage = carrier
    lacks = BACKSTAGES[name].lacks
    for need in _needs(request.node):
        if need in lacks:
            pytest.skip(f"{name}: {lacks[need]}")
    stands = backstage(monkeypatch)
    yield Stage(stands)
    sys.stdout.write("\n".join(stands.diary()))  # shown where a scenario failed
    stands.close()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """When a scenario is over everybody hangs up and nothing may be left: part of the scenario, not of its clean-up."""
    outcome = yield
    stage = pyfuncitem.funcargs.get("stage")
    if stage:
        stage.comes_to_rest()
    return outcome


def _needs(node) -> list[Need]:
    return [need for mark in node.iter_markers("needs") for need in mark.args]
