"""What the agent page does when it is cut off from the network, the gateway or its session, and how it comes back."""

import re
from dataclasses import dataclass, field

import pytest
from desk_album import Album
from desk_stage import (
    AXE,
    SCREENSHOTS,
    Stage,
    answers,
    asked,
    becomes_ready,
    ends_the_call,
    eventually,
    signs_in,
    signs_out,
    talks,
    writes_up,
)
from desk_words import WORDS
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from chalicelib.usecases.issue_ticket import TICKET, TICKET_MS
from chalicelib.usecases.prove import SESSION
from chalicelib.usecases.sign_in import ATTEMPTS, ATTEMPTS_MS, MOST_ATTEMPTS

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

HOLD = 3
IN_CHINESE = "切换到中文"
TOKEN = "JSON.parse(sessionStorage.getItem(`icall:${location.origin}:session`)).token"
COMES_BACK_SOON = "(chance => { Math.random = () => chance() / 100; })(Math.random)"
"""From now on chance lets the page wait the least between its tries: it would else be up to twenty seconds."""
NOTES_EVENTS = """() => {
  window.told = [];
  for (const name of Object.values(iCallAgentX.Constant.Event)) {
    iCallAgentX.bind(name, ({ seq, type }) => seq > 0 && told.push([seq, type]));
  }
}"""
CALL = "iCallAgentX.currentCall"
END_SESSION = f"""
fetch("/agent/sessions/current", {{ method: "DELETE", headers: {{ Authorization: `Bearer ${{{TOKEN}}}` }} }})
"""


@dataclass
class Wires:
    """The sockets of a page, to be cut, and its way out, to be closed."""

    pages: list[Page] = field(default_factory=list)
    sockets: list[WebSocketRoute] = field(default_factory=list)

    def lead_to(self, page: Page) -> None:
        """Be this page's, before it is loaded."""
        self.pages.append(page)
        page.route_web_socket(re.compile("/socket$"), self._connect)

    def cut(self) -> None:
        """No network from now on: a socket that is open is gone, and nothing new is opened."""
        self.pages[-1].context.set_offline(True)
        self.break_socket()

    def break_socket(self) -> None:
        self.sockets[-1].close(code=3000)

    def mend(self) -> None:
        self.pages[-1].context.set_offline(False)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.connect_to_server()


def test_a_page_loaded_again_in_mid_call_comes_back_with_the_call_and_its_clock(stage):
    page = stage.desk_of()
    becomes_ready(page)
    caller = stage.calls_for_a_person()
    answers(page, caller)
    clock = page.locator(".card-talking .clock")
    assert eventually(lambda: seconds(clock.inner_text()) >= 3)
    page.reload()
    expect(page.locator(".card-talking .card-number")).to_have_text("83366857")
    assert seconds(clock.inner_text()) >= 3
    expect(page.locator(".facts")).to_contain_text("6012345678")
    inside = page.frame_locator("iframe.business-frame")
    expect(inside.locator("[name=vocId]")).not_to_have_value("")
    assert caller.talks
    ends_the_call(page)


def test_a_second_sign_in_takes_over_and_the_first_page_can_be_used_again(stage):
    words = WORDS["zh-CN"]
    first, second = stage.desk_of(), stage.desk_of()
    dialog = first.get_by_role("dialog", name=words["elsewhere"])
    expect(dialog).to_be_visible()
    photographs(first, "taken-over", 20)
    dialog.get_by_role("button", name=words["useHere"]).last.click()
    expect(first.locator(".connection")).to_have_text(words["connected"])
    expect(second.get_by_role("dialog", name=words["elsewhere"])).to_be_visible()
    signs_out(first)


def photographs(page: Page, state: str, taken: int) -> None:
    """Show a state in both languages, without a fault that axe would find."""
    album = Album(page, "zh-CN", SCREENSHOTS, AXE, taken=taken)
    album.shows(state)
    assert not album.violations, "\n".join(album.violations)


