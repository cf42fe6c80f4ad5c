"""Actions and controls go by one set of names, on the server and in the agent object."""

import re
from pathlib import Path

from chalicelib.core.agents.action_codes import ACTION_CODES
from chalicelib.core.centre.permissions import ACTION_PERMISSION, CONTROL_PERMISSION

CONSTANTS = (Path(__file__).parents[1] / "web" / "sdk" / "src" / "constants.ts").read_text("utf-8")
AT_ONCE = {"forceSignOutNow"}
"""A control whose permission is that of the one which waits for the end of the call."""


def table(name: str) -> dict[int, str]:
    """Give a table of the agent object, name by code."""
    (found,) = re.findall(rf"export const {name} = {{(.*?)}} as const", CONSTANTS, re.DOTALL)
    return {int(code): word for word, code in re.findall(r"^  (\w+): (\d+),$", found, re.MULTILINE)}


def test_every_action_has_one_name():
    assert set(table("ACTIONS").values()) == set(ACTION_PERMISSION)


def test_every_action_that_the_server_knows_has_one_code():
    assert {code: table("ACTIONS").get(code) for code in ACTION_CODES} == dict(ACTION_CODES)


def test_every_control_has_one_name():
    assert set(table("CONTROLS").values()) - AT_ONCE == set(CONTROL_PERMISSION)
