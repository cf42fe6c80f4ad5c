"""Settings are refused by name, before anything is built of them."""

import pytest

from chalicelib.config import _NEEDED, read_settings
from chalicelib.core.ground.errors import NotConfigured

GIVEN = {name: f"https://{name.lower()}.example" for name in _NEEDED.values()}


def allowing(private: str, **more: str):
    return read_settings(GIVEN | {"ICALL_ALLOW_PRIVATE": private} | more)


def test_every_missing_variable_is_named_at_once():
    with pytest.raises(NotConfigured, match="ICALL_PUBLIC_URL, ICALL_TABLE"):
        read_settings({name: value for name, value in GIVEN.items() if name not in {"ICALL_TABLE", "ICALL_PUBLIC_URL"}})


def test_without_a_word_nothing_inner_may_be_asked():
    settings = read_settings(GIVEN)
    assert (settings.allow_private, settings.allow_loopback) == (frozenset(), False)


def test_loopback_and_inner_places_are_allowed_apart():
    settings = allowing("loopback,10.0.0.5:8443,erp.inner:443,")
    assert (settings.allow_private, settings.allow_loopback) == (frozenset({"10.0.0.5:8443", "erp.inner:443"}), True)


def test_a_function_on_aws_cannot_be_told_to_ask_its_own_loopback():
    on_aws = {"AWS_LAMBDA_FUNCTION_NAME": "icall-api"}
    with pytest.raises(NotConfigured, match="ICALL_ALLOW_PRIVATE may hold loopback on a laptop alone"):
        allowing("10.0.0.5:8443,loopback", **on_aws)
    assert not allowing("127.0.0.1:9001", **on_aws).allow_loopback
    assert allowing("10.0.0.5:8443", **on_aws).allow_private == {"10.0.0.5:8443"}


@pytest.mark.parametrize("private", ["10.0.0.5", "https://10.0.0.5:8443", "Loopback", "10.0.0.5:8443/x", "10.0.0.0/8"])
def test_what_is_no_place_is_refused_by_the_variables_name(private):
    with pytest.raises(NotConfigured, match="ICALL_ALLOW_PRIVATE must be host:port"):
        allowing(private)


ACCOUNT = {"ICALL_TWILIO_ACCOUNT_SID": "AC" + "0" * 32}
API = {"ICALL_TWILIO_API_URL": "http://127.0.0.1:8001/"}


def test_a_stack_needs_no_twilio_account():
    assert read_settings(GIVEN).twilio_account_sid == ""
    assert read_settings(GIVEN | {"ICALL_TWILIO_ACCOUNT_SID": ""}).twilio_account_sid == ""


def test_a_stack_with_a_twilio_account_asks_twilio_unless_it_is_told_otherwise():
    settings = read_settings(GIVEN | ACCOUNT)
    assert (settings.twilio_account_sid, settings.twilio_api_url) == ("AC" + "0" * 32, "https://api.twilio.com")
    assert read_settings(GIVEN | ACCOUNT | API).twilio_api_url == "http://127.0.0.1:8001"


@pytest.mark.parametrize("account", ["AC123", "SK" + "0" * 32, "AC" + "0" * 33, "AC" + "g" * 32])
def test_what_is_no_account_of_twilios_is_refused_by_the_variables_name(account):
    with pytest.raises(NotConfigured, match="ICALL_TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits") as refused:
        read_settings(GIVEN | {"ICALL_TWILIO_ACCOUNT_SID": account})
    assert account not in str(refused.value)


def test_half_a_twilio_account_is_one_clear_mistake():
    with pytest.raises(NotConfigured, match="set both, or neither"):
        read_settings(GIVEN | API)


QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/icall-main.fifo"


def having(pbxs):
    return read_settings(GIVEN | {"ICALL_ASTERISK_PBXS": pbxs})


def test_a_stack_has_the_asterisks_that_are_named_each_with_its_queue():
    assert having("").asterisk_pbxs == read_settings(GIVEN).asterisk_pbxs == {}
    assert having(f"main={QUEUE}").asterisk_pbxs == {"main": QUEUE}
    both = having(f"main={QUEUE},lab2=http://127.0.0.1:9324/1/lab.fifo,")
    assert both.asterisk_pbxs == {"main": QUEUE, "lab2": "http://127.0.0.1:9324/1/lab.fifo"}


@pytest.mark.parametrize(
    "pbxs",
    [
        "main",
        f"={QUEUE}",
        f"Main={QUEUE}",
        f"a-b={QUEUE}",
        f"abcdefghijklmnopq={QUEUE}",
        f"main={QUEUE.removesuffix('.fifo')}",
        f"main={QUEUE},main={QUEUE}x.fifo",
        f"main={QUEUE};second={QUEUE}",
        f"main={QUEUE} second={QUEUE}",
    ],
)
def test_what_is_no_asterisk_with_a_fifo_queue_is_refused_by_the_variables_name(pbxs):
    with pytest.raises(NotConfigured, match="ICALL_ASTERISK_PBXS must be name=address of its FIFO queue") as refused:
        having(pbxs)
    assert "123456789012" not in str(refused.value)
