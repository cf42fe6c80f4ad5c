"""An agent in two browsers: one has the agent, the other says so and keeps quiet until the agent asks for it."""

import time

import pytest
from desk_stage import Caller, answers, asked, becomes_ready, ends_the_call, eventually, signs_in, signs_out
from desk_words import WORDS
from playwright.sync_api import Page, Request, WebSocket, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
TELEPHONE = "iCallAgentX.telephone.inUse"


class Sockets:
    """How often a page sets out to open a socket, and how often it has one; its clock goes wrong by `ahead_ms`."""

    def __init__(self, ahead_ms: int) -> None:
        self.tickets = self.opened = 0
        self._ahead_ms = ahead_ms

    def lead_to(self, page: Page) -> None:
        page.clock.install(time=time.time() + self._ahead_ms / 1000)
        page.on("request", self._count_ticket)
        page.on("websocket", self._count)

    def _count_ticket(self, request: Request) -> None:
        self.tickets += request.url.endswith("/agent/socket-tickets")

    def _count(self, socket: WebSocket) -> None:
        self.opened += socket.url.endswith("/socket")


def test_the_newest_has_the_agent_the_other_is_quiet_until_it_is_asked_for_and_both_time_a_hold_alike(stage):
    sockets, others = Sockets(HOUR_MS), Sockets(-HOUR_MS)
    here, there = stage.desk("zh-CN", sockets.lead_to), stage.desk("zh-CN", others.lead_to)
    signs_in(here, "zh-CN")
    signs_in(there, "zh-CN")
    says_so(here)
    a_minute_passes(here)
    assert (sockets.opened, others.opened) == (1, 1)
    assert sockets.tickets == 1
    expect(there.locator(".connection")).to_have_text(WORDS["zh-CN"]["connected"])

    here.keyboard.press("Escape")
    expect(here.get_by_role("dialog")).to_have_count(0)
    expect(here.locator(".bar")).to_contain_text("该页面已接管")
    here.reload()
    says_so(here)
    here.get_by_role("dialog").get_by_role("button", name=WORDS["zh-CN"]["close"]).click()
    expect(here.locator(".bar")).to_contain_text("该页面已接管")
    a_minute_passes(here)
    assert (sockets.opened, others.opened) == (1, 1)
    assert (here.evaluate(TELEPHONE), there.evaluate(TELEPHONE)) == (False, True)

    becomes_ready(there)
    caller = stage.asks_for_a_person()
    expect(there.locator(".card-ringing")).to_be_visible()
    assert here.evaluate("iCallAgentX.currentCall") is None
    answers(there, caller)
    since = holds(there, caller)

    tried = others.tickets
    here.locator(".bar").get_by_role("button", name=WORDS["zh-CN"]["useHere"]).click()
    expect(here.locator(".card-held")).to_be_visible()
    says_so(there)
    a_minute_passes(there)
    assert (sockets.opened, others.opened) == (2, 1)
    assert others.tickets == tried
    assert (here.evaluate(TELEPHONE), there.evaluate(TELEPHONE)) == (True, False)
    assert caller.on_hold
    here.reload()
    shows_the_hold(here, since)
    tab = here.context.new_page()
    tab.goto(here.url)
    shows_the_hold(tab, since)
    tab.close()
    ends_the_call(here)
    signs_out(here)


def a_minute_passes(page: Page) -> None:
    """For this page; had it asked the contact centre for anything at its end, that is known before the answer."""
    page.clock.run_for(MINUTE_MS)
    page.evaluate("() => fetch('/console/deployment.json').then(({ status }) => status)")


def holds(page: Page, caller: Caller) -> float:
    """Hold the call when it has lasted for a while, and give since when it is held."""
    is_shown(page, ".card-talking .clock", 3)
    page.keyboard.press("F4")
    assert eventually(lambda: caller.on_hold)
    since = held_since(page)
    is_shown(page, ".held-for", 3)
    shows_the_hold(page, since)
    return since


def is_shown(page: Page, clock: str, least: int) -> None:
    """So long has it lasted that no other time could be taken for it."""
    expect(page.locator(clock)).to_be_visible()
    assert eventually(lambda: shown(page, clock) >= least)


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
