from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from browsing import NO_MICROPHONE
from product_under_call import CUSTOMER, HOME, HOTLINE
from sounding_phones import AGENT, AGENT_TONE, with_sound

AXE = Path(__file__).parents[4] / "web" / "console" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]

WELCOME, ROUTE = "您好，请输入运单号码", "已发往广州"
SAY = '<Say voice="Polly.Zhiyu" language="cmn-CN">{}</Say>'
FLOW = {
    "/voice": f'<Gather action="/menu" numDigits="3">{SAY.format(WELCOME)}</Gather>',
    "/menu": f"{SAY.format(ROUTE)}<Redirect>/wait</Redirect>",
    "/wait": '<Play loop="0">/music.wav</Play>',
}
ROOM = "<Response><Dial><Conference beep='false'>call-1</Conference></Dial></Response>"
STATE = "article[data-state={}]"


@pytest.fixture
def with_phone_page(chromium):
    """Give what plays an async story of the phone page, in Chinese unless told otherwise."""

    def play(story, **how):
        async def in_browser(world):
            world.product.pages.update(FLOW)
            async with chromium.page(world.server.make_url("/"), **({"locale": "zh-CN"} | how)) as page:
                await page.wait_for_selector(STATE.format("idle"))
                await story(world, page)

        with_sound(in_browser, chromium.play)

    return play


async def calls(page):
    await page.click("button[type=submit]")
    await page.get_by_text(WELCOME).first.wait_for()


async def the_leg(world):
    _, told = await world.control("GET", "calls")
    (leg,) = [leg for leg in told["calls"] if leg["party"] == CUSTOMER and not leg["over"]]
    return leg["sid"]


async def is_put_through(world, page):
    """The caller comes into a conference with an agent who sounds."""
    sid = await the_leg(world)
    await world.rest("POST", f"Calls/{sid}.json", Twiml=ROOM)
    seat = await world.joins()
    await page.wait_for_selector(STATE.format("talking"))
    return sid, seat, await world.phone(AGENT, AGENT_TONE)


async def hears_something(page):
    await page.wait_for_function(
        "document.querySelector('.meter i').style.getPropertyValue('--loudness') > 0.2", polling=50
    )


def test_a_call_is_lived_through_from_dialling_to_hanging_up(with_phone_page):
    async def story(world, page):
        await calls(page)
        await page.keyboard.type("601")
        await page.get_by_text(ROUTE).wait_for()
        assert await page.locator(".pressed").all_inner_texts() == ["601"]
        await page.wait_for_selector(STATE.format("waiting"))
        await hears_something(page)
        sid, seat, agent = await is_put_through(world, page)
        assert "座席 100" in await page.locator(".status").inner_text()
        await hears_something(page)
        await world.until(lambda: np.abs(agent.heard).max(initial=0) > 1000, "the agent hears the browser's microphone")
        place = f"Conferences/{seat['conference_sid']}/Participants/{sid}.json"
        await world.rest("POST", place, Hold="true", HoldUrl=f"{HOME}/music.wav", HoldMethod="GET")
        await page.wait_for_selector(STATE.format("hold"))
        await hears_something(page)
        await world.rest("POST", place, Hold="false")
        await page.wait_for_selector(STATE.format("talking"))
        await page.click(".danger")
        await page.wait_for_selector(STATE.format("ended"))
        await world.until(lambda: AGENT in world.studio.connected and len(world.studio.connected) == 1, "the leg goes")

    with_phone_page(story)


def test_a_page_loaded_again_goes_on_with_its_call(with_phone_page):
    async def story(world, page):
        await calls(page)
        _, _, agent = await is_put_through(world, page)
        await page.reload()
        await page.wait_for_selector(STATE.format("talking"))
        await page.get_by_text(WELCOME).wait_for()
        await page.mouse.click(5, 5)
        await hears_something(page)
        agent.heard = agent.heard[:0]
        await world.until(lambda: np.abs(agent.heard).max(initial=0) > 1000, "the agent hears the customer again")

    with_phone_page(story)


def test_without_a_microphone_the_call_goes_on_and_the_page_says_why(with_phone_page):
    async def story(world, page):
        await calls(page)
        await is_put_through(world, page)
        await page.get_by_text("You hear, but are not heard".lower(), exact=False).wait_for()
        await hears_something(page)

    with_phone_page(story, script=NO_MICROPHONE, locale="en-US")


