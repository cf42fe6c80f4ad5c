"""Into the flow and back: the customer hears the flow, the agent nothing; then they hear each other again."""

import pytest

from tests.carriers.backstage import Failure, Need, News, Order
from tests.fakes.centre import CREDIT, MEMBER, PIN

HOLD, TRANSFER, TO_AUTOMATIC, SURVEY = 3, 5, 11, 28
LEAVE, COME_BACK, FLOW, RESERVED = 0, 1, 5, 2
AUTHENTICATION = "service-authentication"


def waits(agent):
    """The agent's page shows that they are reserved for the customer."""

    def reserved():
        return [event["iParam"] for event in agent.page.events if event["type"] == "State"][-1:] == [RESERVED]

    agent._stage.waits_for(reserved, f"{agent.name} waits", 30)


def in_the_flow(stage, seat="100"):
    """A caller who has been sent to prove who they are."""
    caller, agent = stage.a_talk(seat)
    stage.passes(2)
    agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION)
    caller.hears_prompt("请输入您的六位会员号")
    waits(agent)
    return caller, agent


def proves_who_they_are(caller, pin=PIN):
    caller.keys(MEMBER)
    caller.hears_prompt("请输入您的六位密码")
    caller.keys(pin)


def comes_back_proved(stage, customer, agent):
    """The customer proves who they are, and both hear each other again; give the tags of the talk."""
    proves_who_they_are(customer)
    told = agent.is_told("Talk: outside", AUTHRESULT="passed", MemberID=MEMBER, CREDIT=CREDIT)
    stage.they_talk(customer, agent)
    return told


def test_while_the_customer_is_in_the_flow_the_agent_hears_nothing_and_nobody_hears_the_agent(stage):
    caller, agent = in_the_flow(stage)
    agent.hears_nobody()
    caller.hears_nobody()


@pytest.mark.parametrize("seat", ["100", "101", "102"])
def test_who_has_proved_who_they_are_and_the_agent_hear_each_other_again(stage, seat):
    caller, agent = in_the_flow(stage, seat)
    proves_who_they_are(caller)
    agent.is_told("Talk: outside", AUTHRESULT="passed", MemberID=MEMBER, CREDIT=CREDIT)
    caller.hears_prompt("正在为您转回话务员")
    stage.they_talk(caller, agent)
    agent.is_now("talking")


def test_the_agent_sees_that_something_is_keyed_and_hears_none_of_it(stage):
    caller, agent = in_the_flow(stage)
    caller.keys(MEMBER)
    assert agent.is_told("Key: received")["STEP"] == "ask_member"
    agent.hears_nobody()
    caller.keys("1")
    agent.hears_nobody()
    told = repr(agent.page.events)
    assert MEMBER not in told


def test_the_recording_holds_the_agent_alone_while_the_customer_is_away(stage):
    caller, agent = in_the_flow(stage)
    stage.passes(2)
    vocid = comes_back_proved(stage, caller, agent)["VOCID"]
    stage.passes(2)
    caller.puts_down()
    agent.finds_recorded(vocid, (caller, agent), (agent,), (caller, agent), within=60)


def test_a_wrong_pin_brings_the_customer_back_unproved(stage):
    caller, agent = in_the_flow(stage)
    proves_who_they_are(caller, "111111")
    caller.hears_prompt("会员号或密码不正确")
    caller.keys("222222")
    assert "CREDIT" not in agent.is_told("Talk: outside", AUTHRESULT="failed")
    stage.they_talk(caller, agent)


def test_an_agent_who_gives_up_waiting_has_the_customer_back(stage):
    caller, agent = in_the_flow(stage)
    caller.keys(MEMBER)
    agent.retrieves()
    agent.is_told("Talk: outside", AUTHRESULT="aborted")
    stage.they_talk(caller, agent)


def test_a_held_customer_comes_back_and_is_heard(stage):
    caller, agent = stage.a_talk()
    agent.holds()
    caller.hears_music()
    agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION)
    caller.hears_prompt("请输入您的六位会员号")
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_a_customer_is_held_as_soon_as_they_are_back(stage):
    caller, agent = in_the_flow(stage)
    proves_who_they_are(caller)
    agent.is_told("Talk: outside", AUTHRESULT="passed")
    agent.holds()
    caller.hears_music()
    agent.hears_nobody()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_a_customer_goes_into_the_flow_again_and_again(stage):
    caller, agent = in_the_flow(stage)
    for _ in range(2):
        agent.retrieves()
        stage.they_talk(caller, agent)
        agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION)
        caller.hears_prompt("请输入您的六位会员号")
        agent.hears_nobody()


