import json
import os
import subprocess
import sys
import threading
import time

import pytest

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.watch import PowertoolsWatch
from chalicelib.core.ground.metrics import FACTS, Metric

NUMBER = "+8613800000001"


@pytest.fixture
def watch(request) -> PowertoolsWatch:
    # Loggers live as long as the process and are known by their service.
    return PowertoolsWatch(f"icall-{request.node.name}")


@pytest.fixture
def lines(capsys):
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_tells_its_facts(watch, lines):
    watch.note("the carrier refused", command="AddParticipant", why="HTTP 400", version=3)

    [line] = lines()
    assert line["message"] == "the carrier refused"
    assert (line["command"], line["why"], line["version"]) == ("AddParticipant", "HTTP 400", 3)
    assert line["service"].startswith("icall-")


def test_the_call_that_is_bound_stands_in_every_line_until_another_is(watch, lines):
    watch.bind("c1")
    watch.note("one")
    watch.bind("c2")
    watch.note("two")
    watch.bind("")
    watch.note("three")

    assert [line.get("call") for line in lines()] == ["c1", "c2", None]


def test_threads_are_bound_to_their_own_calls(watch, lines):
    watch.bind("c1")

    def other() -> None:
        watch.bind("c2")
        watch.note("elsewhere")

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    watch.note("here")

    assert {line["message"]: line["call"] for line in lines()} == {"elsewhere": "c2", "here": "c1"}


@pytest.mark.parametrize("name", ["caller", "digits", "called", "number", "tags", "token", "password"])
def test_a_fact_that_has_no_place_in_a_line_is_dropped_and_its_name_told(watch, lines, name):
    watch.note("a call arrived", call="c1", **{name: NUMBER})

    [line] = lines()
    assert name not in line
    assert line["dropped"] == [name]
    assert line["call"] == "c1"


@pytest.mark.parametrize("number", [NUMBER, "13800000001", "075583000000", "83366857"])
def test_a_callers_number_is_blotted_out_wherever_it_slips_in(watch, lines, number, capsys):
    watch.note(f"{number} rang", why=f"to {number}, refused", code=int(number))
    try:
        [].index(f"about {number}")
    except ValueError as error:
        error.add_note(number)
        watch.logger.exception("a failure")

    out = capsys.readouterr().out
    assert number.lstrip("+") not in out
    assert out.count("[number]") >= 5


@pytest.mark.parametrize("kept", ["c01234567890123456789", "c01234567890123456789-1", "CA" + "12345678" * 4, "20500"])
def test_ids_are_not_taken_for_numbers(watch, lines, kept):
    watch.note("something", leg=kept, code=20500, ms=1234567)

    [line] = lines()
    assert (line["leg"], line["code"], line["ms"]) == (kept, 20500, 1234567)


def test_every_count_stands_in_the_log_at_once(watch, lines):
    watch.count(Metric.CALLS)
    watch.count(Metric.OUTBOX_AGE, 84, "Milliseconds")

    calls, age = lines()
    directive = calls["_aws"]["CloudWatchMetrics"][0]
    assert directive["Namespace"] == "icall"
    assert directive["Metrics"][0]["Name"] == "Calls"
    assert directive["Dimensions"] == [["service"]]
    assert (calls["Calls"], age["OutboxAge"]) == ([1.0], [84.0])
    assert age["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"] == "Milliseconds"


def test_tracing_costs_nothing_until_it_is_switched_on():
    script = (
        "import sys; from chalicelib.adapters import watch; watch.PowertoolsWatch();"
        "heavy = {'aws_xray_sdk', 'aws_lambda_powertools', 'boto3'};"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy))"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert told.stdout.strip() == "[]"


def test_switched_on_every_request_to_aws_is_traced():
    script = (
        "from chalicelib.adapters.watch import start_tracing; start_tracing();"
        "import botocore.client; print(hasattr(botocore.client.BaseClient._make_api_call, '__wrapped__'))"
    )
    lambda_like = {**os.environ, "LAMBDA_TASK_ROOT": "/var/task"}

    told = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=lambda_like
    )
    assert told.stdout.strip() == "True"


def test_facts_and_metrics_have_meanings():
    assert all(FACTS.values())
    assert all(metric.meaning.endswith(".") for metric in Metric)


def test_the_clock_gives_milliseconds():
    before = int(time.time() * 1000)
    assert before <= SystemClock().now() <= int(time.time() * 1000) + 1
