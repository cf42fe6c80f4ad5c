"""A centre on Asterisk alone, and one with both carriers, through app.py: the bridge is played, all else is real."""

import pytest

from tests.fakes.asterisk_centre import AsteriskFrontDoor, BothFrontDoor
from tests.fakes.centre import NUMBER
from tests.fakes.pbx import told_of
from tests.invariants import check_all

HOLD, RETRIEVE, DIAL, KEYS, RECORDING, CALL_OUT = 3, 4, 7, 8, 27, 3
OTHER_NUMBER = "+8675583000001"


@pytest.fixture
def centre(monkeypatch):
    return AsteriskFrontDoor(monkeypatch)


def a_talk(centre, agent_id="100"):
    """An agent talks with a caller."""
    agent = centre.page(agent_id).signs_in().is_ready()
    caller = centre.main.rings_in("83366857", NUMBER)
    centre.hears(caller, "查询运单请按1")
    caller.presses("0")
    offer = agent.hears("Ring")["data"]["offer"]
    leg = centre.main.rung(offer)
    assert agent.does(1) == 0
    leg.answers()
    agent.hears("Talk")
    centre.time.advance(2)
    return agent, caller, leg


def test_a_caller_tracks_a_waybill_and_talks_to_an_agent_by_asterisk_alone(centre):
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.main.rings_in("83366857", NUMBER)
    centre.hears(caller, "查询运单请按1")
    caller.presses("1")
    centre.hears(caller, "请输入运单号")
    caller.presses("6012345678#")
    centre.hears(caller, "六零幺")
    caller.presses("1")
    centre.hears(caller, "京 A 幺二三四五")
    caller.presses("0")
    ring = agent.hears("Ring")
    assert [ring["tags"][name] for name in ("CALLERID", "WAYBILL", "TTYPE")] == ["83366857", "6012345678", "2"]
    leg = centre.main.rung(ring["data"]["offer"])
    assert agent.does(1) == 0
    leg.answers()
    vocid = agent.hears("Talk")["tags"]["VOCID"]
    centre.time.advance(2)
    assert (caller.company, leg.company) == ({leg.leg}, {"customer"})
    assert agent.does(HOLD) == 0
    agent.hears("Hold")
    centre.time.advance(1)
    assert (caller.sound, caller.company) == ("media:hold-music", set())
    assert agent.does(RETRIEVE) == 0
    agent.hears("Retrieve")
    centre.time.advance(1)
    assert caller.company == {leg.leg}
    caller.hangs_up()
    assert agent.hears("Hangup")["iParam"] == 2
    agent.hears("WrapUp")
    assert agent.does(25, 1, "solved") == 0
    agent.hears("State", STATE="1")
    agent.hears("Record", within=60, VOCID=vocid)
    centre.time.advance(2)
    heard = centre.asks("GET", f"/agent/recordings/{vocid}", token=agent.token)
    assert heard.json["url"].startswith("https://files.example/")
    assert centre.main.stored == {vocid: ""}
    assert centre.main.refused == []
    assert leg.at == caller.at == "gone"
    assert centre.webhooks.kinds() == ["call.rang", "call.answered", "call.ended"]
    check_all(centre.desk)


def test_an_agent_calls_outside_by_asterisk_and_sends_keys(centre):
    agent = centre.page("100").signs_in().is_ready()
    assert agent.does(DIAL, CALL_OUT, "13900139000") == 0
    (own,) = [order["leg"] for order in _after(centre, 1) if order["do"] == "ring"]
    centre.main.rung(own).answers()
    customer = centre.main.rung("customer")
    assert agent.hears("Progress")["iParam"] == 0
    customer.answers()
    agent.hears("Talk")
    centre.time.advance(1)
    assert customer.company == {own}
    assert agent.does(KEYS, 0, "12#") == 0
    centre.time.advance(1)
    assert customer.keys == "12#"
    customer.hangs_up()
    assert agent.hears("Hangup")["iParam"] == 2
    assert centre.main.refused == []
    check_all(centre.desk)


def _after(centre, seconds):
    centre.time.advance(seconds)
    return centre.main.orders


def test_the_owner_sees_each_key_that_a_customer_presses_in_a_talk_once(centre):
    agent, caller, leg = a_talk(centre)
    caller.presses("5#")
    assert [agent.hears("Key")["tags"]["KEY"] for _ in range(2)] == ["5", "#"]
    leg.presses("9")
    for told in list(told_of(centre.main, "leg.key")):
        centre.main.tells("leg.key", caller, **{name: told[name] for name in ("key", "seq")})
    centre.time.advance(2)
    assert agent.kinds().count("Key") == 2
    assert {event["iParam"] for event in agent.events if event["type"] == "Key"} == {0}


