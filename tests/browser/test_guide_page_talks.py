"""The page of the guide, served by its reader at another origin: it rings, answers, and both hear each other."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from desk_sound import AGENT, CALLER, hears, says
from desk_stage import ROOT, SCREENSHOTS, Stage, dials_for_a_person, eventually
from playwright.sync_api import Page, expect

from local.secrets_file import demo_password

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

GUIDES = {"en-US": "first-screen-pop.md", "zh-CN": "first-screen-pop.zh.md"}
IN_CHINESE = {
    'lang="en"': 'lang="zh"',
    ">Screen pop<": ">来电弹屏<",
    ">Sign in<": ">签入<",
    ">Ready<": ">就绪<",
    ">Answer<": ">接听<",
    ">Hang up<": ">挂断<",
    ">Call<": ">呼叫<",
    "Nobody calls.": "没有来电。",
    " calls: ": " 来电：",
}
LAPTOP = "http://127.0.0.1:8000"
"""Where the guide's reader has it."""

MODULE = """<!doctype html>
<title>module</title>
<script type="module">
  import {{ Agent }} from "{url}/sdk/icall-agent.mjs";
  window.iCallAgentX = new Agent({{ api: "{url}", telephone: true }});
</script>
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_told: object) -> None:
        """Say nothing between the tests' dots."""


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[str]:
    """What the reader has started in the folder of the page: another origin, though of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opens(stage: Stage, html: str, own_server: str, tmp_path: Path, language: str) -> Page:
    (tmp_path / "pop.html").write_text(html, "utf-8")
    page = stage.desk(language, says(AGENT))
    page.goto(f"{own_server}/pop.html")
    return page


def in_the_guide(language: str) -> str:
    (html,) = re.findall(r"```html\n(.*?)```", (ROOT / "docs" / GUIDES[language]).read_text("utf-8"), re.DOTALL)
    return html


def test_the_guide_has_one_page_in_both_languages():
    """But for its words: what is lived through with the one comes true with the other."""
    english, chinese = (re.sub(" // .*", "", in_the_guide(language)) for language in ("en-US", "zh-CN"))
    for word, translated in IN_CHINESE.items():
        english = english.replace(word, translated)
    assert english == chinese


def test_the_guides_page_rings_answers_and_agent_and_caller_hear_each_other(stage, own_server, tmp_path):
    language = "zh-CN"
    html = in_the_guide(language)
    page = opens(stage, html.replace(LAPTOP, stage.laptop.url), own_server, tmp_path, language)
    phone = stage.phone(language, says(CALLER))
    caller, problem = page.locator("#caller"), page.locator("#problem")
    waiting = caller.inner_text()

    page.locator("#sign-in").click()
    page.wait_for_function("iCallAgentX.telephone.ready && iCallAgentX.connection.state === 'connected'")
    page.locator("#ready").click()
    dials_for_a_person(phone, language)
    expect(caller).to_contain_text("|WAYBILL:6012345678")
    page.locator("#answer").click()
    hears(page, CALLER)
    hears(phone, AGENT)
    expect(page.locator("#recording")).not_to_be_empty()
    page.screenshot(path=SCREENSHOTS / language / "guide-page.png")
    page.locator("#hang-up").click()
    expect(caller).to_have_text(waiting)
    expect(problem).to_be_empty()
    leaves(page)


def test_a_page_of_another_origin_imports_the_module_and_is_a_telephone(stage, own_server, tmp_path):
    page = opens(stage, MODULE.format(url=stage.laptop.url), own_server, tmp_path, "en-US")
    page.wait_for_function("window.iCallAgentX !== undefined")
    assert page.evaluate("password => iCallAgentX.login(100, password).then(({ ok }) => ok)", demo_password("100"))
    page.wait_for_function("iCallAgentX.telephone.ready")
    leaves(page)


def test_the_guides_page_without_a_telephone_is_told_so_and_the_caller_waits_on(stage, own_server, tmp_path):
    html = in_the_guide("en-US").replace(LAPTOP, stage.laptop.url).replace(" data-telephone", "")
    page = opens(stage, html, own_server, tmp_path, "en-US")
    page.locator("#sign-in").click()
    page.wait_for_function("iCallAgentX.connection.state === 'connected'")
    page.locator("#ready").click()
    caller = stage.asks_for_a_person()
    expect(page.locator("#caller")).to_contain_text("83366857 calls")
    page.locator("#answer").click()
    expect(page.locator("#problem")).to_contain_text("This page has no telephone to answer with")
    assert not caller.over
    caller.hangs_up()
    assert eventually(lambda: caller.over)
    leaves(page)


def leaves(page: Page) -> None:
    """Sign out, as soon as no call holds the agent."""
    page.wait_for_function("[1, 6, 7].includes(iCallAgentX.state)")
    assert page.evaluate("async () => (await iCallAgentX.logout()).ok")
