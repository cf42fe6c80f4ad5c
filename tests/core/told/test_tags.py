"""Tag strings: the guide's own example to the letter, and whatever else may stand in a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ground.errors import BadTagString
from chalicelib.core.told.tags import MAX_BYTES, SYSTEM, CallType, is_name, read, write

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,31}", fullmatch=True)
VALUES = st.text(max_size=40).map(str.strip)


def test_the_guides_example_is_read_to_the_letter():
    assert read("CALLERID:83366857|TTYPE:2|MemberID:6012345678") == {
        "CALLERID": "83366857",
        "TTYPE": "2",
        "MemberID": "6012345678",
    }


def test_tags_are_written_in_their_order():
    assert write({"CALLERID": "83366857", "TTYPE": "2", "VOCID": "V1"}) == "CALLERID:83366857|TTYPE:2|VOCID:V1"
    assert write({}) == ""


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_what_is_written_is_read_again(tags):
    assert read(write(tags)) == tags


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", {}),
        ("A:1|", {"A": "1"}),
        (" A : 1 | B : 2 ", {"A": "1", "B": "2"}),
        ("A:1|A:2", {"A": "2"}),
        ("URL:https://crm.example/a?b=c", {"URL": "https://crm.example/a?b=c"}),
        ("A:50%25%7C%0d%0A", {"A": "50%|\r\n"}),
        ("A:%41%2", {"A": "%41%2"}),
        ("A:", {"A": ""}),
        ("||A:1||", {"A": "1"}),
    ],
)
def test_a_tag_string_is_read_with_goodwill(text, tags):
    assert read(text) == tags


@pytest.mark.parametrize(
    "text", ["qzx9", ":1", "1A:1", "A-B:1", "名:1", "A:1|B", "A" * 33 + ":1", "A:" + "1" * MAX_BYTES]
)
def test_a_bad_tag_string_is_refused_without_being_repeated(text):
    with pytest.raises(BadTagString) as refused:
        read(text)
    assert text not in str(refused.value)


def test_the_place_of_a_bad_pair_is_told():
    with pytest.raises(BadTagString, match="Pair 2"):
        read("A:1|secret=7|B:2")


def test_a_value_may_have_the_longest_length_and_no_more():
    longest = "A:" + "1" * (MAX_BYTES - 2)
    assert len(read(longest)["A"]) == MAX_BYTES - 2
    with pytest.raises(BadTagString):
        read("A:" + "字" * 1400)


def test_the_systems_own_names_are_names():
    assert all(is_name(name) for name in SYSTEM)
    assert [int(kind) for kind in (CallType.OUTBOUND, CallType.INBOUND, CallType.TRANSFERRED)] == [1, 2, 3]
