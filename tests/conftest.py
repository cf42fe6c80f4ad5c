"""How the tests are shared out among workers."""

import pytest
from xdist.scheduler import LoadScopeScheduling

IN_ONE_PIECE = (
    "tests/browser/",
    "tests/laptop/",
    "tests/adapters/dynamodb/",
    "tests/local/aws/",
    "tests/local/carrier/test_the_phone_page.py",
    "tests/local/carrier/test_the_agent_pages_telephone.py",
)
"""Their files start a laptop, a browser or a server for all their tests; the first two folders share theirs."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass these first, those that share something one after another; the many small tests fill the rest."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    return next((turn for turn, place in enumerate(IN_ONE_PIECE) if nodeid.startswith(place)), len(IN_ONE_PIECE))


class WholeFiles(LoadScopeScheduling):
    """Gives such a file to one worker: else its servers would be started by each."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(IN_ONE_PIECE) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFiles:
    config.option.loadscopereorder = False  # the order is the one above
    return WholeFiles(config, log)
