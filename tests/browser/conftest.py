"""One browser for the stories that a worker lives through in this folder, one after the other, and one laptop.

Each story finds the laptop as nobody has used it, and no page open. The browser ends with the folder, not with the
session: its event loop would disturb the worker's other tests.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk_stage import BUILT, FLAGS, Stage
from playwright.sync_api import Browser, sync_playwright

from local.laptop import Laptop
from tests.chromium import CHROMIUM
from tests.laptops import LAPTOP

HERE = Path(__file__).parent


class SharedBrowser:
    """The browser of this folder's tests."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._chromium: Browser | None = None

    def begin(self) -> Browser:
        """Give the browser, without a page and with nothing in mind."""
        if self._chromium is None:
            playwright = self._open.enter_context(sync_playwright())
            self._chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            self._open.callback(self._chromium.close)
        for context in self._chromium.contexts:
            context.close()
        return self._chromium

    def end_before(self, following: pytest.Item | None) -> None:
        if following is None or following.path.parent != HERE:
            self._chromium = None
            self._open.close()


BROWSER = SharedBrowser()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    BROWSER.end_before(nextitem)
    LAPTOP.end_before(nextitem)


@pytest.fixture
def chromium() -> Browser:
    if not CHROMIUM:
        pytest.skip("no browser: apt-get install chromium, or name one in ICALL_BROWSER")
    if not BUILT.exists():
        pytest.skip("the agent page is not built: npm ci && npm run build in web/console")
    return BROWSER.begin()


@pytest.fixture
def laptop(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return LAPTOP.begin(tmp_path_factory.mktemp("laptop"))


@pytest.fixture
def stage(laptop: Laptop, chromium: Browser) -> Iterator[Stage]:
    stage = Stage(laptop, chromium)
    yield stage
    stage.leaves()
    assert [error for error in stage.errors if error not in stage.errors_allowed] == []
