"""An agent calls a flow: they are its customer, whatever it leads to."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CUSTOMER, CallState
from chalicelib.usecases.configure import publish_flow
from chalicelib.usecases.snapshot import snapshot
from tests.fakes.centre import Centre
from tests.fakes.people import a_ready_agent, is_sound

HANG_UP, HOLD, RETRIEVE, TRANSFER, CONSULT, CALL, KEYS = 2, 3, 4, 5, 6, 7, 8
CONFER, MUTE, SET_TAGS, RESET = 21, 24, 26, 34
AGENT, OUTSIDE, QUEUE, FLOW = 2, 3, 4, 5
MENU = "freight-waybill"
MONITOR, INTERCEPT, FORCE_RELEASE = 1, 2, 5
STRANGER = "13900139000"


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def calls_a_flow(centre, flow="echo", hears="请输入任意数字", agent_id="100"):
    """An agent who hears a flow; gives their page and their telephone."""
    agent = a_ready_agent(centre, agent_id)
    assert agent.does(CALL, FLOW, flow) == 0
    leg = agent.phone.answer(10)
    leg.hears(hears)
    return agent, leg


def in_the_queue(centre):
    agent, leg = calls_a_flow(centre, MENU, "人工服务请按0")
    leg.presses("0")
    leg.hears("正在为您转接人工服务")
    return agent, leg


def served(centre):
    """Agent 100, whom the flow led to a queue, talks with agent 200."""
    agent, leg = in_the_queue(centre)
    other = a_ready_agent(centre, "200")
    ring = other.hears("Ring", CALLERID="100")
    assert ring["iParam"] == 0
    theirs = other.answers()
    other.hears("Talk", CALLERID="100", QUEUE="service")
    centre.time.advance(1)
    assert leg.talks_with == [theirs.party]
    return agent, leg, other, theirs


def test_a_flow_is_tried_to_its_end_and_nothing_is_written_up(centre):
    agent, leg = calls_a_flow(centre)
    assert [agent.hears("Progress")["iParam"] for _ in range(2)] == [0, 3]
    talk = agent.hears("Talk", CALLERID="echo", TTYPE="1")
    assert (talk["iParam"], agent.state.state) == (0, AgentState.TALKING)
    assert "VOCID" not in talk["tags"]
    leg.presses("42#")
    leg.hears("您输入的是")
    leg.hears("再见")
    assert agent.hears("Hangup")["iParam"] == 2
    leg.ends(5)
    assert agent.state.state is AgentState.READY
    call = centre.the_call()
    assert (call.caller, call.called, call.ended_by) == ("100", "echo", "flow")
    assert call.end_facts()["agents"][0]["agentId"] == "100"


def test_tags_given_along_are_in_the_flow_and_are_added_to_meanwhile(centre):
    agent = a_ready_agent(centre)
    assert agent.does(CALL, FLOW, "echo;ORDER:42") == 0
    agent.phone.answer(10).hears("请输入任意数字")
    agent.hears("Talk", ORDER="42")
    assert agent.does(SET_TAGS, 0, "TOPIC:trial") == 0
    assert dict(centre.the_call().tags) == {"ORDER": "42", "TOPIC": "trial"}


@pytest.mark.parametrize("how", [0, 1])
def test_the_agent_hangs_up_on_the_page(centre, how):
    agent, leg = calls_a_flow(centre)
    assert agent.does(HANG_UP, how) == 0
    assert agent.hears("Hangup")["iParam"] == 1
    leg.ends(5)
    assert (centre.the_call().ended_by, agent.state.state) == ("customer", AgentState.READY)


def test_the_agent_puts_the_telephone_down(centre):
    agent, leg = calls_a_flow(centre)
    leg.hang_up()
    assert agent.hears("Hangup")["iParam"] == 1
    assert agent.state.state is AgentState.READY


def test_the_agent_gives_up_before_their_telephone_is_picked_up(centre):
    agent = a_ready_agent(centre)
    assert agent.does(CALL, FLOW, "echo") == 0
    agent.phone.rings()
    assert agent.does(HANG_UP) == 0
    assert agent.hears("Hangup")["iParam"] == 1
    centre.time.advance(5)
    assert agent.phone.ringing() == []


def test_a_telephone_that_is_not_picked_up_ends_the_call(centre):
    agent = a_ready_agent(centre)
    assert agent.does(CALL, FLOW, "echo") == 0
    assert agent.hears("Progress", CAUSE="no-answer", within=60)["iParam"] == 5
    assert agent.hears("Hangup")["iParam"] == 3
    assert centre.the_call().state is CallState.ENDED


def test_a_flow_that_does_not_exist_is_nobody(centre):
    agent = a_ready_agent(centre)
    assert agent.does(CALL, FLOW, "nowhere") == -6
    assert centre.desk.all_calls() == []
    assert agent.state.state is AgentState.READY


def test_who_is_in_a_flow_has_nobody_to_hold_ask_or_give_away(centre):
    agent, _ = calls_a_flow(centre)
    asked = [(HOLD, 0, ""), (RETRIEVE, 0, ""), (TRANSFER, OUTSIDE, STRANGER), (CONSULT, OUTSIDE, STRANGER)]
    asked += [(KEYS, 0, "1"), (CALL, FLOW, "echo"), (CONFER, 0, "")]
    assert {agent.does(*each) for each in asked} == {-4}


def test_a_reset_in_a_flow_changes_nothing(centre):
    agent, leg = calls_a_flow(centre)
    assert agent.does(RESET) == 0
    assert agent.state.state is AgentState.TALKING
    leg.presses("1#")
    leg.hears("您输入的是")


def test_a_page_that_is_loaded_again_shows_a_talk_with_the_flow(centre):
    _agent, _ = calls_a_flow(centre)
    shown = snapshot("100", centre.immortal)["data"]["call"]
    assert (shown["state"], shown["direction"], shown["held"]) == ("talking", "internal", False)
    (own,) = shown["members"]
    assert (own["role"], own["who"], own["owner"]) == ("customer", "100", False)


def test_a_flow_leads_who_called_it_to_a_queue_as_anybody_else(centre):
    agent, _leg, other, _theirs = served(centre)
    members = agent.hears("Conference")["data"]["members"]
    assert [(member["who"], member["owner"]) for member in members] == [("100", False), ("200", True)]
    assert other.does(HANG_UP) == 0
    assert agent.hears("Hangup")["iParam"] == 2
    other.hears("WrapUp")
    assert (agent.state.state, other.state.state) == (AgentState.READY, AgentState.WRAP_UP)


def test_who_waits_is_not_offered_their_own_call(centre):
    agent, _leg = in_the_queue(centre)
    centre.time.advance(60)
    assert agent.state.state is AgentState.TALKING
    assert agent.does(HANG_UP) == 0


def test_who_is_served_is_held_and_muted_as_a_customer(centre):
    agent, leg, other, theirs = served(centre)
    assert other.does(HOLD) == 0
    agent.hears("Hold")
    centre.time.advance(1)
    assert leg.talks_with == []
    assert other.does(RETRIEVE) == 0
    assert agent.does(MUTE, 1) == 0
    centre.time.advance(1)
    assert (theirs.heard_by, leg.heard_by) == ([leg.party], [])
    assert agent.does(HANG_UP) == 0
    assert agent.hears("Hangup")["iParam"] == 1
    assert other.hears("Hangup")["iParam"] == 2


def test_who_muted_in_the_flow_is_not_heard_by_who_serves_them(centre):
    agent, leg = in_the_queue(centre)
    assert agent.does(MUTE, 1) == 0
    other = a_ready_agent(centre, "200")
    other.hears("Ring")
    other.answers()
    other.hears("Talk")
    centre.time.advance(1)
    assert leg.heard_by == []


def test_who_is_served_is_given_away_to_a_colleague(centre):
    agent, leg, other, _ = served(centre)
    third = a_ready_agent(centre, "102")
    assert other.does(TRANSFER, AGENT, "102") == 0
    third.hears("Ring", FROMAGENT="200", CALLERID="100")
    theirs = third.phone.answer()
    third.hears("Talk")
    centre.time.advance(1)
    assert leg.talks_with == [theirs.party]
    assert agent.state.state is AgentState.TALKING


def test_who_is_served_is_sent_into_another_flow_and_comes_back(centre):
    agent, leg, other, theirs = served(centre)
    assert other.does(11, 1, "echo") == 0
    leg.hears("请输入任意数字")
    assert agent.state.state is AgentState.TALKING
    leg.presses("1#")
    other.hears("Talk")
    centre.time.advance(8)
    assert leg.talks_with == [theirs.party]


def test_who_is_served_never_comes_to_own_the_call(centre):
    agent, leg, other, _ = served(centre)
    stranger = centre.exchange.device("+86" + STRANGER)
    assert other.does(CONSULT, OUTSIDE, STRANGER) == 0
    third = stranger.answer(30)
    other.hears("Consult", RESULT="answered")
    assert other.does(CONFER) == 0
    assert other.does(HANG_UP) == 0
    centre.time.advance(1)
    assert (centre.the_call().owner, leg.talks_with) == ("", [third.party])
    assert agent.state.state is AgentState.TALKING
    third.hang_up()
    assert agent.hears("Hangup")["iParam"] == 3


def test_the_owner_lets_who_is_served_go_from_a_conference(centre):
    agent, _leg, other, theirs = served(centre)
    stranger = centre.exchange.device("+86" + STRANGER)
    assert other.does(CONSULT, OUTSIDE, STRANGER) == 0
    third = stranger.answer(30)
    other.hears("Consult", RESULT="answered")
    assert other.does(CONFER) == 0
    assert other.does(HANG_UP, 2, CUSTOMER) == 0
    assert agent.hears("Hangup")["iParam"] == 4
    centre.time.advance(1)
    assert theirs.talks_with == [third.party]
    assert agent.state.state is AgentState.READY
    other.does(HANG_UP, 1)


def test_a_supervisor_ends_the_call_of_who_is_in_a_flow_and_cannot_listen_to_it(centre):
    agent, leg = calls_a_flow(centre)
    supervisor = a_ready_agent(centre, "200")
    seat = agent.state.seat
    assert supervisor.controls(seat, INTERCEPT) == -7
    assert supervisor.controls(seat, FORCE_RELEASE) == 0
    assert agent.hears("Hangup")["iParam"] == 4
    leg.ends(5)
    assert agent.state.state is AgentState.READY


def test_a_supervisor_may_listen_to_who_is_served_but_not_take_their_place(centre):
    agent, leg = in_the_queue(centre)
    other = a_ready_agent(centre, "102")
    other.hears("Ring")
    theirs = other.phone.answer()
    other.hears("Talk")
    supervisor = a_ready_agent(centre, "200")
    assert supervisor.controls(agent.state.seat, INTERCEPT) == -7
    assert supervisor.controls(agent.state.seat, MONITOR) == 0
    supervisor.hears("Ring")
    supervisor.answers()
    supervisor.hears("Control")
    centre.time.advance(1)
    assert sorted(theirs.heard_by) == sorted([leg.party, supervisor.phone.talking()[0].party])


def test_a_flow_leads_who_called_it_to_a_number(centre):
    steps = {"on": {"do": "transfer", "number": "+86" + STRANGER}}
    publish_flow({"name": "outwards", "language": "zh-CN", "steps": steps}, centre.world)
    stranger = centre.exchange.device("+86" + STRANGER)
    agent = a_ready_agent(centre)
    assert agent.does(CALL, FLOW, "outwards") == 0
    leg = agent.phone.answer(10)
    third = stranger.answer(30)
    centre.time.advance(1)
    assert leg.talks_with == [third.party]
    third.hang_up()
    assert agent.hears("Hangup")["iParam"] == 2
