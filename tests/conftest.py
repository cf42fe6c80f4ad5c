"""How the tests are shared out among workers, and what a worker reads but once."""

from functools import cache

import botocore.session
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

IN_ONE_PIECE = (
    "tests/browser/",
    "tests/laptop/",
    "tests/local/aws/",
    "tests/adapters/dynamodb/",
    "tests/budgets/",
    "tests/infra/test_template.py",
)
"""Their files start a laptop, a browser or a server, or package the product, for all their tests."""

LONG = ("tests/local/carrier/test_the_", "tests/usecases/test_crashes.py", "tests/usecases/test_random_days.py")
"""Their tests take seconds each."""

# Each of botocore's sessions would read AWS's descriptions of its services anew, and many tests begin one.
botocore.session.create_loader = cache(botocore.session.create_loader)

# A busy machine is no defect: Hypothesis would else allow an example 200 ms.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class WholeFilesFirst(LoadScopeScheduling):
    """Gives such a file to one worker, before anything else: else its servers would be started by each.

    Those that share a laptop follow each other, so that it is seldom ended; the last tests of all are short ones, so
    that no worker waits for another.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(IN_ONE_PIECE) else nodeid

    def schedule(self) -> None:
        super().schedule()
        for scope in sorted(self.workqueue, key=_place):
            self.workqueue.move_to_end(scope)


def _place(scope: str) -> int:
    order = (*IN_ONE_PIECE, *LONG)
    return next((place for place, first in enumerate(order) if scope.startswith(first)), len(order))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFilesFirst:
    return WholeFilesFirst(config, log)
