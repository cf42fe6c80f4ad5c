"""A muted agent is not heard, whatever the page goes through: measured without a gap at the caller's ear."""

import pytest
from desk_sound import AGENT, BANDS, CALLER, LOUD_ENOUGH, hears, says
from desk_stage import becomes_ready, dials_for_a_person, ends_the_call, signs_in, signs_out
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

LISTENS = """bands => {
  globalThis.agentsLoudest = -999;
  // The analyser looks 170 ms back: nothing falls between two looks.
  setInterval(() => { agentsLoudest = Math.max(agentsLoudest, earshot(bands).agent); }, 40);
}"""


def test_a_mute_outlives_reload_another_tab_and_a_second_browser(stage):
    agent, phone = stage.desk("zh-CN", says(AGENT)), stage.phone("zh-CN", says(CALLER))
    signs_in(agent, "zh-CN")
    becomes_ready(agent)
    dials_for_a_person(phone, "zh-CN")
    expect(agent.locator(".card-ringing")).to_be_visible()
    agent.keyboard.press("F2")
    hears(agent, CALLER)
    hears(phone, AGENT)
    agent.keyboard.press("F9")
    hears(phone)
    hears(agent, CALLER)
    phone.evaluate(LISTENS, BANDS)

    agent.reload()
    is_muted(agent)
    hears(agent, CALLER)
    is_not_heard(phone)
    agent.keyboard.press("F9")
    hears(phone, AGENT)
    hears(agent, CALLER)

    agent.keyboard.press("F9")
    hears(phone)
    phone.evaluate("agentsLoudest = -999")
    tab = another_tab(agent)
    tab.get_by_role("button", name="在此使用").click()
    is_muted(tab)
    hears(tab, CALLER)
    is_not_heard(phone)

    elsewhere = stage.desk("zh-CN", says(AGENT))
    signs_in(elsewhere, "zh-CN")
    is_muted(elsewhere)
    hears(elsewhere, CALLER)
    is_not_heard(phone)
    elsewhere.keyboard.press("F9")
    hears(phone, AGENT)
    ends_the_call(elsewhere)
    signs_out(elsewhere)


def another_tab(page: Page) -> Page:
    tab = page.context.new_page()
    says(AGENT)(tab)
    tab.goto(page.url)
    return tab


def is_muted(page: Page) -> None:
    expect(page.locator(".card-talking")).to_be_visible()
    expect(page.locator(".card-talking .hint-strong")).to_have_text("话筒已关闭，客户听不到您。按 F9 打开。")


def is_not_heard(phone: Page) -> None:
    """Neither now nor since it was measured first."""
    hears(phone)
    assert phone.evaluate("agentsLoudest") < LOUD_ENOUGH
