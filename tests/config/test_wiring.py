"""The parts list: a stack has the carriers that are set up for it, and loads nothing of the others."""

import subprocess
import sys
from pathlib import Path

from chalicelib.config import _NEEDED
from chalicelib.entrypoints import routes
from chalicelib.wiring import CARRIERS

ROOT = Path(__file__).parents[2]
GIVEN = {name: f"https://{name.lower()}.example" for name in _NEEDED.values()}
BUILDS = """
import os, sys
import app
from chalicelib.wiring import parts
print(sorted(parts().world.carriers), any(name.startswith("chalicelib.adapters.twilio.") for name in sys.modules))
"""


def built_with(**settings):
    """What a fresh process of such a stack has: its carriers, and whether anything of Twilio's was loaded."""
    environment = GIVEN | settings | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BUILDS]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return ran.stdout.strip()


def test_a_stack_without_a_twilio_account_has_no_carrier_and_loads_nothing_of_twilios():
    assert built_with() == "[] False"


def test_a_stack_with_a_twilio_account_has_twilio():
    assert built_with(ICALL_TWILIO_ACCOUNT_SID="AC" + "0" * 32) == "['twilio'] True"


def test_every_carrier_has_its_routes_and_its_maker_under_one_name():
    assert set(CARRIERS) == set(routes.CARRIERS)
