from string import Formatter

import pytest

from chalicelib.core.speech.forms import CHINESE, ENGLISH, FORMS, LANGUAGES, UnspeakableValue
from chalicelib.core.speech.phrases import PHRASES, UnknownPhrase, phrase, waiting_announcement

COMMA = "\N{FULLWIDTH COMMA}"


def placeholders(sentence):
    return {(name, form) for _, name, form, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", PHRASES)
def test_a_sentence_exists_in_both_languages_with_the_same_placeholders(key):
    assert set(PHRASES[key]) == set(LANGUAGES)
    assert placeholders(PHRASES[key][CHINESE]) == placeholders(PHRASES[key][ENGLISH])


@pytest.mark.parametrize("key", PHRASES)
def test_a_sentence_asks_only_for_forms_that_exist(key):
    assert {form for _, form in placeholders(PHRASES[key][ENGLISH]) if form} <= set(FORMS)


def test_a_caller_hears_their_place_and_their_wait():
    assert waiting_announcement(2, 61, CHINESE).startswith("您目前排在第二位。预计还需等待两分钟。")
    assert waiting_announcement(2, 61, ENGLISH).startswith("You are 2nd in line. The estimated wait is 2 minutes. ")


@pytest.mark.parametrize(("seconds", "wait"), [(60, "1 minute"), (60.5, "2 minutes"), (3600, "1 hour")])
def test_the_wait_is_rounded_up_to_whole_minutes(seconds, wait):
    assert f"estimated wait is {wait}." in waiting_announcement(1, seconds, ENGLISH)


@pytest.mark.parametrize("seconds", [0, 59.9])
def test_a_wait_of_seconds_is_less_than_a_minute(seconds):
    assert "不到一分钟" in waiting_announcement(1, seconds, CHINESE)
    assert "less than a minute" in waiting_announcement(1, seconds, ENGLISH)


def test_a_wait_nobody_can_estimate_is_not_mentioned():
    assert waiting_announcement(None, 61, ENGLISH).startswith("The estimated wait is 2 minutes. ")
    assert waiting_announcement(1, None, ENGLISH) == (
        "You are 1st in line. Please stay on the line and we will be with you as soon as we can."
    )


def test_a_caller_confirms_or_enters_again_by_the_keys_named():
    assert phrase("confirm_or_reenter", CHINESE, confirm="1", reenter="#") == (f"确认请按一{COMMA}重新输入请按井号键。")


def test_what_was_entered_is_read_back():
    assert phrase("you_entered", ENGLISH, value="six zero one") == "You entered: six zero one."


def test_braces_in_a_value_are_only_text():
    assert phrase("you_entered", ENGLISH, value="{value.__class__}") == "You entered: {value.__class__}."


@pytest.mark.parametrize(
    ("key", "language"), [("no_such_phrase", CHINESE), ("goodbye", "fr-FR"), ("you_entered", CHINESE)]
)
def test_a_sentence_that_cannot_be_completed_is_our_fault(key, language):
    with pytest.raises(UnknownPhrase, match=key):
        phrase(key, language)


def test_a_value_that_does_not_fit_its_place_is_refused():
    with pytest.raises(UnspeakableValue, match="ordinal"):
        phrase("queue_position", CHINESE, position=0)
