"""A caller arrives: prompts, keys, the queue."""

from tests.carriers.stage import ASKS_FOR_A_PERSON


def test_a_caller_is_welcomed_and_hears_the_menu(stage):
    caller = stage.caller().dials()
    caller.hears_prompt("欢迎致电顺达物流")
    caller.hears_prompt("查询运单请按1")
    caller.puts_down()


def test_a_caller_keys_in_a_waybill_and_hears_where_the_goods_are(stage):
    caller = stage.caller().dials()
    caller.hears_prompt("查询运单请按1")
    caller.keys("1")
    caller.hears_prompt("请输入运单号")
    caller.keys("6012345678#")
    caller.hears_prompt("六零幺")
    caller.keys("1")
    caller.hears_prompt("京 A 幺二三四五")


def test_who_knows_the_way_types_ahead_of_every_prompt(stage):
    caller = stage.caller().dials()
    caller.hears_prompt("欢迎致电顺达物流")
    caller.hears_prompt("查询运单请按1")
    caller.keys("16012345678#1")
    caller.hears_prompt("京 A 幺二三四五")


def test_a_caller_who_presses_a_wrong_key_is_asked_again(stage):
    caller = stage.caller().dials()
    caller.hears_prompt("查询运单请按1")
    caller.keys("7")
    caller.hears_prompt("没有这个选项")
    caller.hears_prompt("查询运单请按1")


def test_a_caller_who_presses_nothing_comes_to_a_person(stage):
    agent = stage.agent()
    caller = stage.caller().dials()
    caller.hears_prompt("没有听到您的选择", within=60)
    agent.rings(caller, within=60)
    agent.answers()
    stage.they_talk(caller, agent)


def test_a_caller_who_hangs_up_in_the_menu_rings_nowhere(stage):
    agent = stage.agent()
    caller = stage.caller().dials()
    caller.hears_prompt("查询运单请按1")
    caller.puts_down()
    ended = stage.business.is_told("call.ended")
    assert (ended["endedBy"], ended["owner"], ended["agents"]) == ("customer", None, [])
    agent.is_not_rung(20)
    assert agent.story() == []


def test_a_waiting_caller_hears_the_place_in_the_line_and_music(stage):
    caller = stage.a_caller_in_the_queue()
    caller.hears_prompt("您目前排在第一位")
    caller.hears_music()


def test_waiting_callers_move_up_and_never_hear_each_other(stage):
    first, second = stage.a_caller_in_the_queue(), stage.a_caller_in_the_queue("13700137000")
    second.hears_prompt("您目前排在第二位")
    first.hears_music(within=60)
    second.hears_music(within=60)
    first.puts_down()
    second.hears_prompt("您目前排在第一位", within=90)


def test_a_key_leads_a_waiting_caller_back_to_the_menu(stage):
    caller = stage.a_caller_in_the_queue()
    caller.keys("0")
    caller.hears_prompt(ASKS_FOR_A_PERSON[0])
    agent = stage.agent()
    agent.is_not_rung(3)
    assert agent.story() == []


def test_a_caller_who_gives_up_waiting_rings_at_nobody_afterwards(stage):
    caller = stage.a_caller_in_the_queue()
    stage.passes(20)
    caller.puts_down()
    stage.business.is_told("call.ended")
    agent = stage.agent()
    agent.is_not_rung(10)
    assert agent.story() == []


def test_a_caller_for_whom_nobody_is_free_in_time_is_told_so_and_let_go(stage):
    caller = stage.a_caller_in_the_queue()
    caller.hears_prompt("座席全忙，请稍后再拨", within=700)
    caller.is_cut_off()
    assert stage.business.is_told("call.ended")["endedBy"] == "flow"
