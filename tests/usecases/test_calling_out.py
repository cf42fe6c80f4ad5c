"""An agent calls outside: their own device first, then the number, with its progress told."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from tests.fakes.centre import Centre
from tests.fakes.people import a_ready_agent, a_talk, is_sound

NUMBER = "13900139000"
CALL, OUTSIDE = 7, 3


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def progress(agent):
    return [event["iParam"] for event in agent.events if event["type"] == "Progress"]


@pytest.mark.parametrize("agent_id", ["100", "101", "102"])
def test_an_outside_call_rings_at_home_first_and_tells_its_progress(centre, agent_id):
    customer = centre.exchange.device("+86" + NUMBER)
    agent = a_ready_agent(centre, agent_id)
    assert agent.does(CALL, OUTSIDE, NUMBER + ";WAYBILL:6012345678|MemberID:7") == 0
    assert customer.ringing() == []
    leg = agent.phone.answer()
    theirs = customer.answer()
    talk = agent.hears("Talk")
    centre.time.advance(3)

    assert progress(agent) == [0, 1, 3]
    assert list(talk["tags"].items())[:2] == [("CALLERID", "+86" + NUMBER), ("TTYPE", "1")]
    assert (talk["tags"]["WAYBILL"], talk["tags"]["MemberID"]) == ("6012345678", "7")
    assert (theirs.talks_with, leg.talks_with) == ([leg.party], [theirs.party])
    theirs.hang_up()
    hangup = agent.hears("Hangup")
    assert (hangup["iParam"], hangup["tags"]["TALKSEC"]) == (2, "3")
    assert hangup["tags"]["VOCID"] == talk["tags"]["VOCID"]
    leg.ends(5)


@pytest.mark.parametrize(
    ("number", "told", "cause"),
    [("13900000486", 4, "busy"), ("13900000408", 5, "no-answer"), ("13900000404", 7, "failed")],
)
def test_a_number_that_cannot_be_had_says_why(centre, number, told, cause):
    agent = a_ready_agent(centre)
    agent.does(CALL, OUTSIDE, number)
    leg = agent.phone.answer()
    assert agent.hears("Progress", within=60, CAUSE=cause)["iParam"] == told
    hangup = agent.hears("Hangup")
    assert (hangup["iParam"], hangup["tags"]["CAUSE"], hangup["tags"]["TALKSEC"]) == (3, cause, "0")
    assert "VOCID" not in hangup["tags"]
    leg.ends(5)
    assert agent.state.state is AgentState.READY


def test_a_customer_who_declines_has_rejected(centre):
    customer = centre.exchange.device("+86" + NUMBER)
    agent = a_ready_agent(centre)
    agent.does(CALL, OUTSIDE, NUMBER)
    agent.phone.answer()
    customer.reject()
    assert agent.hears("Progress", CAUSE="rejected")["iParam"] == 6


@pytest.mark.parametrize("agent_id", ["100", "101", "102"])
def test_nobody_is_called_when_the_agents_own_device_does_not_answer(centre, agent_id):
    customer = centre.exchange.device("+86" + NUMBER)
    agent = a_ready_agent(centre, agent_id)
    agent.does(CALL, OUTSIDE, NUMBER)
    agent.phone.rings()
    agent.hears("Hangup", within=45)
    centre.time.advance(5)
    assert (customer.ringing(), agent.phone.ringing()) == ([], [])
    assert agent.state.state is AgentState.READY


@pytest.mark.parametrize("picked_up", [False, True])
def test_a_call_can_be_given_up_while_it_is_dialled(centre, picked_up):
    customer = centre.exchange.device("+86" + NUMBER)
    agent = a_ready_agent(centre)
    agent.does(CALL, OUTSIDE, NUMBER)
    agent.phone.rings()
    if picked_up:
        agent.phone.answer()
        customer.rings()
    assert agent.does(2) == 0
    hangup = agent.hears("Hangup")
    assert (hangup["iParam"], hangup["tags"]["TALKSEC"]) == (1, "0")
    centre.time.advance(3)
    assert (customer.ringing(), agent.phone.ringing(), agent.phone.talking()) == ([], [], [])


def test_an_agent_who_puts_the_handset_down_while_it_rings_has_cancelled(centre):
    customer = centre.exchange.device("+86" + NUMBER)
    agent = a_ready_agent(centre)
    agent.does(CALL, OUTSIDE, NUMBER)
    leg = agent.phone.answer()
    customer.rings()
    leg.hang_up()
    assert agent.hears("Progress", CAUSE="cancelled")["iParam"] == 9
    centre.time.advance(3)
    assert customer.ringing() == []


def test_a_paused_agent_calls_out_and_is_paused_again_afterwards(centre):
    agent = a_ready_agent(centre)
    agent.does(9, 3)
    assert agent.does(CALL, OUTSIDE, "13900000486") == 0
    agent.phone.answer()
    agent.hears("Hangup", within=30)
    assert (agent.state.state, agent.state.reason, agent.state.visible_code) == (AgentState.PAUSED, "meeting", 10)


def test_an_agent_calls_back_out_of_the_wrap_up(centre):
    customer = centre.exchange.device("+86" + NUMBER)
    scene = a_talk(centre)
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    assert scene.agent.does(CALL, OUTSIDE, NUMBER) == 0
    assert scene.agent.hears("WrapUp")["iParam"] == 2
    scene.agent.phone.answer()
    customer.answer()
    scene.agent.hears("Talk")
    centre.time.advance(70)
    assert scene.agent.state.state is AgentState.TALKING
    customer.hang_up()
    assert scene.agent.hears("WrapUp")["iParam"] == 0


def test_nobody_calls_out_of_a_call(centre):
    scene = a_talk(centre)
    assert scene.agent.does(CALL, OUTSIDE, NUMBER) == -4
    assert len(centre.desk.all_calls()) == 1


@pytest.mark.parametrize(
    ("kind", "asked"),
    [(OUTSIDE, "12"), (OUTSIDE, ""), (OUTSIDE, "abc"), (9, NUMBER), (OUTSIDE, NUMBER + ";no pair")],
)
def test_a_call_that_cannot_be_made_is_refused_and_changes_nothing(centre, kind, asked):
    agent = a_ready_agent(centre)
    assert agent.does(CALL, kind, asked) == -3
    assert centre.desk.all_calls() == []
    assert agent.state.state is AgentState.READY


def test_the_same_request_twice_makes_one_call(centre):
    agent = a_ready_agent(centre)
    assert agent.does(CALL, OUTSIDE, NUMBER, request="r1") == 0
    assert agent.does(CALL, OUTSIDE, NUMBER, request="r1") == -11
    assert len(centre.desk.all_calls()) == 1
    assert centre.the_call().state is CallState.DIALLING


def test_the_business_hears_of_an_outside_call(centre):
    agent = a_ready_agent(centre)
    agent.does(CALL, OUTSIDE, NUMBER)
    agent.phone.answer()
    agent.hears("Talk")
    agent.does(2)
    centre.settles()
    assert centre.webhooks.kinds() == ["call.answered", "call.ended"]
    told = centre.webhooks.delivered[-1][2]
    assert (told["direction"], told["called"], told["owner"], told["endedBy"]) == (
        "outbound",
        "+86" + NUMBER,
        "100",
        "agent",
    )
