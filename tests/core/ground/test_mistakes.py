"""Whoever writes a configuration hears of every mistake at once."""

import pytest

from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.mistakes import Mistake, MistakesFound, Notes, did_you_mean, kind_of


def test_every_mistake_is_told_with_its_place():
    notes = Notes()
    notes.at("queues").at("service").at("ring_seconds").add("must be a whole number")
    notes.at("agents").at("100").at("groups").at(2).add("is empty")
    with pytest.raises(MistakesFound) as refusal:
        notes.refuse()
    assert refusal.value.mistakes == (
        Mistake("queues.service.ring_seconds", "must be a whole number"),
        Mistake("agents.100.groups[2]", "is empty"),
    )
    assert str(refusal.value) == "queues.service.ring_seconds: must be a whole number\nagents.100.groups[2]: is empty"
    assert isinstance(refusal.value, BadRequest)


def test_a_document_without_mistakes_is_not_refused():
    Notes().refuse()


def test_unknown_and_missing_fields_are_told_and_the_known_ones_kept():
    notes = Notes()
    kept = notes.at("x").fields({"ring_second": 3, "title": "t"}, {"ring_seconds", "title", "flow"}, ("flow",))
    assert kept == {"title": "t"}
    assert notes.found == [
        Mistake("x.ring_second", "unknown field; did you mean 'ring_seconds'?"),
        Mistake("x.flow", "is missing"),
    ]


def test_what_should_be_a_mapping_and_is_not_makes_one_mistake_only():
    notes = Notes()
    assert notes.fields(["a"], {"a"}, ("a",)) == {}
    assert notes.found == [Mistake("", "must be a mapping of names to values, not a list")]
    assert str(notes.found[0]) == "must be a mapping of names to values, not a list"


def test_a_name_that_refers_to_nothing_is_told_with_the_nearest_one():
    notes = Notes()
    assert notes.refers("service", {"service"}, "queue")
    assert not notes.at("queue").refers("servise", {"service", "vip"}, "queue")
    assert notes.found == [Mistake("queue", "there is no queue 'servise'; did you mean 'service'?")]


def test_nothing_is_suggested_when_nothing_is_close():
    assert did_you_mean("zzz", {"service"}) == ""


@pytest.mark.parametrize(("value", "kind"), [(True, "yes or no"), (None, "nothing"), (object(), "a object")])
def test_kinds_are_named_in_plain_words(value, kind):
    assert kind_of(value) == kind
