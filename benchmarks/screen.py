"""How long a decision takes to be seen: from an event's own time to the agent page's next painted frame."""

from playwright.sync_api import Page, sync_playwright

from benchmarks.durations import Spread
from local.laptop import Laptop
from tests.chromium import CHROMIUM, FLAGS

CHANGES = 60

# A frame is painted between the callback before it and the next task.
WATCH = """() => {
  window.seen = [];
  iCallAgentX.bind("State", ({ at }) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => seen.push(Date.now() - at);
    port2.postMessage("");
  }));
}"""
CHANGE = """async (number) => {
  await (number % 2 ? iCallAgentX.pause(0) : iCallAgentX.resume());
}"""


def measure(laptop: Laptop) -> Spread | None:
    """Give decision to screen, with an agent in a real browser; None where no browser is found."""
    if not CHROMIUM:
        return None
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS).new_page()
        page.goto(f"{laptop.url}/console/")
        _sign_in(page, laptop.secrets["agents/100"])
        page.evaluate(WATCH)
        for number in range(CHANGES):
            page.evaluate(CHANGE, number)
            page.wait_for_function("number => seen.length > number", arg=number)
        seen: list[float] = page.evaluate("seen")
    return Spread.of([max(0.0, ms / 1000) for ms in seen])


def _sign_in(page: Page, password: str) -> None:
    page.wait_for_function("window.iCallAgentX")
    page.evaluate("password => iCallAgentX.login('100', password)", password)
    page.wait_for_function("iCallAgentX.connection.state === 'connected' && iCallAgentX.state > 0")
