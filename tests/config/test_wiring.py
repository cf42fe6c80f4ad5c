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
carriers = sorted(parts().world.carriers)
adapters = [name.removeprefix("chalicelib.adapters.").split(".") for name in sys.modules]
print(carriers, sorted({name for name, *below in adapters if name in CARRIERS and below}))
""".replace("CARRIERS", repr(sorted(CARRIERS)))
TWILIO = {"ICALL_TWILIO_ACCOUNT_SID": "AC" + "0" * 32}
ASTERISK = {"ICALL_ASTERISK_PBXS": "main=https://sqs.eu-west-1.amazonaws.com/1/main.fifo"}


def built_with(**settings):
    """What a fresh process of such a stack has: its carriers, and those of which anything was loaded."""
    environment = GIVEN | settings | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BUILDS]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return ran.stdout.strip()


def test_a_stack_without_a_carrier_has_none_and_loads_nothing_of_any():
    assert built_with() == "[] []"


def test_a_stack_with_a_twilio_account_has_twilio_and_loads_nothing_of_asterisks():
    assert built_with(**TWILIO) == "['twilio'] ['twilio']"


def test_a_stack_with_an_asterisk_needs_no_twilio_account_and_loads_nothing_of_twilios():
    assert built_with(**ASTERISK) == "['asterisk'] ['asterisk']"


def test_a_stack_may_have_both():
    assert built_with(**TWILIO, **ASTERISK) == "['asterisk', 'twilio'] ['asterisk', 'twilio']"


def test_every_carrier_has_its_routes_and_its_maker_under_one_name():
    assert set(CARRIERS) == set(routes.CARRIERS)
