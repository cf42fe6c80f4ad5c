"""With several parties a carrier can go wrong in more ways: races R1 to R19 on the roads of many.

R12 stands in test_carriers_race.py, where who joined first leaves two others; R15 stands with the recordings, R16 with
each road, R19 with the arrivals: they are no worse among many.
"""

import pytest

from tests.carriers.backstage import Failure, Need, News, Order
from tests.carriers.test_somebody_is_consulted import NUMBER

pytestmark = pytest.mark.needs(Need.TROUBLED_NEWS, Need.TROUBLED_ORDERS)

LONG = 120


def is_consulted(stage, trouble):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    trouble(stage.carrier)
    agent.consults(colleague)
    colleague.picks_up(within=LONG)
    agent.is_told("Consult: answered", within=LONG)
    return caller, agent, colleague


def consults(stage, trouble):
    caller, agent, colleague = is_consulted(stage, trouble)
    stage.they_talk(agent, colleague, within=LONG)
    caller.hears_music(within=LONG)


def swaps(stage, trouble):
    caller, agent, colleague = stage.a_consultation()
    trouble(stage.carrier)
    agent.swaps()
    stage.they_talk(caller, agent, within=LONG)
    colleague.hears_music(within=LONG)
    agent.swaps()
    stage.they_talk(agent, colleague, within=LONG)
    caller.hears_music(within=LONG)


def gives(stage, trouble):
    caller, agent, colleague = is_consulted(stage, trouble)
    agent.completes()
    stage.they_talk(caller, colleague, within=LONG)
    agent.is_cut_off(within=LONG)


def gives_blindly(stage, trouble):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    trouble(stage.carrier)
    agent.transfers_to(colleague)
    agent.is_cut_off(within=LONG)
    colleague.picks_up(within=LONG)
    agent.is_told("Transfer: done", within=LONG)
    stage.they_talk(caller, colleague, within=LONG)


def gives_to_a_stranger(stage, trouble):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    trouble(stage.carrier)
    agent.transfers_to(stranger)
    stranger.picks_up(within=LONG)
    stage.they_talk(caller, stranger, within=LONG)
    agent.is_told("Transfer: done", within=LONG)


def comes_back(stage, trouble):
    caller, agent = stage.a_talk("102")
    colleague = stage.agent("101")
    trouble(stage.carrier)
    agent.transfers_to(colleague)
    colleague.is_rung(within=LONG)
    colleague.rejects()
    agent.is_told("Transfer: returned", within=LONG)
    agent.picks_up(within=LONG)
    agent.is_told("Talk: outside", within=LONG)
    stage.they_talk(caller, agent, within=LONG)
    colleague.is_cut_off(within=LONG)


def is_sent_to_a_queue(stage, trouble):
    caller, agent = stage.a_talk("102")
    colleague = stage.agent("101", ready=False)
    trouble(stage.carrier)
    agent.does(5, 4, "vip")
    colleague.is_ready()
    colleague.picks_up(within=LONG)
    stage.they_talk(caller, colleague, within=LONG)
    agent.is_cut_off(within=LONG)


def brings_together(stage, trouble):
    caller, agent, colleague = is_consulted(stage, trouble)
    agent.confers()
    stage.they_talk(caller, agent, colleague, within=LONG)
    agent.hangs_up()
    stage.they_talk(caller, colleague, within=LONG)


def calls_a_colleague(stage, trouble):
    agent, colleague = stage.agent("102"), stage.agent("101")
    trouble(stage.carrier)
    agent.calls_inside(colleague)
    agent.picks_up(within=LONG)
    colleague.picks_up(within=LONG)
    agent.is_told("Talk: inside", within=LONG)
    stage.they_talk(agent, colleague, within=LONG)


