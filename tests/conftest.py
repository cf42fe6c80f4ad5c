"""How the tests are shared out among workers."""

import pytest
from xdist.scheduler import LoadScopeScheduling

IN_ONE_PIECE = ("tests/browser/", "tests/laptop/", "tests/adapters/dynamodb/", "tests/local/aws/")
"""Their files start a laptop, a browser or a server for all their tests."""


class WholeFilesFirst(LoadScopeScheduling):
    """Gives such a file to one worker, before anything else: else its servers would be started by each."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(IN_ONE_PIECE) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFilesFirst:
    return WholeFilesFirst(config, log)
