from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.twilio.forms import fields_as_they_came, read_form
from chalicelib.core.ground.errors import BadRequest

texts = st.text(st.characters(codec="utf-8"), max_size=10)


@given(st.lists(st.tuples(texts.filter(bool), texts), max_size=10))
def test_whatever_was_encoded_is_read_back_in_its_order_blank_values_included(fields):
    body = urlencode(fields).encode()

    assert read_form(body).fields == tuple(fields)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_as_the_standard_library_would_or_refused(body):
    try:
        read = read_form(body)
    except BadRequest:
        return
    assert read.fields == tuple(field for field in fields_as_they_came(body) if body)
    # The standard library also splits nothing but "&", so both must agree on what was vouched for.
    assert list(read.fields) == parse_qsl(body.decode("latin-1"), keep_blank_values=True, errors="strict") or (
        any(byte > 127 for byte in body)
    )


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"CallSid=%4", "percent-escape"),
        (b"CallSid=%zz", "percent-escape"),
        (b"CallSid=%ff%fe", "UTF-8"),
        (b"CallSid=\xff", "UTF-8"),
        (b"CallSid", "without '='"),
        (b"a=1&&b=2", "without a name"),
        (b"=1", "without a name"),
        (b"a=" + b"x" * 65536, "64 KB"),
        (b"&".join(b"a=1" for _ in range(201)), "200 fields"),
    ],
)
def test_a_malformed_or_huge_form_is_refused_with_what_is_wrong(body, complaint):
    with pytest.raises(BadRequest, match=complaint):
        read_form(body)


def test_a_refusal_never_quotes_what_came():
    with pytest.raises(BadRequest) as refusal:
        read_form(b"Digits=13800000001%")
    assert "13800000001" not in str(refusal.value)


def test_an_empty_body_has_no_fields():
    assert read_form(b"").fields == ()


def test_a_field_that_came_twice_is_refused_when_it_is_asked_for():
    form = read_form(b"Digits=1&Digits=2&Extra=3&Extra=4&From=5")

    assert form.one("From") == "5"
    with pytest.raises(BadRequest, match="Digits came more than once"):
        form.one("Digits")
    with pytest.raises(BadRequest, match="Digits came more than once"):
        form.maybe("Digits")


def test_a_missing_field_is_named():
    form = read_form(b"From=5")

    assert form.maybe("To") is None
    with pytest.raises(BadRequest, match="To is missing"):
        form.one("To")
