"""The promises of the catalogue, kept by memory and by DynamoDB alike."""

import threading
from hashlib import shake_256
from pathlib import Path

import pytest
import yaml

from chalicelib.adapters.dynamodb.catalogue import DynamoCatalogue
from chalicelib.adapters.dynamodb.models import PointerRow
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.centre.reading import without_people
from chalicelib.core.documents.placeholders import fill
from chalicelib.core.ground.errors import BadRequest, Conflict, NotConfigured
from tests.adapters.dynamodb import examples

ROOT = Path(__file__).parents[3]
SECOND = 1000


def document(path: str):
    written = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return fill(written, dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://business.example"))


@pytest.fixture(scope="module")
def centre():
    return without_people(document("config/demo.yaml"))


def apply(catalogue, centre, expected):
    return catalogue.applying(expected).finish(centre)


@pytest.fixture(scope="module")
def echo():
    return document("flows/echo.yaml")


@pytest.fixture(scope="module")
def waybill():
    return document("flows/plugins/waybill.yaml")


def test_an_empty_catalogue_says_what_to_do(catalogue):
    with pytest.raises(NotConfigured, match="apply"):
        catalogue.centre()
    assert catalogue.version() == 0
    assert catalogue.people() == {}
    with pytest.raises(NotConfigured, match=r"flow echo.*publish"):
        catalogue.flow("echo")
    with pytest.raises(NotConfigured, match=r"plugin waybill.*publish"):
        catalogue.plugin("waybill")
    assert catalogue.flow_names() == {}
    assert catalogue.plugins() == {}
    assert catalogue.password_hash("100") is None
    assert catalogue.agent_record("100") is None


def test_the_configuration_applied_last_is_in_force(catalogue, centre):
    assert apply(catalogue, centre, 0) == 1
    assert catalogue.centre().version == 1
    assert apply(catalogue, centre | {"name": "Another"}, 1) == 2
    assert (catalogue.version(), catalogue.centre().version, catalogue.centre().name) == (2, 2, "Another")


def test_a_plugin_that_breaks_todays_rules_is_as_if_it_were_not_there_and_others_are(catalogue, waybill):
    catalogue.put_plugin("waybill", waybill | {"address": "https://erp.example/{number}"})
    catalogue.put_plugin("older", {"name": "older", "address": "https://erp.example/", "outputs": {"a": "upper(a)"}})
    assert set(catalogue.plugins()) == {"waybill"}
    with pytest.raises(NotConfigured, match=r"plugin older.*publish"):
        catalogue.plugin("older")


@pytest.mark.parametrize("expected", [0, 2, 7])
def test_a_configuration_made_from_another_version_is_refused(catalogue, centre, expected):
    apply(catalogue, centre, 0)
    with pytest.raises(Conflict):
        apply(catalogue, centre | {"name": "Another"}, expected)
    assert catalogue.centre().name == centre["name"]


def test_a_configuration_is_read_once_while_it_is_in_force(catalogue, centre):
    apply(catalogue, centre, 0)
    assert catalogue.centre() is catalogue.centre()


def test_a_document_that_no_row_can_hold_is_refused_with_what_to_do(catalogue, echo):
    noise = shake_256(b"noise").hexdigest(500_000)
    with pytest.raises(BadRequest, match="divide it"):
        catalogue.put_flow("echo", echo | {"description": noise})
    assert catalogue.flow_names() == {}


def test_a_flow_gets_the_next_version_and_the_old_one_stays(catalogue, echo):
    assert catalogue.put_flow("echo", echo) == 1
    assert catalogue.put_flow("echo", echo | {"max_turns": 9}) == 2
    assert catalogue.flow("echo")[0] == 2
    assert catalogue.flow("echo")[1].max_turns == 9
    assert catalogue.flow("echo", 1)[0] == 1
    assert catalogue.flow("echo", 1)[1].max_turns == 60
    assert catalogue.flow_names() == {"echo": 2}


def test_a_version_that_was_never_published_is_not_there(catalogue, echo):
    catalogue.put_flow("echo", echo)
    with pytest.raises(NotConfigured, match="version 2"):
        catalogue.flow("echo", 2)


def test_flows_do_not_share_their_versions(catalogue, echo):
    catalogue.put_flow("echo", echo)
    catalogue.put_flow("echo-2", echo | {"name": "echo-2"})
    assert catalogue.flow_names() == {"echo": 1, "echo-2": 1}
    assert catalogue.flow("echo-2")[1].name == "echo-2"


def test_a_plugin_is_replaced_by_the_one_published_last(catalogue, waybill):
    catalogue.put_plugin("waybill", waybill)
    catalogue.put_plugin("other", waybill | {"name": "other"})
    assert catalogue.plugin("waybill").timeout_ms == 2500
    catalogue.put_plugin("waybill", waybill | {"timeout_ms": 1234})
    assert catalogue.plugin("waybill").timeout_ms == 1234
    assert sorted(catalogue.plugins()) == ["other", "waybill"]


def test_a_change_is_seen_by_other_processes_within_ten_seconds(store, clock, centre, echo, waybill):
    ours, theirs = store.catalogue, store.catalogues()
    apply(ours, centre, 0)
    ours.put_flow("echo", echo)
    ours.put_plugin("waybill", waybill)
    assert (theirs.centre().version, theirs.flow("echo")[0], theirs.plugin("waybill").timeout_ms) == (1, 1, 2500)
    apply(ours, centre, 1)
    ours.put_flow("echo", echo)
    ours.put_plugin("waybill", waybill | {"timeout_ms": 1234})
    clock.passes(10 * SECOND)
    assert (theirs.centre().version, theirs.flow("echo")[0], theirs.plugin("waybill").timeout_ms) == (2, 2, 1234)


def test_what_is_new_is_found_by_other_processes_at_once(store, centre, echo, waybill):
    ours, theirs = store.catalogue, store.catalogues()
    assert (theirs.flow_names(), theirs.plugins()) == ({}, {})
    ours.put_plugin("waybill", waybill)
    ours.put_flow("echo", echo)
    apply(ours, centre, 0)
    assert (theirs.flow("echo")[0], theirs.plugin("waybill").timeout_ms) == (1, 2500)


def test_a_publisher_killed_before_the_end_leaves_the_flow_as_it_was(moto_connection, clock, echo):
    class Killed(BaseException):
        pass

    class Dying(Table):
        def write(self, writes):
            if any(isinstance(put.row, PointerRow) for put in writes):
                raise Killed
            super().write(writes)

    sound = DynamoCatalogue(Table(moto_connection), clock)
    assert sound.put_flow("echo", echo) == 1
    with pytest.raises(Killed):
        DynamoCatalogue(Dying(moto_connection), clock).put_flow("echo", echo | {"max_turns": 9})
    assert sound.flow("echo")[0] == 1
    assert sound.put_flow("echo", echo) == 3
    assert sound.flow("echo")[0] == 3


@pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
def test_all_who_publish_a_flow_at_once_get_a_version_each(store, echo):
    start, got = threading.Barrier(8), []

    def publish(turns: int) -> None:
        mine = store.catalogues()
        start.wait()
        got.append((mine.put_flow("echo", echo | {"max_turns": turns}), turns))

    threads = [threading.Thread(target=publish, args=(turns,)) for turns in range(10, 18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(version for version, _ in got) == list(range(1, 9))
    newest = store.catalogues()
    assert newest.flow("echo")[0] == 8
    assert {newest.flow("echo", version)[1].max_turns for version, _ in got} == set(range(10, 18))
    assert all(newest.flow("echo", version)[1].max_turns == turns for version, turns in got)
