"""A business system and a page that cut characters in two: nobody's call suffers from it."""

import pytest

from tests.fakes.centre import WAYBILLS
from tests.fakes.front_door import FrontDoor

HALF = "\ud83d"


def test_a_caller_hears_an_answer_that_was_cut_in_the_middle_of_a_character(monkeypatch):
    cut = WAYBILLS["6012345678"] | {"destination": f"广州{HALF}"}
    centre = FrontDoor(monkeypatch, business=lambda _plugin, _inputs: (200, cut))
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.calls()
    caller.hears("查询运单请按1")
    caller.presses("1")
    caller.hears("运单号")
    caller.presses("6012345678#")
    caller.presses("1")
    caller.hears("广州")
    caller.presses("0")
    ring = agent.hears("Ring")
    assert HALF not in repr(ring)
    agent.answers()
    agent.hears("Talk")
    caller.hang_up()
    agent.hears("Hangup")
    centre.settles()
    assert centre.stream.rows == []
    assert centre.dead_letters == []


@pytest.mark.parametrize("road", ["socket", "http"])
def test_a_tag_that_a_page_cut_in_the_middle_of_a_character_is_carried_to_the_talk(monkeypatch, road):
    centre = FrontDoor(monkeypatch)
    agent = centre.page("100").signs_in().is_ready()
    action = {"requestId": "r1", "act": 7, "iParam": 3, "sParam": f"13900139000;CITY:广州{HALF}"}
    if road == "socket":
        assert agent.sends({"type": "action"} | action)
        assert agent.frames[-1]["iParam"] == 0
    else:
        assert centre.asks("POST", "/agent/actions", action, token=agent.token).json["code"] == 0
    agent.phone.answer()
    customer = centre.exchange.known_device("+8613900139000")
    centre.time.run_until(lambda: bool(customer.ringing()), 10)
    customer.answer()
    assert agent.hears("Talk")["tags"]["CITY"] == "广州\ufffd"
