"""An agent in two browsers: one has the agent, the other says so and keeps quiet until the agent asks for it."""

import time

import pytest
from desk_stage import asked, becomes_ready, ends_the_call, eventually, signs_in, signs_out
from desk_words import WORDS
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(180)]

QUIET_MS = 5000
AHEAD_MS = 3_600_000
CLOCK_IS_WRONG = "Date.now = (now => () => now.call(Date) + %d)(Date.now)"
TELEPHONE = "iCallAgentX.telephone.inUse"


class Sockets:
    """How many sockets a page opens."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        page.on("websocket", self._count)

    def _count(self, socket) -> None:
        self.opened += socket.url.endswith("/socket")


def test_the_newest_has_the_agent_and_the_other_is_quiet_until_it_is_asked_for(stage):
    here, there = stage.desk(), stage.desk()
    sockets, others = Sockets(here), Sockets(there)
    signs_in(here, "zh-CN")
    signs_in(there, "zh-CN")
    says_so(here)
    here.wait_for_timeout(QUIET_MS)
    assert (sockets.opened, others.opened) == (1, 1)
    expect(there.locator(".connection")).to_have_text(WORDS["zh-CN"]["connected"])

    here.keyboard.press("Escape")
    expect(here.get_by_role("dialog")).to_have_count(0)
    expect(here.locator(".bar")).to_contain_text("该页面已接管")
    here.reload()
    says_so(here)
    here.get_by_role("dialog").get_by_role("button", name=WORDS["zh-CN"]["close"]).click()
    expect(here.locator(".bar")).to_contain_text("该页面已接管")
    here.wait_for_timeout(QUIET_MS)
    assert (sockets.opened, others.opened) == (1, 1)
    assert (here.evaluate(TELEPHONE), there.evaluate(TELEPHONE)) == (False, True)

    becomes_ready(there)
    caller = stage.calls_for_a_person()
    expect(there.locator(".card-ringing")).to_be_visible()
    assert here.evaluate("iCallAgentX.currentCall") is None
    there.keyboard.press("F2")
    expect(there.locator(".card-talking")).to_be_visible()
    assert eventually(lambda: caller.talks)

    here.locator(".bar").get_by_role("button", name=WORDS["zh-CN"]["useHere"]).click()
    expect(here.locator(".card-talking")).to_be_visible()
    says_so(there)
    here.wait_for_timeout(QUIET_MS)
    assert (sockets.opened, others.opened) == (2, 1)
    assert (here.evaluate(TELEPHONE), there.evaluate(TELEPHONE)) == (True, False)
    assert caller.talks
    ends_the_call(here)
    signs_out(here)


def test_a_hold_is_timed_the_same_after_a_reload_in_another_tab_and_by_any_clock(stage):
    page = stage.desk()
    page.add_init_script(CLOCK_IS_WRONG % AHEAD_MS)
    page.reload()
    signs_in(page, "zh-CN")
    becomes_ready(page)
    caller = stage.calls_for_a_person()
    expect(page.locator(".card-ringing")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator(".card-talking")).to_be_visible()
    page.wait_for_timeout(4000)
    page.keyboard.press("F4")
    assert eventually(lambda: caller.on_hold)
    since = held_since(page)
    page.wait_for_timeout(4000)
    shows_the_hold(page, since)
    page.reload()
    shows_the_hold(page, since)

    tab = page.context.new_page()
    tab.add_init_script(CLOCK_IS_WRONG % AHEAD_MS)
    tab.goto(page.url)
    shows_the_hold(tab, since)
    tab.close()

    elsewhere = stage.desk()
    elsewhere.add_init_script(CLOCK_IS_WRONG % -AHEAD_MS)
    elsewhere.reload()
    signs_in(elsewhere, "zh-CN")
    shows_the_hold(elsewhere, since)
    ends_the_call(elsewhere)
    signs_out(elsewhere)


def says_so(page: Page) -> None:
    expect(page.get_by_role("dialog")).to_contain_text(WORDS["zh-CN"]["elsewhere"])


def held_since(page: Page) -> float:
    """In seconds since 1970, as the server tells."""
    token = page.evaluate("JSON.parse(sessionStorage.getItem(`icall:${location.origin}:session`)).token")
    state = asked(page.url.partition("/console")[0] + "/agent/state", Authorization=f"Bearer {token}")
    return state["data"]["call"]["heldSince"] / 1000


def shows_the_hold(page: Page, since: float) -> None:
    """Card and header both show how long the customer has been on hold, as the server's clock has it."""
    expect(page.locator(".held-for")).to_be_visible()
    for clock in (".held-for", ".state-clock"):
        assert eventually(lambda clock=clock: abs(shown(page, clock) - (time.time() - since)) < 1.5), clock


def shown(page: Page, clock: str) -> int:
    minutes, seconds = page.locator(clock).inner_text().rpartition(" ")[2].split(":")
    return 60 * int(minutes) + int(seconds)
