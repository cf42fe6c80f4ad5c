"""The roads of many parties, every control, and what an agent asks in a talk: played, and counted step by step."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from local.carrier.handle import CallHandle
from tests.fakes.centre import Page

if TYPE_CHECKING:
    from benchmarks.steps import MeteredCentre

PATIENCE = 60.0
SEAT = 1
"""The agent's, who is controlled."""

IN_A_TALK: Mapping[str, tuple[int, int, str]] = {
    "mute": (24, 1, ""),
    "set tags": (26, 0, "ORDER:42"),
    "recording paused": (27, 2, ""),
    "recording resumed": (27, 3, ""),
    "sign out after the call": (32, 1, ""),
    "next state": (33, 1, ""),
    "synchronise": (35, 0, ""),
    "reset": (34, 0, ""),
}
"""What an agent asks in a talk: act, iParam, sParam."""

ORDERED_IN_A_TALK: Mapping[str, int] = {
    "force paused": 8,
    "force rest": 13,
    "force sign-out": 10,
    "force ready": 9,
    "recording stopped by a supervisor": 18,
    "recording started by a supervisor": 17,
}
"""What a supervisor orders of an agent in a talk, and what does not end it."""

BY_A_LEG: Mapping[str, int] = {"monitor": 1, "whisper": 6, "barge in": 3, "emergency call to a busy agent": 4}
"""What a supervisor does by a telephone of their own, and can stop again."""

SWITCHED: Mapping[str, int] = {"switch to whisper": 16, "switch to barge in": 15, "switch to monitor": 14}


class NotTakenError(Exception):
    """What was to be counted was refused."""


def walk_roads(metered: "MeteredCentre", agent: Page, colleague: Page) -> None:
    """Walk the roads of many parties; the colleague is the agent's supervisor, too."""
    _taken(agent.does(10))
    _taken(colleague.does(10))
    _calls(metered, agent, colleague)
    for then, act in (("warm transfer", 20), ("conference", 21)):
        _talk(metered, agent, colleague)
        with metered.road("consult"):
            _taken(agent.does(6, 2, "200"))
            _answers(metered, colleague)
        with metered.road(then):
            _taken(agent.does(act))
            metered.centre.time.advance(2)
        _over(metered, agent, colleague)
    _hand_over(metered, agent, colleague)
    _pick_up(metered, agent, colleague)
    _listen(metered, agent, colleague)
    _reach(metered, agent, colleague)
    _end(metered, agent, colleague)


def _calls(metered: "MeteredCentre", agent: Page, colleague: Page) -> None:
    with metered.road("colleague call"):
        _taken(agent.does(7, 2, "200"))
        agent.phone.answer(PATIENCE)
        _answers(metered, colleague)
    _over(metered, agent, colleague)
    _taken(agent.does(10))
    with metered.road("call to a flow"):
        _taken(agent.does(7, 5, "echo"))
        agent.phone.answer(PATIENCE).hears("请输入任意数字", PATIENCE)
        metered.centre.time.advance(2)
    _over(metered, agent)


def _hand_over(metered: "MeteredCentre", agent: Page, colleague: Page) -> None:
    for name, target in (("blind transfer", (2, "200")), ("transfer into a queue", (4, "service"))):
        _talk(metered, agent, colleague)
        with metered.road(name):
            _taken(agent.does(5, *target))
            _answers(metered, colleague)
        _over(metered, agent, colleague)


def _pick_up(metered: "MeteredCentre", agent: Page, colleague: Page) -> None:
    for name, at, by, ask in (
        ("pick-up", colleague, agent, lambda: agent.does(30)),
        ("pick-up by a supervisor", agent, colleague, lambda: colleague.controls(SEAT, 7)),
    ):
        _rings(metered, at)
        _taken(by.does(10))
        with metered.road(name):
            _taken(ask())
            _answers(metered, by)
        _over(metered, agent, colleague)


def _listen(metered: "MeteredCentre", agent: Page, supervisor: Page) -> None:
    _talk(metered, agent, supervisor)
    for name, asked in IN_A_TALK.items():
        _counts(metered, name, lambda asked=asked: agent.does(*asked))
    for name, control in ORDERED_IN_A_TALK.items():
        _counts(metered, name, lambda control=control: supervisor.controls(SEAT, control))
    for name, control in BY_A_LEG.items():
        with metered.road(name):
            _taken(supervisor.controls(SEAT, control))
            _comes_in(metered, supervisor, "Control")
        for other, switch in SWITCHED.items() if name == "monitor" else ():
            _counts(metered, other, lambda switch=switch: supervisor.controls(SEAT, switch))
        _counts(metered, "stop", lambda: supervisor.controls(SEAT, 11))
    with metered.road("intercept"):
        _taken(supervisor.controls(SEAT, 2))
        _comes_in(metered, supervisor, "Talk")
    _over(metered, agent, supervisor)


def _reach(metered: "MeteredCentre", agent: Page, supervisor: Page) -> None:
    _taken(agent.does(10))
    _taken(supervisor.does(10))
    with metered.road("emergency call to a ready agent"):
        _taken(supervisor.controls(SEAT, 4))
        supervisor.phone.answer(PATIENCE)
        _answers(metered, agent)
    _over(metered, agent, supervisor)


def _end(metered: "MeteredCentre", agent: Page, supervisor: Page) -> None:
    _talk(metered, agent, supervisor)
    _counts(metered, "force release", lambda: supervisor.controls(SEAT, 5))
    _counts(metered, "finish wrap-up", lambda: supervisor.controls(SEAT, 12))
    _counts(metered, "monitor from the next call on", lambda: supervisor.controls(SEAT, 1))
    _counts(metered, "force sign-out now", lambda: supervisor.controls(SEAT, 110))
    metered.centre.time.advance(60)


def _counts(metered: "MeteredCentre", name: str, ask: Callable[[], int]) -> None:
    with metered.step(name, "socket_message"):
        _taken(ask())
        metered.centre.time.advance(1)
    metered.centre.time.advance(2)


def _taken(answered: int) -> None:
    if answered:
        raise NotTakenError(f"It was answered by {answered}.")


def _rings(metered: "MeteredCentre", agent: Page) -> CallHandle:
    """Let a caller's call ring at the agent."""
    _taken(agent.does(10))
    caller = metered.centre.calls("83366857")
    caller.hears("查询运单请按1", PATIENCE)
    caller.presses("0")
    agent.hears("Ring", PATIENCE)
    return caller


def _talk(metered: "MeteredCentre", agent: Page, colleague: Page) -> None:
    """Let the agent talk with a caller; then the colleague is ready, too."""
    _rings(metered, agent)
    _comes_in(metered, agent, "Talk", rang=True)
    _taken(colleague.does(10))
    metered.centre.time.advance(5)


def _answers(metered: "MeteredCentre", agent: Page) -> None:
    _comes_in(metered, agent, "Talk")


def _comes_in(metered: "MeteredCentre", agent: Page, heard: str, *, rang: bool = False) -> None:
    """Pick up what rings at an agent's browser, until they hear that they are in."""
    if not rang:
        agent.hears("Ring", PATIENCE)
    _taken(agent.does(1))
    agent.phone.answer(PATIENCE)
    agent.hears(heard, PATIENCE)
    metered.centre.time.advance(2)


def _over(metered: "MeteredCentre", *agents: Page) -> None:
    """Let the call end, and the agents pause."""
    for agent in agents:
        agent.does(2, 1)
    metered.centre.time.advance(5)
    for agent in agents:
        agent.does(9)
    metered.centre.time.advance(60)
