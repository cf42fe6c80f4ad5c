"""A laptop that runs; each test finds it as nobody has used it."""

from collections.abc import Sequence

import aiohttp
import pytest

from local.agent import Agent
from local.carrier.caller import converse, read_step
from local.laptop import DEMO_NUMBER, Laptop
from tests.laptops import LAPTOP

CALLER = "83366857"


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    LAPTOP.end_before(nextitem)


@pytest.fixture
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return LAPTOP.begin(tmp_path_factory.mktemp("laptop"))


async def calls(laptop: Laptop, *steps: str, from_: str = CALLER) -> tuple[int, list[str]]:
    """Call the centre by a script; give whether it came true (0), and the conversation."""
    heard: list[str] = []
    script = [read_step(step) for step in steps]
    return await converse(laptop.carrier_url, from_, DEMO_NUMBER, script, heard.append, patience=20), heard


async def asks(url: str, body: object = None, token: str = "") -> object:
    """GET, or POST a body, and give the JSON of the answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    method = "GET" if body is None else "POST"
    async with aiohttp.ClientSession() as http, http.request(method, url, json=body, headers=headers) as answer:
        return await answer.json()


async def is_ready(agent: Agent) -> None:
    """Resume service, whatever went before."""
    assert (await agent.act("ready"))["iParam"] == 0


def passing(steps: Sequence[str]) -> list[str]:
    """The way through the menu to a person, after these steps."""
    return [*steps, "hear 人工服务请按0", "press 0"]
