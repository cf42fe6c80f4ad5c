import asyncio
import json
import time

import pytest

from icall_bridge.ari.client import SILENCE, AriAddress, AriClient
from icall_bridge.cloud import CloudAway, Signing
from icall_bridge.heart.effects import Request
from icall_bridge.heart.state import Ways
from icall_bridge.journal import Journal
from icall_bridge.measuring import MeasuredAri, MeasuredCloud, MeasuredOrders, checks, read_bridge
from icall_bridge.metrics import Metrics
from icall_bridge.orders import Slip
from icall_bridge.service import Bridge, Surroundings


class FakeAri:
    def __init__(self, status):
        self.status = status

    async def perform(self, _request):
        return self.status, None


class FakeCloud:
    def __init__(self, status):
        self.status = status

    async def tell(self, _headers, _body):
        if self.status is None:
            raise CloudAway
        return self.status, b"{}"


class FakeOrders:
    def __init__(self):
        self.gone = []

    async def take(self):
        return []

    async def done(self, slips):
        self.gone += slips


@pytest.fixture
def metrics():
    return Metrics()


@pytest.mark.parametrize(("status", "why"), [(SILENCE, "silent"), (500, "failed"), (503, "failed")])
def test_an_asterisk_that_does_not_answer_well_is_counted(metrics, status, why):
    assert asyncio.run(MeasuredAri(FakeAri(status), metrics).perform(Request("GET", ("channels",)))) == (status, None)
    assert metrics.counted("ari_errors_total", why=why) == 1


@pytest.mark.parametrize("status", [200, 204, 404, 409])
def test_how_long_asterisk_takes_is_measured(metrics, status):
    asyncio.run(MeasuredAri(FakeAri(status), metrics).perform(Request("GET", ("channels",))))

    assert "icall_bridge_ari_seconds_count 1\n" in metrics.text()
    assert "ari_errors_total" not in metrics.text()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "taken"), (400, "refused"), (404, "refused"), (410, "refused"), (403, "failed"), (503, "failed")],
)
def test_events_are_counted_by_how_the_stack_takes_them(metrics, status, outcome):
    asyncio.run(MeasuredCloud(FakeCloud(status), metrics).tell({}, b""))

    assert metrics.counted("events_total", outcome=outcome) == 1
    assert "icall_bridge_telling_seconds_count 1\n" in metrics.text()


def test_a_stack_that_is_away_is_counted_and_told_all_the_same(metrics):
    with pytest.raises(CloudAway):
        asyncio.run(MeasuredCloud(FakeCloud(None), metrics).tell({}, b""))
    assert metrics.counted("events_total", outcome="failed") == 1


def test_commands_have_an_age_when_they_are_carried_out(metrics):
    orders = FakeOrders()
    old = Slip("r1", json.dumps({"at": int(time.time() * 1000) - 60_000}).encode(), again=True)
    odd = Slip("r2", b"no order")

    asyncio.run(MeasuredOrders(orders, metrics).done([old, odd]))

    assert orders.gone == [old, odd]
    assert metrics.counted("commands_total", given="again") == metrics.counted("commands_total", given="once") == 1
    assert 'icall_bridge_command_age_seconds_bucket{le="30"} 0\n' in metrics.text()
    assert "icall_bridge_command_age_seconds_count 1\n" in metrics.text()


def test_what_waits_to_be_told_is_read_from_the_journal(metrics):
    journal = Journal(":memory:")
    journal.keep_news("msg_1", "c1.b1", json.dumps({"at": int(time.time() * 1000) - 60_000}).encode())
    journal.keep_news("msg_2", "c1.b1", b"{}")

    async def read():
        ari = AriClient(AriAddress("http://127.0.0.1:1/ari", "icall", "secret"), None)
        around = Surroundings(ari, None, None, None, None, journal, Signing("whsec_c2VjcmV0"), lambda *_: None)
        bridge = Bridge("b1", Ways(), around)
        read_bridge(metrics, bridge, ari, journal)
        assert {name: check() for name, check in checks(bridge, journal).items()} == {
            "asterisk": "away",
            "stack": "does not take events",
        }
        return dict(line.rsplit(" ", 1) for line in metrics.text().splitlines() if not line.startswith("#"))

    read = asyncio.run(read())
    assert read["icall_bridge_events_waiting"] == "2"
    assert 60 <= float(read["icall_bridge_events_oldest_seconds"]) < 600
    assert read["icall_bridge_calls"] == read['icall_bridge_legs{doing="conference"}'] == "0"
    assert read["icall_bridge_asterisk_working"] == read["icall_bridge_ari_breaker_open"] == "0"
    assert read["icall_bridge_journal_lost_total"] == "0"
