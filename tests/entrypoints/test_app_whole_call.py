"""The guide's own example through app.py in one process: Lambda's very events in, nothing else."""

import pytest
from moto import mock_aws

from tests.adapters.dynamodb.table_view import TableView
from tests.fakes.front_door import FrontDoor, TableFrontDoor
from tests.invariants import check_all


@pytest.fixture(params=["in memory", "on the table"])
def centre(request, monkeypatch):
    if request.param == "in memory":
        yield FrontDoor(monkeypatch)
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield TableFrontDoor(monkeypatch)


def everything(centre):
    return TableView(centre.connection) if isinstance(centre, TableFrontDoor) else centre.desk


def test_a_caller_tracks_a_waybill_and_talks_to_an_agent_through_the_front_door(centre):
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
    assert [ring["tags"][name] for name in ("CALLERID", "WAYBILL", "TTYPE")] == ["83366857", "6012345678", "2"]
    leg = agent.answers()
    vocid = agent.hears("Talk")["tags"]["VOCID"]
    centre.time.advance(5)
    assert caller.talks_with == [leg.party]
    assert agent.does(3) == 0
    agent.hears("Hold")
    assert caller.on_hold
    assert agent.does(4) == 0
    agent.hears("Retrieve")
    centre.time.advance(1)
    assert caller.talks_with == [leg.party]
    caller.hang_up()
    assert agent.hears("Hangup")["iParam"] == 2
    agent.hears("WrapUp")
    assert agent.does(25, 1, "solved") == 0
    agent.hears("State", STATE="1")
    agent.hears("Record", within=60, VOCID=vocid)
    heard = centre.asks("GET", f"/agent/recordings/{vocid}", token=agent.token)
    assert heard.json["url"].startswith("https://files.example/")
    assert centre.exchange.errors == []
    assert centre.webhooks.kinds() == ["call.rang", "call.answered", "call.ended"]
    check_all(everything(centre))


def test_an_agent_calls_an_outside_line_through_the_front_door(centre):
    agent = centre.page("100").signs_in().is_ready()
    customer = centre.exchange.device("+8613900139000")
    assert agent.does(7, 3, "13900139000;ORDER:42") == 0
    agent.phone.answer()
    assert agent.hears("Progress")["iParam"] == 0
    customer.answer()
    talk = agent.hears("Talk")
    assert (talk["tags"]["TTYPE"], talk["tags"]["ORDER"]) == ("1", "42")
    agent.phone.hang_up()
    agent.hears("Hangup")
    agent.hears("WrapUp")
    assert centre.exchange.errors == []
    check_all(everything(centre))


def test_a_page_that_was_away_hears_what_it_missed(centre):
    agent = centre.page("100").signs_in().is_ready()
    agent.loses_its_socket()
    caller = centre.calls()
    caller.hears("请按1")
    caller.presses("0")
    centre.time.advance(3)
    assert "Ring" not in agent.kinds()
    agent.connects()
    assert agent.hears("Ring")["tags"]["CALLERID"] == "83366857"


def test_the_sweeper_runs_through_the_front_door(centre):
    centre.sweeps()
    assert centre.asks("GET", "/agent/state", token="nobody").status == 401