def test_a_customer_who_hangs_up_in_the_flow_ends_the_wait(stage):
    caller, agent = in_the_flow(stage)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    assert stage.business.is_told("call.ended")["endedBy"] == "customer"


def test_an_agent_who_hangs_up_leaves_the_customer_to_the_flow(stage):
    caller, agent = in_the_flow(stage)
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    agent.is_cut_off()
    proves_who_they_are(caller)
    caller.hears_prompt("正在为您转回话务员")
    caller.is_cut_off()


@pytest.mark.needs(Need.TELEPHONE_SEATS)
def test_an_agent_who_puts_the_handset_down_leaves_the_customer_to_the_flow(stage):
    caller, agent = in_the_flow(stage, "102")
    agent.puts_down()
    agent.is_told("Hangup: by agent")
    proves_who_they_are(caller)
    caller.hears_prompt("正在为您转回话务员")
    caller.is_cut_off()


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_r16_a_browser_that_dies_while_the_customer_is_in_the_flow_comes_back_in_time(stage):
    caller, agent = in_the_flow(stage)
    agent.browser_dies()
    stage.passes(3)
    agent.browser_comes_back()
    agent.accepts()
    comes_back_proved(stage, caller, agent)
    agent.holds()
    caller.hears_music()


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_r16_who_comes_back_to_a_dead_browser_hears_music_and_then_waits_in_the_queue(stage):
    caller, agent = in_the_flow(stage)
    caller.keys(MEMBER)
    caller.hears_prompt("请输入您的六位密码")
    agent.browser_dies()
    caller.keys(PIN)
    caller.hears_music()
    caller.hears_prompt("您目前排在第一位", within=60)
    other = stage.agent("102")
    other.rings(caller, within=60)
    other.answers()
    stage.they_talk(caller, other)
    agent.browser_comes_back()
    agent.is_told("Hangup: by system")


@pytest.mark.parametrize(("act", "i_param"), [(TO_AUTOMATIC, LEAVE), (TRANSFER, FLOW), (SURVEY, 0)])
def test_a_customer_is_left_in_a_flow_and_the_agent_is_free(stage, act, i_param):
    caller, agent = stage.a_talk()
    agent.does(act, i_param, "echo")
    agent.is_told("Hangup: transferred")
    agent.is_cut_off()
    caller.hears_prompt("请输入任意数字")
    caller.keys("7#")
    caller.hears_prompt("您输入的是")
    caller.is_cut_off()


def test_a_customer_who_was_called_goes_into_the_flow_and_comes_back(stage):
    agent, customer = stage.agent(), stage.outside()
    agent.calls(customer.number)
    agent.picks_up()
    customer.picks_up()
    agent.is_told("Talk: outside")
    stage.they_talk(customer, agent)
    agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION)
    customer.hears_prompt("请输入您的六位会员号")
    agent.hears_nobody()
    comes_back_proved(stage, customer, agent)


@pytest.mark.needs(Need.TROUBLED_ORDERS)
@pytest.mark.parametrize("failure", [Failure.FAULT, Failure.FAULT_BUT_DONE, Failure.SILENCE, Failure.SILENCE_BUT_DONE])
def test_r4_a_move_into_the_flow_whose_answer_was_lost_is_made_all_the_same(stage, failure):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.MOVE, failure)
    agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION)
    caller.hears_prompt("请输入您的六位会员号")
    agent.hears_nobody()
    comes_back_proved(stage, caller, agent)


@pytest.mark.needs(Need.TROUBLED_NEWS)
def test_r1_keys_that_are_told_twice_count_once_and_r8_news_of_the_meeting_may_be_late(stage):
    caller, agent = in_the_flow(stage)
    stage.carrier.tells_twice(News.KEYS)
    stage.carrier.is_late(News.MEETING, 8, times=None)
    comes_back_proved(stage, caller, agent)
    assert [event["type"] for event in agent.page.events].count("Key") == 2
