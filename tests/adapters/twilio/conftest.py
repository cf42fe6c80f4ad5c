from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.forms import Form, read_form

PAYLOADS = Path(__file__).with_name("payloads")


@pytest.fixture(scope="session")
def addresses() -> Addresses:
    return Addresses("https://centre.example.com/api")


@pytest.fixture(scope="session")
def payload() -> Callable[..., Form]:
    """Reads one of the captured forms, with fields changed (None: removed)."""

    def read(name: str, **changes: str | None) -> Form:
        form = read_form((PAYLOADS / f"{name}.txt").read_bytes().rstrip())
        fields = dict(form.fields) | changes
        return Form(tuple((field, value) for field, value in fields.items() if value is not None))

    return read
