"""Whoever applies a configuration is told what changes, and how far it is when it takes long."""

from chalicelib.core.centre.people import Difference, agent_key, seat_key
from local.changes import progress, told_of


def test_agents_and_seats_are_named_by_what_becomes_of_them():
    difference = Difference(
        added=(agent_key("103"), agent_key("104"), seat_key(4)), removed=(agent_key("100"),), sections=("roles", "name")
    )
    assert list(told_of(difference)) == [
        "agents added: 2 (103, 104)",
        "agents removed: 1 (100)",
        "seats added: 1 (4)",
        "changed: roles, name",
    ]


def test_of_many_the_first_ten_are_named():
    (told,) = told_of(Difference(changed=tuple(agent_key(str(number)) for number in range(1, 12))))
    assert told == "agents changed: 11 (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)"


def test_nothing_that_differs_is_said_too():
    assert list(told_of(Difference())) == ["nothing differs from what is in force"]


def test_how_far_it_is_is_said_every_two_seconds():
    said, moments = [], iter([0.0, 1.0, 2.0, 2.0, 3.9, 4.1, 4.1])
    tell = progress(said.append, lambda: next(moments))
    for done in (100, 200, 300, 400):
        tell(done, 400)
    assert said == ["200 of 400 entries are stored", "400 of 400 entries are stored"]
