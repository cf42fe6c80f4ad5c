"""An agent calls a flow: their own telephone rings, and the flow speaks to them as to any customer."""

import pytest

from tests.carriers.backstage import Failure, Need, News, Order
from tests.carriers.test_somebody_is_consulted import SEATS

CALL, FLOW, NOBODY = 7, 5, -6
MENU, OF_THE_ECHO = "freight-waybill", "请输入任意数字"


def calls_a_flow(stage, flow="echo", hears=OF_THE_ECHO, agent_id="100"):
    """An agent who hears a flow."""
    agent = stage.agent(agent_id)
    agent.does(CALL, FLOW, flow)
    agent.picks_up()
    agent.is_told("Talk: inside", CALLERID=flow)
    agent.hears_prompt(hears)
    return agent


def is_served(stage, by="101", agent_id="100"):
    """An agent whom a flow led to a queue, and the colleague whom they talk with."""
    agent = calls_a_flow(stage, MENU, "人工服务请按0", agent_id)
    agent.keys("0")
    agent.hears_prompt("正在为您转接人工服务")
    colleague = stage.agent(by)
    colleague.is_told("Ring: inside", CALLERID=agent_id)
    colleague.answers("inside")
    stage.they_talk(agent, colleague)
    return agent, colleague


@pytest.mark.parametrize("seat", SEATS)
def test_a_flow_is_tried_to_its_end(stage, seat):
    agent = calls_a_flow(stage, agent_id=seat)
    agent.is_now("talking")
    agent.keys("42#")
    agent.hears_prompt("您输入的是")
    agent.hears_prompt("再见")
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    agent.is_now("ready")
    told = stage.business.is_told("call.ended")
    assert (told["direction"], told["called"], told["endedBy"]) == ("internal", "echo", "flow")


def test_a_flow_that_is_not_there_is_not_called(stage):
    agent = stage.agent()
    agent.does(CALL, FLOW, "nowhere", answered=NOBODY)
    agent.is_not_rung(2)


@pytest.mark.parametrize("how", ["hangs_up", "puts_down"])
def test_who_calls_a_flow_ends_it(stage, how):
    agent = calls_a_flow(stage)
    getattr(agent, how)()
    agent.is_told("Hangup: by agent")
    agent.is_cut_off()
    agent.is_now("ready")


def test_who_gives_up_before_their_telephone_is_picked_up_is_not_rung_any_more(stage):
    agent = stage.agent()
    agent.does(CALL, FLOW, "echo")
    agent.is_rung()
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    agent.is_cut_off()
    agent.is_not_rung(5)


def test_a_flow_leads_who_called_it_to_a_colleague(stage):
    agent, colleague = is_served(stage)
    colleague.holds()
    agent.hears_music()
    colleague.retrieves()
    stage.they_talk(agent, colleague)
    agent.hangs_up()
    colleague.is_told("Hangup: by peer")
    agent.is_told("Hangup: by agent")
    agent.is_cut_off()


def test_who_called_a_flow_is_given_to_another_colleague(stage):
    agent, colleague = is_served(stage)
    third = stage.agent("102")
    colleague.transfers_to(third)
    third.is_told("Ring: inside", TTYPE="3", FROMAGENT="101")
    third.answers("inside")
    colleague.is_cut_off()
    stage.they_talk(agent, third)


def test_who_called_a_flow_is_sent_into_another_and_comes_back(stage):
    agent, colleague = is_served(stage)
    colleague.does(11, 1, "echo")
    agent.hears_prompt(OF_THE_ECHO)
    colleague.hears_nobody()
    agent.keys("1#")
    colleague.is_told("Talk: inside")
    stage.they_talk(agent, colleague)


@pytest.mark.needs(Need.TROUBLED_ORDERS)
@pytest.mark.parametrize("failure", [Failure.FAULT, Failure.FAULT_BUT_DONE, Failure.SILENCE, Failure.SILENCE_BUT_DONE])
def test_r4_a_move_into_the_flow_whose_answer_was_lost_is_made_all_the_same(stage, failure):
    agent = stage.agent()
    agent.does(CALL, FLOW, "echo")
    agent.is_rung()
    stage.carrier.fails(Order.MOVE, failure)
    agent.picks_up()
    agent.hears_prompt(OF_THE_ECHO)


@pytest.mark.needs(Need.TROUBLED_NEWS)
def test_r1_an_answer_that_is_told_twice_begins_the_flow_once_and_r8_news_of_the_meeting_may_be_late(stage):
    stage.carrier.tells_twice(News.ANSWERED)
    stage.carrier.is_late(News.MEETING, 8, times=None)
    agent = calls_a_flow(stage)
    agent.keys("7#")
    agent.hears_prompt("您输入的是")
    agent.is_told("Hangup: by peer")
