"""What must not grow with the number of agents is counted in two centres, one thirty times as large as the other."""

from dataclasses import replace

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection import TableConnection

from benchmarks import growth, growth_picture
from chalicelib.adapters.dynamodb.people import Kept, entry_row
from chalicelib.core.centre.people import entries_of
from chalicelib.core.centre.reading import read_configuration, without_people
from local.aws.meter import Meter
from tests.fakes.front_door import REGION

FEW, MANY = 10, 300
"""Moto copies the whole table for each transaction, and a sign-in is one."""

AT_ONCE = 25


def fill(connection: TableConnection, document) -> None:
    """Put the people into the table behind its back: by transactions, moto would take minutes."""
    entries = dict(entries_of(read_configuration(document, 1)))
    rows = [entry_row(key, Kept(1, entry, None)).serialize() for key, entry in entries.items()]
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    for first in range(0, len(rows), AT_ONCE):
        puts = [{"PutRequest": {"Item": row}} for row in rows[first : first + AT_ONCE]]
        dynamodb.batch_write_item(RequestItems={connection.table_name: puts})


def flat_costs(size, meter):
    grown = growth.Grown(size, growth.table_at(None), meter)
    fill(grown.connection, grown.document)
    grown.world.catalogue.applying(0).finish(without_people(grown.document))
    return grown.flat_costs()


@pytest.fixture(scope="module")
def by_size():
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws(), Meter() as meter:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        return {size: flat_costs(size, meter) for size in (FEW, MANY)}


def test_nothing_that_must_be_flat_asks_for_more_in_a_larger_centre(by_size):
    assert set(by_size[MANY]) == set(growth.FLAT)
    assert list(growth.grown(by_size)) == []


def test_a_process_that_begins_reads_two_rows(by_size):
    cost = by_size[MANY]["cold start"]
    assert (cost.requests, cost.write_units) == (2, 0)
    assert cost.read_bytes < 4_000


def test_a_quiet_minute_reads_keys_alone_and_writes_nothing(by_size):
    cost = by_size[MANY]["quiet minute"]
    assert cost.write_units == 0
    assert cost.read_units <= 20


def test_what_grows_and_what_does_not_is_drawn(by_size, tmp_path):
    picture = growth_picture.draw(by_size, tmp_path / "growth.svg").read_text("utf-8")
    lines = [line for line in picture.splitlines() if line.startswith("<polyline")]
    assert len(lines) == len(growth.FLAT)
    assert all(f">{name}: " in picture for name in growth.FLAT)


def test_what_has_grown_is_told(by_size):
    cost = by_size[MANY]["snapshot"]
    more = {FEW: by_size[FEW], MANY: {**by_size[MANY], "snapshot": replace(cost, read_bytes=cost.read_bytes + 1)}}
    (told,) = growth.grown(more)
    assert told.startswith("snapshot: ")
