"""How long the running laptop stack takes: from a key to our answer, and from a decision to the agent's page."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from twilio.request_validator import RequestValidator

from benchmarks import screen
from benchmarks.durations import Spread
from chalicelib.adapters.twilio.happenings import call_id_of
from local.agent import signed_in
from local.laptop import ACCOUNT_SID, DEMO_NUMBER, Laptop, LaptopSettings

CALLS, CHANGES = 60, 60
KEY_TO_ANSWER_P95, DECISION_TO_PAGE_P95 = 0.250, 0.150
"""Budgets in seconds, on one machine."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on one running laptop, whose table `engine` keeps; `screen` is None without a browser."""

    keys: Spread
    page: Spread
    screen: Spread | None
    engine: str


def measure() -> Measured:
    """Measure all of it."""
    with _running() as laptop:
        keys, page = asyncio.run(_keys(laptop)), asyncio.run(_changes(laptop))
        return Measured(keys, page, screen.measure(laptop), laptop.aws.engine)


@contextmanager
def _running() -> Iterator[Laptop]:
    before = dict(os.environ)
    try:
        with TemporaryDirectory(prefix="icall-bench-") as data, Laptop(LaptopSettings(0, 0, 0, Path(data))) as laptop:
            yield laptop
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _keys(laptop: Laptop) -> Spread:
    """Time the answer to the first key of each call, as the carrier would ask for it."""
    seconds = []
    async with aiohttp.ClientSession() as http:
        for number in range(CALLS):
            sid = "CA" + md5(str(number).encode(), usedforsecurity=False).hexdigest()
            ends = {"CallSid": sid, "AccountSid": ACCOUNT_SID, "From": "+8613800138000", "To": DEMO_NUMBER}
            await _webhook(laptop, http, "/carriers/twilio/voice", ends)
            turn = f"/carriers/twilio/calls/{call_id_of(sid)}/turns/1"
            seconds.append(await _webhook(laptop, http, turn, ends | {"Digits": "1"}))
            await _webhook(laptop, http, "/carriers/twilio/status", ends | {"CallStatus": "completed"})
    return Spread.of(seconds)


async def _webhook(laptop: Laptop, http: aiohttp.ClientSession, path: str, form: dict[str, str]) -> float:
    url = laptop.url + path
    signature = RequestValidator(laptop.secrets["twilio/auth-token"]).compute_signature(url, form)
    began = time.perf_counter()
    async with http.post(url, data=form, headers={"X-Twilio-Signature": signature}) as answer:
        await answer.read()
        answer.raise_for_status()
    return time.perf_counter() - began


async def _changes(laptop: Laptop) -> Spread:
    """Time each change of an agent's state from its decision (the event's own time) to its arrival at the page."""
    arrived: list[float] = []
    password = laptop.secrets["agents/100"]
    async with signed_in(laptop.url, laptop.carrier_url, "100", password=password) as agent:
        for number in range(CHANGES):
            await agent.act("pause" if number % 2 else "ready")
            event = await agent.expects("State")
            arrived.append(max(0.0, time.time() - event["at"] / 1000))
    return Spread.of(arrived)