def test_a_call_goes_on_while_the_network_is_away_and_the_page_says_what_it_does_not_know(stage):
    words, wires = WORDS["zh-CN"], Wires()
    page = stage.desk_of("zh-CN", wires.lead_to)
    caller = talks(stage, page)
    wires.cut()
    expect(page.get_by_role("alert").filter(has_text=words["reconnecting"])).to_be_visible()
    page.keyboard.press("F4")
    expect(page.locator(".latest")).to_contain_text(words["nothingSent"])
    photographs(page, "reconnecting", 21)
    caller.hangs_up()
    wires.mend()
    expect(page.locator(".connection")).to_have_text(words["connected"])
    expect(page.locator(".card-wrap-up")).to_be_visible()
    writes_up(page)


def test_the_gateway_is_started_anew_in_mid_call_and_the_page_comes_back_by_itself(stage):
    page = stage.desk_of()
    caller = talks(stage, page)
    page.evaluate(NOTES_EVENTS)
    call, party, clock = page.evaluate(CALL), caller.asks("")["talks_with"], page.locator(".card-talking .clock")
    shown = seconds(clock.inner_text())
    page.evaluate(COMES_BACK_SOON)
    stage.laptop.gateway.stop()
    try:
        expect(page.get_by_role("alert").filter(has_text=WORDS["zh-CN"]["reconnecting"])).to_be_visible()
        assert caller.asks("")["talks_with"] == party
    finally:
        stage.laptop.gateway.start()
    expect(page.locator(".connection")).to_have_text(WORDS["zh-CN"]["connected"])
    assert page.evaluate(CALL) == call
    assert seconds(clock.inner_text()) >= shown
    page.keyboard.press("F4")
    assert eventually(lambda: caller.on_hold)
    page.keyboard.press("F4")
    assert eventually(lambda: not caller.on_hold)
    assert caller.asks("")["talks_with"] == party
    knows_what_the_centre_knows(page)
    ends_the_call(page)


def test_half_a_minute_without_network_loses_nothing_and_doubles_nothing(stage):
    wires = Wires()
    page = stage.desk_of("zh-CN", wires.lead_to, lambda page: page.clock.install())
    caller = talks(stage, page)
    page.evaluate(NOTES_EVENTS)
    call, stale = page.evaluate(CALL), asked_by(page, "/agent/socket-tickets", {})["ticket"]

    wires.cut()
    asked_by(page, "/agent/actions", {"requestId": "elsewhere-1", "act": HOLD, "iParam": 0, "sParam": ""})
    assert eventually(lambda: caller.on_hold)
    half_a_minute_passes(stage, page, stale)
    expect(page.get_by_role("alert").filter(has_text=WORDS["zh-CN"]["reconnecting"])).to_be_visible()
    expect(page.locator(".card-talking")).to_be_visible()

    tickets = gives_first(page, stale)
    page.evaluate(COMES_BACK_SOON)
    wires.mend()
    expect(page.locator(".connection")).to_have_text(WORDS["zh-CN"]["connected"])
    assert len(tickets) > 1, "an expired ticket is refused, and a new one fetched"
    expect(page.locator(".card-held")).to_be_visible()
    held = page.evaluate(CALL)
    assert held == call | {"held": True, "heldSince": held["heldSince"], "members": held["members"]}
    assert [member["held"] for member in held["members"]] == [True, False]
    assert held["heldSince"] > call["talkSince"]
    knows_what_the_centre_knows(page)
    page.keyboard.press("F4")
    assert eventually(lambda: not caller.on_hold)
    assert caller.talks
    knows_what_the_centre_knows(page)
    ends_the_call(page)


