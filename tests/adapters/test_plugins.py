"""A plugin gives its outputs or one failure with its reason, whatever the business system does."""

import pytest
from http_servers import reply, serving

from chalicelib.adapters.http import GuardedHttp
from chalicelib.adapters.plugins import RestPlugins
from chalicelib.core.flow.plugins import read_plugin
from chalicelib.core.ground.errors import AddressRefused, NotConfigured, PluginFailed

pytestmark = pytest.mark.enable_socket


class HeldSecrets:
    def get(self, name):
        if name != "business/api-key":
            raise NotConfigured(f"the secret {name!r} is missing")
        return "k-4711"


def waybill(server, **changes):
    declaration = {
        "name": "waybill",
        "address": server.url("/api/waybills/{number}"),
        "inputs": {"number": {}},
        "headers": {"Authorization": "Bearer secret:business/api-key"},
        "outputs": {"destination": "destination", "plate": "truck.plate"},
        "found": "found",
        "timeout_ms": 2000,
        "max_bytes": 10_000,
    }
    return read_plugin(declaration | changes)


def ask(server, number="20260001", budget_ms=4000, *, allowed=True, **changes):
    http = GuardedHttp(loopback=allowed)
    plugins = RestPlugins(http, HeldSecrets())
    return plugins.ask(waybill(server, **changes), {"number": number}, budget_ms=budget_ms)


def test_the_business_systems_answer_becomes_outputs():
    answer = b'{"found": true, "destination": "\xe6\x88\x90\xe9\x83\xbd", "truck": {"plate": "A1"}}'
    with serving(reply(answer)) as server:
        assert ask(server) == {"found": True, "destination": "成都", "plate": "A1"}
    assert server.requests[0].startswith(b"GET /api/waybills/20260001 HTTP/1.1\r\n")
    assert b"Authorization: Bearer k-4711\r\n" in server.requests[0]


@pytest.mark.parametrize("half", [b"\\ud83d", b"\xed\xa0\xbd"], ids=["escaped", "as bytes"])
def test_half_a_character_in_an_answer_is_replaced(half):
    with serving(reply(b'{"found": true, "destination": "A' + half + b'", "truck": {}}')) as server:
        assert ask(server)["destination"] == "A\ufffd"


def test_a_waybill_that_does_not_exist_is_not_found_and_no_failure():
    with serving(reply(b"<h1>no</h1>", "404 Not Found")) as server:
        assert ask(server)["found"] is False


def test_what_a_caller_keys_in_stays_one_segment_of_the_path():
    with serving(reply()) as server:
        ask(server, number="../admin?x=1#")
    assert server.requests[0].startswith(b"GET /api/waybills/..%2Fadmin%3Fx%3D1%23 HTTP/1.1\r\n")


NO_NUMBERS = [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1" * 400, b"9" * 5000, b"01", b"+1", b"0x1"]


@pytest.mark.parametrize(("written", "told"), [(b"1.25e3", 1250), (b"0", 0), (b"-7", -7), (b"20260001.0", 20260001.0)])
def test_a_number_stays_what_it_is(written, told):
    with serving(reply(b'{"destination": %s}' % written)) as server:
        assert ask(server)["destination"] == told


def silent(visit):
    visit.closing.wait(10)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (silent, "timeout"),
        (lambda _visit: None, "broken"),
        (reply(b"oops", "500 Internal Server Error"), "bad_status"),
        (reply(b"", "302 Found", Location="http://127.0.0.1/"), "redirected"),
        (reply(b"<html></html>"), "bad_json"),
        (reply(b""), "bad_json"),
        (reply(b"\xff\xfe\xff"), "bad_json"),
        (reply(b"[" * 9000), "bad_json"),
        (reply(b"1" * 9000), "bad_json"),
        *((reply(b'{"destination": %s}' % number), "bad_json") for number in NO_NUMBERS),
        (reply(b"a" * 10_001), "too_large"),
        (reply(b'{"destination": {"city": "x"}}'), "bad_shape"),
    ],
)
def test_every_misbehaviour_is_a_failure_with_its_reason(answer, reason):
    with serving(answer) as server, pytest.raises(PluginFailed) as failure:
        ask(server, timeout_ms=300)
    assert failure.value.reason == reason
    assert "20260001" not in str(failure.value)


def test_the_steps_budget_bounds_the_plugins_own_time_limit():
    with serving(silent) as server, pytest.raises(PluginFailed) as failure:
        ask(server, budget_ms=100)
    assert failure.value.reason == "timeout"


def test_without_budget_nothing_is_asked():
    with serving(reply()) as server, pytest.raises(PluginFailed) as failure:
        ask(server, budget_ms=0)
    assert failure.value.reason == "timeout"
    assert server.requests == []


def test_an_inner_address_fails_the_plugin_unless_it_is_allowed_and_the_plugin_is_named():
    with serving(reply()) as server, pytest.raises(PluginFailed) as failure:
        ask(server, allowed=False)
    assert failure.value.reason == "refused"
    told = str(failure.value)
    assert told.startswith("The plugin waybill may not be asked: ")
    assert server.place in told or "must be asked by https" in told
    assert "20260001" not in told


def test_a_plugin_whose_address_can_never_be_asked_is_refused_by_name_before_it_is_asked():
    plugins = RestPlugins(GuardedHttp(), HeldSecrets())
    with serving(reply()) as server, pytest.raises(AddressRefused, match=r"The plugin waybill may not be asked: http"):
        plugins.check(waybill(server))
    RestPlugins(GuardedHttp(loopback=True), HeldSecrets()).check(waybill(server))


def test_a_missing_secret_fails_the_plugin_and_is_named():
    with serving(reply()) as server, pytest.raises(PluginFailed, match="business/other") as failure:
        ask(server, headers={"Authorization": "secret:business/other"})
    assert failure.value.reason == "not_configured"
    assert server.requests == []
