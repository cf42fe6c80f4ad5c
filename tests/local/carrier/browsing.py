"""A real browser for the tests of pages."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser, Error, async_playwright
from sounding_phones import PATIENCE

from tests.chromium import CHROMIUM, FLAGS

NO_MICROPHONE = """
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("none is plugged in", "NotFoundError"));
"""


@dataclass
class Chromium:
    """A browser for all stories of a file, and the event loop that it lives on."""

    browser: Browser
    play: Callable[[Any], Any]

    @asynccontextmanager
    async def page(self, address, script="", **context):
        """A page of its own at the address, which runs the script first; what it complains of fails the test."""
        room = await self.browser.new_context(viewport={"width": 1280, "height": 800}, **context)
        page = await room.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if script:
            await page.add_init_script(script)
        await page.goto(str(address))
        yield page
        await room.close()
        assert complaints == []


@contextmanager
def a_browser() -> Iterator[Chromium]:
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        try:
            browser = runner.run(playwright.chromium.launch(executable_path=CHROMIUM or None, args=FLAGS))
        except Error as error:
            runner.run(playwright.stop())
            pytest.skip(f"no Chromium to test pages with ({error.message.splitlines()[0]}): apt-get install chromium")
        yield Chromium(browser, runner.run)
        runner.run(browser.close())
        runner.run(playwright.stop())
