import hmac
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from chalicelib.adapters.twilio.signature import prove
from chalicelib.core.ground.errors import NotProved

URL = "https://centre.example.com/api/carriers/twilio/voice"
TOKEN, OLD_TOKEN, FOREIGN_TOKEN = "pretend-token-new", "pretend-token-old", "pretend-token-foreign"
SHARED_SECRET = "pretend-shared-key"
ALGORITHMS = [HMAC_SHA1, HMAC_SHA256]
FORM = [("CallSid", "CA1"), ("From", "+8613800000001"), ("Digits", ""), ("CallerName", "王 & co=+%")]


class Repeating(dict[str, list[str]]):
    """What the official validator takes a form with repeated fields for."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def repeating(form: list[tuple[str, str]]) -> Repeating:
    fields = Repeating()
    for name, value in form:
        fields.setdefault(name, []).append(value)
    return fields


def officially(url: str, form: list[tuple[str, str]], token: str = TOKEN, algorithm: str = HMAC_SHA1) -> str:
    return str(RequestValidator(token).compute_signature(url, repeating(form), algorithm))


def is_let_in(url: str, form: list[tuple[str, str]], signature: str | None, *tokens: str) -> bool:
    try:
        prove(url, form, signature, tokens or (TOKEN,))
    except NotProved:
        return False
    return True


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
forms = st.lists(st.tuples(names, st.text(st.characters(codec="utf-8"), max_size=8)), max_size=8)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(form=forms)
def test_whatever_the_official_validator_signs_is_let_in_repeated_and_blank_fields_included(algorithm, form):
    doubled = form + form[:2]

    prove(URL, doubled, officially(URL, doubled, TOKEN, algorithm), [TOKEN])


@given(form=forms, key=st.sampled_from([TOKEN, SHARED_SECRET, FOREIGN_TOKEN]), algorithm=st.sampled_from(ALGORITHMS))
def test_we_let_in_just_what_the_official_validator_takes_with_a_key_of_ours(form, key, algorithm):
    signature = officially(URL, form, key, algorithm)
    named = get_signature_algorithm(f"key=webhooks_sharedkey_1,algorithm={algorithm}")

    taken = [RequestValidator(ours).validate(URL, repeating(form), signature, named) for ours in (TOKEN, SHARED_SECRET)]
    assert is_let_in(URL, form, signature, TOKEN, SHARED_SECRET) == any(taken) == (key != FOREIGN_TOKEN)


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


def test_with_a_rule_for_webhooks_a_shared_key_signs_beside_the_token():
    for algorithm in ALGORITHMS:
        assert is_let_in(URL, FORM, officially(URL, FORM, SHARED_SECRET, algorithm), TOKEN, SHARED_SECRET)
        assert not is_let_in(URL, FORM, officially(URL, FORM, SHARED_SECRET, algorithm), TOKEN)


def test_another_hash_is_no_way_in():
    text = URL + "".join(name + value for name, value in sorted(FORM))
    for weaker in ("md5", "sha512", "sha224"):
        assert not is_let_in(URL, FORM, b64encode(hmac.digest(TOKEN.encode(), text.encode(), weaker)).decode())
    assert not is_let_in(URL, FORM, b64encode(sha256(text.encode()).digest()).decode())


def test_a_token_that_was_rotated_out_is_good_no_more():
    assert not is_let_in(URL, FORM, officially(URL, FORM, OLD_TOKEN), TOKEN)


def test_without_a_token_nobody_is_let_in():
    with pytest.raises(NotProved):
        prove(URL, FORM, officially(URL, FORM, ""), [])


@pytest.mark.parametrize("signature", [None, "", "nonsense", "ÿ", "\udcff", "=" * 28, "=" * 44])
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
