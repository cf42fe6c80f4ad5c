"""The pages in a real browser, on a running laptop: who sits where, and what they see.

`ICALL_BROWSER` names another browser than Debian's. The screenshots of a run lie in build/screenshots.
"""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desk_words import WORDS
from playwright.sync_api import Browser, Page, expect

from local.gateway.pages import WEB
from local.laptop import DEMO_NUMBER, Laptop
from local.secrets_file import demo_password
from tests import chromium

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = WEB / "console" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = WEB / "console" / "dist" / "index.html"
FLAGS = [*chromium.FLAGS, "--autoplay-policy=no-user-gesture-required"]
PATIENCE_SECONDS = 60
"""How long anything may take on a machine that has other things to do: only what never comes is a defect."""

Preparation = Callable[[Page], object]
"""What is done to a page before it is loaded."""

expect.set_options(timeout=1000 * PATIENCE_SECONDS)


@dataclass
class Caller:
    """A customer's telephone, by the carrier's control API."""

    carrier: str
    sid: str

    def asks(self, path: str, body: object = None) -> dict:
        return asked(f"{self.carrier}/control/calls/{self.sid}{path}", body)

    def hears(self, words: str) -> None:
        def heard() -> bool:
            return any(words in entry["text"] for entry in self.asks("/transcript")["entries"])

        assert eventually(heard), f"the caller did not hear {words}"

    def presses(self, digits: str) -> None:
        self.asks("/press", {"digits": digits, "between": 0.02})

    def hangs_up(self) -> None:
        self.asks("/hang-up", {})

    @property
    def on_hold(self) -> bool:
        return bool(self.asks("")["on_hold"])

    @property
    def talks(self) -> bool:
        return bool(self.asks("")["talks_with"])

    @property
    def over(self) -> bool:
        return bool(self.asks("")["over"])


@dataclass
class Stage:
    """The laptop, and everybody on it."""

    laptop: Laptop
    chromium: Browser
    pages: list[Page] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    errors_allowed: list[str] = field(default_factory=list)

    def calls(self, number: str = "83366857") -> Caller:
        call = asked(f"{self.laptop.carrier_url}/control/calls", {"from": number, "to": DEMO_NUMBER})
        return Caller(self.laptop.carrier_url, call["sid"])

    def asks_for_a_person(self, number: str = "83366857") -> Caller:
        """A caller who wants a person at once."""
        caller = self.calls(number)
        caller.hears(WORDS["zh-CN"]["menu"])
        caller.presses("0")
        return caller

    def calls_for_a_person(self, language: str = "zh-CN", number: str = "83366857") -> Caller:
        """A caller who tells a waybill, hears about it, and wants a person."""
        words, caller = WORDS[language], self.calls(number)
        caller.hears(WORDS["zh-CN"]["menu"])
        if language == "en-US":
            caller.presses("9")
            caller.hears(words["menu"])
        caller.presses("1")
        caller.hears(words["enter"])
        caller.presses("6012345678#")
        caller.hears(words["confirm"])
        caller.presses("1")
        caller.hears(words["after"])
        caller.presses("0")
        return caller

    def desk_of(self, language: str = "zh-CN", *prepare: Preparation, agent: str = "100", **context: object) -> Page:
        """A browser of its own where an agent has signed in."""
        page = self.desk(language, *prepare, **context)
        signs_in(page, language, agent)
        return page

    def telephone(self, number: str) -> None:
        """A customer's telephone that rings until somebody picks it up."""
        asked(f"{self.laptop.carrier_url}/control/devices", {"address": number, "mode": "manual"})

    def picks_up(self, number: str) -> None:
        address = urllib.parse.quote(number, safe="")
        asked(f"{self.laptop.carrier_url}/control/devices/{address}/answer", {"wait": 10})

    def desk(self, language: str = "zh-CN", *prepare: Preparation, **context: object) -> Page:
        """A browser of its own at the agent page."""
        return self._opens(f"{self.laptop.url}/console/", language, prepare, context)

    def phone(self, language: str = "zh-CN", *prepare: Preparation, **context: object) -> Page:
        """A browser of its own at the carrier's phone page, where a customer sits."""
        return self._opens(f"{self.laptop.carrier_url}/", language, prepare, context)

    def leaves(self) -> None:
        """Close every page."""
        for page in self.pages:
            page.context.close()

    def _opens(self, address: str, language: str, prepare: Iterable[Preparation], context: dict) -> Page:
        """Open a page that is prepared before it is loaded."""
        usual = {
            "viewport": {"width": 1280, "height": 800},
            "permissions": ["microphone", "notifications"],
            "color_scheme": "light",
        }
        made = self.chromium.new_context(locale=language, **(usual | context))
        made.set_default_timeout(1000 * PATIENCE_SECONDS)
        page = made.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        for step in prepare:
            step(page)
        page.goto(address)
        self.pages.append(page)
        return page


def signs_in(page: Page, language: str, agent: str = "100", password: str = "") -> None:
    words = WORDS[language]
    page.get_by_label(words["agentId"]).fill(agent)
    page.get_by_label(words["password"]).fill(password or demo_password(agent))
    page.get_by_role("button", name=words["signIn"], exact=True).click()
    if not password:
        expect(page.locator(".connection")).to_have_text(words["connected"])


def becomes_ready(page: Page, language: str = "zh-CN") -> None:
    page.get_by_role("button", name=WORDS[language]["becomeReady"]).click()
    expect(page.locator(".state-name")).to_have_text(WORDS[language]["ready"])


def ends_the_call(page: Page, language: str = "zh-CN") -> None:
    page.keyboard.press("F8")
    writes_up(page, language)


def writes_up(page: Page, language: str = "zh-CN") -> None:
    """The call is over: become ready again."""
    page.get_by_role("button", name=WORDS[language]["finish"]).click()
    expect(page.locator(".state-name")).to_have_text(WORDS[language]["ready"])


def signs_out(page: Page, language: str = "zh-CN") -> None:
    """Go home by the menu."""
    words = WORDS[language]
    page.get_by_role("button", name=words["account"]).click()
    page.get_by_role("menuitem", name=words["signOut"]).click()
    expect(page.get_by_role("status").filter(has_text=words["goodbye"])).to_be_visible()


def dials_for_a_person(phone: Page, language: str) -> None:
    """Live through the flow by the keys of the phone page, up to the queue."""
    words, said = WORDS[language], phone.get_by_role("log")
    phone.get_by_role("button", name=words["phone.call"], exact=True).click()
    expect(said).to_contain_text(WORDS["zh-CN"]["menu"])
    if language == "en-US":
        phone.keyboard.press("9")
        expect(said).to_contain_text(words["menu"])
    for keys, answer in (("1", "enter"), ("6012345678#", "confirm"), ("1", "after")):
        phone.keyboard.type(keys)
        expect(said).to_contain_text(words[answer])
    phone.keyboard.press("0")


def talks(stage: Stage, page: Page, language: str = "zh-CN") -> Caller:
    """A caller whom the agent has answered."""
    becomes_ready(page, language)
    caller = stage.asks_for_a_person()
    answers(page, caller)
    return caller


def answers(page: Page, caller: Caller) -> None:
    """The agent takes the call that rings."""
    expect(page.locator(".card-ringing")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator(".card-talking")).to_be_visible()
    assert eventually(lambda: caller.talks)


def asked(url: str, body: object = None, **headers: str) -> dict:
    """GET, or POST a body, and give the JSON of the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - ours
        return json.loads(answer.read())


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
