"""The table of controls, walked: each in each state of the agent, forbidden, twice, for nobody, and always audited.

As for actions, each state is told once, and every control is tried in a copy of what is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from chalicelib.core.agents.control_codes import CONTROL_CODES
from chalicelib.core.agents.results import Order, Result
from chalicelib.core.centre.permissions import CONTROL_PERMISSION
from chalicelib.ports import World
from chalicelib.usecases.control import _CONTROLS, control
from chalicelib.usecases.prove import who_is
from tests.fakes.centre import Centre
from tests.usecases import test_agent_interface as of_actions
from tests.usecases.test_agent_interface import (
    conference,
    consulting,
    copied,
    dialling,
    holding,
    lost,
    paused,
    ready,
    reserved,
    ringing,
    talking,
    wrapping_up,
)

SUPERVISOR, AGENT, SEAT = "200", of_actions.ME, 1


def controlled(centre: Centre) -> None:
    """The supervisor listens to the agent."""
    talking(centre)
    supervisor = centre.page(SUPERVISOR).signs_in()
    assert supervisor.controls(SEAT, 1) == 0
    supervisor.hears("Ring")
    supervisor.answers()
    centre.time.advance(1)


State = Callable[[Centre], None]
STATES: tuple[State, ...] = (
    *(ready, paused, ringing, dialling, talking, holding, lost, wrapping_up, consulting, conference, reserved),
    controlled,
)
ANY = frozenset(STATES)
AT_REST = frozenset([ready, paused, wrapping_up])
IN_TALK = frozenset([talking, holding, consulting, conference, controlled])
CONTROLLED = frozenset([controlled])

TABLE: Mapping[str, frozenset[State]] = {
    "monitor": ANY,
    "intercept": IN_TALK | {ringing},
    "bargeIn": IN_TALK,
    "emergencyCall": IN_TALK | AT_REST | {ringing},
    "forceRelease": ANY - AT_REST - {ringing},
    "whisper": IN_TALK,
    "pickUp": frozenset([ringing]),
    "forcePaused": ANY,
    "forceReady": ANY,
    "forceSignOut": ANY,
    "stop": CONTROLLED,
    "finishWrapUp": ANY - {ready, paused},
    "forceRest": ANY,
    "switchToMonitor": CONTROLLED,
    "switchToBargeIn": CONTROLLED,
    "switchToWhisper": CONTROLLED,
    "startRecording": IN_TALK,
    "stopRecording": IN_TALK,
    "forceSignOutNow": ANY,
}
"""In which states of the agent a control is legal; in all others it is -7."""


@cache
def told(state: State) -> Centre:
    """The centre with the agent in this state, and a supervisor at their page."""
    centre = Centre()
    state(centre)
    known = centre.desk.agent(SUPERVISOR)
    if known is None or not known.signed_in:
        centre.page(SUPERVISOR).signs_in()
    return centre


def orders(world: World, name: str, *, seat: int = SEAT, request: str = "r", **changes: object) -> int:
    """Order a control by its name."""
    code = next(code for code, known in CONTROL_CODES.items() if known == name)
    return control(replace(Order(who_is(SUPERVISOR, world), request, seat, code), **changes), world).code


def audited(world: World) -> list[tuple[str, str, int]]:
    """What the audit has, the newest first."""
    return [(record.control, record.target, record.result) for record in world.desk.audits("2026-01-01", "", 100)]


CONTROLS = pytest.mark.parametrize("name", TABLE)


def test_every_control_that_the_server_knows_has_a_row_a_code_and_a_permission():
    assert set(TABLE) == set(_CONTROLS) == set(CONTROL_CODES.values())
    assert set(CONTROL_CODES.values()) == set(CONTROL_PERMISSION)


@CONTROLS
def test_a_control_is_legal_in_its_states_and_in_no_other(name):
    found, kept = {}, {}
    for state in STATES:
        world = copied(told(state))
        found[state.__name__] = orders(world, name)
        kept[state.__name__] = audited(world)
    legal = TABLE[name]
    wanted = {state.__name__: Result.ACCEPTED if state in legal else Result.TARGET_BUSY for state in STATES}
    assert found == wanted
    assert kept == {state: [(name, AGENT, result)] for state, result in wanted.items()}


@CONTROLS
def test_a_control_that_the_role_does_not_permit_is_refused_and_changes_nothing(name):
    world = copied(told(talking))
    before = world.desk.all_agents(), world.desk.all_calls()
    who = who_is(SUPERVISOR, world)
    without = replace(who, permissions=who.permissions - {CONTROL_PERMISSION[name]})
    assert orders(world, name, who=without) == Result.NOT_PERMITTED
    strange = replace(who, record=replace(who.record, groups=("night",)))
    assert orders(world, name, who=strange) == Result.NOT_PERMITTED
    assert (world.desk.all_agents(), world.desk.all_calls()) == before
    assert {result for _, _, result in audited(world)} == {Result.NOT_PERMITTED}


@CONTROLS
def test_a_control_of_nobody_says_so(name):
    world = copied(told(ready))
    assert orders(world, name, seat=2) == orders(world, name, seat=77) == Result.TARGET_NOT_FOUND
    assert orders(world, name, seat=9) == Result.BAD_PARAMETER


@CONTROLS
def test_a_control_that_comes_twice_is_taken_once(name):
    world = copied(told(next(state for state in STATES if state in TABLE[name])))
    assert [orders(world, name) for _ in range(2)] == [Result.ACCEPTED, Result.DUPLICATE]
    assert audited(world)[1:] == []


@CONTROLS
def test_nobody_controls_who_is_signed_out_or_on_another_page(name):
    world = copied(told(ready))
    assert orders(world, name, socket="another") == Result.SIGNED_IN_ELSEWHERE
    gone = replace(who_is(SUPERVISOR, world), id="102")
    assert orders(world, name, who=gone) == Result.NOT_SIGNED_IN
    assert audited(world) == []
