"""A laptop that runs: started once for a module, on free ports, its data in a folder of its own."""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from local.agent import Agent
from local.carrier.caller import converse, read_step
from local.laptop import DEMO_NUMBER, Laptop, LaptopSettings

CALLER = "83366857"
SPEED = 30.0


@contextmanager
def running(data: Path, engine: str = "best") -> Iterator[Laptop]:
    """A started laptop; the variables it sets for itself are gone at its end."""
    before = dict(os.environ)
    settings = LaptopSettings(0, 0, 0, data, engine, SPEED)
    try:
        with Laptop(settings) as laptop:
            _keep_logging()
            laptop.parts.world.watch.note("the laptop runs")
            _keep_logging()
            yield laptop
    finally:
        os.environ.clear()
        os.environ.update(before)


def _keep_logging() -> None:
    # The stdout of the test that logged first is closed when that test is over: setStream would flush it, and fail.
    for handler in logging.getLogger("icall").handlers:
        if isinstance(handler, logging.StreamHandler) and sys.__stderr__:
            handler.stream = sys.__stderr__


@pytest.fixture(scope="module")
def laptop(tmp_path_factory) -> Iterator[Laptop]:
    with running(tmp_path_factory.mktemp("laptop")) as started:
        yield started


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
