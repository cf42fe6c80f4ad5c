"""The server, the SDK and the terminal agent call every action, control, state, event and result by the same name."""

import re
from collections.abc import Mapping
from pathlib import Path

from chalicelib.core.agents.action_codes import ACTION_CODES
from chalicelib.core.agents.agent import StateCode
from chalicelib.core.agents.control_codes import CONTROL_CODES
from chalicelib.core.agents.results import Result
from chalicelib.core.calls.parties import Role
from chalicelib.core.calls.targets import TargetKind
from chalicelib.core.centre.permissions import ACTION_PERMISSION, CONTROL_PERMISSION
from chalicelib.core.centre.sections import STATES
from chalicelib.core.told.notices import Heard
from local.agent_words import CONTROL_WORDS, KINDS, WORDS

SDK = Path(__file__).parents[1] / "web" / "sdk" / "src"
OF_THE_PAGE_ALONE = {"noTelephone": -14}


def table(name: str) -> Mapping[str, int]:
    """Give one of the SDK's tables: name to code."""
    source = (SDK / "constants.ts").read_text("utf-8")
    found = re.search(rf"export const {name} = {{\n(.*?)\n}} as const;", source, re.DOTALL)
    assert found, name
    rows = re.findall(r"^  (\w+): (?:(-?\d+)|\"\w+\"),$", found[1], re.MULTILINE)
    return {row: int(code or 0) for row, code in rows}


def words(name: str) -> str:
    """Give the name as the SDK writes those that the server writes LIKE_THIS."""
    first, *rest = name.lower().split("_")
    return first + "".join(each.capitalize() for each in rest)


def test_every_action_has_one_name_and_one_code():
    actions = table("ACTIONS")
    assert set(actions) == set(ACTION_PERMISSION)
    assert {name: actions[name] for name in ACTION_CODES.values()} == {
        name: code for code, name in ACTION_CODES.items()
    }


def test_every_control_has_one_name_and_one_code():
    controls = table("CONTROLS")
    assert set(controls) == set(CONTROL_PERMISSION)
    assert controls == {name: code for code, name in CONTROL_CODES.items()}


def test_every_state_has_one_name_and_one_code():
    assert table("STATES") == STATES
    assert {words(state.name): int(state) for state in StateCode}.items() <= STATES.items()


def test_every_event_that_the_server_tells_can_be_bound():
    assert set(Heard) <= set(table("EVENTS"))


def test_every_return_value_has_one_name_and_one_number():
    results = table("RESULTS")
    assert results == {words(result.name): int(result) for result in Result} | OF_THE_PAGE_ALONE


def test_every_kind_of_target_has_one_number():
    kinds = table("TARGET_KINDS")
    assert {int(kind) for kind in TargetKind} <= set(kinds.values())
    assert set(KINDS.values()) <= set(kinds.values())


def test_every_role_of_a_member_is_known_to_pages():
    source = (SDK / "frames.ts").read_text("utf-8")
    told = re.search(r"readonly role: ([^;]+);", source)
    assert told
    assert set(re.findall(r'"(\w+)"', told[1])) == set(Role)


def test_every_action_and_control_that_the_server_knows_can_be_typed():
    assert {word.asks for word in WORDS.values()} == set(ACTION_CODES.values())
    assert sorted(CONTROL_WORDS.values()) == sorted(CONTROL_CODES)
    assert not WORDS.keys() & CONTROL_WORDS.keys()
