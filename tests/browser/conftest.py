"""One browser and one laptop for the stories of a file.

Not for the whole session: the browser's event loop and the laptop's threads would disturb the worker's other tests.
"""

from collections.abc import Iterator

import pytest
from desk_stage import BUILT, CHROMIUM, FLAGS, Stage, running
from playwright.sync_api import Browser, sync_playwright

from local.laptop import Laptop


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser: apt-get install chromium, or name one in ICALL_BROWSER")
    if not BUILT.exists():
        pytest.skip("the agent page is not built: npm ci && npm run build in web/console")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def laptop(tmp_path_factory) -> Iterator[Laptop]:
    with running(tmp_path_factory.mktemp("laptop")) as started:
        yield started


@pytest.fixture
def stage(laptop, chromium) -> Iterator[Stage]:
    stage = Stage(laptop, chromium)
    yield stage
    for page in stage.pages:
        page.context.close()
    assert [error for error in stage.errors if error not in stage.errors_allowed] == []
