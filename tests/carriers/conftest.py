"""Every scenario of this folder on every carrier that has a backstage."""

import pytest

from tests.carriers.backstage import Need
from tests.carriers.emulated_twilio import EmulatedTwilio
from tests.carriers.stage import Stage

BACKSTAGES = {"emulated Twilio": EmulatedTwilio}
"""What is called with a MonkeyPatch and gives a Backstage. The next carrier is a line here."""


@pytest.fixture(params=BACKSTAGES)
def stage(request, monkeypatch):
    backstage = BACKSTAGES[request.param]
    for need in _needs(request.node):
        if need in backstage.lacks:
            pytest.skip(f"{request.param}: {backstage.lacks[need]}")
    return Stage(backstage(monkeypatch))


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
