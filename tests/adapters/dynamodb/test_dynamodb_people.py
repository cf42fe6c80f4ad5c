"""Agents, seats, user names and passwords are read one by one, and change all together or not at all."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from chalicelib.adapters.dynamodb.catalogue import DynamoCatalogue
from chalicelib.adapters.dynamodb.models import EntryRow, PointerRow
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.centre.model import AgentRecord, Device, DeviceKind, Seat
from chalicelib.core.centre.people import (
    GroupPart,
    KeptPassword,
    UserName,
    agent_key,
    group_key,
    password_key,
    seat_key,
    user_name_key,
)
from chalicelib.core.centre.reading import without_people
from chalicelib.core.documents.placeholders import fill
from chalicelib.core.ground.errors import Conflict, NotConfigured
from tests.adapters.dynamodb import examples

SECOND = 1000
DEMO = fill(
    yaml.safe_load((Path(__file__).parents[3] / "config/demo.yaml").read_text("utf-8")),
    dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://business.example"),
)
CENTRE = without_people(DEMO)
ZHANG = AgentRecord("100", "张三", "service", 1, groups=("front-desk",), user_names=("zhangsan", "张三"))
LI = AgentRecord("101", "李四", "senior", 2)
DESK = Seat(1, Device(DeviceKind.BROWSER))
PHONE = Seat(1, Device(DeviceKind.SIP, "sip:zhang@phones.example"))
PEOPLE = {
    agent_key("100"): ZHANG,
    agent_key("101"): LI,
    seat_key(1): DESK,
    user_name_key("zhangsan"): UserName("100"),
    user_name_key("张三"): UserName("100"),
    password_key("100"): KeptPassword("scrypt$1", "seal"),
}


def apply(catalogue, entries, expected=0, at_once=1000):
    applying, keys = catalogue.applying(expected), list(entries)
    for first in range(0, len(keys), at_once):
        applying.store({key: entries[key] for key in keys[first : first + at_once]})
    return applying.finish(CENTRE)


def test_each_is_found_by_its_key(catalogue):
    apply(catalogue, PEOPLE)
    assert (catalogue.agent_record("100"), catalogue.agent_record("101")) == (ZHANG, LI)
    assert catalogue.seat(1) == DESK
    assert catalogue.password_hash("100") == "scrypt$1"
    assert (catalogue.agent_record("102"), catalogue.seat(2), catalogue.password_hash("101")) == (None, None, None)
    assert catalogue.people() == PEOPLE


@pytest.mark.parametrize("name", ["100", "zhangsan", "张三"])
def test_an_agent_goes_by_the_agent_id_and_by_every_user_name(catalogue, name):
    apply(catalogue, PEOPLE)
    assert catalogue.agent_called(name) == ZHANG


@pytest.mark.parametrize("name", ["", "102", "Zhangsan", "zhangsan ", "x" * 5_000, "图" * 2_000])
def test_nobody_else_is_called_so(catalogue, name):
    apply(catalogue, PEOPLE)
    assert catalogue.agent_called(name) is None
    assert catalogue.agent_record(name) is None
    assert catalogue.password_hash(name) is None


def test_a_user_name_that_looks_like_an_agent_id_names_its_agent(catalogue):
    apply(catalogue, PEOPLE | {user_name_key("7001"): UserName("101")})
    assert catalogue.agent_called("7001") == LI


def test_nothing_of_an_application_is_seen_before_it_is_finished_and_then_all(catalogue):
    apply(catalogue, PEOPLE)
    applying = catalogue.applying(1)
    changed = {agent_key("100"): replace(ZHANG, seat=2), seat_key(1): PHONE, agent_key("101"): None}
    applying.store(changed | {agent_key("102"): AgentRecord("102", "王五", "service", 3)})
    assert catalogue.people() == PEOPLE
    assert (catalogue.agent_record("100"), catalogue.agent_record("101"), catalogue.seat(1)) == (ZHANG, LI, DESK)
    assert catalogue.agent_record("102") is None
    assert applying.finish(CENTRE) == 2
    assert catalogue.agent_record("100").seat == 2
    assert (catalogue.agent_record("101"), catalogue.seat(1)) == (None, PHONE)
    assert catalogue.agent_record("102").name == "王五"


def test_what_is_gone_is_gone_at_once_in_processes_that_just_looked(store):
    ours, theirs = store.catalogue, store.catalogues()
    apply(ours, PEOPLE)
    assert theirs.agent_called("zhangsan") == ZHANG
    apply(ours, dict.fromkeys(PEOPLE) | {agent_key("101"): replace(LI, roles=("boss",))}, 1)
    assert (theirs.agent_record("100"), theirs.agent_called("zhangsan"), theirs.password_hash("100")) == (None,) * 3
    assert theirs.agent_record("101").roles == ("boss",)
    assert theirs.centre().version == 2


def test_what_did_not_change_is_kept_through_many_versions(catalogue):
    apply(catalogue, PEOPLE)
    for version in range(1, 5):
        apply(catalogue, {seat_key(1): PHONE if version % 2 else DESK}, version)
    assert catalogue.people() == PEOPLE


def test_one_that_was_never_finished_leaves_nothing_in_force_and_the_next_may_go_on_with_what_it_stored(catalogue):
    apply(catalogue, PEOPLE)
    died = catalogue.applying(1)
    died.store({password_key("101"): KeptPassword("dear"), seat_key(1): PHONE, agent_key("101"): None})
    applying = catalogue.applying(1)
    assert applying.in_force == PEOPLE
    assert applying.stored[password_key("101")] == KeptPassword("dear")
    applying.store({agent_key("101"): LI, seat_key(1): DESK})
    applying.finish(CENTRE)
    assert catalogue.people() == PEOPLE | {password_key("101"): KeptPassword("dear")}


def test_of_two_at_once_the_one_begun_last_goes_on_and_the_other_changes_nothing_more(catalogue):
    apply(catalogue, PEOPLE)
    first, second = catalogue.applying(1), catalogue.applying(1)
    with pytest.raises(Conflict, match="Somebody else began"):
        first.store({seat_key(1): PHONE})
    second.store({agent_key("101"): None})
    with pytest.raises(Conflict):
        first.finish(CENTRE)
    assert second.finish(CENTRE) == 2
    for late in (lambda: first.store({seat_key(1): PHONE}), lambda: first.finish(CENTRE)):
        with pytest.raises(Conflict):
            late()
    assert catalogue.people() == {key: entry for key, entry in PEOPLE.items() if key != agent_key("101")}


@pytest.mark.parametrize("expected", [0, 2])
def test_who_expects_another_version_is_refused(catalogue, expected):
    apply(catalogue, PEOPLE)
    with pytest.raises(Conflict):
        catalogue.applying(expected)


def test_who_has_finished_changes_nothing_more(catalogue):
    applying = catalogue.applying(0)
    applying.finish(CENTRE)
    with pytest.raises(Conflict):
        applying.store(PEOPLE)


def test_many_are_stored(catalogue):
    many = {agent_key(str(number)): AgentRecord(str(number), "n", "service", number) for number in range(1000, 1120)}
    apply(catalogue, many)
    assert catalogue.people() == many


def test_the_rows_of_what_is_no_more_are_removed(moto_connection, clock):
    table = Table(moto_connection)
    catalogue = DynamoCatalogue(table, clock)
    apply(catalogue, PEOPLE)
    apply(catalogue, dict.fromkeys(PEOPLE), 1)
    rows = moto_connection.scan(consistent_read=True)["Items"]
    assert not [row for row in rows if row["kind"]["S"] == "entry"]


def test_a_configuration_stored_whole_by_an_older_version_says_what_to_do_and_is_replaced(moto_connection, clock):
    table = Table(moto_connection)
    catalogue = DynamoCatalogue(table, clock)
    catalogue.applying(0).finish(DEMO)
    with pytest.raises(NotConfigured, match="older form: apply it again"):
        catalogue.centre()
    apply(catalogue, PEOPLE, 1)
    assert (catalogue.centre().version, catalogue.agent_record("100")) == (2, ZHANG)


class Killed(BaseException):
    """The process is gone."""


class Dying(Table):
    """A table whose user dies before a write, when so many of its kind are done."""

    def __init__(self, connection, row, after):
        super().__init__(connection)
        self.row, self.left = row, after

    def write(self, writes):
        if any(isinstance(getattr(put, "row", None), self.row) for put in writes):
            if not self.left:
                raise Killed
            self.left -= 1
        super().write(writes)


@pytest.mark.parametrize(("row", "after"), [(EntryRow, 0), (EntryRow, 1), (EntryRow, 2), (PointerRow, 0)])
def test_wherever_who_applies_dies_the_old_is_in_force_whole_and_a_second_try_finishes(
    moto_connection, clock, row, after
):
    before = {agent_key(str(number)): AgentRecord(str(number), "old", "service", number) for number in range(1, 13)}
    wanted = {key: replace(record, name="new") for key, record in before.items() if record.seat % 2}
    change = dict.fromkeys(before) | wanted
    sound = DynamoCatalogue(Table(moto_connection), clock)
    apply(sound, before)
    with pytest.raises(Killed):
        apply(DynamoCatalogue(Dying(moto_connection, row, after), clock), change, 1, at_once=4)
    fresh = DynamoCatalogue(Table(moto_connection), clock)
    assert fresh.people() == before
    assert all(fresh.agent_record(key.name) == before[key] for key in before)
    apply(fresh, change, 1)
    assert fresh.people() == wanted
    assert sound.agent_record("2") is None


@pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
def test_of_many_who_apply_at_once_one_wins_whole(store):
    start, won = threading.Barrier(6), []

    def run(number: int) -> None:
        mine = store.catalogues()
        mine_alone = {agent_key(str(n)): AgentRecord(str(n), f"of {number}", "service", n) for n in range(1, 110)}
        start.wait()
        try:
            apply(mine, mine_alone)
        except Conflict:
            return
        won.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) <= 1
    if not won:
        apply(store.catalogues(), dict.fromkeys(store.catalogue.applying(0).stored))
    names = {entry.name for entry in store.catalogues().people().values()}
    assert names == {f"of {number}" for number in won}


def test_a_group_is_read_by_its_name_however_many_parts_it_has(catalogue):
    parts = {group_key("day", part): GroupPart((str(part),), 4) for part in range(4)}
    apply(catalogue, PEOPLE | parts | {group_key("night"): GroupPart(("100", "101"))})
    assert sorted(catalogue.group("day")) == ["0", "1", "2", "3"]
    assert catalogue.group("night") == ("100", "101")
    assert catalogue.group("nobody's") == ()
