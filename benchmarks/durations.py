"""How long our own code takes: one IVR step through app.py beside a trivial Chalice route, and the import of app.py."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import make_mocked_request
from chalice.app import Chalice
from multidict import CIMultiDict
from twilio.request_validator import RequestValidator

from local.aws.functions import Functions
from local.gateway import rest_events
from tests.fakes.centre import PUBLIC, TOKEN
from tests.fakes.front_door import FORM, FrontDoor

ROOT = Path(__file__).parents[1]
ROUNDS = 300
FRESH_PROCESSES = 5
FOR_A_CALLER = "import app, chalicelib.entrypoints.carriers"
SDK_ALONE = "import boto3, pynamodb.models; boto3.client('dynamodb', region_name='us-east-1')"
IMPORT_BUDGET = 1.5
"""Our import beside that of PynamoDB and a DynamoDB client alone."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds, in the middle and at the slow end."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """Read the two quantiles."""
        hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
        return cls(hundredths[49], hundredths[94])

    def __str__(self) -> str:
        return f"p50 {self.p50 * 1000:6.2f} ms, p95 {self.p95 * 1000:6.2f} ms"


def ivr_step() -> tuple[Spread, Spread]:
    """Time one IVR step with all its ports in memory, and a trivial route of a trivial app, turn by turn."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        centre = FrontDoor(monkeypatch)
        caller = centre.calls("83366857")
        caller.hears("查询运单请按1")
        path = f"/carriers/twilio/calls/{centre.the_call().id}/turns/1"
        ours = _event(centre.routes, "POST", path, _signed(path, caller.sid), centre.functions)
        trivial = Functions(_trivial())
        theirs = _event(rest_events.RouteTable(trivial.app.routes), "GET", "/", b"", trivial)
        timed: list[tuple[float, float]] = []
        stored = dict(centre.desk._shelf.calls)  # noqa: SLF001 - each round begins with the same stored call
        for _ in range(ROUNDS):
            centre.desk._shelf.calls.update(stored)  # noqa: SLF001 - as above
            timed.append((_seconds(lambda: centre.functions.rest(ours)), _seconds(lambda: trivial.rest(theirs))))
    return Spread.of([ours for ours, _ in timed]), Spread.of([theirs for _, theirs in timed])


def imports() -> tuple[float, float]:
    """Give the seconds a fresh process takes to import what answers a caller, and PynamoDB with a client alone.

    The best of five each.
    """
    _fresh(FOR_A_CALLER)
    pairs = [(_fresh(FOR_A_CALLER), _fresh(SDK_ALONE)) for _ in range(FRESH_PROCESSES)]
    return min(ours for ours, _ in pairs), min(theirs for _, theirs in pairs)


def _trivial() -> Chalice:
    app = Chalice(app_name="trivial")

    @app.route("/")
    def index() -> dict[str, str]:
        return {"hello": "world"}

    return app


def _signed(path: str, sid: str) -> tuple[bytes, str]:
    form = {"CallSid": sid, "Digits": "1"}
    return urlencode(form).encode(), RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)


def _event(routes: rest_events.RouteTable, method: str, path: str, sent: Any, functions: Functions) -> dict[str, Any]:
    body, signature = sent if isinstance(sent, tuple) else (sent, "")
    headers = CIMultiDict(
        {"Content-Type": FORM if body else "application/json", "Host": "icall.example", "X-Twilio-Signature": signature}
    )
    match = routes.find(path)
    if match is None:
        raise LookupError(path)
    request = make_mocked_request(method, path, headers=headers)
    place = rest_events.Place(path, "", "api", match)
    return rest_events.event(request, place, body, functions.app.api.binary_types)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    answered = work()
    seconds = time.perf_counter() - began
    if answered["statusCode"] != 200:  # noqa: PLR2004 - HTTP: fine
        raise RuntimeError(answered["body"])
    return seconds


def _fresh(code: str) -> float:
    timed = f"import time; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
    ran = subprocess.run([sys.executable, "-c", timed], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    return float(ran.stdout)
