"""Every scenario of this folder on the carrier that `--carrier` names."""

import sys
from pathlib import Path

import pytest

from tests.carriers.backstage import Need
from tests.carriers.emulated_twilio import EmulatedTwilio
from tests.carriers.real_asterisk import RealAsterisk
from tests.carriers.stage import Stage

BACKSTAGES = {"twilio": EmulatedTwilio, "asterisk": RealAsterisk}
"""By what `--carrier` calls them. The next carrier is a line here, and a choice in tests/conftest.py."""

HERE = Path(__file__).parent
WHOLE, RACES = "test_who_hears_whom", "_race"


def pytest_generate_tests(metafunc):
    if "carrier" in metafunc.fixturenames:
        name = metafunc.config.getoption("carrier")
        metafunc.parametrize("carrier", [name], ids=[BACKSTAGES[name].called], indirect=True, scope="session")


def pytest_collection_modifyitems(config, items):
    """Real sound takes real time: unless every case is wanted, a real carrier plays a sample."""
    if config.getoption("carrier") == "twilio":
        return
    ours = [item for item in items if item.path.parent == HERE and "stage" in item.fixturenames]
    for item in ours:
        item.add_marker(pytest.mark.enable_socket)
    if not config.getoption("every_case"):
        left = set(ours) - set(sample_of(ours))
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


def sample_of(items):
    """Give who hears whom, every row of it, and of all else one case each; what may go wrong between is not played."""
    cases = {}
    for item in items:
        if item.path.stem == WHOLE:
            cases[item.nodeid] = item
        elif not item.path.stem.endswith(RACES):
            cases.setdefault((item.path, item.originalname), item)
    return list(cases.values())


@pytest.fixture(scope="session")
def carrier(request, tmp_path_factory):
    """What all scenarios on one carrier share: what is called with a MonkeyPatch and gives a Backstage."""
    with BACKSTAGES[request.param].stands(tmp_path_factory.mktemp("carrier")) as backstage:
        yield backstage


@pytest.fixture
def stage(request, carrier, monkeypatch):
    lacks = BACKSTAGES[request.config.getoption("carrier")].lacks
    for need in _needs(request.node):
        if need in lacks:
            pytest.skip(lacks[need])
    stands = carrier(monkeypatch)
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
