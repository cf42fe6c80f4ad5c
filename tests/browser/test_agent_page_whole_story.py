"""One call, lived through in the agent page; every state is photographed and checked by axe, in both languages."""

import pytest
from desk_album import Album
from desk_stage import AXE, SCREENSHOTS, Caller, Stage, eventually, signs_in
from desk_words import WORDS
from playwright.sync_api import Frame, FrameLocator, Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

CUSTOMER = "83366857"
CALLED = "02083366857"
PLAYS_AT_ONCE = """vocid => new Promise((known) => {
  const player = new Audio(top.iCallAgentX.GetVocFileName(vocid));
  player.onloadedmetadata = () => known(player.duration);
  player.onerror = () => known(0);
})"""
"""As the ActiveX control had it: the address is there when GetVocFileName returns. Gives the seconds that it plays."""


def business(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.business-frame")


def inside(page: Page) -> Frame:
    """The business page as a frame of its own."""
    return next(frame for frame in page.frames if "/business/" in frame.url)


def test_a_customer_is_served_from_ring_to_recording(stage):
    language = "zh-CN"
    words = WORDS[language]
    page = stage.desk(language)
    album = Album(page, language, SCREENSHOTS, AXE)

    somebody_signs_in(page, language, album)
    caller = it_rings(stage, page, language, album)
    they_talk(caller, page, words, album)
    vocid = business(page).locator("[name=vocId]").input_value()
    it_is_written_up(caller, page, words, album)
    it_is_played_later(page, words)
    assert inside(page).evaluate(PLAYS_AT_ONCE, vocid) > 0
    album.checks(inside(page))
    album.shows("recording-in-the-business-system")
    a_customer_is_called_by_one_click(stage, page, words, album)
    it_stands_among_todays_calls(page, words)
    album.shows("todays-calls")
    somebody_is_called(stage, page, words, album)
    what_is_refused_is_said(page, words, album)
    the_shortcuts_are_shown(page, words, album)
    the_microphone_is_checked(page, words, album)
    page.get_by_role("button", name=words["account"]).click()
    page.get_by_role("menuitem", name=words["signOut"]).click()
    expect(page.get_by_role("status")).to_contain_text(words["goodbye"])
    album.shows("signed-out-again")
    assert not album.violations, "\n".join(album.violations)


def somebody_signs_in(page: Page, language: str, album: Album) -> None:
    words = WORDS[language]
    expect(page.get_by_label(words["agentId"])).to_be_focused()
    album.shows("signed-out")
    signs_in(page, language, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text(words["wrong"])
    album.shows("wrong-password")
    signs_in(page, language)
    expect(page.locator(".state-name")).to_contain_text(words["paused"])
    album.shows("paused")
    page.get_by_role("button", name=words["becomeReady"]).click()
    expect(page.locator(".state-name")).to_have_text(words["ready"])
    album.shows("ready")


def it_rings(stage: Stage, page: Page, language: str, album: Album) -> Caller:
    caller = stage.calls_for_a_person(language)
    expect(page.locator(".card-ringing .card-number")).to_have_text(CUSTOMER)
    expect(page.locator(".facts")).to_contain_text("6012345678")
    expect(business(page).locator("[name=waybill]")).to_have_value("6012345678")
    album.checks(inside(page))
    album.shows("ringing")
    return caller


def they_talk(caller: Caller, page: Page, words, album: Album) -> None:
    page.keyboard.press("F2")
    expect(page.locator(".card-talking .clock")).to_be_visible()
    assert eventually(lambda: caller.talks)
    expect(page.locator(".recording")).to_have_text(words["recording"])
    expect(business(page).locator("[name=vocId]")).not_to_have_value("")
    album.shows("talking")
    page.get_by_role("button", name=words["hold"]).click()
    expect(page.locator(".card-held")).to_be_visible()
    assert eventually(lambda: caller.on_hold)
    album.shows("held")
    page.get_by_role("button", name=words["retrieve"]).click()
    assert eventually(lambda: not caller.on_hold)


def it_is_written_up(caller: Caller, page: Page, words, album: Album) -> None:
    business(page).locator("[name=note]").fill("<b>请回电</b>")
    business(page).get_by_role("button", name=words["business.save"]).click()
    expect(business(page).get_by_role("status").last).to_contain_text(words["business.saved"])
    page.get_by_role("button", name=words["hangUp"]).click()
    assert eventually(lambda: caller.over)
    expect(page.locator(".card-wrap-up")).to_be_visible()
    expect(business(page).locator("#call")).to_have_text(words["business.over"])
    page.get_by_label(words["solved"]).check()
    album.shows("wrap-up")
    page.get_by_role("button", name=words["finish"]).click()
    expect(page.locator(".state-name")).to_have_text(words["ready"])


def it_is_played_later(page: Page, words) -> None:
    business(page).get_by_role("link", name=words["business.workOrders"], exact=True).click()
    row = business(page).locator("tbody tr").first
    expect(row).to_contain_text("<b>请回电</b>")

    def plays() -> bool:
        row.get_by_role("button", name=words["business.play"]).click()
        page.wait_for_timeout(500)
        return bool(business(page).locator("audio").evaluate("player => player.duration > 0"))

    assert eventually(plays), "the recording of the work order cannot be played"


def it_stands_among_todays_calls(page: Page, words) -> None:
    page.get_by_text(words["today"], exact=True).first.click()
    # Not the first: a customer with a longer number was called meanwhile, and stands there soon.
    row = page.locator(".history-table tbody tr").filter(has_text=f"↘ {CUSTOMER}")
    expect(row).to_contain_text(words["solved"])
    row.get_by_role("button", name=words["play"]).click()
    expect(page.locator(".player audio")).to_be_visible()
    assert eventually(lambda: page.locator(".player audio").evaluate("player => player.duration > 0"))


def a_customer_is_called_by_one_click(stage: Stage, page: Page, words, album: Album) -> None:
    stage.telephone(CALLED)
    business(page).get_by_role("link", name=words["business.customers"], exact=True).click()
    one_click = business(page).get_by_role("button", name=words["business.callLi"])
    expect(one_click).to_be_visible()
    album.checks(inside(page))
    one_click.click()
    expect(page.locator(".card-dialling .progress")).to_contain_text(words["ringingThere"])
    stage.picks_up(CALLED)
    expect(page.locator(".card-talking .card-number")).to_contain_text(CALLED[1:])
    page.get_by_role("button", name=words["hangUp"]).click()
    expect(page.locator(".card-wrap-up")).to_be_visible()
    page.get_by_role("button", name=words["finish"]).click()
    expect(page.locator(".state-name")).to_have_text(words["ready"])


def somebody_is_called(stage, page: Page, words, album: Album) -> None:
    stage.telephone(CALLED)
    page.keyboard.press("F7")
    page.keyboard.type(CALLED)
    page.keyboard.press("Enter")
    expect(page.locator(".card-dialling .progress")).to_contain_text(words["ringingThere"])
    album.shows("dialling")
    stage.picks_up(CALLED)
    expect(page.locator(".card-talking")).to_be_visible()
    page.keyboard.press("F8")
    expect(page.locator(".card-wrap-up")).to_be_visible()
    page.get_by_role("button", name=words["finish"]).click()
    expect(page.locator(".state-name")).to_have_text(words["ready"])


def what_is_refused_is_said(page: Page, words, album: Album) -> None:
    page.get_by_label(words["number"]).fill("12ab")
    page.get_by_role("button", name=words["call"], exact=True).click()
    expect(page.locator(".latest")).to_contain_text(words["badNumber"])
    album.shows("refused")


def the_shortcuts_are_shown(page: Page, words, album: Album) -> None:
    page.locator("body").press("?")
    expect(page.get_by_role("dialog", name=words["shortcuts"])).to_be_visible()
    album.shows("shortcuts")
    page.get_by_role("dialog").get_by_role("button", name=words["close"]).click()


def the_microphone_is_checked(page: Page, words, album: Album) -> None:
    page.get_by_role("button", name=words["account"]).click()
    page.get_by_role("menuitem", name=words["microphone"]).click()
    page.get_by_role("button", name=words["checkMicrophone"]).click()
    expect(page.get_by_role("meter")).to_be_visible()
    expect(page.get_by_text(words["microphoneWorks"])).to_be_visible()
    album.shows("microphone")
    page.get_by_role("dialog").get_by_role("button", name=words["close"]).click()
