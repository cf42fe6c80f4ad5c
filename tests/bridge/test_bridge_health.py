import asyncio
import io
import json
import logging
import re
import socket

import aiohttp
import pytest

from icall_bridge import health, logs
from icall_bridge.health import Health, Systemd, read_machine, tick
from icall_bridge.metrics import METRICS, Metrics

SAMPLE = re.compile(r"icall_bridge_[a-z_]+(\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\})? (\+Inf|[0-9.e+-]+)")


def asks(checks, path, metrics=None):
    """Ask a bridge's health; give the status and the text."""

    async def ask():
        answering = Health(metrics or Metrics(), checks, 0)
        port = await answering.start()
        try:
            async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status, await answer.text()
        finally:
            await answering.close()

    return asyncio.run(ask())


@pytest.mark.enable_socket
def test_a_bridge_that_is_well_says_so():
    status, text = asks({"asterisk": lambda: ""}, "/health")

    assert (status, json.loads(text)) == (200, {"state": "working", "wrong": {}})


@pytest.mark.enable_socket
def test_a_bridge_that_is_not_well_says_what_is_wrong():
    status, text = asks({"asterisk": lambda: "frozen", "stack": lambda: ""}, "/health")

    assert (status, json.loads(text)) == (503, {"state": "failing", "wrong": {"asterisk": "frozen"}})


@pytest.mark.enable_socket
def test_metrics_are_given_as_prometheus_reads_them(tmp_path):
    metrics = Metrics()
    metrics.count("events_total", outcome="taken")
    metrics.count("events_total", 2, outcome='a "strange"\none')
    metrics.observe("ari_seconds", 0.03)
    metrics.observe("ari_seconds", 99)
    metrics.read("legs", lambda: {"script": 2, "conference": 1})
    read_machine(metrics, {"cache": tmp_path, "state": tmp_path / "nowhere"})

    status, text = asks({}, "/metrics", metrics)

    assert status == 200
    lines = text.splitlines()
    assert all(line.startswith("#") or SAMPLE.fullmatch(line.replace('\\"', "")) for line in lines)
    assert 'icall_bridge_events_total{outcome="taken"} 1' in lines
    assert 'icall_bridge_events_total{outcome="a \\"strange\\"\\none"} 2' in lines
    assert 'icall_bridge_ari_seconds_bucket{le="0.025"} 0' in lines
    assert 'icall_bridge_ari_seconds_bucket{le="0.05"} 1' in lines
    assert 'icall_bridge_ari_seconds_bucket{le="+Inf"} 2' in lines
    assert "icall_bridge_ari_seconds_count 2" in lines
    assert 'icall_bridge_legs{doing="script"} 2' in lines
    assert 'icall_bridge_disk_free_bytes{folder="state"} 0' in lines
    assert re.search(r"^icall_bridge_resident_memory_bytes [1-9][0-9]+$", text, re.MULTILINE)
    assert re.search(r"^icall_bridge_open_files [1-9][0-9]*$", text, re.MULTILINE)


def test_a_metric_that_nobody_described_is_a_slip():
    metrics = Metrics()

    with pytest.raises(KeyError):
        metrics.count("surprises_total")
    with pytest.raises(KeyError):
        metrics.count("events_total", caller="83366857")
    with pytest.raises(KeyError):
        metrics.observe("ari_seconds", 1, method="GET")


def test_counters_end_as_prometheus_wants_them():
    assert {name for name, metric in METRICS.items() if metric.kind == "counter"} == {
        name for name in METRICS if name.endswith("_total")
    }


def told_by(systemd, words, at):
    """Give what systemd hears at an address."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(at)
        words(systemd)
        return listening.recv(100)


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_when_calls_may_come(tmp_path, abstract):
    name = f"@icall-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    at = "\0" + name[1:] if abstract else name

    assert told_by(Systemd.of({"NOTIFY_SOCKET": name}), Systemd.ready, at) == b"READY=1"
    assert Systemd.of({"WATCHDOG_USEC": "30000000"}).watchdog_seconds == 30


def test_without_systemd_nobody_is_told_and_nothing_fails(tmp_path):
    Systemd.of({}).ready()
    Systemd.of({"NOTIFY_SOCKET": str(tmp_path / "gone")}).stopping()


def test_the_watchdog_hears_as_long_as_the_bridge_moves(tmp_path, monkeypatch):
    monkeypatch.setattr(health, "_TICK_SECONDS", 0.001)
    metrics, at = Metrics(), str(tmp_path / "notify")

    async def move(listening):
        ticking = asyncio.ensure_future(tick(metrics, Systemd(at, 0.003)))
        told = await asyncio.to_thread(listening.recv, 100)
        ticking.cancel()
        return told

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(at)
        assert asyncio.run(move(listening)) == b"WATCHDOG=1"
    assert "icall_bridge_loop_late_seconds_count" in metrics.text()


def logged(write):
    """Give the lines of what a logger of the bridge writes."""
    stream = io.StringIO()
    before = logging.root.handlers[:], logging.root.level
    try:
        logs.start("INFO", stream)
        write(logging.getLogger("icall_bridge.sound.prompts"))
    finally:
        logging.root.handlers[:], logging.root.level = before
        logging.getLogger("icall_bridge").setLevel(logging.NOTSET)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_happened_and_to_which_leg():
    (line,) = logged(lambda log: log.warning("a leg was lost", extra={"leg": "p-1", "why": "frozen", "seconds": 3}))

    assert line["message"] == "a leg was lost"
    assert (line["level"], line["leg"], line["why"], line["seconds"]) == ("WARNING", "p-1", "frozen", 3)


def test_numbers_and_unknown_facts_stay_out_of_the_log():
    (line,) = logged(lambda log: log.info("from %s", "+4930123456", extra={"caller": "83366857", "why": "83366857"}))

    assert "83366857" not in json.dumps(line)
    assert "4930123456" not in json.dumps(line)
    assert line["dropped"] == ["caller"]


def test_ids_stay_in_the_log():
    (line,) = logged(
        lambda log: log.info("ended", extra={"channel": "1732640000.17", "call": "c0123456789abcdef0123.b1"})
    )

    assert (line["channel"], line["call"]) == ("1732640000.17", "c0123456789abcdef0123.b1")


def test_of_an_error_its_kind_and_place_are_told_but_not_its_words():
    def fail(log):
        try:
            int("what the caller said")
        except ValueError:
            log.exception("a command failed")

    (line,) = logged(fail)

    assert line["error"] == "ValueError"
    assert line["where"][0].startswith("fail test_bridge_health.py:")
    assert "what the caller said" not in json.dumps(line)