ROADS = [
    consults, swaps, gives, gives_blindly, gives_to_a_stranger, comes_back, is_sent_to_a_queue, brings_together,
    calls_a_colleague,
]  # fmt: skip
TROUBLES = {
    "R1 everything told twice": lambda carrier: carrier.tells_twice(News.ANYTHING),
    "R3 an order answered late": lambda carrier: carrier.fails(Order.RING, Failure.ANSWERED_LATE, late=4),
    "R4 an order lost": lambda carrier: carrier.fails(Order.ANYTHING, Failure.SILENCE),
    "R4 an order done though it failed": lambda carrier: carrier.fails(Order.ANYTHING, Failure.FAULT_BUT_DONE),
    "R17 haste": lambda carrier: carrier.fails(Order.ANYTHING, Failure.OVERRUN, times=2),
    "R17 a carrier that stays overrun": lambda carrier: carrier.fails(Order.ANYTHING, Failure.OVERRUN, times=6),
    "R18 late by three seconds": lambda carrier: carrier.is_late(News.REPORTS, 3, times=None),
    "R18 in another order": lambda carrier: (carrier.swaps(News.RINGING), carrier.swaps(News.MEETING)),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
def test_a_road_of_many_comes_true_whatever_the_carrier_does(stage, road, trouble):
    road(stage, TROUBLES[trouble])


def test_r2_a_colleague_who_hung_up_before_the_answer_was_known_was_never_consulted(stage):
    caller, agent, colleague = stage.a_colleague_is_asked()
    stage.carrier.is_late(News.ANSWERED, 3, about=colleague)
    stage.carrier.is_late(News.MEETING, 3, times=2)
    colleague.picks_up()
    colleague.puts_down()
    colleague.is_told("Hangup: missed")
    agent.is_told("Consult: ended")
    stage.passes(5)
    agent.is_now("holding")
    caller.hears_music()


def test_r2_a_stranger_who_hung_up_before_the_answer_was_known_takes_nobody_over(stage):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.transfers_to(stranger)
    stranger.is_rung()
    stage.carrier.is_late(News.ANSWERED, 8, about=stranger)
    stage.carrier.is_late(News.MEETING, 8, times=2)
    stranger.picks_up()
    stranger.puts_down()
    agent.is_told("Transfer: returned")
    agent.rings(caller)
    agent.answers()
    stage.they_talk(caller, agent)


def test_r2_a_stranger_whose_answer_is_told_while_the_customer_comes_back_has_not_come(stage):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.transfers_to(stranger)
    stranger.is_rung()
    stage.carrier.is_late(News.ANSWERED, 4, about=stranger)
    stage.carrier.is_late(News.MEETING, 4, times=2)
    stranger.picks_up()
    stranger.puts_down()
    agent.is_told("Transfer: returned")
    agent.rings(caller)
    stage.passes(6)
    agent.answers()
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("failure", [Failure.FAULT, Failure.SILENCE_BUT_DONE])
def test_r4_nobody_is_rung_for_a_consultation_that_was_called_off_meanwhile(stage, failure):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    stage.carrier.fails(Order.RING, failure)
    agent.consults(colleague)
    colleague.is_told("Ring: inside")
    stage.passes(2)
    agent.cancels()
    colleague.is_told("Hangup: by peer")
    stage.passes(1)
    colleague.is_not_rung(40)
    stage.they_talk(caller, agent)


def test_r4_a_colleague_who_cannot_be_rung_at_all_is_no_consultation(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    stage.carrier.fails(Order.RING, Failure.REFUSED)
    agent.consults(colleague)
    agent.is_told("Consult: failed")
    colleague.is_told("Hangup: missed")
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_r4_a_stranger_who_cannot_be_rung_at_all_is_given_nobody(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.RING, Failure.REFUSED)
    agent.transfers_to(stage.outside(NUMBER))
    agent.is_told("Transfer: returned")
    agent.rings(caller)
    agent.answers()
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("road", ["consult", "transfer"])
def test_r5_a_customer_who_hangs_up_at_the_moment_of_the_answer_leaves_nobody_alone(stage, road):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.consults(colleague) if road == "consult" else agent.transfers_to(colleague)
    colleague.is_rung()
    stage.carrier.is_late(News.ENDED, 2, about=caller)
    caller.puts_down()
    colleague.picks_up()
    colleague.is_told("Hangup: by peer")
    colleague.is_cut_off(within=10)
    agent.is_cut_off(within=10)


@pytest.mark.parametrize("after", [29.5, 30.0, 30.5, 45.0])
@pytest.mark.parametrize("road", ["consult", "transfer"])
def test_r6_an_answer_at_the_moment_of_the_time_out_is_an_answer_or_none(stage, road, after):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.consults(colleague) if road == "consult" else agent.transfers_to(colleague)
    colleague.is_rung()
    stage.carrier.is_late(News.ANSWERED, after, times=None)
    stage.carrier.is_late(News.MEETING, after, times=None)
    colleague.picks_up()
    stage.passes(after + 5)
    if "Talk: outside" in colleague.story():
        stage.they_talk(colleague, agent if road == "consult" else caller)
    else:
        colleague.is_told("Hangup: missed")
        colleague.is_cut_off()
        caller.hears_music(within=60)


def test_r7_somebody_is_consulted_though_the_carrier_has_not_told_where_the_talk_is(stage):
    stage.carrier.is_late(News.MEETING, 15, times=None)
    caller, agent, colleague = stage.a_colleague_is_asked()
    caller.hears_music()
    colleague.answers()
    stage.they_talk(agent, colleague)
    agent.swaps()
    stage.they_talk(caller, agent)
    colleague.hears_music()


def test_r8_a_customer_who_is_moved_from_the_talk_into_a_queue_lives_though_their_leaving_is_told(stage):
    stage.carrier.is_late(News.ENDED, 2, times=2)
    caller, agent = stage.a_talk()
    agent.does(5, 4, "vip")
    stage.passes(6)
    colleague = stage.agent("101")
    colleague.rings(caller)
    colleague.answers()
    stage.they_talk(caller, colleague)


def test_r9_everybody_on_hold_is_let_go_when_the_owner_ends_the_call(stage):
    caller, agent, colleague = stage.a_conference()
    agent.holds()
    caller.hears_music()
    colleague.hears_music()
    agent.ends_the_whole_call()
    caller.is_cut_off(within=10)
    colleague.is_cut_off(within=10)
    agent.is_cut_off(within=10)


def test_r10_a_customer_is_given_to_a_colleague_who_has_just_gone(stage):
    caller, agent, colleague = stage.a_consultation()
    stage.carrier.is_late(News.REPORTS, 5, times=None)
    colleague.puts_down()
    agent.completes()
    agent.is_told("Transfer: done")
    stage.carrier.behaves()
    colleague.is_told("Hangup: by agent")
    stage.passes(10)
    caller.is_cut_off()


def test_r10_somebody_who_has_just_gone_is_brought_in_and_the_others_talk(stage):
    caller, agent, colleague = stage.a_consultation()
    stage.carrier.is_late(News.REPORTS, 5, times=None)
    colleague.puts_down()
    agent.confers()
    stage.they_talk(caller, agent)
    stage.passes(8)
    agent.is_now("talking")


def test_r10_swapping_with_a_customer_who_has_just_gone_ends_the_call(stage):
    caller, agent, colleague = stage.a_consultation()
    stage.carrier.is_late(News.REPORTS, 5, times=None)
    caller.puts_down()
    agent.swaps()
    agent.is_told("Hangup: by peer")
    colleague.is_told("Hangup: by peer")
    agent.is_cut_off()
    colleague.is_cut_off()


def test_r11_the_second_agent_consults_where_the_first_one_did(stage):
    caller, first, colleague = stage.a_consultation("200")
    first.cancels()
    stage.they_talk(caller, first)
    first.does(5, 4, "vip")
    first.is_cut_off()
    second = stage.agent("101", ready=False)
    colleague.rings(caller)
    colleague.answers()
    stage.they_talk(caller, colleague)
    second.is_ready()
    colleague.consults(second)
    second.is_asked(colleague)
    second.answers()
    stage.they_talk(colleague, second)
    caller.hears_music()


@pytest.mark.parametrize("road", ["consult", "transfer"])
def test_r14_a_stranger_who_never_answers_is_given_up_though_nobody_says_so(stage, road):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    stage.carrier.never_tells(News.ENDED, about=stranger, times=None)
    agent.consults(stranger) if road == "consult" else agent.transfers_to(stranger)
    stranger.is_rung()
    if road == "consult":
        agent.is_told("Consult: noanswer", within=90)
        caller.hears_music()
    else:
        agent.is_told("Transfer: returned", within=90)
        agent.rings(caller)
    stranger.is_cut_off()


@pytest.mark.parametrize("road", ["consult", "transfer"])
def test_r18_a_strangers_answer_that_is_never_told_is_concluded(stage, road):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.consults(stranger) if road == "consult" else agent.transfers_to(stranger)
    stranger.is_rung()
    stage.carrier.never_tells(News.ANSWERED, about=stranger)
    stranger.picks_up()
    stage.they_talk(stranger, agent if road == "consult" else caller, within=60)
    agent.is_told("Consult: answered" if road == "consult" else "Transfer: done", within=60)


def test_r18_a_carrier_that_tells_everything_twenty_seconds_late_ends_a_conference_all_the_same(stage):
    caller, agent, colleague = stage.a_conference()
    stage.carrier.is_late(News.REPORTS, 20, times=None)
    colleague.puts_down()
    stage.passes(5)
    caller.puts_down()
    agent.is_told("Hangup: by peer", within=60)
    colleague.is_told("Hangup: by agent", within=60)


@pytest.mark.parametrize("who", ["caller", "colleague"])
def test_an_end_that_is_never_told_is_found_in_a_conference(stage, who):
    caller, agent, colleague = stage.a_conference()
    leaver = caller if who == "caller" else colleague
    stage.carrier.never_tells(News.ENDED, about=leaver, times=None)
    leaver.puts_down()
    if who == "caller":
        agent.is_told("Hangup: by peer", within=300)
        colleague.is_cut_off()
    else:
        colleague.is_told("Hangup: by agent", within=300)
        stage.they_talk(caller, agent)


def test_a_customer_who_cannot_be_parted_hears_no_consultation(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    stage.carrier.fails(Order.CHANGE, Failure.REFUSED)
    agent.consults(colleague)
    agent.is_told("Consult: cancelled")
    agent.is_told("Retrieve", CAUSE="carrier-refused")
    colleague.is_told("Hangup: by peer")
    stage.they_talk(caller, agent)


def test_who_is_consulted_and_cannot_be_parted_hears_no_talk_with_the_customer(stage):
    caller, agent, colleague = stage.a_consultation()
    stage.carrier.fails(Order.CHANGE, Failure.REFUSED)
    agent.swaps()
    agent.is_told("Consult: cancelled")
    colleague.is_cut_off()
    stage.they_talk(caller, agent)


def test_a_mute_that_the_carrier_refuses_is_not_shown_as_one(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.CHANGE, Failure.REFUSED)
    agent.mutes()
    agent.is_told("State: talking", MUTED="0", BY="system")
    stage.they_talk(caller, agent)


def test_a_mute_that_the_carrier_was_too_busy_for_is_made_good(stage):
    caller, agent = stage.a_talk()
    stage.carrier.fails(Order.CHANGE, Failure.OVERRUN, times=6)
    agent.mutes()
    caller.hears_nobody(within=LONG)
    agent.hears(caller)


def test_a_swap_that_the_carrier_was_too_busy_for_lets_nobody_hear_more(stage):
    caller, agent, colleague = stage.a_consultation()
    stage.carrier.fails(Order.CHANGE, Failure.OVERRUN, times=4)
    agent.swaps()
    stage.they_talk(caller, agent, within=LONG)
    colleague.hears_music(within=LONG)


def test_two_who_leave_at_once_are_both_let_go(stage):
    caller, agent, colleague = stage.a_conference("102")
    stage.carrier.is_late(News.ENDED, 2, times=4)
    agent.puts_down()
    colleague.puts_down()
    stage.passes(4)
    colleague.is_told("Hangup: by agent")
    agent.browser_dies()
    stage.passes(35)
    agent.browser_comes_back()
    agent.is_told("Hangup: by system", CAUSE="agent-lost")
    caller.hears_prompt("您目前排在第一位", within=60)


def test_a_customer_and_the_owner_who_leave_at_once_end_the_call_once(stage):
    caller, agent = stage.a_talk("102")
    colleague = stage.agent("101")
    agent.consults(colleague)
    colleague.is_asked(agent)
    colleague.answers()
    agent.confers()
    stage.they_talk(caller, agent, colleague)
    stage.carrier.is_late(News.ENDED, 2, times=4)
    caller.puts_down()
    agent.puts_down()
    colleague.is_told("Hangup: by peer")
    colleague.is_cut_off()
