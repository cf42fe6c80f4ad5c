"""What a carrier tells may come twice, too early, too late or not at all; what it is told may fail. Races R1 to R19.

R15 and R16 stand with the recordings and the browsers.
"""

import pytest

from tests.carriers.backstage import Behaviour, Failure, Need, News, Order
from tests.carriers.stage import ASKS_FOR_A_PERSON

NUMBER = "13900139000"
BUT_DONE = [Failure.FAULT_BUT_DONE, Failure.SILENCE_BUT_DONE]
NOT_DONE = [Failure.FAULT, Failure.SILENCE]

pytestmark = pytest.mark.needs(Need.TROUBLED_NEWS, Need.TROUBLED_ORDERS)


def test_r1_everything_told_twice_is_as_if_it_were_told_once(stage):
    stage.carrier.tells_twice(News.ANYTHING)
    caller, agent = stage.a_talk()
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    stage.business.is_told("call.ended")
    assert agent.story() == ["Ring: outside", "Talk: outside", "Hangup: by peer", "WrapUp: begins"]
    assert stage.business.heard() == ["call.rang", "call.answered", "call.ended"]


def test_r2_an_agent_who_hung_up_before_the_answer_was_known_never_talked(stage):
    caller, agent = stage.a_call_that_rings("101")
    stage.carrier.is_late(News.ANSWERED, 3, about=agent)
    stage.carrier.is_late(News.MEETING, 3, times=2)
    agent.picks_up()
    agent.puts_down()
    agent.is_told("Hangup: missed")
    stage.passes(5)
    assert agent.story() == ["Ring: outside", "Hangup: missed"]
    caller.hears_music(within=60)


