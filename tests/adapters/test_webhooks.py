"""Business systems hear by signed webhooks, and can prove that it was us."""

import base64
import json

import pytest
from http_servers import reply, serving

from chalicelib.adapters.http import GuardedHttp
from chalicelib.adapters.webhooks import StandardWebhooks, body_of, sign
from chalicelib.core.centre.model import WebhookEndpoint
from chalicelib.core.ground.errors import AddressRefused, NotConfigured, PluginFailed
from chalicelib.core.told.webhook_keys import read_signing_keys

NOW = 1_772_700_305_250
KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()
NEXT_KEY = "whsec_" + base64.b64encode(b"n" * 32).decode()


class Held:
    def __init__(self, secret):
        self.secrets = {"business/webhook-key": secret}

    def get(self, name):
        return self.secrets[name]


class Stopped:
    def now(self):
        return NOW


def deliver(server, *, secret=KEY, allowed=True):
    http = GuardedHttp(loopback=allowed)
    endpoint = WebhookEndpoint("business", server.url("/hooks/icall"), "business/webhook-key")
    hooks = StandardWebhooks(http, Held(secret), Stopped())
    hooks.deliver(endpoint, "n-1", "call.rang", NOW - 5000, {"callerId": "83366857", "customer": "张三"})


def test_the_signature_is_that_of_the_published_example():
    # The example of the Standard Webhooks specification's own libraries.
    keys = read_signing_keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "example")
    signature = sign(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.enable_socket
def test_a_notice_arrives_signed():
    with serving(reply(status="204 No Content")) as server:
        deliver(server)
    head, body = server.requests[0].split(b"\r\n\r\n", 1)
    assert head.startswith(b"POST /hooks/icall HTTP/1.1\r\n")
    assert b"webhook-id: n-1\r\n" in head
    assert b"webhook-timestamp: 1772700305\r\n" in head
    assert f"webhook-signature: {sign(read_signing_keys(KEY, ''), 'n-1', 1772700305, body)}".encode() in head
    assert json.loads(body) == {
        "type": "call.rang",
        "timestamp": "2026-03-05T08:45:00.250Z",
        "data": {"callerId": "83366857", "customer": "张三"},
    }


@pytest.mark.enable_socket
def test_during_a_rotation_there_is_a_signature_for_each_key():
    with serving(reply()) as server:
        deliver(server, secret=f"{NEXT_KEY} {KEY}")
    body = body_of("call.rang", NOW - 5000, {"callerId": "83366857", "customer": "张三"})
    both = " ".join(sign(read_signing_keys(key, ""), "n-1", 1772700305, body) for key in (NEXT_KEY, KEY))
    assert f"webhook-signature: {both}".encode() in server.requests[0]


@pytest.mark.enable_socket
@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "410 Gone", "500 Oops", "503 Busy"])
def test_a_notice_that_was_not_taken_fails_so_that_it_comes_again(status):
    with serving(reply(b"", status)) as server, pytest.raises(PluginFailed, match="business answered") as failure:
        deliver(server)
    assert failure.value.reason == "bad_status"


@pytest.mark.enable_socket
def test_a_receiver_at_an_inner_address_is_not_called_and_is_named():
    with serving(reply()) as server, pytest.raises(AddressRefused, match="The webhook business may not be told: http"):
        deliver(server, allowed=False)
    assert server.requests == []


@pytest.mark.enable_socket
def test_a_weak_key_signs_nothing_and_nothing_is_sent():
    with serving(reply()) as server, pytest.raises(NotConfigured, match="business/webhook-key"):
        deliver(server, secret="whsec_MTIz")
    assert server.requests == []


def test_a_receiver_that_can_never_be_told_is_refused_by_name():
    hooks = StandardWebhooks(GuardedHttp(), Held(KEY), Stopped())
    with pytest.raises(AddressRefused, match=r"The webhook crm may not be told: https://10\.0\.0\.5:443 is inside"):
        hooks.check(WebhookEndpoint("crm", "https://10.0.0.5/hooks", "business/webhook-key"))
    hooks.check(WebhookEndpoint("crm", "https://crm.example/hooks", "business/webhook-key"))
