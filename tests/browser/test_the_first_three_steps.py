"""A newcomer follows the start page, and does nothing but what its three steps say: in the end a recording plays."""

import re

import pytest
from desk_stage import SCREENSHOTS, Stage, eventually, signs_out
from desk_words import WORDS
from playwright.sync_api import Locator, Page, expect

from local.secrets_file import demo_password

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

WHO = {
    "zh-CN": r"(工号) (\d+)、(密码) ([\w-]+)",
    "en-US": r"(AgentID) (\d+) and (password) ([\w-]+)",
}
"""How the first step says what to type where."""


class Step:
    """One of the steps, as it stands there: what it says to click and to type, and the button below."""

    def __init__(self, start: Page, number: int) -> None:
        self._start = start
        self._place = start.locator("li").nth(number - 1)

    @property
    def words(self) -> str:
        return self._place.locator("p").inner_text()

    @property
    def named(self) -> list[str]:
        return re.findall("“([^”]+)”", self.words)

    def opens(self) -> Page:
        with self._start.expect_popup() as opened:
            self._place.get_by_role("link").click()
        return opened.value


def test_the_three_steps_lead_a_newcomer_to_a_played_recording(stage):
    language = "en-US"
    start = stage.desk(language)
    start.goto(stage.laptop.url)
    photographs(start, language, "start")
    steps = [Step(start, number) for number in (1, 2, 3)]

    desk = steps[0].opens()
    stage.pages.append(desk)
    becomes_ready(desk, steps[0], language)
    phone = steps[1].opens()
    calls(phone, steps[1], language)
    comes_back(desk, start)
    answer, hang_up, save, finish, orders, play = steps[2].named
    work_order = desk.frame_locator("iframe.business-frame")
    clicks(desk, answer)
    expect(work_order.locator("[name=vocId]")).not_to_have_value("")
    # Nobody is heard in a talk that is over before both have joined it, and nothing is recorded.
    expect(desk.locator(".card-talking .clock")).to_have_text(re.compile("0:0[2-9]|0:[1-5]."))
    photographs(desk, language, "talking")
    clicks(desk, hang_up)
    work_order.get_by_role("button", name=save).click()
    expect(work_order.locator("#told")).not_to_be_empty()
    photographs(desk, language, "written-up")
    clicks(desk, finish)
    work_order.get_by_role("link", name=orders, exact=True).click()
    assert eventually(lambda: plays(work_order.locator("tbody tr").first, play, desk)), "no recording plays"
    photographs(desk, language, "played")
    signs_out(desk, language)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_steps_name_what_stands_on_the_pages_in_their_language(stage, language):
    start = stage.desk(language)
    start.goto(stage.laptop.url)
    steps = [Step(start, number) for number in (1, 2, 3)]
    ready, dial, answer, hang_up, save, finish, orders, play = [name for step in steps for name in step.named]
    words = WORDS[language]
    assert (ready, dial) == (words["becomeReady"], words["phone.call"])
    assert (answer, hang_up, finish) == (words["answer"], words["hangUp"], words["finish"])
    assert (save, orders) == (words["business.save"], words["business.workOrders"])
    assert words["business.play"].startswith(play)
    said = re.search(WHO[language], steps[0].words)
    assert said
    agent_id, number, password, secret = said.groups()
    assert (agent_id, password.capitalize()) == (words["agentId"], words["password"])
    assert (number, secret) == ("100", demo_password("100"))


def becomes_ready(desk: Page, step: Step, language: str) -> None:
    said = re.search(WHO[language], step.words)
    assert said
    for label, text in (said.group(1, 2), said.group(3, 4)):
        desk.get_by_label(label).fill(text)
    desk.keyboard.press("Enter")
    (ready,) = step.named
    clicks(desk, ready)


def calls(phone: Page, step: Step, language: str) -> None:
    """Dial, and press each key when the menu before it has been heard."""
    (dial,) = step.named
    clicks(phone, dial)
    menus = [WORDS[language][name] for name in ("menu", "enter", "confirm", "after")]
    keys = re.findall(r"\d+#?", step.words)
    for key, menu in zip(keys, [WORDS["zh-CN"]["menu"], *menus][-len(keys) :], strict=True):
        expect(phone.get_by_role("log")).to_contain_text(menu)
        phone.keyboard.type(key)


def comes_back(desk: Page, start: Page) -> None:
    """The third step's button leads to the desk as it is: it rings on."""
    desk.evaluate("window.asItWas = true")
    start.locator("li").nth(2).get_by_role("link").click()
    expect(desk.locator(".card-ringing")).to_be_visible()
    assert desk.evaluate("window.asItWas")


def clicks(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def plays(row: Locator, play: str, desk: Page) -> bool:
    row.get_by_role("button").filter(has_text=play).click()
    desk.wait_for_timeout(500)
    player = row.page.frame_locator("iframe.business-frame").locator("audio")
    return bool(player.evaluate("player => player.duration > 0 && player.currentTime > 0"))


def photographs(page: Page, language: str, name: str) -> None:
    page.screenshot(path=SCREENSHOTS / language / f"newcomer-{name}.png")


def test_the_business_system_outside_the_agent_page_says_where_to_go(stage: Stage):
    page = stage.desk("en-US")
    page.goto(f"{stage.laptop.business_url}/customers")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("it can neither call nor play recordings")
    page.get_by_role("link", name="Open the agent desk").click()
    expect(page.get_by_label(WORDS["en-US"]["agentId"])).to_be_visible()
    assert page.url == f"{stage.laptop.url}/console/"
