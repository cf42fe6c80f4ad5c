"""A real browser for the tests of pages."""

from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Error, async_playwright

from tests.chromium import CHROMIUM, FLAGS


@asynccontextmanager
async def a_browser(flags=FLAGS):
    async with async_playwright() as playwright:
        chromium = playwright.chromium
        try:
            browser = await chromium.launch(executable_path=CHROMIUM or None, args=flags)
        except Error as error:
            pytest.skip(f"no Chromium to test pages with ({error.message.splitlines()[0]}): apt-get install chromium")
        yield browser
        await browser.close()


@asynccontextmanager
async def a_page(browser, address, **context):
    """A page of its own at the address; what it complains of fails the test."""
    room = await browser.new_context(viewport={"width": 1280, "height": 800}, **context)
    page = await room.new_page()
    page.set_default_timeout(10_000)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(str(address))
    yield page
    await room.close()
    assert complaints == []
