"""Pages as the integration guide wrote them, in a real browser beside a real call; and one in the ActiveX way."""

import pytest
from desk_stage import ROOT, Stage, asked, eventually
from playwright.sync_api import Page

from local.secrets_file import demo_password

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

PAGES = ROOT / "web" / "sdk" / "test" / "pages"
CUSTOMER, CALLED = "83366857", "+862083366857"
SIGN_IN = "async password => (await iCallAgentX.Login(100, password)).ok"
NOTES = """() => {
  window.told = [];
  for (const name of ["Ring", "Hangup"]) iCallAgentX.bind(name, ({ type, tags }) => told.push([type, tags.CALLERID]));
}"""


def opens(stage: Stage, name: str) -> Page:
    """A page of the guide on the centre's own origin, agent 100 signed in and ready, their telephone registered."""
    page = stage.desk()
    page.goto(f"{stage.laptop.url}/console/deployment.json")
    page.set_content((PAGES / name).read_text("utf-8"))
    assert page.evaluate(SIGN_IN, demo_password("100"))
    page.wait_for_function("iCallAgentX.connection.state === 'connected'")
    asked(f"{stage.laptop.carrier_url}/control/devices", {"address": "client:agent_100"})
    page.evaluate("iCallAgentX.resume()")
    page.wait_for_function("iCallAgentX.state === iCallAgentX.Constant.State.Ready")
    return page


def test_the_demonstration_shows_each_ring_in_a_box_that_blocks_it_and_loses_nothing(stage):
    page = opens(stage, "guide-demo.html")
    page.evaluate(NOTES)
    with page.expect_event("dialog") as shown:
        caller = stage.calls_for_a_person(number=CUSTOMER)
    caller.hangs_up()
    assert eventually(lambda: caller.over)
    words = shown.value.message
    shown.value.accept()
    assert words.startswith(f"座席来电，标记字符串：CALLERID:{CUSTOMER}|TTYPE:2|")
    assert "|WAYBILL:6012345678" in words
    page.wait_for_function("told.length === 2")
    assert page.evaluate("told") == [["Ring", CUSTOMER], ["Hangup", CUSTOMER]]


def test_the_demonstrations_button_calls_in_one_line(stage):
    page = opens(stage, "guide-demo.html")
    stage.telephone(CUSTOMER)
    page.get_by_role("button", name="呼叫").click()
    page.wait_for_function("iCallAgentX.state === iCallAgentX.Constant.State.Dialling")


def test_a_page_of_the_activex_control_hears_onring_and_calls(stage):
    page = opens(stage, "activex-demo.html")
    caller = stage.asks_for_a_person(CUSTOMER)
    page.wait_for_function("rung.length === 1")
    seat, outside, tags = page.evaluate("rung[0]")
    assert (seat, outside) == (1, 1)
    assert tags.startswith(f"CALLERID:{CUSTOMER}|TTYPE:2|")
    caller.hangs_up()
    page.wait_for_function("iCallAgentX.currentCall === null")
    stage.telephone(CALLED)
    assert page.evaluate("number => dial(number)", CALLED) > 0
    page.wait_for_function("iCallAgentX.state === iCallAgentX.Constant.State.Dialling")
