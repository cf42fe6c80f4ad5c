"""The stores that pass one suite: memory, moto in this process, and DynamoDB Local, which judges races rightly."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from moto import mock_aws
from pynamodb.connection import TableConnection

from chalicelib.adapters.dynamodb.catalogue import DynamoCatalogue
from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from chalicelib.adapters.dynamodb.desk import DynamoDesk
from chalicelib.adapters.dynamodb.history import DynamoHistory
from chalicelib.adapters.dynamodb.table import Table, connect
from chalicelib.ports import Catalogue, Credentials, Desk, History
from local.aws import dynamodb_local
from local.aws.processes import ServerProcess, free_port
from tests.adapters.dynamodb import examples
from tests.adapters.dynamodb.table_view import TableView
from tests.fakes.catalogue import MemoryCatalogue
from tests.fakes.clock import FakeClock
from tests.fakes.credentials import MemoryCredentials
from tests.fakes.desk import MemoryDesk
from tests.fakes.history import MemoryHistory
from tests.fakes.tables import with_table
from tests.invariants import Store as Everything

REGION = "us-east-1"


@dataclass(frozen=True)
class Store:
    """The three ports over one table; `catalogues` gives another process's catalogue."""

    clock: FakeClock
    desk: Desk
    credentials: Credentials
    catalogue: Catalogue
    everything: Everything
    catalogues: Callable[[], Catalogue]
    history: History


@pytest.fixture(scope="session")
def dynamodb_local_url(tmp_path_factory) -> Iterator[str]:
    try:
        java, jar = dynamodb_local.find_java(), dynamodb_local.install()
    except dynamodb_local.UnavailableError as missing:
        pytest.skip(f"DynamoDB Local cannot run here: {missing}")
    port = free_port()
    log = tmp_path_factory.mktemp("dynamodb") / "log"
    server = ServerProcess("dynamodb", dynamodb_local.command(java, jar, port, None), port, log)
    server.start()
    server.wait()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def aws_credentials(monkeypatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def moto_connection(aws_credentials) -> Iterator[TableConnection]:
    with mock_aws():
        yield with_table(connect("icall-test", REGION))


@pytest.fixture
def local_connection(dynamodb_local_url, aws_credentials) -> TableConnection:
    return with_table(connect(f"icall-{uuid.uuid4().hex}", REGION, dynamodb_local_url))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["memory", "moto", pytest.param("local", marks=examples.LOCAL_MARKS)])
def store(request, clock) -> Store:
    if request.param == "memory":
        catalogue, desk = MemoryCatalogue(), MemoryDesk(clock)
        return Store(clock, desk, MemoryCredentials(clock), catalogue, desk, lambda: catalogue, MemoryHistory())
    connection = request.getfixturevalue(f"{request.param}_connection")
    table = Table(connection)
    return Store(
        clock,
        DynamoDesk(table, clock),
        DynamoCredentials(table, clock),
        DynamoCatalogue(table, clock),
        TableView(connection),
        lambda: DynamoCatalogue(table, clock),
        DynamoHistory(table),
    )


@pytest.fixture
def desk(store) -> Desk:
    return store.desk


@pytest.fixture
def credentials(store) -> Credentials:
    return store.credentials


@pytest.fixture
def catalogue(store) -> Catalogue:
    return store.catalogue
