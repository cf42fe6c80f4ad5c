"""A caller waits for nothing but what answers callers: the rest is loaded when somebody first asks for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told():
    """What a fresh process says, after app.py has answered a caller's first webhook in it."""
    command = [sys.executable, "-m", "tests.entrypoints.answers_a_caller"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    return json.loads(ran.stdout)


def loaded(told, storey):
    return {name.removeprefix(f"chalicelib.{storey}.") for name in told["loaded"] if f".{storey}." in name}


def test_the_caller_is_answered(told):
    assert told["status"] == 200
    assert "请输入任意数字" in told["body"]


def test_of_the_entry_points_the_carriers_family_alone_is_loaded(told):
    assert loaded(told, "entrypoints") == {"routes", "http", "errors", "carriers"}


def test_no_use_case_of_people_machines_streams_or_queues_is_loaded(told):
    calls_alone = {"take_call", "take_turn", "note_leg", "note_refusal", "record", "see", "walk", "commit"}
    carriers_alone = {"carry_out", "note_exchange", "note_key"}
    assert loaded(told, "usecases") <= calls_alone | carriers_alone | {"match", "due"}
