"""A deployment's own integer codes: pages are told them, and the server goes by them."""

import json
from typing import Any

import pytest

from chalicelib.core.ground.mistakes import MistakesFound
from chalicelib.entrypoints import routes
from chalicelib.entrypoints.door import let_in
from chalicelib.entrypoints.http import Request
from tests.fakes.centre import Centre

OWN = {
    "actions": {"3": "call", "77": "hold", "110": "resume"},
    "controls": {"51": "monitor"},
    "states": {"70": "paused"},
}


def deployed_with(codes: Any) -> Centre:
    return Centre(change_config=lambda document: document.update(codes=codes))


def signs_in(centre: Centre) -> Any:
    (route,) = [each for each in routes.AGENTS if (each.method, each.path) == ("POST", "/agent/sessions")]
    body = json.dumps({"agentId": "100", "password": "icall-100"}).encode()
    return let_in(Request(route.path, {}, {}, body), route, centre.world).body


def test_who_signs_in_is_told_them_and_they_are_understood() -> None:
    centre = deployed_with(OWN)
    assert signs_in(centre)["codes"] == OWN
    agent = centre.page("100").signs_in()
    assert agent.does(110) == 0
    assert agent.does(77) == -4
    assert agent.does(3, 3, "13900139000") == 0


def test_without_any_there_are_none() -> None:
    assert signs_in(Centre())["codes"] == {"actions": {}, "controls": {}, "states": {}}


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({"actions": {"3": "call"}}, r"codes.actions.3: is the usual code of hold: give that one of its own, too"),
        ({"controls": {"1": "stop"}}, r"codes.controls.1: is the usual code of monitor"),
        ({"states": {"7": "ready"}}, r"codes.states.7: is the usual code of paused"),
        ({"states": {"70": "ready", "71": "ready"}}, r"codes.states.70: is not the only code of its state"),
        ({"actions": {"7": "hold"}}, r"codes.actions.7: must stay 'call'"),
    ],
)
def test_codes_that_would_leave_something_without_one_are_refused(codes: Any, told: str) -> None:
    with pytest.raises(MistakesFound, match=told):
        deployed_with(codes)


def test_codes_may_be_exchanged() -> None:
    deployed_with({"actions": {"3": "retrieve", "4": "hold"}, "states": {"1": "paused", "7": "ready"}})
