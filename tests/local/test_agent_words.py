"""What an agent types in a terminal becomes what a page would ask for."""

import pytest

from local.agent import in_words
from local.agent_words import CannotRead, action_typed, control_typed, help_text


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("call 83366857;ORDER:42", (7, 3, "83366857;ORDER:42")),
        ("call agent 200", (7, 2, "200")),
        ("consult seat 2", (6, 1, "2")),
        ("transfer queue service;NOTE:a b", (5, 4, "service;NOTE:a b")),
        ("hold", (3, 0, "")),
        ("hold silent", (3, 1, "")),
        ("hold c1-2", (3, 0, "c1-2")),
        ("hold silent c1-2", (3, 1, "c1-2")),
        ("hangup", (2, 0, "")),
        ("hangup all", (2, 1, "")),
        ("hangup one c1-2", (2, 2, "c1-2")),
        ("unmute c1-2", (24, 0, "c1-2")),
        ("pause 2", (9, 2, "")),
        ("pause", (9, 0, "")),
        ("retag A:1|B:2", (26, 1, "A:1|B:2")),
        ("wrapped solved", (25, 1, "solved")),
    ],
)
def test_what_is_typed_is_asked_for(typed: str, asked: tuple[int, int, str]) -> None:
    word, _, text = typed.partition(" ")
    assert action_typed(word, text) == asked


def test_a_control_is_of_a_seat() -> None:
    assert control_typed("whisper", "2") == (2, 6)
    assert control_typed("take", " 12 ") == (12, 7)
    with pytest.raises(CannotRead, match="seat"):
        control_typed("monitor", "")


def test_what_cannot_be_read_is_told_in_words() -> None:
    with pytest.raises(CannotRead, match="number"):
        action_typed("pause", "lunch")


def test_help_tells_every_word() -> None:
    told = help_text()
    for typed in ("answer", "consult", "swap", "unmute", "switchToWhisper", "forceSignOutNow", "take"):
        assert typed in told


def test_a_member_is_told_in_one_line() -> None:
    member = {"leg": "c1-1", "role": "agent", "who": "100", "owner": True, "state": "connected", "muted": True}
    assert in_words(member) == "c1-1: agent 100, connected, owner, muted"


@pytest.mark.parametrize(("word", "typed"), [("record", ""), ("record", "stat"), ("hangup", "al"), ("hangup", "c1-2")])
def test_a_choice_that_there_is_not_is_not_taken_for_the_first(word: str, typed: str) -> None:
    with pytest.raises(CannotRead, match="One of these"):
        action_typed(word, typed)
