"""A caller waits: missed, rejected, gone, led back, given up, announced to; and who is offered what, and when."""

import pytest

from chalicelib.core.agents.agent import AgentState, StateCode
from chalicelib.core.calls.call import CallState
from chalicelib.core.ground.metrics import Metric
from local.carrier.faults import RestFault
from tests.fakes.centre import CALLER, Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, a_ringing_agent, a_talk, is_sound, picks_up

YOUNGER = "13900139000"


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def test_a_missed_call_keeps_its_place_before_a_younger_one(centre):
    caller, agent = a_ringing_agent(centre)
    a_caller_in_line(centre, YOUNGER)
    hangup = agent.hears("Hangup", within=25)
    assert hangup["iParam"] == 6
    assert hangup["tags"]["RINGSEC"] == "20"
    aside = agent.hears("State")
    assert (aside["iParam"], aside["tags"]["REASON"]) == (int(StateCode.PAUSED), "missed")
    assert agent.phone.ringing() == []

    colleague = a_ready_agent(centre, "101")
    assert colleague.hears("Ring")["tags"]["CALLERID"] == CALLER
    picks_up(centre, caller, colleague)


def test_who_missed_a_caller_and_is_ready_again_is_asked_for_others_first(centre):
    caller, agent = a_ringing_agent(centre)
    agent.hears("Hangup", within=25)
    assert agent.does(10) == 0
    centre.time.advance(10)
    assert agent.state.state is AgentState.READY
    younger = a_caller_in_line(centre, YOUNGER)
    assert agent.hears("Ring")["tags"]["CALLERID"] == YOUNGER
    younger.hang_up()
    assert agent.hears("Ring", within=25)["tags"]["CALLERID"] == CALLER
    picks_up(centre, caller, agent)


def test_who_failed_a_caller_second_is_passed_over_and_the_first_is_asked_again(centre):
    caller, first = a_ringing_agent(centre)
    assert first.does(2) == 0
    second = a_ready_agent(centre, "102")
    second.hears("Ring")
    assert first.does(10) == 0
    assert second.does(2) == 0
    assert second.does(10) == 0
    assert first.hears("Ring", within=2)["tags"]["CALLERID"] == CALLER
    picks_up(centre, caller, first)


@pytest.mark.parametrize("agent_id", ["101", "102"])
def test_a_telephone_that_nobody_answers_is_a_missed_call(centre, agent_id):
    _, agent = a_ringing_agent(centre, agent_id)
    assert agent.hears("Hangup", within=30)["iParam"] == 6
    centre.time.advance(1)
    assert agent.phone.ringing() == []


def test_a_call_rejected_on_the_page_goes_to_the_next_agent(centre):
    caller, agent = a_ringing_agent(centre)
    second = a_ready_agent(centre, "102")
    assert agent.does(2) == 0
    assert agent.hears("Hangup")["iParam"] == 7
    assert agent.hears("State")["tags"]["REASON"] == "rejected"
    second.hears("Ring")
    picks_up(centre, caller, second)


def test_a_call_declined_on_the_telephone_is_rejected(centre):
    _, agent = a_ringing_agent(centre, "101")
    agent.phone.reject()
    assert agent.hears("Hangup")["iParam"] == 7
    assert centre.the_call().state is CallState.WAITING


def test_an_agent_who_said_yes_on_the_page_may_still_say_no(centre):
    _, agent = a_ringing_agent(centre)
    assert agent.does(1) == 0
    assert agent.does(2) == 0
    assert agent.hears("Hangup")["iParam"] == 7


def test_an_agent_whose_browser_declines_what_the_page_accepted_has_rejected_it(centre):
    _, agent = a_ringing_agent(centre)
    assert agent.does(1) == 0
    agent.phone.reject()
    assert agent.hears("Hangup")["iParam"] == 7


def test_an_agent_whose_telephone_cannot_be_reached_is_set_aside(centre):
    agent = a_ready_agent(centre, "101")
    centre.exchange.device(agent.phone.address, "unreachable")
    a_caller_in_line(centre)
    assert agent.hears("Hangup")["tags"]["CAUSE"] == "failed"
    assert agent.hears("State")["tags"]["REASON"] == "unreachable"


def test_an_agent_whom_the_carrier_refuses_to_ring_is_set_aside(centre):
    centre.exchange.faults.on_rest(RestFault("POST Conferences/*/Participants", "fail-before", status=400, code=13224))
    agent = a_ready_agent(centre, "102")
    a_caller_in_line(centre)
    assert agent.hears("State", REASON="unreachable")
    assert agent.kinds().count("Hangup") == 1


def test_a_caller_gone_while_it_rings_leaves_the_agent_as_ready_as_before(centre):
    caller, agent = a_ringing_agent(centre)
    before = agent.state.ready_since
    centre.time.advance(5)
    caller.hang_up()
    assert agent.hears("Hangup")["iParam"] == 2
    assert agent.hears("State")["iParam"] == int(StateCode.READY)
    assert agent.state.ready_since == before
    assert centre.watch.counted[Metric.ABANDONED] == 1


def test_a_caller_gone_in_the_queue_is_counted_as_abandoned(centre):
    caller = a_caller_in_line(centre)
    centre.time.advance(40)
    caller.hang_up()
    centre.time.advance(1)
    assert centre.desk.all_waiting() == []
    assert centre.watch.counted[Metric.ABANDONED] == 1


