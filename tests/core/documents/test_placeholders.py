"""One document serves every deployment: its settings are filled in when it is applied."""

import pytest

from chalicelib.core.documents.placeholders import SettingsMissing, fill


def test_settings_are_filled_in_everywhere():
    document = {"a": ["${HOST}/x", 5], "b": {"c": "https://${HOST}:${PORT}/{CALLERID}"}, "d": None}
    assert fill(document, {"HOST": "h", "PORT": "1"}) == {
        "a": ["h/x", 5],
        "b": {"c": "https://h:1/{CALLERID}"},
        "d": None,
    }


def test_every_unknown_setting_is_told_with_its_place():
    with pytest.raises(SettingsMissing) as refusal:
        fill({"a": {"b": ["${BUSINES_URL}"]}, "c": "${}"}, {"BUSINESS_URL": "x"})
    assert [str(mistake) for mistake in refusal.value.mistakes] == [
        "a.b[0]: there is no setting 'BUSINES_URL' here; did you mean 'BUSINESS_URL'?",
        "c: there is no setting '' here",
    ]


def test_what_is_filled_in_is_not_looked_at_again():
    assert fill("${A}", {"A": "${B}"}) == "${B}"
