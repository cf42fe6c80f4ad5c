import subprocess
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from browsing import NO_MICROPHONE
from playwright.async_api import Error as PlaywrightError
from product_under_call import ACCOUNT, API_KEY, HOTLINE
from sounding_phones import CALLER_TONE, with_sound

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.twilio.softphone import TwilioSoftphone

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]

WEB = Path(__file__).parents[3] / "web"
ESBUILD = WEB / "sdk" / "node_modules" / ".bin" / "esbuild"
AGENT = "client:agent_100"
HOUR = 3600 * 1000
SOFTPHONE = TwilioSoftphone(ACCOUNT, lambda: API_KEY, SystemClock())


@pytest.fixture(scope="module")
def script():
    """The device as a browser loads it."""
    if not ESBUILD.exists():
        pytest.skip("esbuild is missing: npm ci in web/sdk")
    source = WEB / "sdk" / "src" / "telephones" / "emulated-carrier.ts"
    options = ["--bundle", "--format=iife", "--global-name=devices"]
    return subprocess.run([ESBUILD, source, *options], check=True, capture_output=True, text=True).stdout  # noqa: S603


def an_agent_page_server():
    """Another origin of this machine, as the real agent page has."""

    async def page(_request):
        return web.Response(text="<!doctype html><title>agent</title>", content_type="text/html")

    application = web.Application()
    application.router.add_get("/", page)
    return TestServer(application)


@pytest.fixture
def with_agent_page(chromium, script):
    """Give what plays a story of a page that has registered its telephone, and of a customer in a conference."""

    def play(story, **how):
        async def in_browser(world):
            async with (
                an_agent_page_server() as server,
                chromium.page(server.make_url("/"), locale="en-US", **how) as page,
            ):
                customer = await world.phone(await world.dials(), CALLER_TONE)
                await opens(world, page, script)
                await story(world, page, customer)

        with_sound(in_browser, chromium.play)

    return play


async def opens(world, page, script, token=""):
    """Load the page, or load it again."""
    token = token or SOFTPHONE.token("agent_100", SystemClock().now() + HOUR)
    await page.reload()
    await page.add_script_tag(content=script)
    carrier = str(world.server.make_url("")).rstrip("/")
    await page.evaluate(
        """async ([carrier, token]) => {
            window.heard = []; window.troubles = [];
            const onTrouble = (message) => troubles.push(message);
            window.device = new devices.EmulatedCarrierDevice(carrier, { onTrouble });
            device.onIncoming = (leg) => heard.push(leg.from);
            const credentials = () => Promise.resolve({ name: "agent_100", token, expiresAt: 0 });
            await device.register({ agentId: "100", sliceNo: 1, credentials });
        }""",
        [carrier, token],
    )


async def is_called(world):
    return await world.rest("POST", "Conferences/call-1/Participants.json", From=HOTLINE, To=AGENT)


def beeps(customer):
    """Whether a browser's microphone, which beeps, has come through."""
    return np.abs(customer.heard).max(initial=0) > 1000


def test_it_rings_picks_up_speaks_and_is_hung_up(with_agent_page):
    async def story(world, page, customer):
        await is_called(world)
        await page.wait_for_function("heard.length === 1")
        assert await page.evaluate("heard") == [HOTLINE]
        assert await page.evaluate("device.answer().then(() => 'answered', (error) => error.message)") == "answered"
        await world.until(lambda: beeps(customer), "the customer hears the agent's page")
        await page.evaluate("device.mute(true)")
        await world.until(customer.hears, "a muted page is not heard")
        await page.evaluate("device.mute(false)")
        customer.heard = customer.heard[:0]
        await world.until(lambda: beeps(customer), "the customer hears the agent's page again")
        await page.evaluate("device.hangUp()")
        _, told = await world.control("GET", f"devices/{AGENT}")
        assert told["talking"] == []

    with_agent_page(story)


def test_a_page_that_goes_away_hangs_up_and_is_rung_again_when_it_is_back(with_agent_page, script):
    async def story(world, page, customer):
        seat = await is_called(world)
        await page.evaluate("device.answer()")
        await world.until(lambda: beeps(customer), "the customer hears the agent's page")
        await opens(world, page, script)
        await world.until_control(f"calls/{seat['call_sid']}", lambda leg: leg["over"])
        await is_called(world)
        await page.evaluate("device.answer()")
        customer.heard = customer.heard[:0]
        await world.until(lambda: beeps(customer), "the customer hears the page that came back")
        assert await page.evaluate("troubles") == []

    with_agent_page(story)


def test_a_page_with_a_token_that_is_not_its_own_is_no_telephone(with_agent_page, script):
    async def story(world, page, _customer):
        foreign = SOFTPHONE.token("agent_101", SystemClock().now() + HOUR)
        with pytest.raises(PlaywrightError, match="refuses this page's telephone"):
            await opens(world, page, script, foreign)

    with_agent_page(story)


def test_without_a_microphone_it_answers_all_the_same_and_says_so(with_agent_page):
    async def story(world, page, _customer):
        await is_called(world)
        said = await page.evaluate("device.answer().then(() => 'answered', (error) => error.message)")
        assert "microphone" in said
        _, told = await world.control("GET", f"devices/{AGENT}")
        assert len(told["talking"]) == 1

    with_agent_page(story, script=NO_MICROPHONE)


def test_keys_of_the_agent_arrive_in_the_leg_and_disposing_lets_go(with_agent_page):
    async def story(world, page, _customer):
        seat = await is_called(world)
        await page.evaluate("device.answer()")
        await page.wait_for_function("device.sendDigits('42').then(() => true)")
        _, told = await world.control("GET", f"calls/{seat['call_sid']}/transcript")
        assert [entry["text"] for entry in told["entries"] if entry["kind"] == "presses"][:2] == ["4", "2"]
        await page.evaluate("device.dispose()")
        await world.until(lambda: AGENT not in world.studio.connected, "the connection is closed")

    with_agent_page(story)