def test_a_caller_who_was_served_is_not_counted_as_abandoned(centre):
    scene = a_talk(centre)
    scene.caller.hang_up()
    scene.agent.hears("Hangup")
    in_the_menu = centre.calls(YOUNGER)
    in_the_menu.hears("人工服务请按0")
    in_the_menu.hang_up()
    centre.time.advance(1)
    assert centre.watch.counted[Metric.ABANDONED] == 0


def test_a_key_leads_a_waiting_caller_back_to_the_menu(centre):
    caller = a_caller_in_line(centre)
    caller.presses("0")
    caller.hears("查询运单请按1")
    assert centre.the_call().state is CallState.FLOW
    assert centre.desk.all_waiting() == []


def test_a_key_leads_a_caller_back_even_while_an_agent_rings(centre):
    caller, agent = a_ringing_agent(centre)
    caller.presses("0")
    caller.hears("查询运单请按1")
    assert agent.hears("Hangup")["iParam"] == 2
    centre.time.advance(1)
    assert agent.phone.ringing() == []
    assert agent.state.state is AgentState.READY

    caller.presses("0")
    agent.hears("Ring")
    picks_up(centre, caller, agent)


def test_other_keys_change_nothing_in_the_queue(centre):
    caller = a_caller_in_line(centre)
    since = centre.the_call().place.since
    caller.presses("57")
    caller.hears("您目前排在第一位")
    assert centre.the_call().place.since == since


def test_a_caller_who_waited_too_long_is_told_so(centre):
    caller = a_caller_in_line(centre)
    caller.hears("座席全忙，请稍后再拨", within=700)
    assert centre.clock.now() / 1000 - centre.the_call().started_at / 1000 > 600
    caller.ends(10)


def test_a_caller_who_finds_the_queue_full_is_told_so():
    def only_two(document):
        document["queues"]["service"]["max_waiting"] = 2

    centre = Centre(change_config=only_two)
    for number in (CALLER, YOUNGER):
        a_caller_in_line(centre, number)
    third = centre.calls("13700137000")
    third.hears("人工服务请按0")
    third.presses("0")
    third.hears("座席全忙，请稍后再拨")
    third.ends(10)
    assert len(centre.desk.all_waiting()) == 2
    is_sound(centre)


def test_waiting_callers_hear_their_positions_and_how_long_it_may_take(centre):
    first = a_caller_in_line(centre)
    first.hears("您目前排在第一位。预计等待不到一分钟。请不要挂机")
    centre.time.advance(150)
    second = a_caller_in_line(centre, YOUNGER)
    second.hears("您目前排在第二位。预计还需等待三分钟。")
    first.hang_up()
    second.hears("您目前排在第一位", within=60)


def test_while_an_agent_rings_there_is_music_alone():
    def patient(document):
        document["queues"]["service"]["ring_seconds"] = 110

    centre = Centre(change_config=patient)
    caller = a_caller_in_line(centre)
    caller.hears("您目前排在第一位")
    a_ready_agent(centre).hears("Ring")
    turns = len([each for each in centre.exchange.log if each.kind == "action"])
    centre.time.advance(100)
    assert centre.the_call().queue_offer
    assert len([each for each in centre.exchange.log if each.kind == "action"]) > turns + 1
    assert sum("您目前排在" in each.text for each in caller.transcript) == 1
    is_sound(centre)


def test_the_longest_ready_agent_gets_the_call(centre):
    early = a_ready_agent(centre, "102")
    centre.time.advance(10)
    late = a_ready_agent(centre, "100")
    a_caller_in_line(centre)
    early.hears("Ring")
    assert "Ring" not in late.kinds()


def test_an_agent_back_from_a_lost_connection_keeps_the_turn(centre):
    early = a_ready_agent(centre, "102")
    centre.time.advance(10)
    late = a_ready_agent(centre, "100")
    early.loses_its_socket()
    centre.time.advance(10)
    early.connects()
    a_caller_in_line(centre)
    early.hears("Ring")
    assert "Ring" not in late.kinds()


def test_callers_are_served_by_age(centre):
    first, second = a_caller_in_line(centre), a_caller_in_line(centre, YOUNGER)
    agent = a_ready_agent(centre)
    assert agent.hears("Ring")["tags"]["CALLERID"] == first.party
    picks_up(centre, first, agent)
    assert second.talks_with == []


def test_two_agents_and_two_callers_are_all_paired(centre):
    callers = [a_caller_in_line(centre), a_caller_in_line(centre, YOUNGER)]
    agents = [a_ready_agent(centre, "100"), a_ready_agent(centre, "102")]
    for caller, agent in zip(callers, agents, strict=True):
        assert agent.hears("Ring")["tags"]["CALLERID"] == caller.party
        picks_up(centre, caller, agent)


def test_nobody_is_offered_a_call_who_is_paused_signed_out_or_away(centre):
    paused, away = centre.page("100").signs_in(), a_ready_agent(centre, "102")
    away.loses_its_socket()
    a_caller_in_line(centre)
    centre.time.advance(30)
    assert "Ring" not in paused.kinds() + away.kinds()
    assert away.state.visible_code == StateCode.DISCONNECTED
