import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ground.outside import MOST, carried, is_carried, is_id, is_number

anything = st.text(st.characters(exclude_categories=()))


@given(anything)
def test_whatever_is_carried_on_can_be_encoded_and_keeps_its_length(text):
    assert carried(text).encode().decode() == carried(text)
    assert len(carried(text)) == len(text)
    assert is_carried(carried(text))


@given(anything)
def test_what_can_be_encoded_stays_as_it_is(text):
    assert is_carried(text) == (text == text.encode(errors="replace").decode())
    assert not is_carried(text) or carried(text) == text


def test_a_truncated_emoji_is_replaced_and_a_whole_one_is_not():
    assert carried(json.loads(r'"\u5e7f\ud83d"')) == "广\ufffd"
    assert carried(json.loads(r'"\ud83d\ude00"')) == "😀"


@pytest.mark.parametrize(
    "value", ["100", "c0123456789abcdef0123", "c0123456789abcdef0123-1.1", "customer", "7", "v_1", "a" * 64]
)
def test_an_id_as_ours_are_is_one(value):
    assert is_id(value)


@pytest.mark.parametrize(
    "value",
    ["", "a" * 65, "a b", "a\n", "\n", "图", "a/b", "..", "-1", "\ud83d", "a\x00", "１", 100, None, ["100"], {"a": 1}],
)
def test_what_none_of_our_ids_is_like_is_none(value):
    assert not is_id(value)


@pytest.mark.parametrize("value", [0, -1, MOST, -MOST])
def test_a_whole_number_that_every_reader_keeps_is_a_number(value):
    assert is_number(value)


@pytest.mark.parametrize("value", [MOST + 1, 10**1_100, True, 1.0, 1e400, float("nan"), "1", None, [1]])
def test_anything_else_is_no_number(value):
    assert not is_number(value)
