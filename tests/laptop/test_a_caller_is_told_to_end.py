"""`./icall call` as a process of its own: whatever ends it, its caller does not stay in the queue."""

import os
import pty
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from json import loads
from pathlib import Path

import pytest

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[2]
CALLER = "02083366999"
PATIENCE = 30.0


@contextmanager
def icall_call(laptop, *script, typing=subprocess.DEVNULL):
    """The command, from the moment at which its caller is connected."""
    command = [sys.executable, "-m", "local.cli", "call", "--from", CALLER, *script]
    environment = {**os.environ, "CARRIER_URL": laptop.carrier_url}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=typing, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        try:
            assert b"rings" in process.stdout.readline()
            assert b"answered" in process.stdout.readline()
            yield process
        finally:
            process.kill()


def is_there(laptop):
    with urllib.request.urlopen(f"{laptop.carrier_url}/control/calls", timeout=10) as answer:  # noqa: S310 - ours
        calls = loads(answer.read())["calls"]
    return any(call["from"] == CALLER and not call["over"] for call in calls)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_caller_whose_command_is_ended_hangs_up(laptop, number):
    with icall_call(laptop, "--then", "stay") as process:
        assert is_there(laptop)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 128 + number
        assert "hung up" in process.stdout.read().decode()
    assert not is_there(laptop)


def test_a_caller_by_hand_hangs_up_when_the_terminal_is_closed(laptop):
    hand, terminal = pty.openpty()
    with icall_call(laptop, typing=terminal) as process:
        assert is_there(laptop)
        process.send_signal(signal.SIGHUP)
        assert process.wait(PATIENCE) == 128 + signal.SIGHUP
    assert not is_there(laptop)
    os.close(terminal)
    os.close(hand)


def test_a_caller_by_hand_who_has_hung_up_is_done_without_one_more_line(laptop):
    hand, terminal = pty.openpty()
    with icall_call(laptop, typing=terminal) as process:
        os.write(hand, b"h\n")
        assert process.wait(PATIENCE) == 0
    assert not is_there(laptop)
    os.close(terminal)
    os.close(hand)
