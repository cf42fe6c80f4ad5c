"""Signing keys are read as the Standard Webhooks libraries read them, and weak ones are refused."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.told.webhook_keys import read_signing_keys

KEYS = st.binary(min_size=24, max_size=64)


def written(key: bytes) -> str:
    return "whsec_" + b64encode(key).decode()


@given(key=KEYS)
def test_a_key_is_read_with_its_padding_and_without(key: bytes) -> None:
    assert read_signing_keys(written(key), "crm/key") == [key]
    assert read_signing_keys(written(key).rstrip("="), "crm/key") == [key]


@given(new=KEYS, old=KEYS)
def test_during_a_rotation_there_are_two_the_new_one_first(new: bytes, old: bytes) -> None:
    assert read_signing_keys(f"{written(new)} {written(old)}\n", "crm/key") == [new, old]


@pytest.mark.parametrize("size", [1, 3, 16, 23, 65, 100])
def test_a_key_shorter_or_longer_than_the_standard_asks_is_refused_by_its_length(size: int) -> None:
    with pytest.raises(NotConfigured, match=f"'crm/key'.*has {size} bytes.*24 to 64 random bytes.*openssl"):
        read_signing_keys(written(b"k" * size), "crm/key")


@pytest.mark.parametrize(
    "secret",
    ["", "  ", "whsec_", "whsec_hunter2-hunter2-hunter2-hunter2", "whsk_hunter2hunter2hunter2hunter2hunter2", "密钥"],
    ids=["nothing", "blanks", "no key", "not base64", "a private key of the asymmetric kind", "not ASCII"],
)
def test_what_is_no_key_is_told_by_the_secrets_name_and_never_shown(secret: str) -> None:
    with pytest.raises(NotConfigured, match="'crm/key' is no signing key") as refusal:
        read_signing_keys(secret, "crm/key")
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_three_keys_are_one_too_many() -> None:
    with pytest.raises(NotConfigured, match="holds 3 keys"):
        read_signing_keys(" ".join([written(b"k" * 24)] * 3), "crm/key")