def test_a_key_while_the_recording_is_paused_is_told_and_not_which(centre):
    agent, caller, _ = a_talk(centre)
    assert agent.does(RECORDING, 2) == 0
    caller.presses("4")
    assert "KEY" not in agent.hears("Key")["tags"]


def test_keys_are_in_no_log_and_no_notice(centre):
    _, caller, _ = a_talk(centre)
    caller.presses("7")
    centre.settles()
    assert "'7'" not in repr(centre.watch.notes) + repr(centre.webhooks.delivered)


def test_a_hold_that_asterisk_refuses_is_undone_and_told(centre):
    agent, caller, leg = a_talk(centre)
    centre.main.refuses.add("hold")
    assert agent.does(HOLD) == 0
    agent.hears("Hold")
    assert agent.hears("Retrieve")["tags"]["CAUSE"] == "carrier-refused"
    centre.time.advance(2)
    assert caller.company == {leg.leg}


def test_a_ring_that_asterisk_refuses_is_a_device_that_cannot_be_reached(centre):
    agent = centre.page("100").signs_in().is_ready()
    centre.main.refuses.add("ring")
    caller = centre.main.rings_in("83366857", NUMBER)
    centre.hears(caller, "查询运单请按1")
    caller.presses("0")
    agent.hears("Ring")
    assert agent.hears("Hangup")["tags"]["CAUSE"] == "failed"
    assert agent.hears("State")["tags"]["REASON"] == "unreachable"


def test_a_customer_who_cannot_be_joined_at_once_is_joined_in_a_moment(centre):
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.main.rings_in("83366857", NUMBER)
    centre.hears(caller, "查询运单请按1")
    caller.presses("0")
    leg = centre.main.rung(agent.hears("Ring")["data"]["offer"])
    centre.main.refuses.add("join")
    leg.answers()
    agent.hears("Talk")
    centre.time.advance(1)
    assert caller.company == set()
    centre.main.refuses.clear()
    centre.time.advance(3)
    assert caller.company == {leg.leg}


def test_a_customer_who_cannot_be_joined_at_all_ends_the_call(centre):
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.main.rings_in("83366857", NUMBER)
    centre.hears(caller, "查询运单请按1")
    caller.presses("0")
    leg = centre.main.rung(agent.hears("Ring")["data"]["offer"])
    centre.main.refuses.add("join")
    leg.answers()
    agent.hears("Talk")
    agent.hears("Hangup")
    centre.time.advance(1)
    assert (caller.at, leg.at) == ("gone", "gone")
    assert sum(order["do"] == "join" for order in centre.main.orders) == 2


def test_a_recording_that_could_not_be_put_is_reported_once_more_and_gets_another_address(centre):
    agent, caller, _ = a_talk(centre)
    centre.main.failed_uploads = 2
    caller.hangs_up()
    vocid = agent.hears("Hangup")["tags"]["VOCID"]
    assert agent.hears("Record", within=60, VOCID=vocid)["iParam"] == 4
    centre.time.advance(2)
    assert len(of_kind(centre, "upload_recording")) == 3
    assert centre.main.stored == {vocid: ""}


def of_kind(centre, do):
    return [order for order in centre.main.orders if order["do"] == do]


def test_a_stop_that_found_no_recording_is_tried_once_more_and_then_taken_as_done(centre):
    agent, _, _ = a_talk(centre)
    centre.main.recording.clear()
    assert agent.does(RECORDING, 0) == 0
    agent.hears("Record")
    centre.settles(60)
    assert [order["again"] for order in of_kind(centre, "stop_recording")] == [False, True]
    assert [event["iParam"] for event in agent.events if event["type"] == "Record"] == [1, 0]


def test_a_pause_that_asterisk_refuses_is_told_at_once_and_not_tried_behind_the_agents_back(centre):
    agent, _, _ = a_talk(centre)
    centre.main.refuses.add("pause_recording")
    assert agent.does(RECORDING, 2) == 0
    centre.time.advance(1)
    assert [event["iParam"] for event in agent.events if event["type"] == "Record"] == [1, 2, 3]
    assert agent.events[-1]["tags"]["CAUSE"] == "carrier-refused"
    assert len(of_kind(centre, "pause_recording")) == 1


def test_a_recording_that_is_gone_when_it_should_go_on_is_told_as_stopped(centre):
    agent, _, _ = a_talk(centre)
    assert agent.does(RECORDING, 2) == 0
    centre.time.advance(1)
    centre.main.recording.clear()
    assert agent.does(RECORDING, 3) == 0
    centre.time.advance(1)
    assert [event["iParam"] for event in agent.events if event["type"] == "Record"] == [1, 2, 3, 0]


