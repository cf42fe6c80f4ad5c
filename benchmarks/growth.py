"""What grows with the number of agents: a centre of each size is applied, and what it asks of its table is counted."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from moto import mock_aws
from pynamodb.connection import TableConnection

from chalicelib.adapters.dynamodb.catalogue import DynamoCatalogue
from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from chalicelib.adapters.dynamodb.desk import DynamoDesk
from chalicelib.adapters.dynamodb.history import DynamoHistory
from chalicelib.adapters.dynamodb.table import Table, connect
from chalicelib.core.centre.who import Machine
from chalicelib.usecases.apply_configuration import apply_configuration
from chalicelib.usecases.issue_login_code import issue_login_code
from chalicelib.usecases.sign_in import sign_in_by_code
from chalicelib.usecases.snapshot import snapshot
from chalicelib.usecases.sweep import sweep
from local.aws import dynamodb_local
from local.aws.meter import Meter
from local.aws.processes import ServerProcess, free_port
from local.publishing import Publisher
from tests.fakes.centre import Centre
from tests.fakes.front_door import REGION
from tests.fakes.tables import with_table

SIZES = (10, 1_000, 20_000)
SIZES_WITHOUT_JAVA = (10, 200)
"""Moto copies the table for each transaction: what costs nothing on AWS costs it minutes."""

BUSINESS = dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example")
FIRST_AGENT = 10_000
AT_WORK = 5
"""So many are signed in in a quiet minute, in a centre of any size."""


FLAT = ("cold start", "sign-in by user name", "snapshot", "quiet minute")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one thing asked of the table, and how long it took."""

    requests: int
    write_units: float
    read_units: float
    read_bytes: int
    seconds: float


class Grown:
    """A centre with so many agents besides the demo's, on a table of its own."""

    def __init__(self, size: int, connection: TableConnection, meter: Meter) -> None:
        documents: list[dict[str, Any]] = []
        centre = Centre(change_config=documents.append)
        self.connection, self._clock, self._meter = connection, centre.clock, meter
        self._table = Table(connection)
        self.world = replace(
            centre.immortal,
            desk=DynamoDesk(self._table, centre.clock),
            history=DynamoHistory(self._table),
            catalogue=DynamoCatalogue(self._table, centre.clock),
            credentials=DynamoCredentials(self._table, centre.clock),
        )
        Publisher(self.world, lambda _name, _wav: None, BUSINESS).publish()
        self.document = with_agents(documents[0], size)

    def costs(self) -> Mapping[str, Cost]:
        """Give what everything costs, in the order in which it happens."""
        return {
            "apply, all new": self._cost(self.apply),
            "apply, unchanged": self._cost(self.apply),
            "apply, one changed": self._cost(self._change_one),
            **self.flat_costs(),
        }

    def flat_costs(self) -> Mapping[str, Cost]:
        """Give what must cost the same in a centre of any size."""
        return {
            "cold start": self._cost(self.cold_start),
            "sign-in by user name": self._cost(self.sign_in),
            "snapshot": self._cost(self.snapshot),
            "quiet minute": self._quiet_minute(),
        }

    def apply(self) -> None:
        """Apply the document."""
        apply_configuration(self.document, self.world)

    def cold_start(self) -> None:
        """Read what a process reads that has just begun."""
        DynamoCatalogue(self._table, self._clock).centre()

    def sign_in(self, number: int = 1) -> None:
        """Have a business system sign an agent in by its own name for them."""
        key = self.world.catalogue.centre().api_keys["business"]
        business = Machine(key.name, frozenset(), key)
        agent, code, _ = issue_login_code(business, f"user-{FIRST_AGENT + number}", self.world)
        sign_in_by_code(agent, code, None, self.world)

    def snapshot(self) -> None:
        """Give a page the whole state of its agent."""
        snapshot(str(FIRST_AGENT + 1), self.world)

    def sweep(self) -> None:
        """Run the minute's sweep."""
        sweep(self.world)

    def _change_one(self) -> None:
        self.document["agents"][str(FIRST_AGENT)]["name"] = "renamed"
        self.apply()

    def _quiet_minute(self) -> Cost:
        for number in range(2, AT_WORK + 1):
            self.sign_in(number)
        return self._cost(self.sweep)

    def _cost(self, work: Callable[[], None]) -> Cost:
        began = time.perf_counter()
        with self._meter.step(work.__name__) as counted:
            work()
        seconds = time.perf_counter() - began
        return Cost(counted.calls, counted.write_units, counted.read_units, counted.read_bytes, seconds)


def with_agents(document: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Give the document with so many more agents, each with a seat and a user name; passwords would take long."""
    numbers = range(FIRST_AGENT, FIRST_AGENT + size)
    agents = {
        str(number): {
            "name": f"Agent {number}",
            "profile": "service",
            "seat": number,
            "groups": ["front-desk"],
            "user_names": [f"user-{number}"],
        }
        for number in numbers
    }
    seats = {str(number): {"device": "browser"} for number in numbers}
    return {**document, "agents": {**document["agents"], **agents}, "seats": {**document["seats"], **seats}}


def measure() -> tuple[str, Mapping[int, Mapping[str, Cost]]]:
    """Give the engine's name, and by size what everything costs."""
    try:
        with _dynamodb_local() as url, Meter() as meter:
            return "DynamoDB Local", {size: Grown(size, table_at(url), meter).costs() for size in SIZES}
    except dynamodb_local.UnavailableError:
        with mock_aws(), Meter() as meter:
            return "moto", {size: Grown(size, table_at(None), meter).costs() for size in SIZES_WITHOUT_JAVA}


def grown(by_size: Mapping[int, Mapping[str, Cost]]) -> Iterator[str]:
    """Tell of everything that must be flat, and is not: more requests, units or bytes in a larger centre."""
    least, most = min(by_size), max(by_size)
    for name in FLAT:
        few, many = (replace(by_size[size][name], seconds=0) for size in (least, most))
        if few != many:
            yield f"{name}: {few} with {least} agents, {many} with {most}"


@contextmanager
def _dynamodb_local() -> Iterator[str]:
    java, jar = dynamodb_local.find_java(), dynamodb_local.install()
    port = free_port()
    with TemporaryDirectory(prefix="icall-bench-") as folder, pytest.MonkeyPatch.context() as monkeypatch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "benchmark")
        server = ServerProcess(
            "dynamodb", dynamodb_local.command(java, jar, port, None), port, Path(folder) / "dynamodb.log"
        )
        server.start()
        try:
            server.wait()
            yield f"http://127.0.0.1:{port}"
        finally:
            server.stop()


def table_at(url: str | None) -> TableConnection:
    """Make a table of our own at an engine's address; None is AWS's, which moto answers for."""
    return with_table(connect(f"icall-{uuid.uuid4().hex}", REGION, url))
