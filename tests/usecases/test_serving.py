"""A caller is served: offered, answered, held, retrieved, hung up, by each kind of device."""

import pytest

from chalicelib.core.agents.agent import AgentState, StateCode
from chalicelib.core.calls.call import CallState
from tests.fakes.centre import Centre
from tests.fakes.people import (
    a_caller_in_line,
    a_ready_agent,
    a_ringing_agent,
    a_talk,
    is_sound,
    picks_up,
)

BROWSER, SIP, PHONE = "100", "101", "102"
DEVICES = [BROWSER, SIP, PHONE]


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


@pytest.mark.parametrize("agent_id", DEVICES)
def test_a_call_is_served_on_every_kind_of_device(centre, agent_id):
    scene = a_talk(centre, agent_id)
    assert scene.leg.talks_with == [scene.caller.party]
    scene.caller.hang_up()
    assert scene.agent.hears("Hangup")["iParam"] == 2
    scene.leg.ends(5)
    scene.agent.hears("WrapUp")


@pytest.mark.parametrize("agent_id", DEVICES)
def test_an_agent_hangs_up_on_the_page(centre, agent_id):
    scene = a_talk(centre, agent_id)
    centre.time.advance(7)
    assert scene.agent.does(2) == 0
    hangup = scene.agent.hears("Hangup")
    assert (hangup["iParam"], hangup["tags"]["TALKSEC"], hangup["tags"]["VOCID"]) == (
        1,
        "7",
        centre.the_call().vocid,
    )
    assert (scene.caller.ends(5), scene.leg.ends(5)) == ("completed", "completed")


@pytest.mark.parametrize("agent_id", [SIP, PHONE])
def test_an_agent_puts_the_handset_down(centre, agent_id):
    scene = a_talk(centre, agent_id)
    scene.leg.hang_up()
    assert scene.agent.hears("Hangup")["iParam"] == 1
    scene.caller.ends(5)


@pytest.mark.parametrize("agent_id", [SIP, PHONE])
def test_a_handset_cannot_be_answered_from_the_page(centre, agent_id):
    caller, agent = a_ringing_agent(centre, agent_id)
    assert agent.does(1) == -4
    picks_up(centre, caller, agent)


def test_ring_and_talk_tell_who_calls_in_the_guides_order(centre):
    scene = a_talk(centre)
    ring, talk = (next(each for each in scene.agent.events if each["type"] == kind) for kind in ("Ring", "Talk"))
    assert list(ring["tags"].items())[:2] == [("CALLERID", "83366857"), ("TTYPE", "2")]
    assert list(talk["tags"])[:3] == ["CALLERID", "TTYPE", "VOCID"]
    assert (ring["iParam"], talk["iParam"]) == (1, 1)
    assert ring["tags"]["QUEUE"] == "service"


def test_every_event_about_the_call_names_caller_and_call(centre):
    scene = a_talk(centre)
    for act in (3, 4):
        scene.agent.does(act)
    scene.agent.does(8, 0, "12")
    centre.time.advance(5)
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    scene.agent.does(25, 1)
    centre.settles()

    call = centre.the_call().id
    about = [each for each in scene.agent.events if each["type"] not in ("State", "Login", "Logout")]
    assert {each["type"] for each in about} == {"Ring", "Talk", "Record", "Hold", "Retrieve", "Key", "Hangup", "WrapUp"}
    assert {
        (each["type"], each["tags"].get("CALLERID"), each["tags"].get("CALLID"), each["callId"]) for each in about
    } == {(each["type"], "83366857", call, call) for each in about}


def test_a_held_caller_hears_music_and_nobody(centre):
    scene = a_talk(centre)
    assert scene.agent.does(3) == 0
    assert scene.agent.hears("Hold")["iParam"] == 0
    scene.agent.hears("State", STATE=str(int(StateCode.HOLDING)))
    assert scene.caller.on_hold
    assert (scene.caller.talks_with, scene.leg.talks_with) == ([], [])
    scene.caller.hears("hold-music")

    assert scene.agent.does(4) == 0
    scene.agent.hears("Retrieve")
    scene.agent.hears("State", STATE=str(int(StateCode.TALKING)))
    assert scene.caller.talks_with == [scene.leg.party]


def test_a_caller_held_in_silence_hears_no_music(centre):
    scene = a_talk(centre)
    assert scene.agent.does(3, 1) == 0
    assert scene.agent.hears("Hold")["iParam"] == 1
    scene.caller.hears("silence")
    assert "hold-music" not in str(scene.caller.transcript[-1])
    assert scene.caller.on_hold


