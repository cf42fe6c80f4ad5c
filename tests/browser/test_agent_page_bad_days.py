"""What the agent page does with hostile strings, without a microphone, and around business pages that misbehave."""

import re

import pytest
from desk_album import Album
from desk_stage import (
    AXE,
    SCREENSHOTS,
    asked,
    becomes_ready,
    ends_the_call,
    eventually,
    signs_in,
    talks,
)
from desk_words import WORDS
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

SLOW_MS = 8000
"""How long the page waits for another before it says so."""
HOSTILE = "<img src=x onerror=\"document.title='run'\">"


def test_a_call_is_answered_held_and_ended_by_the_keyboard_alone(stage):
    page = stage.desk("en-US")
    expect(page.get_by_label(WORDS["en-US"]["agentId"])).to_be_focused()
    page.keyboard.type("100")
    page.keyboard.press("Tab")
    page.keyboard.type("icall-100")
    page.keyboard.press("Enter")
    reaches(page, WORDS["en-US"]["becomeReady"])
    page.keyboard.press("Enter")
    caller = stage.asks_for_a_person()
    expect(page.get_by_role("alert")).to_contain_text("Call from 83366857. Press F2 to answer")
    reaches(page, WORDS["en-US"]["answer"])
    page.keyboard.press("Enter")
    assert eventually(lambda: caller.talks)
    expect(page.get_by_role("button", name=WORDS["en-US"]["hold"])).to_be_focused()
    page.keyboard.press("Enter")
    assert eventually(lambda: caller.on_hold)
    page.keyboard.press("F4")
    assert eventually(lambda: not caller.on_hold)
    reaches(page, WORDS["en-US"]["hangUp"])
    page.keyboard.press("Enter")
    assert eventually(lambda: caller.over)
    reaches(page, WORDS["en-US"]["finish"])
    page.keyboard.press("Enter")
    expect(page.locator(".state-name")).to_have_text(WORDS["en-US"]["ready"])


def reaches(page: Page, name: str) -> None:
    """Go on by Tab until a button has the focus."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    for _ in range(40):
        if button.evaluate("button => button === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is out of the keyboard's reach")


def refuses_the_microphone(page: Page) -> None:
    page.add_init_script(
        """navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"))"""
    )


def test_hostile_strings_are_shown_and_never_run(stage):
    page = stage.desk_of()
    becomes_ready(page)
    stage.telephone("02083366857")
    page.evaluate("text => iCallAgentX.doAction(7, 3, `02083366857;NOTE:${text}|X:javascript:alert(1)`)", HOSTILE)
    expect(page.locator(".card-dialling")).to_be_visible()
    stage.picks_up("02083366857")
    expect(page.locator(".facts")).to_contain_text(HOSTILE)
    assert page.title() != "run"


def test_a_refused_microphone_is_said_and_the_call_goes_on(stage):
    page = stage.desk_of("zh-CN", refuses_the_microphone, permissions=[])
    talks(stage, page)
    expect(page.locator(".latest")).to_contain_text("麦克风被拒绝")
    page.get_by_role("button", name=WORDS["zh-CN"]["account"]).click()
    page.get_by_role("menuitem", name=WORDS["zh-CN"]["microphone"]).click()
    page.get_by_role("button", name=WORDS["zh-CN"]["checkMicrophone"]).click()
    expect(page.get_by_role("dialog")).to_contain_text(WORDS["zh-CN"]["microphoneRefused"])
    page.get_by_role("dialog").get_by_role("button", name=WORDS["zh-CN"]["close"]).click()
    ends_the_call(page)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("<title>Broken</title><script>throw new Error('theirs')</script>", "Broken"),
        (None, "新建工单"),
    ],
)
def test_a_business_page_that_throws_or_never_comes_does_not_hurt_the_call(stage, answer, shown):
    page = stage.desk_of("zh-CN", lambda page: page.clock.install())
    stage.errors_allowed = ["theirs"]

    def misbehave(route) -> None:
        if answer is not None:
            route.fulfill(content_type="text/html", body=answer)

    page.route("**/business/**", misbehave)
    talks(stage, page)
    if answer is None:
        page.clock.fast_forward(SLOW_MS)
        expect(page.locator(".business-words")).to_contain_text("该页面尚未响应")
    else:
        expect(page.get_by_text(shown)).to_be_visible()
    ends_the_call(page)


def test_a_page_of_another_origin_is_explained_and_linked(stage):
    page = stage.desk("zh-CN")
    page.route("**/agent/configuration", lambda route: of_another_origin(route, stage.laptop.business_url))
    signs_in(page, "zh-CN")
    talks(stage, page)
    expect(page.locator(".business-words")).to_contain_text(f"该页面来自另一个地址（{stage.laptop.business_url}）")
    link = page.get_by_role("link", name="在独立窗口打开")
    expect(link).to_have_attribute("href", re.compile(f"^{stage.laptop.business_url}/work-orders/new"))


def of_another_origin(route, business: str) -> None:
    centre = asked(route.request.url, Authorization=route.request.headers["authorization"])
    pops = [pop | {"url": re.sub("^.*?/business", business, pop["url"])} for pop in centre["screenPops"]]
    route.fulfill(json=centre | {"screenPops": pops})


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_start_page_leads_to_desk_telephone_and_business_system(stage, language):
    page = stage.desk(language)
    page.goto(stage.laptop.url)
    expect(page.locator("#phone")).to_have_attribute("href", f"{stage.laptop.carrier_url}/")
    album = Album(page, language, SCREENSHOTS, AXE, taken=-1)
    album.glances("start")
    for link in page.get_by_role("link").all():
        assert page.request.get(link.evaluate("link => link.href")).ok
    assert not album.violations, "\n".join(album.violations)
