import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from chalicelib.adapters.twilio.signature import prove
from chalicelib.core.errors import NotProved

URL = "https://centre.example.com/api/carriers/twilio/voice"
TOKEN, OLD_TOKEN, FOREIGN_TOKEN = "pretend-token-new", "pretend-token-old", "pretend-token-foreign"
FORM = [("CallSid", "CA1"), ("From", "+8613800000001"), ("Digits", ""), ("CallerName", "王 & co=+%")]


class Repeating(dict[str, list[str]]):
    """What the official validator takes a form with repeated fields for."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def officially(url: str, form: list[tuple[str, str]], token: str = TOKEN) -> str:
    fields = Repeating()
    for name, value in form:
        fields.setdefault(name, []).append(value)
    return str(RequestValidator(token).compute_signature(url, fields))


def is_let_in(url: str, form: list[tuple[str, str]], signature: str | None, *tokens: str) -> bool:
    try:
        prove(url, form, signature, tokens or (TOKEN,))
    except NotProved:
        return False
    return True


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
forms = st.lists(st.tuples(names, st.text(st.characters(codec="utf-8"), max_size=8)), max_size=8)


@given(form=forms)
def test_whatever_the_official_validator_signs_is_let_in_repeated_and_blank_fields_included(form):
    doubled = form + form[:2]

    prove(URL, doubled, officially(URL, doubled), [TOKEN])


@given(form=forms, extra=st.tuples(names, st.text(st.characters(codec="utf-8"), max_size=8)))
def test_a_field_added_on_the_way_keeps_the_webhook_out(form, extra):
    signature = officially(URL, form)

    assert is_let_in(URL, [*form, extra], signature) == (officially(URL, [*form, extra]) == signature)


@pytest.mark.parametrize(
    "changed",
    [
        [field for field in FORM if field[0] != "Digits"],
        [("CallSid", "CA2"), *FORM[1:]],
        [*FORM, ("Digits", "1")],
        [],
    ],
    ids=["a blank field dropped", "a value changed", "a field repeated", "everything dropped"],
)
def test_a_form_that_was_changed_is_kept_out(changed):
    assert not is_let_in(URL, changed, officially(URL, FORM))


def test_the_order_of_the_fields_does_not_matter():
    assert is_let_in(URL, FORM[::-1], officially(URL, FORM))


def test_while_a_token_is_rotated_both_are_good_and_no_third():
    assert is_let_in(URL, FORM, officially(URL, FORM, TOKEN), TOKEN, OLD_TOKEN)
    assert is_let_in(URL, FORM, officially(URL, FORM, OLD_TOKEN), TOKEN, OLD_TOKEN)
    assert not is_let_in(URL, FORM, officially(URL, FORM, FOREIGN_TOKEN), TOKEN, OLD_TOKEN)


def test_a_token_that_was_rotated_out_is_good_no_more():
    assert not is_let_in(URL, FORM, officially(URL, FORM, OLD_TOKEN), TOKEN)


def test_without_a_token_nobody_is_let_in():
    with pytest.raises(NotProved):
        prove(URL, FORM, officially(URL, FORM, ""), [])


@pytest.mark.parametrize("signature", [None, "", "nonsense", "ÿ", "=" * 28])
def test_a_missing_or_foreign_signature_is_kept_out_without_a_word_about_why(signature):
    with pytest.raises(NotProved) as refusal:
        prove(URL, FORM, signature, [TOKEN])
    assert str(refusal.value) == "The webhook is not signed as from our account."


@pytest.mark.parametrize(
    "called",
    ["https://centre.example.com/carriers/twilio/voice", URL + "/", URL + "?a=1", URL.replace("https", "http")],
    ids=["without the stage", "with a slash", "with a query", "by http"],
)
def test_a_signature_for_another_address_is_kept_out(called):
    assert not is_let_in(URL, FORM, officially(called, FORM))


@pytest.mark.parametrize("signed", ["https://centre.example.com:443/v", "https://centre.example.com/v"])
@pytest.mark.parametrize("called", ["https://centre.example.com:443/v", "https://centre.example.com/v"])
def test_the_port_may_be_signed_or_not(signed, called):
    assert is_let_in(called, FORM, officially(signed, FORM))
