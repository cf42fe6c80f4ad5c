"""What DynamoDB refuses, the memory refuses too: what passes a test would pass on AWS."""

import pytest

from tests.adapters.dynamodb import examples
from tests.fakes.strictness import MOST_PARTITION_BYTES, EngineRefuses

NOW = examples.NOW
BOTH = pytest.mark.parametrize("store", ["memory", pytest.param("local", marks=examples.LOCAL_MARKS)], indirect=True)
HALF = "\ud83d"

ASKED = {
    "a call": lambda store, name: store.desk.call(name),
    "an agent": lambda store, name: store.desk.agent(name),
    "a recording": lambda store, name: store.desk.recording(name),
    "a session": lambda store, name: store.credentials.get("session", name),
    "a ticket": lambda store, name: store.credentials.consume("ticket", name),
    "a count": lambda store, name: store.credentials.count("tries", name, 1, NOW + 1),
    "a new record": lambda store, name: store.credentials.put("code", name, {"agent": "100"}, NOW + 1),
}
QUERIED = {
    "an agent's events": lambda store, name: store.desk.events_after(name, 1, 0),
    "an agent's calls": lambda store, name: store.history.of_agent(name, NOW, 1),
    "a customer's calls": lambda store, name: store.history.of_customer(name, 1),
}
"""DynamoDB Local looks at no length in a query; whether AWS does is not left to be found out by a caller."""

MEMORY = pytest.mark.parametrize("store", ["memory"], indirect=True)
LONG = pytest.mark.parametrize("name", ["x" * 2_100, "图" * 700], ids=["letters", "Chinese"])
asked = pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
asked_or_queried = pytest.mark.parametrize("ask", (ASKED | QUERIED).values(), ids=ASKED | QUERIED)


@BOTH
@asked_or_queried
def test_a_name_of_two_thousand_bytes_is_taken(store, ask):
    ask(store, "x" * 2_000)


@BOTH
@asked
@LONG
def test_a_name_that_the_table_cannot_have_is_refused(store, ask, name):
    with pytest.raises(Exception, match=r"1 to 2048 bytes|ValidationException"):
        ask(store, name)


@MEMORY
@asked_or_queried
@LONG
def test_in_memory_no_such_name_is_queried_either(store, ask, name):
    with pytest.raises(EngineRefuses):
        ask(store, name)


@MEMORY
@asked_or_queried
def test_in_memory_nothing_has_a_name_with_half_a_character(store, ask):
    with pytest.raises(UnicodeEncodeError):
        ask(store, HALF)


@BOTH
def test_a_key_is_refused_from_the_first_byte_too_many(store):
    room = MOST_PARTITION_BYTES - len("CALL#")
    assert store.desk.call("x" * room) is None
    with pytest.raises(Exception, match=r"1 to 2048 bytes|ValidationException"):
        store.desk.call("x" * (room + 1))


@BOTH
@pytest.mark.parametrize("seq", [999_999_998, 10**1_100], ids=["bounds the wrong way round", "1,101 digits"])
def test_a_position_beyond_all_events_is_refused(store, seq):
    with pytest.raises(Exception, match=r"1 to 1024 bytes|BETWEEN|ValidationException"):
        store.desk.events_after("100", 1, seq)


@BOTH
@pytest.mark.parametrize("until", [10**39 - 1, 10**400], ids=["39 digits", "401 digits"])
def test_a_number_of_more_digits_than_a_row_keeps_is_refused(store, until):
    with pytest.raises(Exception, match=r"significant digits|ValidationException|Number"):
        store.credentials.count("tries", "f1", 1, until)
    assert store.credentials.count("tries", "f1", 1, NOW + 1)


@BOTH
@pytest.mark.parametrize("value", [HALF, [{"name": HALF}], {HALF: 1}], ids=["text", "inside", "name"])
def test_half_a_character_is_stored_by_none(store, value):
    with pytest.raises(UnicodeEncodeError):
        store.credentials.put("session", "f1", {"agent": value}, NOW + 1)
