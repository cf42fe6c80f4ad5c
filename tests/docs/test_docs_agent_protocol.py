"""The page on the agent protocol says all of it, and its frames are those of a real call."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.agents.action_codes import ACTION_CODES
from chalicelib.core.agents.agent import StateCode
from chalicelib.core.agents.results import Result
from chalicelib.core.calls.hearing import HungUp, Progressed, Recorded
from chalicelib.core.told.closing import Closing
from chalicelib.core.told.notices import Heard
from chalicelib.entrypoints import routes, sockets
from chalicelib.entrypoints.door import let_in
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.usecases import act
from tests.docs import pages
from tests.fakes.centre import SECRETS, Centre, Page

PAGES = pages.both("agent-protocol")
BUSINESS_KEY = SECRETS["business/api-key"]

SENDING = ("hello", "action", "control")

Sent = Mapping[str, list[Mapping[str, Any]]]


def frames(page: Path) -> list[dict[str, Any]]:
    """Give the frames that the page shows."""
    shown = [json.loads(source) for source in pages.examples(page, "json")]
    return [frame for frame in shown if "type" in frame]


def shape(value: Any) -> Any:
    """Give what a value is made of: names all the way down, but for tags, which differ from call to call."""
    if isinstance(value, Mapping):
        return {name: None if name == "tags" else shape(inner) for name, inner in value.items()}
    return None


def column(page: Path, words: str, number: int = 0) -> list[str]:
    """Give a column of the tables under a heading."""
    lines = [line for line in pages.section(page, words).splitlines() if line.startswith("|")]
    return [re.split(r"(?<!\\)\|", line)[number + 1].strip() for line in lines]


def headed(page: Path, english: str, chinese: str) -> str:
    """Give a heading in the page's language."""
    return chinese if page.name.endswith(pages.CHINESE) else english


@pytest.fixture(scope="module")
def sent() -> Sent:
    """Every frame that a page got during a call, by type."""
    centre = Centre()
    got: Sent = defaultdict(list)
    agent = centre.page("100").signs_in()

    def takes(frame: Mapping[str, Any]) -> None:
        got[frame["type"]].append(frame)
        agent.takes(frame)

    centre.sockets.pages[agent.socket] = takes
    agent.is_ready()
    caller = centre.calls()
    caller.hears("查询运单请按1")
    caller.presses("0")
    agent.hears("Ring")
    agent.answers()
    agent.hears("Talk")
    agent.sends({"type": "hello", "epoch": 0, "lastSeq": 0})
    agent.sends({"type": "hello", "epoch": agent.epoch, "lastSeq": agent.seq})
    agent.sends({"type": "heartbeat", "agentId": "100"})
    agent.sends({"type": "nonsense"})
    Page(centre, "100", token=agent.token).connects()
    return got


@pytest.mark.parametrize("page", PAGES)
def test_every_frame_that_is_shown_looks_like_a_real_one(page: Path, sent: Sent) -> None:
    shown = [frame for frame in frames(page) if frame["type"] not in SENDING and "agentId" not in frame]
    assert {frame["type"] for frame in shown} == {
        *("Error", "resume", "Snapshot", "heartbeat", "Ring", "close", "ActionResult")
    }
    for frame in shown:
        assert shape(frame) in [shape(real) for real in sent[frame["type"]]], frame["type"]


@pytest.mark.parametrize("page", PAGES)
def test_every_frame_that_a_page_sends_is_taken(page: Path) -> None:
    centre = Centre()
    agent = centre.page("100").signs_in()
    sending = [frame for frame in frames(page) if frame["type"] in SENDING or "agentId" in frame]
    assert {frame["type"] for frame in sending} == set(sockets._FRAMES)
    for frame in sending:
        agent.sends(frame)
    assert not [frame for frame in agent.frames if frame["type"] == "Error"]
    assert [frame["iParam"] for frame in agent.frames if frame["type"] == "ActionResult"] == [0, -5]