def test_a_hold_of_somebody_who_has_just_hung_up_is_nothing(centre):
    agent, caller, _ = a_talk(centre)
    caller.at = "gone"
    assert agent.does(HOLD) == 0
    centre.time.advance(1)
    caller.at = "conference"
    caller.hangs_up()
    agent.hears("Hangup")
    assert "Retrieve" not in agent.kinds()


def test_a_refusal_of_a_call_that_nobody_knows_changes_nothing(centre):
    unknown = "c0123456789abcdef0123.main"
    centre.main.tells("command.failed", call=unknown, command="join", why="gone", again=False)
    centre.time.advance(1)
    assert (centre.main.refused, centre.desk.all_calls()) == ([], [])


def test_news_that_is_told_late_doubled_and_in_another_order_changes_nothing(centre):
    agent, caller, leg = a_talk(centre)
    before = (centre.the_call(), agent.state, list(agent.events))
    again = [told for told in centre.main.told if told["type"] in ("leg.answered", "leg.joined", "call.arrived")]
    for told in reversed(again):
        whose = leg if told["leg"] == leg.leg else caller
        more = {name: told[name] for name in ("caller", "called") if name in told}
        centre.main.tells(told["type"], whose, **more)
    centre.time.advance(2)
    after = (centre.the_call(), agent.state, list(agent.events))
    assert after == before
    assert caller.company == {leg.leg}


def test_a_turn_that_is_asked_twice_gets_the_same_script(centre):
    caller = centre.main.rings_in("83366857", NUMBER)
    centre.hears(caller, "查询运单请按1")
    caller.presses("1")
    centre.hears(caller, "请输入运单号")
    (first,) = [told for told in centre.main.told if told["type"] == "turn.taken"]
    again = {name: first[name] for name in ("turn", "digits", "dialled")}
    caller.gather = {}
    centre.main.tells("turn.taken", caller, **again)
    centre.hears(caller, "请输入运单号")
    assert centre.the_call().turn == 2


def test_who_hung_up_unheard_is_found_by_looking(centre):
    agent, caller, leg = a_talk(centre)
    for gone in (caller, leg):
        gone.at = "gone"
    centre.settles(400, sweeps=8)
    agent.hears("Hangup")
    assert centre.the_call().live is False


def test_talks_go_on_while_the_bridge_is_away(centre):
    agent, caller, leg = a_talk(centre)
    centre.main.offline = True
    centre.settles(900, sweeps=15)
    assert centre.the_call().live
    assert agent.does(HOLD) == 0
    centre.main.offline = False
    centre.main.takes_orders()
    centre.time.advance(1)
    assert (caller.at, leg.at, caller.sound) == ("conference", "conference", "media:hold-music")


def test_an_agents_browser_registers_with_what_its_asterisk_was_told(centre):
    agent = centre.page("100").signs_in()
    answer = centre.asks("POST", "/agent/softphone-credentials", {}, token=agent.token)
    centre.time.advance(1)
    assert answer.json["name"] == "agent_100@main"
    assert centre.main.secrets == {"agent_100": answer.json["token"]}


def test_what_ails_an_asterisk_is_counted_and_written_down(centre):
    centre.main.tells("pbx.alive", state="working", endpoints=[])
    centre.main.tells("pbx.alive", state="frozen", endpoints=[])
    centre.time.advance(1)
    assert (centre.watch.counted["ExchangeHeard"], centre.watch.counted["ExchangeAils"]) == (2, 1)


def test_each_number_is_carried_by_its_own_carrier_in_one_centre(monkeypatch):
    def two_numbers(document):
        if "numbers" in document:
            flow = document["numbers"][NUMBER]["flow"]
            document["numbers"] = {
                NUMBER: {"flow": flow, "carrier": "twilio"},
                OTHER_NUMBER: {"flow": flow, "carrier": "asterisk"},
            }

    centre = BothFrontDoor(monkeypatch, change_config=two_numbers)
    by_twilio, by_asterisk = centre.calls("83366857"), centre.main.rings_in("83366858", OTHER_NUMBER)
    by_twilio.hears("查询运单请按1")
    centre.hears(by_asterisk, "查询运单请按1")
    carriers = {call.caller: call.carrier for call in centre.desk.all_calls()}
    assert carriers == {"83366857": "twilio", "83366858": "asterisk"}
    by_twilio.hang_up()
    by_asterisk.hangs_up()
    centre.time.advance(1)
    assert not any(call.live for call in centre.desk.all_calls())