def half_a_minute_passes(stage: Stage, page: Page, ticket: str) -> None:
    """For the page, which tries again and again meanwhile; and for the ticket, which is too old then."""
    for _ in range(6):
        page.clock.fast_forward(TICKET_MS // 5)
        page.evaluate("() => fetch('/console/deployment.json').catch(() => 'no network')")
    world = stage.laptop.parts.world
    world.credentials.drop(TICKET, world.tokens.fingerprint(ticket))


def gives_first(page: Page, ticket: str) -> list[str]:
    """Let the page get this ticket when it asks for the next; its questions are counted."""
    questions: list[str] = []

    def give(route: Route) -> None:
        questions.append(route.request.url)
        if len(questions) == 1:
            route.fulfill(status=201, json={"ticket": ticket})
        else:
            route.continue_()

    page.route("**/agent/socket-tickets", give)
    return questions


def test_who_is_signed_out_elsewhere_is_told_so(stage):
    page = stage.desk_of()
    page.evaluate(END_SESSION)
    expect(page.get_by_role("status")).to_have_text(WORDS["zh-CN"]["signedOutElsewhere"])
    photographs(page, "session-ended", 22)
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("status")).to_have_text(WORDS["en-US"]["signedOutElsewhere"])
    page.reload()
    expect(page.get_by_label(WORDS["en-US"]["agentId"])).to_be_visible()


def test_who_signs_out_in_this_page_while_its_socket_is_away_is_not_told_of_another_page(stage):
    wires = Wires()
    page = stage.desk_of("zh-CN", wires.lead_to)
    page.route("**/agent/socket-tickets", lambda route: route.abort())
    wires.break_socket()
    expect(page.locator(".connection")).not_to_have_text(WORDS["zh-CN"]["connected"])
    signs_out(page)


def test_who_comes_back_to_a_session_that_was_revoked_is_told_so(stage):
    wires = Wires()
    page = stage.desk_of("en-US", wires.lead_to)
    world = stage.laptop.parts.world
    world.credentials.drop(SESSION, world.tokens.fingerprint(page.evaluate(TOKEN)))
    wires.break_socket()
    expect(page.get_by_role("status")).to_have_text(WORDS["en-US"]["signedOutMeanwhile"])
    page.get_by_role("button", name=IN_CHINESE).click()
    expect(page.get_by_role("status")).to_have_text(WORDS["zh-CN"]["signedOutMeanwhile"])
    signs_in(page, "zh-CN")


def test_who_tried_too_many_passwords_is_told_to_wait(stage):
    page = stage.desk("en-US")
    world = stage.laptop.parts.world
    until = world.clock.now() + ATTEMPTS_MS
    for _ in range(MOST_ATTEMPTS):
        world.credentials.count(ATTEMPTS, world.tokens.fingerprint("901"), MOST_ATTEMPTS, until)
    signs_in(page, "en-US", "901", "wrong")
    expect(page.get_by_role("alert")).to_have_text(WORDS["en-US"]["tooMany"])
    page.get_by_role("button", name=IN_CHINESE).click()
    expect(page.get_by_role("alert")).to_have_text(WORDS["zh-CN"]["tooMany"])


def asked_by(page: Page, path: str, body: object = None) -> dict:
    """Ask the centre in the page's name, from elsewhere."""
    return asked(page.url.partition("/console")[0] + path, body, Authorization=f"Bearer {page.evaluate(TOKEN)}")


def knows_what_the_centre_knows(page: Page) -> None:
    """The page comes to hear each event once, in order, and shows what GET /agent/state tells."""
    told: list[int] = []

    def up_to_date() -> bool:
        told[:] = page.evaluate("told.map(([seq]) => seq)")
        state = asked_by(page, "/agent/state")
        return told[-1:] == [state["seq"]] and page.evaluate("iCallAgentX.facts") == state["data"]

    assert eventually(up_to_date)
    assert told == list(range(told[0], told[-1] + 1))


def seconds(clock: str) -> int:
    minutes, rest = clock.split(":")
    return 60 * int(minutes) + int(rest)