def test_r2_a_stranger_who_hung_up_before_the_answer_was_known_never_talked(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    stage.carrier.is_late(News.ANSWERED, 8, about=customer)
    agent.calls(NUMBER)
    agent.picks_up()
    customer.picks_up()
    customer.puts_down()
    stage.passes(20)
    assert "Talk: outside" not in agent.story()
    assert agent.story()[-1].startswith("Hangup")
    agent.is_now("ready")
    agent.is_cut_off()


def test_r3_what_becomes_of_a_telephone_is_told_before_the_order_to_ring_it_is_answered(stage):
    stage.carrier.fails(Order.RING, Failure.ANSWERED_LATE, late=4)
    agent, caller = stage.agent("101"), stage.caller().dials()
    caller.hears_prompt(ASKS_FOR_A_PERSON[0])
    stage.meanwhile(2, agent.picks_up)
    caller.keys(ASKS_FOR_A_PERSON[1])
    agent.is_told("Talk: outside")
    stage.they_talk(caller, agent)
    stage.passes(6)
    stage.they_talk(caller, agent)


def test_r3_an_agent_answers_before_the_caller_has_had_the_centres_first_answer(stage):
    stage.carrier.fails(Order.RING, Failure.ANSWERED_LATE, late=4)
    agent, caller = stage.agent("101"), stage.caller()
    stage.meanwhile(2, agent.picks_up)
    caller.dials(stage.straight)
    agent.is_told("Talk: outside")
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("failure", BUT_DONE)
def test_r4_a_telephone_that_rings_though_the_order_failed_is_the_one_that_is_answered(stage, failure):
    stage.carrier.fails(Order.RING, failure)
    caller, agent = stage.a_talk()
    stage.passes(30)
    stage.they_talk(caller, agent)
    agent.is_not_rung(5)


@pytest.mark.parametrize("failure", NOT_DONE)
def test_r4_a_telephone_that_was_not_rung_is_rung_when_that_is_seen(stage, failure):
    stage.carrier.fails(Order.RING, failure)
    caller, agent = stage.a_talk()
    stage.passes(30)
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("failure", [Failure.FAULT, Failure.SILENCE_BUT_DONE])
def test_r4_a_telephone_is_not_rung_for_a_caller_who_has_gone_meanwhile(stage, failure):
    stage.carrier.fails(Order.RING, failure)
    agent = stage.agent()
    caller = stage.a_caller_in_the_queue()
    agent.is_told("Ring: outside")
    stage.passes(2)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_not_rung(40)


def test_r5_a_caller_who_hangs_up_at_the_moment_of_the_answer_leaves_nobody_alone(stage):
    caller, agent = stage.a_call_that_rings("101")
    stage.carrier.is_late(News.ENDED, 2, about=caller)
    caller.puts_down()
    agent.picks_up()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off(within=10)


@pytest.mark.parametrize("after", [14.5, 15.0, 15.5, 35.0])
def test_r6_an_answer_at_the_moment_of_the_time_out_is_a_talk_or_none(stage, after):
    """The seat 101 rings for 15 or 20 seconds, as its queue wants it: told at any moment, all agree on what it was."""
    caller, agent = stage.a_call_that_rings("101")
    stage.carrier.is_late(News.ANSWERED, after, times=None)
    stage.carrier.is_late(News.MEETING, after, times=None)
    agent.picks_up()
    stage.passes(after + 30)
    if "Talk: outside" in agent.story():
        stage.they_talk(caller, agent)
        assert agent.story() == ["Ring: outside", "Talk: outside"]
    else:
        assert agent.story() == ["Ring: outside", "Hangup: missed"]
        agent.is_cut_off()
        caller.hears_music(within=60)


def test_r7_a_caller_is_held_though_the_carrier_has_not_told_where_the_talk_is(stage):
    stage.carrier.is_late(News.MEETING, 15, times=None)
    caller, agent = stage.a_talk()
    agent.holds()
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_r8_a_caller_who_is_moved_from_the_talk_into_the_queue_lives(stage):
    caller, agent = stage.a_talk()
    agent.browser_dies()
    agent.is_cut_off()
    stage.passes(35)
    second = stage.agent("102")
    second.rings(caller)
    second.answers()
    stage.they_talk(caller, second)
    agent.browser_comes_back()
    agent.is_told("Hangup: by system", CAUSE="agent-lost")


def test_r9_a_held_caller_is_let_go_when_the_agent_hangs_up(stage):
    caller, agent = stage.a_talk()
    agent.holds()
    caller.hears_music()
    agent.hangs_up()
    caller.is_cut_off(within=10)
    agent.is_cut_off(within=10)
    agent.is_told("Hangup: by agent")


def test_r10_hanging_up_on_a_caller_who_has_just_gone_is_no_error(stage):
    caller, agent = stage.a_talk()
    stage.carrier.is_late(News.REPORTS, 5, times=None)
    caller.puts_down()
    agent.hangs_up()
    stage.passes(10)
    agent.is_cut_off()
    assert [told for told in agent.story() if told.startswith("Hangup")] == ["Hangup: by agent"]


def test_r10_holding_a_caller_who_has_just_gone_ends_the_call(stage):
    caller, agent = stage.a_talk()
    stage.carrier.is_late(News.REPORTS, 5, times=None)
    caller.puts_down()
    agent.holds()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()


def test_r11_a_second_agent_holds_the_caller_whom_the_first_one_held(stage):
    caller, first = stage.a_talk()
    first.holds()
    caller.hears_music()
    first.retrieves()
    stage.they_talk(caller, first)
    first.browser_dies()
    stage.passes(35)
    second = stage.agent("101")
    second.rings(caller)
    second.answers()
    stage.they_talk(caller, second)
    second.holds()
    caller.hears_music()
    second.retrieves()
    stage.they_talk(caller, second)
    first.browser_comes_back()
    first.is_told("Hangup: by system", CAUSE="agent-lost")


def is_rung_by_a_caller(stage, seat):
    """The agent's telephone is the first in the conference; the caller is brought in after it."""
    caller, agent = stage.a_call_that_rings(seat)
    return agent, caller, agent.answers()["VOCID"]


def rings_outside(stage, seat):
    """The agent's own telephone is the first, before the number outside rings."""
    agent, customer = stage.agent(seat), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.picks_up()
    customer.picks_up()
    return agent, customer, agent.is_told("Talk: outside")["VOCID"]


def takes_over_from_who_was_lost(stage, seat):
    """The first of a second conference, after that of an agent whose telephone was lost."""
    caller, lost = stage.a_talk("100")
    lost.browser_dies()
    other = stage.agent(seat)
    other.rings(caller, within=90)
    return other, caller, other.answers()["VOCID"]


FIRST = [
    pytest.param(is_rung_by_a_caller, "100", marks=pytest.mark.needs(Need.BROWSER_SEATS), id="a browser that is rung"),
    pytest.param(is_rung_by_a_caller, "101", marks=pytest.mark.needs(Need.SIP_SEATS), id="a SIP telephone"),
    pytest.param(is_rung_by_a_caller, "102", marks=pytest.mark.needs(Need.TELEPHONE_SEATS), id="a telephone outside"),
    pytest.param(rings_outside, "100", marks=pytest.mark.needs(Need.BROWSER_SEATS), id="a browser that calls out"),
    pytest.param(rings_outside, "101", marks=pytest.mark.needs(Need.SIP_SEATS), id="a SIP telephone that calls out"),
    pytest.param(takes_over_from_who_was_lost, "102", marks=pytest.mark.needs(Need.BROWSER_SEATS), id="who takes over"),
]


@pytest.mark.parametrize(("comes_about", "seat"), FIRST)
def test_r12_whoever_joins_first_all_who_follow_are_known_and_the_talk_is_recorded(stage, comes_about, seat):
    agent, customer, vocid = comes_about(stage, seat)
    stage.they_talk(agent, customer)
    stage.passes(3)
    colleague = stage.agent("200")
    agent.consults(colleague)
    colleague.answers()
    agent.is_told("Consult: answered")
    customer.hears_music()
    agent.confers()
    stage.they_talk(agent, customer, colleague)
    agent.hangs_up()
    stage.they_talk(customer, colleague)
    customer.puts_down()
    colleague.is_told("Hangup: by peer")
    agent.is_told("Record: file ready", within=90, VOCID=vocid)


@pytest.mark.parametrize("first", ["supervisor", "agent"])
def test_r12_of_an_urgent_call_to_an_agent_at_rest_either_may_join_first(stage, first):
    agent, supervisor = stage.agent("101"), stage.agent("200", ready=False)
    supervisor.controls(2, 4)
    for each in (supervisor, agent) if first == "supervisor" else (agent, supervisor):
        each.picks_up()
        stage.passes(1)
    stage.they_talk(agent, supervisor)
    supervisor.puts_down()  # a browser's telephone that is lost may come back for half a minute
    agent.is_cut_off(within=60)


def test_r13_a_caller_who_hangs_up_on_hold_has_ended_the_call(stage):
    caller, agent = stage.a_talk()
    agent.holds()
    caller.hears_music()
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()
    agent.is_now("wrap-up")


def test_r14_a_stranger_who_never_answers_is_given_up_though_nobody_says_so(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER, Behaviour.NEVER_ANSWERS)
    stage.carrier.never_tells(News.ENDED, about=customer)
    stage.carrier.never_tells(News.ENDED)
    agent.calls(NUMBER)
    agent.picks_up()
    agent.is_told("Progress: no answer", within=90)
    agent.is_told("Hangup: by system")
    agent.is_cut_off()


def test_r17_a_refusal_for_haste_is_tried_again_at_once(stage):
    stage.carrier.fails(Order.ANYTHING, Failure.OVERRUN, times=2)
    caller, agent = stage.a_talk()
    stage.they_talk(caller, agent)


def test_r17_a_carrier_that_stays_overrun_is_asked_again_later(stage):
    stage.carrier.fails(Order.RING, Failure.OVERRUN, times=6)
    caller, agent = stage.a_talk()
    stage.they_talk(caller, agent)


def test_r17_a_hold_that_failed_does_not_undo_the_retrieve_that_followed_it(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.CHANGE, Failure.FAULT)
    agent.holds()
    stage.passes(2)
    agent.retrieves()
    stage.passes(30)
    stage.they_talk(caller, agent)


def test_a_hold_that_failed_is_made_good(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.CHANGE, Failure.SILENCE)
    agent.holds()
    caller.hears_music()
    agent.hears_nobody()


def test_a_retrieve_that_failed_is_made_good(stage):
    caller, agent = stage.a_talk()
    agent.holds()
    caller.hears_music()
    stage.carrier.fails(Order.CHANGE, Failure.FAULT)
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_a_retrieve_overtakes_the_hold_that_the_carrier_was_too_busy_for(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.CHANGE, Failure.OVERRUN)
    stage.meanwhile(0.1, agent.retrieves)
    agent.holds()
    stage.passes(30)
    agent.is_now("talking")
    stage.they_talk(caller, agent)


def test_a_hold_that_the_carrier_refuses_is_not_shown_as_one(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.CHANGE, Failure.REFUSED)
    agent.page.does(3)
    stage.passes(30)
    if agent.states()[-1] == "holding":
        caller.hears_music()
    else:
        stage.they_talk(caller, agent)


def test_a_retrieve_that_the_carrier_refuses_is_not_shown_as_one(stage):
    caller, agent = stage.a_talk()
    agent.holds()
    caller.hears_music()
    stage.carrier.fails(Order.CHANGE, Failure.REFUSED)
    agent.page.does(4)
    stage.passes(30)
    if agent.states()[-1] == "holding":
        caller.hears_music()
    else:
        stage.they_talk(caller, agent)


def test_a_stranger_is_not_rung_after_the_agent_gave_up_while_the_carrier_was_too_busy(stage):
    agent, customer = stage.agent("101"), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.is_rung()
    stage.carrier.fails(Order.RING, Failure.OVERRUN)
    stage.meanwhile(0.1, agent.hangs_up)
    agent.picks_up()
    agent.is_told("Hangup: by agent")
    customer.is_not_rung(40)


def test_an_agents_telephone_is_not_rung_after_the_caller_gave_up_while_the_carrier_was_too_busy(stage):
    agent = stage.agent("101")
    stage.carrier.fails(Order.RING, Failure.OVERRUN)
    caller = stage.caller()
    stage.meanwhile(0.1, caller.puts_down)
    caller.dials(stage.straight)
    agent.is_told("Hangup: by peer")
    agent.is_not_rung(40)


def test_r18_a_carrier_that_tells_everything_twenty_seconds_late_ends_all_the_same(stage):
    stage.carrier.is_late(News.REPORTS, 20, times=None)
    caller, agent = stage.a_call_that_rings()
    agent.accepts()
    stage.passes(90)
    caller.puts_down()
    stage.business.is_told("call.ended", within=90)


def test_r18_news_in_the_wrong_order_ends_in_the_same_talk(stage):
    stage.carrier.swaps(News.RINGING)
    stage.carrier.swaps(News.MEETING)
    caller, agent = stage.a_talk()
    stage.passes(25)
    stage.they_talk(caller, agent)


def test_r18_an_outside_call_whose_answer_is_never_told_becomes_a_talk_all_the_same(stage):
    agent, customer = stage.agent(), stage.outside(NUMBER)
    agent.calls(NUMBER)
    agent.picks_up()
    stage.carrier.never_tells(News.ANSWERED, about=customer)
    customer.picks_up()
    stage.they_talk(agent, customer)
    agent.is_told("Talk: outside", within=60)


def test_r19_a_slow_start_costs_a_try_and_not_the_call(stage):
    stage.carrier.never_tells(News.ARRIVAL)
    caller, agent = stage.a_talk()
    stage.they_talk(caller, agent)
    assert stage.business.heard() == ["call.rang", "call.answered"]


def test_r19_an_arrival_that_was_asked_twice_is_one_call(stage):
    stage.carrier.tells_twice(News.ARRIVAL)
    caller, agent = stage.a_talk()
    assert agent.story() == ["Ring: outside", "Talk: outside"]
    stage.they_talk(caller, agent)


def test_a_caller_gone_before_the_centre_was_asked_what_to_do_is_not_kept_as_a_ghost(stage):
    stage.carrier.is_late(News.ARRIVAL, 4)
    caller = stage.caller().dials(stage.straight)
    stage.passes(1)
    caller.puts_down()
    stage.passes(10)
    agent = stage.agent()
    agent.is_not_rung(10)
    assert agent.story() == []


def test_an_end_that_is_never_told_does_not_leave_the_agent_alone_in_the_call(stage):
    caller, agent = stage.a_talk()
    stage.carrier.never_tells(News.ENDED, about=caller, times=None)
    caller.puts_down()
    agent.is_told("Hangup: by peer", within=240)
    agent.is_cut_off()
