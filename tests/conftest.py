"""How the tests are shared out among workers, what a worker reads but once, and what it can have but one of."""

from functools import cache

import botocore.session
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from local.asterisk.packages import UnavailableError, install
from tests.fakes.thrifty_moto import copy_once

IN_ONE_PIECE = (
    "tests/browser/",
    "tests/laptop/",
    "tests/asterisk/",
    "tests/local/carrier/control/test_the_phone_page.py",
    "tests/local/carrier/control/test_the_agent_pages_telephone.py",
    "tests/local/aws/",
    "tests/adapters/dynamodb/",
    "tests/budgets/",
    "tests/infra/test_template.py",
)
"""Their files start a laptop, a browser or a server, or package the product, for all their tests; the first three
folders share theirs."""

LONG = ("tests/usecases/test_crashes.py", "tests/usecases/test_random_days.py")
"""Their tests take seconds each."""

# Each of botocore's sessions would read AWS's descriptions of its services anew, and many tests begin one.
botocore.session.create_loader = cache(botocore.session.create_loader)

copy_once()

# A busy machine is no defect: Hypothesis would else allow an example 200 ms.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--carrier", choices=("twilio", "asterisk"), default="twilio", help="who plays tests/carriers")
    parser.addoption("--every-case", action="store_true", help="as `make prove CARRIER=asterisk`: it plays no sample")
    parser.addoption("--every-death", action="store_true", help="as `make prove`: test_crashes.py takes no sample")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass these first, those that share something one after another; the many small tests fill the rest."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    order = (*IN_ONE_PIECE, *LONG)
    return next((turn for turn, place in enumerate(order) if nodeid.startswith(place)), len(order))


class WholeFiles(LoadScopeScheduling):
    """Gives such a file to one worker: else its servers would be started by each."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(IN_ONE_PIECE) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFiles:
    config.option.loadscopereorder = False  # the order is the one above
    return WholeFiles(config, log)


@pytest.fixture(scope="session")
def unpacked():
    """A real Asterisk, not started."""
    try:
        return install()
    except UnavailableError as missing:
        pytest.skip(f"no Asterisk can be had here: {missing}")


@pytest.fixture(scope="session")
def switchboard():
    """SIP telephones: their library can be begun once in a process, whichever folder wants it first."""
    phones = pytest.importorskip("tests.asterisk.phones", reason="no SIP telephones: pjsua2 is not installed")
    board = phones.Switchboard()
    yield board
    board.close()
