import asyncio
import base64

import pytest

from local.business.app import make_app
from local.business.hooks import webhook_key
from local.business.settings import BusinessSettings, IncompleteSettings

pytestmark = pytest.mark.enable_socket

RANG = {"type": "call.rang", "data": {"call": "c1"}}


def test_a_signed_webhook_is_kept(freight):
    async def scenario(company):
        status = await company.hears(RANG)
        [kept] = await company.received()
        return status, kept == {"id": "msg_1", "receivedAt": company.now, "event": RANG}

    assert freight(scenario) == (204, True)


def test_a_doubled_delivery_is_accepted_and_kept_once(freight):
    async def scenario(company):
        statuses = [await company.hears(RANG), await company.hears(RANG, age=-30)]
        return statuses, len(await company.received())

    assert freight(scenario) == ([204, 204], 1)


def test_one_fitting_signature_among_several_is_enough(freight):
    body = b'{"type": "call.rang"}'

    async def scenario(company):
        return await company.hears(body, webhook_signature=f"v1,b2xk {company.sign(body)}")

    assert freight(scenario) == 204


@pytest.mark.parametrize(
    "forged",
    [
        {"key": b"another"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "v1a,x"},
        {"webhook_id": ""},
        {"age": 301},
        {"age": -301},
        {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "\u0661"},
        {"webhook_signature": "v1,签"},
    ],
)
def test_a_webhook_that_is_not_proved_is_refused_and_not_kept(freight, forged):
    async def scenario(company):
        status = await company.hears(RANG, **forged)
        return status, await company.received()

    assert freight(scenario) == (401, [])


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_bytes_that_are_no_text_in_a_header_are_refused_like_any_forgery(freight, name):
    fine = {"webhook-id": "n", "webhook-timestamp": "1772690000", "webhook-signature": "v1,x"}
    head = "".join(f"{header}: {value}\r\n" for header, value in fine.items() if header != name).encode()
    request = b"POST /hooks/icall HTTP/1.0\r\nContent-Length: 2\r\n" + head + name.encode() + b": \xff\xfe\r\n\r\n{}"

    async def scenario(company):
        reader, writer = await asyncio.open_connection(company.client.host, company.client.port)
        writer.write(request)
        status_line = await reader.readline()
        writer.close()
        return status_line.split()[1]

    assert freight(scenario) == b"401"


def test_a_body_changed_on_the_way_is_refused(freight):
    async def scenario(company):
        return await company.hears(RANG, webhook_signature=company.sign(b"{}"))

    assert freight(scenario) == 401


@pytest.mark.parametrize("timestamp", ["soon", "9" * 5000, "1772690000.0", "-1"])
def test_a_signed_timestamp_that_is_no_time_is_refused(freight, timestamp):
    async def scenario(company):
        signature = company.sign(b"{}", timestamp=timestamp)
        return await company.hears(b"{}", webhook_timestamp=timestamp, webhook_signature=signature)

    assert freight(scenario) == 401


@pytest.mark.parametrize("age", [300, -300])
def test_five_minutes_of_difference_are_tolerated(freight, age):
    async def scenario(company):
        return await company.hears(RANG, age=age)

    assert freight(scenario) == 204


def test_a_proved_webhook_that_is_not_json_is_the_senders_fault(freight):
    async def scenario(company):
        return await company.hears(b"call=rang"), await company.received()

    assert freight(scenario) == (400, [])


def test_a_receiver_told_to_fail_twice_keeps_the_third_delivery(freight):
    async def scenario(company):
        await company.posts("/hooks/fail", {"times": 2})
        statuses = [await company.hears(RANG) for _ in range(3)]
        return statuses, len(await company.received())

    assert freight(scenario) == ([503, 503, 204], 1)


@pytest.mark.parametrize("times", [-1, 101, True, "2", None])
def test_a_number_of_failures_that_makes_no_sense_is_refused(freight, times):
    async def scenario(company):
        return await company.posts("/hooks/fail", {"times": times})

    assert freight(scenario)[0] == 400


def test_webhooks_survive_a_restart_and_are_still_kept_once(freight, tmp_path):
    async def before(company):
        return await company.hears(RANG)

    async def after(company):
        return await company.hears(RANG), len(await company.received())

    data_dir = tmp_path / "business"
    freight(before, data_dir=data_dir)
    assert freight(after, data_dir=data_dir) == (204, 1)
    assert (data_dir / "business.json").stat().st_mode & 0o077 == 0


def test_a_secret_that_is_no_secret_is_refused_without_being_quoted():
    given = {"api_key": "a", "icall_url": "http://127.0.0.1:9", "icall_api_key": "b"}
    with pytest.raises(IncompleteSettings, match="webhook_secret"):
        BusinessSettings(webhook_secret="hunter2", **given)
    for secret, told in [("whsec_hunter2!", "base64"), ("whsec_hunter2x", "24 to 64 bytes"), ("whsec_", "24 to 64")]:
        with pytest.raises(IncompleteSettings, match=told) as refused:
            make_app(BusinessSettings(webhook_secret=secret, **given))
        assert "hunter2" not in str(refused.value)


def test_the_secrets_padding_may_be_left_out():
    written = base64.b64encode(b"k" * 25).decode()
    assert written.endswith("==")
    assert webhook_key(f"whsec_{written}") == webhook_key("whsec_" + written.rstrip("=")) == b"k" * 25
