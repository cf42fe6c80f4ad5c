"""A business page stays as it is while its tab is open: loaded once, its notes kept, and it hears of every call."""

import re
from pathlib import Path

import pytest
from desk_stage import ROOT, Caller, Stage, asked, becomes_ready, eventually, signs_in, signs_out, writes_up
from desk_words import WORDS
from playwright.sync_api import FrameLocator, Page, Route, WebSocketRoute, expect

from chalicelib.usecases.prove import SESSION

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

COUNTING_PAGE = Path(__file__).with_name("counting-page.html")
GUIDE_PAGE = ROOT / "web" / "sdk" / "test" / "pages" / "guide-demo.html"
CUSTOMERS = [f"1380013800{number}" for number in range(10)]
TOKEN = "JSON.parse(sessionStorage.getItem(`icall:${location.origin}:session`)).token"
WORK_ORDER = "/business/work-orders/new"
LEGIBLE = 60
"""Pixels: what only a screen reader is to find is one wide."""

ALL_LOADS, ALL_HEARD = "() => Object.values(window.loads)", "() => Object.values(window.heard)"


def shows_instead(page: Page, html: Path) -> None:
    """Let the business system answer with this page, whatever its desk opens."""
    page.route(f"**{WORK_ORDER}*", lambda route: route.fulfill(content_type="text/html", body=html.read_text("utf-8")))


def rings(stage: Stage, page: Page, number: str) -> Caller:
    caller = stage.asks_for_a_person(number)
    shown = page.locator(".card-ringing .card-number")
    expect(shown).to_have_text(number)
    assert shown.bounding_box()["width"] > LEGIBLE
    return caller


def talks_with(page: Page, caller: Caller) -> None:
    page.keyboard.press("F2")
    expect(page.locator(".card-talking, .card-held")).to_be_visible()
    assert eventually(lambda: caller.talks)


def hangs_up(page: Page, language: str = "zh-CN") -> None:
    page.keyboard.press("F8")
    writes_up(page, language)


def page_of(page: Page, number: str) -> FrameLocator:
    return page.frame_locator(f'iframe.business-frame[title*="{number}"]')


def notes(page: Page, number: str) -> None:
    page_of(page, number).locator("[name=note]").fill(f"{number} wants to be called back")


def test_through_a_day_of_ten_calls_each_page_is_loaded_once_and_keeps_its_note_and_hears_every_ring(stage):
    sockets: list[WebSocketRoute] = []

    def prepare(page: Page) -> None:
        page.route_web_socket(re.compile("/socket$"), lambda one: (sockets.append(one), one.connect_to_server()))
        shows_instead(page, COUNTING_PAGE)

    page = stage.desk_of("zh-CN", prepare)
    becomes_ready(page)

    day = [
        served,
        rejected,
        given_up,
        with_another_language_and_theme,
        with_a_look_at_todays_calls,
        with_a_wide_window,
        served,
        lambda page, caller: with_a_broken_connection(page, caller, sockets[-1]),
        lambda page, caller: with_a_session_that_ends(stage, page, caller, sockets[-1]),
        served,
    ]
    for number, passes in zip(CUSTOMERS, day, strict=True):
        caller = rings(stage, page, number)
        notes(page, number)
        passes(page, caller)

    assert page.evaluate(ALL_LOADS) == [1] * 10
    for number in CUSTOMERS:
        expect(page_of(page, number).locator("[name=note]")).to_have_value(f"{number} wants to be called back")
    for place, heard in enumerate(page.evaluate(ALL_HEARD)):
        rung = [event for event in heard if event.startswith("Ring")]
        assert rung == [f"Ring {number} 1" for number in CUSTOMERS[place + 1 :]]
    signs_out(page)
    assert page.locator("iframe.business-frame").count() == 0


def served(page: Page, caller: Caller) -> None:
    talks_with(page, caller)
    hangs_up(page)


def rejected(page: Page, caller: Caller) -> None:
    page.keyboard.press("F8")
    expect(page.locator(".latest")).to_contain_text("您现在已暂停")
    caller.hangs_up()
    becomes_ready(page)
    expect(page.locator(".latest")).to_have_text("")


def given_up(page: Page, caller: Caller) -> None:
    caller.hangs_up()
    expect(page.locator(".card-ringing")).to_have_count(0)
    expect(page.locator(".state-name")).to_have_text(WORDS["zh-CN"]["ready"])


def with_another_language_and_theme(page: Page, caller: Caller) -> None:
    talks_with(page, caller)
    for place in ("first", "last", "first", "last"):
        page.locator(f".appearance button:{place}-child").click()
    hangs_up(page)


