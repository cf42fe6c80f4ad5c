"""One browser and one laptop for the stories that a worker lives through in this folder, one after the other.

They end with the folder, not with the session: the browser's event loop and the laptop's threads would disturb the
worker's other tests.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk_stage import BUILT, FLAGS, Stage, running
from playwright.sync_api import Browser, sync_playwright

from local.laptop import Laptop
from tests.chromium import CHROMIUM

HERE = Path(__file__).parent


class House:
    """What is open while stories are played."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._chromium: Browser | None = None
        self._laptop: Laptop | None = None

    def chromium(self) -> Browser:
        if self._chromium is None:
            playwright = self._open.enter_context(sync_playwright())
            self._chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            self._open.callback(self._chromium.close)
        return self._chromium

    def laptop(self, data: Path) -> Laptop:
        if self._laptop is None:
            self._laptop = self._open.enter_context(running(data))
        return self._laptop

    def close(self) -> None:
        self._open.close()
        self._chromium = self._laptop = None


HOUSE = House()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or nextitem.path.parent != HERE:
        HOUSE.close()


@pytest.fixture
def chromium() -> Browser:
    if not CHROMIUM:
        pytest.skip("no browser: apt-get install chromium, or name one in ICALL_BROWSER")
    if not BUILT.exists():
        pytest.skip("the agent page is not built: npm ci && npm run build in web/console")
    return HOUSE.chromium()


@pytest.fixture
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return HOUSE.laptop(tmp_path_factory.mktemp("laptop"))


@pytest.fixture
def stage(laptop: Laptop, chromium: Browser) -> Iterator[Stage]:
    stage = Stage(laptop, chromium)
    yield stage
    stage.leaves()
    assert [error for error in stage.errors if error not in stage.errors_allowed] == []
