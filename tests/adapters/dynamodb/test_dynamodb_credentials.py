"""The promises of the credentials, kept by memory and by DynamoDB alike."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.adapters.dynamodb import examples

NOW = examples.NOW


def test_a_session_is_found_until_its_time_is_over_to_the_millisecond(credentials, clock):
    credentials.put("session", "f1", {"agent": "100", "roles": ["agent"]}, NOW + 1500)
    clock.passes(1499)
    assert credentials.get("session", "f1") == {"agent": "100", "roles": ["agent"]}
    clock.passes(1)
    assert credentials.get("session", "f1") is None
    assert credentials.consume("session", "f1") is None


def test_what_was_never_stored_is_not_found(credentials):
    assert credentials.get("ticket", "f1") is None
    assert credentials.consume("ticket", "f1") is None
    credentials.drop("ticket", "f1")


def test_a_ticket_is_good_once(credentials):
    credentials.put("ticket", "f1", {"agent": "100"}, NOW + 1000)
    assert credentials.consume("ticket", "f1") == {"agent": "100"}
    assert credentials.consume("ticket", "f1") is None
    assert credentials.get("ticket", "f1") is None


def test_a_dropped_session_is_gone(credentials):
    credentials.put("session", "f1", {"agent": "100"}, NOW + 1000)
    credentials.drop("session", "f1")
    assert credentials.get("session", "f1") is None


def test_kinds_and_keys_are_kept_apart(credentials):
    credentials.put("session", "f1", {"agent": "100"}, NOW + 1000)
    credentials.put("session", "f2", {"agent": "101"}, NOW + 1000)
    credentials.put("ticket", "f1", {"agent": "102"}, NOW + 1000)
    credentials.drop("session", "f2")
    assert credentials.get("session", "f1") == {"agent": "100"}
    assert credentials.get("ticket", "f1") == {"agent": "102"}


def test_a_record_stored_again_is_replaced_with_its_new_time(credentials, clock):
    credentials.put("socket", "s1", {"alive": 1}, NOW + 1000)
    credentials.put("socket", "s1", {"alive": 2}, NOW + 9000)
    clock.passes(5000)
    assert credentials.get("socket", "s1") == {"alive": 2}


@pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
def test_of_many_who_use_one_login_code_at_once_one_gets_in(credentials):
    credentials.put("code", "f1", {"agent": "100"}, NOW + 1000)
    start, got = threading.Barrier(16), []

    def use() -> None:
        start.wait()
        got.append(credentials.consume("code", "f1"))

    threads = [threading.Thread(target=use) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [value for value in got if value] == [{"agent": "100"}]


def test_so_many_are_counted_and_no_more(credentials):
    assert [credentials.count("tries", "f1", 3, NOW + 1000) for _ in range(5)] == [True] * 3 + [False] * 2


def test_each_that_is_counted_lengthens_the_counts_life_and_one_that_is_not_does_not(credentials, clock):
    assert credentials.count("tries", "f1", 2, NOW + 1000)
    clock.passes(900)
    assert credentials.count("tries", "f1", 2, NOW + 1900)
    clock.passes(900)
    assert not credentials.count("tries", "f1", 2, NOW + 2800)
    clock.passes(99)
    assert not credentials.count("tries", "f1", 2, NOW + 2899)
    clock.passes(1)
    assert [credentials.count("tries", "f1", 2, NOW + 2900) for _ in range(3)] == [True, True, False]


def test_a_count_that_was_dropped_begins_anew(credentials):
    assert [credentials.count("tries", "f1", 1, NOW + 1000) for _ in range(2)] == [True, False]
    credentials.drop("tries", "f1")
    assert credentials.count("tries", "f1", 1, NOW + 1000)


def test_counts_are_kept_apart_by_kind_and_key_and_are_no_records(credentials):
    assert credentials.count("tries", "f1", 1, NOW + 1000)
    assert credentials.count("tries", "f2", 1, NOW + 1000)
    assert credentials.count("guesses", "f1", 1, NOW + 1000)
    assert credentials.get("tries", "f1") is None


@pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
@pytest.mark.parametrize("before", ["nothing", "a count whose time is over"])
def test_of_many_at_once_no_more_and_no_fewer_are_counted(credentials, clock, before):
    if before != "nothing":
        assert [credentials.count("tries", "f1", 2, NOW + 10) for _ in range(3)] == [True, True, False]
        clock.passes(10)
    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(lambda _: credentials.count("tries", "f1", 10, NOW + 1000), range(64)))
    assert told.count(True) == 10
