"""The guide's own example, from first ring to wrap-up."""

from tests.fakes.centre import Centre


def test_a_caller_tracks_a_waybill_and_talks_to_an_agent():
    centre = Centre()
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.calls("83366857")
    caller.hears("查询运单请按1")
    caller.presses("1")
    caller.hears("请输入运单号")
    caller.presses("6012345678#")
    caller.hears("六零幺")
    caller.presses("1")
    caller.hears("京 A 幺二三四五")
    caller.presses("0")
    ring = agent.hears("Ring")
    assert ring["tags"]["CALLERID"] == "83366857"
    assert ring["tags"]["WAYBILL"] == "6012345678"
    leg = agent.answers()
    talk = agent.hears("Talk")
    assert talk["tags"]["VOCID"]
    centre.time.advance(5)
    assert caller.talks_with == [leg.party]
    caller.hang_up()
    hangup = agent.hears("Hangup")
    assert hangup["iParam"] == 2
    agent.hears("WrapUp")
    assert agent.does(25, 1, "solved") == 0
    agent.hears("State", STATE="1")
    agent.hears("Record", within=60)
    assert centre.exchange.errors == []
    assert centre.webhooks.kinds() == ["call.rang", "call.answered", "call.ended"]
