"""Who may do what is one table."""

import pytest

from chalicelib.core.centre.model import Role
from chalicelib.core.centre.permissions import ACTION_PERMISSION, CONTROL_PERMISSION, PERMISSIONS, permissions_of

ROLES = {
    "agent": Role("agent", frozenset({"calls.handle"})),
    "supervisor": Role("supervisor", frozenset({"supervise.monitor"})),
}


@pytest.mark.parametrize(
    ("roles", "permission", "answer"),
    [
        (["agent"], "calls.handle", True),
        (["agent"], "supervise.monitor", False),
        (["agent", "supervisor"], "supervise.monitor", True),
        (["boss"], "calls.handle", False),
        ([], "calls.handle", False),
        (["agent"], "no.such.thing", False),
    ],
)
def test_a_role_that_is_held_and_configured_gives_its_permissions(roles, permission, answer):
    assert (permission in permissions_of(roles, ROLES)) is answer


def test_every_action_and_control_needs_a_permission_that_exists():
    assert set(ACTION_PERMISSION.values()) | set(CONTROL_PERMISSION.values()) <= set(PERMISSIONS)
    assert (len(ACTION_PERMISSION), len(CONTROL_PERMISSION)) == (28, 19)


def test_no_control_is_open_to_whoever_only_handles_calls():
    assert all(needed.startswith("supervise.") for needed in CONTROL_PERMISSION.values())