def test_hold_and_retrieve_are_legal_in_their_turn_only(centre):
    agent = a_ready_agent(centre)
    assert (agent.does(3), agent.does(4)) == (-4, -4)
    scene_caller = a_caller_in_line(centre)
    agent.hears("Ring")
    assert agent.does(3) == -4
    picks_up(centre, scene_caller, agent)
    assert (agent.does(4), agent.does(3), agent.does(3)) == (-4, 0, -4)


def test_keys_that_an_agent_sends_are_heard_by_the_customer(centre):
    scene = a_talk(centre)
    assert scene.agent.does(8, 0, "12w3#") == 0
    key = scene.agent.hears("Key")
    assert (key["iParam"], key["tags"]["KEY"]) == (1, "12w3#")
    scene.caller.hears("12w3#")
    assert scene.caller.talks_with == [scene.leg.party]


@pytest.mark.parametrize("keys", ["", "12x", "1" * 33, "1 2", "１２"])
def test_what_is_no_key_is_not_sent(centre, keys):
    scene = a_talk(centre)
    assert scene.agent.does(8, 0, keys) == -3
    assert "Key" not in scene.agent.kinds()


def test_wrap_up_ends_by_its_deadline(centre):
    scene = a_talk(centre)
    scene.caller.hang_up()
    started = scene.agent.hears("WrapUp")
    assert int(started["tags"]["DEADLINE"]) == centre.clock.now() + 60_000
    ended = scene.agent.hears("WrapUp", within=62)
    assert (started["iParam"], ended["iParam"]) == (0, 2)
    assert scene.agent.hears("State", STATE="1")["tags"]["BY"] == "system"


def test_wrap_up_can_be_extended(centre):
    scene = a_talk(centre)
    scene.caller.hang_up()
    deadline = int(scene.agent.hears("WrapUp")["tags"]["DEADLINE"])
    assert scene.agent.does(25, 2, "30") == 0
    assert int(scene.agent.hears("WrapUp")["tags"]["DEADLINE"]) == deadline + 30_000
    centre.time.advance(75)
    assert scene.agent.state.state is AgentState.WRAP_UP
    scene.agent.hears("State", within=20, STATE="1")


def test_wrap_up_is_finished_with_a_disposition(centre):
    scene = a_talk(centre)
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    assert scene.agent.does(25, 1, "no-such-thing") == -3
    assert scene.agent.does(25, 0, "complaint") == 0
    assert scene.agent.state.state is AgentState.WRAP_UP
    assert scene.agent.does(25, 1, "solved") == 0
    assert centre.the_call().disposition == "solved"
    assert scene.agent.state.state is AgentState.READY


def test_there_is_nothing_to_wrap_up_without_a_call(centre):
    agent = a_ready_agent(centre)
    assert [agent.does(25, *asked) for asked in ((0, "solved"), (1,), (2, "30"))] == [-4, -4, -4]


def test_a_pause_asked_for_during_the_call_comes_after_the_wrap_up_and_ends_by_its_longest_time(centre):
    scene = a_talk(centre)
    assert scene.agent.does(9, 1) == 0
    assert scene.agent.hears("State", PENDING="short-break")["iParam"] == int(StateCode.TALKING)
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    assert scene.agent.does(25, 1) == 0
    assert scene.agent.hears("State")["tags"]["REASON"] == "short-break"
    assert scene.agent.state.state is AgentState.PAUSED
    assert scene.agent.hears("State", within=905, STATE="1")["tags"]["BY"] == "system"


def test_a_pause_that_waits_can_be_taken_back(centre):
    scene = a_talk(centre)
    scene.agent.does(9, 2)
    assert scene.agent.does(10) == 0
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    scene.agent.does(25, 1)
    assert scene.agent.state.state is AgentState.READY


def test_a_pause_shows_its_reasons_state_and_ends_by_its_longest_time(centre):
    agent = a_ready_agent(centre)
    assert agent.does(9, 2) == 0
    assert agent.hears("State", REASON="meal")["iParam"] == 16
    assert agent.does(9, 77) == -3
    agent.hears("State", within=3605, STATE="1")


def test_a_pause_in_the_wrap_up_ends_it(centre):
    scene = a_talk(centre)
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    assert scene.agent.does(9, 3) == 0
    assert scene.agent.hears("WrapUp")["iParam"] == 2
    centre.time.advance(70)
    assert scene.agent.state.state is AgentState.PAUSED


def test_the_next_caller_is_served_when_the_wrap_up_is_over(centre):
    scene = a_talk(centre)
    second = a_caller_in_line(centre, "13900139000")
    assert centre.desk.all_ready() == []
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    scene.agent.does(25, 1)
    assert scene.agent.hears("Ring")["tags"]["CALLERID"] == "13900139000"
    picks_up(centre, second, scene.agent)
    assert [call.state for call in centre.desk.all_calls()].count(CallState.TALKING) == 1