def with_a_look_at_todays_calls(page: Page, caller: Caller) -> None:
    talks_with(page, caller)
    page.get_by_text(WORDS["zh-CN"]["today"], exact=True).first.click()
    page.get_by_text(f"Counting page · {CUSTOMERS[0]}", exact=True).click()
    expect(page_of(page, CUSTOMERS[0]).locator("[name=note]")).to_be_visible()
    hangs_up(page)


def with_a_wide_window(page: Page, caller: Caller) -> None:
    talks_with(page, caller)
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(page.locator(".activity-panel")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    hangs_up(page)


def with_a_broken_connection(page: Page, caller: Caller, socket: WebSocketRoute) -> None:
    talks_with(page, caller)
    socket.close(code=3000)
    expect(page.locator(".connection")).not_to_have_text(WORDS["zh-CN"]["connected"])
    expect(page.locator(".connection")).to_have_text(WORDS["zh-CN"]["connected"])
    hangs_up(page)


def with_a_session_that_ends(stage: Stage, page: Page, caller: Caller, socket: WebSocketRoute) -> None:
    served(page, caller)
    world = stage.laptop.parts.world
    world.credentials.drop(SESSION, world.tokens.fingerprint(page.evaluate(TOKEN)))
    socket.close(code=3000)
    expect(page.get_by_label(WORDS["zh-CN"]["agentId"])).to_be_visible()
    expect(page.locator(".desk")).to_be_hidden()
    signs_in(page, "zh-CN")
    page.evaluate("iCallAgentX.resume()")
    expect(page.locator(".state-name")).to_have_text(WORDS["zh-CN"]["ready"])


def test_the_guides_demonstration_hears_the_second_ring_too(stage):
    page = stage.desk()
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.accept()))
    shows_instead(page, GUIDE_PAGE)
    signs_in(page, "zh-CN")
    becomes_ready(page)
    served(page, rings(stage, page, CUSTOMERS[0]))
    told.clear()
    served(page, rings(stage, page, CUSTOMERS[1]))
    assert f"座席来电，标记字符串：CALLERID:{CUSTOMERS[1]}|TTYPE:2" in told[0]
    signs_out(page)


def test_the_pages_of_every_event_open_once_in_a_call(stage):
    page = stage.desk("en-US")
    shows_instead(page, COUNTING_PAGE)
    page.route("**/agent/configuration", with_a_page_for_each_event)
    signs_in(page, "en-US")
    becomes_ready(page, "en-US")
    tabs = page.get_by_text(f"Counting page · {CUSTOMERS[0]}", exact=True)
    caller = rings(stage, page, CUSTOMERS[0])
    expect(tabs).to_have_count(1)
    talks_with(page, caller)
    expect(tabs).to_have_count(2)
    page.keyboard.press("F8")
    expect(tabs).to_have_count(4)
    writes_up(page, "en-US")
    opened = page.evaluate("Object.keys(window.loads)")
    assert opened == [f"?at={event}&phone={CUSTOMERS[0]}&cause={cause}" for event, cause in AT.items()]
    assert page.evaluate(ALL_LOADS) == [1] * 4
    signs_out(page, "en-US")


AT = {"Ring": "", "Talk": "", "Hangup": "agent", "WrapUp": "agent"}


def with_a_page_for_each_event(route: Route) -> None:
    centre = asked(route.request.url, Authorization=route.request.headers["authorization"])
    pops = [
        {"name": f"at-{event}", "event": event, "url": f"{WORK_ORDER}?at={event}&phone={{CALLERID}}&cause={{CAUSE}}"}
        for event in AT
    ]
    route.fulfill(json=centre | {"screenPops": pops})


def test_a_page_with_something_unsaved_is_not_closed_without_a_word(stage):
    page = stage.desk("en-US")
    signs_in(page, "en-US")
    becomes_ready(page, "en-US")
    caller = rings(stage, page, CUSTOMERS[0])
    inside = page_of(page, CUSTOMERS[0])
    expect(inside.locator("[name=phone]")).to_have_value(CUSTOMERS[0])
    inside.locator("[name=note]").fill("call back")
    close = page.get_by_role("button", name=f"Close New work order · {CUSTOMERS[0]}")
    close.click()
    dialog = page.get_by_role("dialog", name=f"Close New work order · {CUSTOMERS[0]}?")
    dialog.get_by_role("button", name="Keep it open").last.click()
    expect(inside.locator("[name=note]")).to_have_value("call back")
    page.keyboard.press("F8")
    expect(inside.locator("#call")).to_have_text("You rejected the call; the caller is still waiting.")
    caller.hangs_up()
    close.click()
    dialog.get_by_role("button", name="Close and lose it").click()
    expect(page.locator("iframe.business-frame")).to_have_count(0)
    signs_out(page, "en-US")
