"""The promises of the credentials, kept by memory and by DynamoDB alike."""

import threading

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