@pytest.mark.parametrize("page", PAGES)
def test_every_action_is_told_by_its_code_and_name(page: Path) -> None:
    words = headed(page, "Actions", "动作")
    told = dict(zip(column(page, words)[2:], column(page, words, 1)[2:], strict=True))
    assert told == {str(code): f"`{name}`" for code, name in ACTION_CODES.items()}
    assert set(ACTION_CODES.values()) == set(act._ACTIONS)


@pytest.mark.parametrize("page", PAGES)
def test_every_return_value_is_told(page: Path) -> None:
    words = headed(page, "Return values", "返回值")
    told = dict(zip(column(page, words)[2:], column(page, words, 1)[2:], strict=True))
    assert told == {str(int(result)): f"`{result.name}`" for result in Result}


@pytest.mark.parametrize("page", PAGES)
def test_every_event_is_told_with_what_its_number_means(page: Path) -> None:
    words = headed(page, "Events", "事件")
    found = [part for part in re.split(r"^## ", pages.text(page), flags=re.MULTILINE) if part.startswith(f"{words}\n")]
    lines = [line for line in found[0].splitlines() if line.startswith("| `")]
    told = {line.split("`")[1]: re.findall(r"\d+", line.split("|")[2]) for line in lines}
    assert set(told) == set(Heard)
    assert told["Hangup"] == [str(int(how)) for how in HungUp]
    still_to_come = {Progressed.EARLY_MEDIA, Progressed.INVALID_NUMBER}
    assert told["Progress"] == [str(int(how)) for how in Progressed if how not in still_to_come]
    assert told["Record"] == [str(int(how)) for how in Recorded]


@pytest.mark.parametrize("page", PAGES)
def test_every_state_is_told_by_its_code(page: Path) -> None:
    codes = {int(number) for number in re.findall(r"^\| [^|`]+ \| (\d+)", pages.text(page), re.MULTILINE)}
    assert set(map(int, StateCode)) <= codes


@pytest.mark.parametrize("page", PAGES)
def test_every_close_code_is_told(page: Path) -> None:
    told = {int(code) for code in re.findall(r"^\| (4\d{3}) \|", pages.text(page), re.MULTILINE)}
    assert told == set(Closing)


@pytest.mark.parametrize("page", PAGES)
def test_every_route_of_pages_and_business_systems_is_told(page: Path) -> None:
    told = {words for _, words in pages.headings(page)}
    assert {f"{route.method} {route.path}" for route in (*routes.AGENTS, *routes.BUSINESS)} <= told


@pytest.mark.parametrize("page", PAGES)
def test_what_the_http_side_answers_is_what_it_is_said_to_answer(page: Path) -> None:
    centre = Centre()
    code = _asked(centre, "/sso/login-codes", BUSINESS_KEY, {"agentId": "100"})
    assert _told(page, "POST /sso/login-codes") == [{"agentId"}, set(code.body)]
    signing_in = {"agentId": "100", "code": code.body["code"], "device": "browser"}
    session = _asked(centre, "/agent/sessions", "", signing_in)
    assert _told(page, "POST /agent/sessions") == [set(signing_in), set(session.body)]
    token = session.body["token"]
    ticket = _asked(centre, "/agent/socket-tickets", token, {})
    assert _told(page, "POST /agent/socket-tickets") == [set(ticket.body)]
    action = {"requestId": "r1", "act": 10, "iParam": 0, "sParam": ""}
    answered = _asked(centre, "/agent/actions", token, action)
    assert _told(page, "POST /agent/actions") == [set(action), set(answered.body)]
    assert _asked(centre, "/agent/state", token, {}).body["type"] == "Snapshot"


def _asked(centre: Centre, path: str, token: str, body: Mapping[str, Any]) -> Reply:
    (route,) = [route for route in (*routes.AGENTS, *routes.BUSINESS) if route.path == path]
    headers = {"authorization": f"Bearer {token}"}
    return let_in(Request(path, {}, headers, json.dumps(body).encode()), route, centre.world)


def _told(page: Path, words: str) -> list[set[str]]:
    return [
        set(json.loads(source)) for source in re.findall(r"```json\n(.*?)```", pages.section(page, words), re.DOTALL)
    ]