def test_several_phones_call_at_once(with_phone_page):
    async def story(world, page):
        await page.click("nav .primary")
        second = page.locator("article").nth(1)
        await second.locator(".chip").nth(1).click()
        await second.locator("button[type=submit]").click()
        await calls(page)
        await second.get_by_text(WELCOME).wait_for()
        _, told = await world.control("GET", "calls")
        assert {leg["party"] for leg in told["calls"]} == {CUSTOMER, "13800138000"}
        await second.locator(".icon").click()
        await page.wait_for_function("document.querySelectorAll('article').length === 1")
        await page.locator(STATE.format("flow")).wait_for()

    with_phone_page(story)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_state_of_the_page_shuts_anybody_out(with_phone_page, theme):
    if not AXE.exists():
        pytest.skip("axe is missing: npm ci in web/console")

    async def look(page, state):
        await page.wait_for_selector(STATE.format(state))
        found = await page.evaluate("axe.run({ resultTypes: ['violations'], selectors: false })")
        assert [(wrong["id"], wrong["nodes"][0]["html"]) for wrong in found["violations"]] == [], state

    async def story(world, page):
        await look(page, "idle")
        await calls(page)
        await page.keyboard.type("6")
        await look(page, "flow")
        await is_put_through(world, page)
        await look(page, "talking")
        await page.click(".danger")
        await look(page, "ended")
        await page.click(".row .plain")
        await page.check("input[type=checkbox]")
        await world.until_control("devices", lambda told: CUSTOMER in str(told))
        await world.rest("POST", "Calls.json", From=HOTLINE, To="+8675583366857", Twiml=ROOM)
        await look(page, "incoming")

    with_phone_page(story, color_scheme=theme, script=AXE.read_text("utf-8"))


def test_what_cannot_be_dialled_is_said_in_words(with_phone_page):
    async def story(_world, page):
        await page.fill("input", "hello")
        await page.click("button[type=submit]")
        await page.get_by_text("请输入主叫号码").wait_for()

    with_phone_page(story)


def test_the_page_changes_language_in_the_middle_of_a_call(with_phone_page):
    async def story(_world, page):
        await calls(page)
        await page.get_by_role("button", name="English").click()
        await page.get_by_role("button", name="Hang up").wait_for()
        assert await page.get_by_text(WELCOME).count() == 1
        assert await page.evaluate("document.documentElement.lang") == "en"

    with_phone_page(story)


def test_what_a_prompt_says_is_shown_as_text_and_never_run(with_phone_page):
    async def story(world, page):
        world.product.pages["/voice"] = '<Say>&lt;img src=x onerror="document.title=1"&gt;</Say><Pause length="60"/>'
        await page.click("button[type=submit]")
        await page.get_by_text("<img src=x").wait_for()
        assert await page.title() != "1"

    with_phone_page(story)


def test_pages_of_another_origin_may_not_use_the_carrier():
    async def story(world):
        for origin, status in (("https://evil.example", 403), ("http://localhost:8000", 200)):
            async with world.session.get(world.server.make_url("/control/calls"), headers={"Origin": origin}) as answer:
                assert answer.status == status
                assert answer.headers.get("Access-Control-Allow-Origin", "") == ("" if status == 403 else origin)
        async with world.session.options(
            world.server.make_url(f"/control/media/{quote(AGENT)}/offer"), headers={"Origin": "http://127.0.0.1:8000"}
        ) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Headers"]) == (204, "Content-Type")

    with_sound(story)


def test_a_phone_that_attends_to_its_number_is_rung_and_answers(with_phone_page):
    async def story(world, page):
        await page.check("input[type=checkbox]")
        await world.until_control(
            "devices", lambda told: [device["address"] for device in told["devices"]] == ["+8675583366857"]
        )
        await world.rest("POST", "Calls.json", From=HOTLINE, To="+8675583366857", Twiml=ROOM)
        await page.get_by_text(f"{HOTLINE} 来电").wait_for()
        await page.get_by_role("button", name="接听").click()
        await world.joins()
        await page.wait_for_selector(STATE.format("talking"))
        agent = await world.phone(AGENT, AGENT_TONE)
        await world.until(lambda: np.abs(agent.heard).max(initial=0) > 1000, "the agent hears the customer")
        await page.click(".danger")
        await page.get_by_role("button", name="换个号码").click()
        assert await page.is_checked("input[type=checkbox]")

    with_phone_page(story)


def test_a_phone_may_decline(with_phone_page):
    async def story(world, page):
        await page.check("input[type=checkbox]")
        await world.until_control("devices", lambda told: len(told["devices"]) == 1)
        call = await world.rest("POST", "Calls.json", From=HOTLINE, To="+8675583366857", Twiml=ROOM)
        await page.get_by_role("button", name="拒接").click()
        await page.wait_for_selector(STATE.format("idle"))
        _, leg = await world.control("GET", f"calls/{call['sid']}")
        assert leg["state"] == "busy"

    with_phone_page(story)
