"""A customer is given away: to who was asked, or blindly to a colleague, a number, a queue; and comes back."""

import pytest

from tests.carriers.backstage import Behaviour, Need
from tests.carriers.test_somebody_is_consulted import NUMBER, SEATS


@pytest.mark.parametrize("seat", SEATS)
def test_a_customer_is_given_to_the_colleague_who_was_asked(stage, seat):
    caller, agent, colleague = stage.a_consultation(seat)
    agent.completes()
    agent.is_told("Transfer: done", TO=seat)
    agent.is_told("Hangup: transferred")
    talk = colleague.is_told("Talk: outside")
    assert (talk["TTYPE"], talk["FROMAGENT"], talk["CALLERID"]) == ("3", "100", caller.number)
    stage.they_talk(caller, colleague)
    agent.is_cut_off()
    agent.is_now("wrap-up")
    colleague.is_now("talking")
    caller.puts_down()
    colleague.wraps_up("solved")


def test_who_leaves_a_consultation_has_given_the_customer_to_who_was_asked(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.hangs_up()
    agent.is_told("Hangup: transferred")
    stage.they_talk(caller, colleague)
    agent.is_cut_off()


def test_an_agent_puts_the_handset_down_and_has_given_the_customer_away(stage):
    caller, agent = stage.a_talk("102")
    colleague = stage.agent("101")
    agent.consults(colleague)
    colleague.is_asked(agent)
    colleague.answers()
    agent.puts_down()
    agent.is_told("Hangup: transferred")
    stage.they_talk(caller, colleague)


def test_a_customer_is_given_away_from_a_swapped_consultation(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.swaps()
    stage.they_talk(caller, agent)
    agent.completes()
    stage.they_talk(caller, colleague)


def test_a_customer_is_given_on_and_on(stage):
    caller, first, second = stage.a_consultation("101")
    first.completes()
    stage.they_talk(caller, second)
    third = stage.agent("102")
    second.consults(third)
    third.is_asked(second)
    third.answers()
    second.completes()
    assert third.is_told("Talk: outside")["FROMAGENT"] == "101"
    stage.they_talk(caller, third)
    second.is_told("Hangup: transferred")


def test_the_new_owner_can_do_what_the_old_one_could(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.completes()
    stage.they_talk(caller, colleague)
    colleague.holds()
    caller.hears_music()
    colleague.retrieves()
    stage.they_talk(caller, colleague)
    agent.does(3, answered=-4)
    colleague.hangs_up()
    caller.is_cut_off()


@pytest.mark.parametrize("seat", SEATS)
def test_a_customer_is_given_away_while_it_still_rings(stage, seat):
    caller, agent, colleague = stage.a_colleague_is_asked(seat)
    agent.completes()
    agent.is_told("Hangup: transferred")
    agent.is_cut_off()
    caller.hears_music()
    colleague.answers()
    agent.is_told("Transfer: done")
    stage.they_talk(caller, colleague)


def test_a_customer_given_away_while_it_still_rings_comes_back(stage):
    caller, agent, colleague = stage.a_colleague_is_asked()
    agent.completes()
    colleague.rejects()
    agent.is_told("Transfer: returned")
    agent.rings(caller)
    caller.hears_music()
    agent.answers()
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("answered", [False, True], ids=["while it rings", "after the answer"])
def test_a_stranger_who_is_asked_is_given_the_customer(stage, answered):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.consults(stranger)
    stranger.is_rung()
    if not answered:
        agent.completes()
        agent.is_cut_off()
    stranger.picks_up()
    if answered:
        agent.is_told("Consult: answered")
        agent.completes()
    agent.is_told("Transfer: done")
    stage.they_talk(caller, stranger)
    agent.is_cut_off()
    stranger.puts_down()
    caller.is_cut_off()
    stage.business.is_told("call.ended")


@pytest.mark.parametrize("seat", SEATS)
def test_a_customer_is_given_blindly_to_a_colleague(stage, seat):
    caller, agent = stage.a_talk()
    colleague = stage.agent(seat)
    agent.transfers_to(colleague)
    agent.is_told("Hangup: transferred")
    agent.is_now("wrap-up")
    agent.is_cut_off()
    caller.hears_music()
    colleague.is_given(agent)
    talk = colleague.answers()
    assert (talk["TTYPE"], talk["FROMAGENT"]) == ("3", "100")
    agent.is_told("Transfer: done", TO=seat)
    stage.they_talk(caller, colleague)


def test_a_customer_on_hold_is_given_blindly_to_a_colleague(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.holds(silently=True)
    agent.transfers_to(colleague)
    caller.hears_music()
    colleague.is_given(agent)
    colleague.answers()
    stage.they_talk(caller, colleague)


def test_a_muted_customer_who_is_given_away_is_heard(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.mutes(caller)
    agent.hears_nobody()
    agent.transfers_to(colleague)
    colleague.is_given(agent)
    colleague.answers()
    stage.they_talk(caller, colleague)


@pytest.mark.parametrize("how", ["rejects", "declines", "misses"])
def test_a_customer_whom_the_colleague_does_not_take_comes_back(stage, how):
    caller, agent, colleague = stage.a_customer_is_given_away()
    if how == "rejects":
        colleague.rejects()
    elif how == "declines":
        colleague.declines()
    agent.is_told("Transfer: returned", within=60)
    agent.rings(caller)
    colleague.is_cut_off()
    caller.hears_music()
    agent.answers()
    stage.they_talk(caller, agent)
    assert agent.story()[-4:] == ["Transfer: returned", "WrapUp: ends", "Ring: outside", "Talk: outside"]


def test_a_customer_whom_nobody_takes_back_waits_again_before_who_came_later(stage):
    caller, agent, colleague = stage.a_customer_is_given_away()
    younger = stage.a_caller_in_the_queue("13700137000")
    colleague.rejects()
    agent.is_told("Transfer: returned")
    agent.rings(caller)
    agent.rejects()
    agent.is_told("Transfer: failed")
    third = stage.agent("102")
    third.rings(caller)
    third.answers()
    stage.they_talk(caller, third)
    younger.hears_music(within=60)


def test_a_customer_whose_giver_is_gone_waits_again_in_the_queue(stage):
    caller, agent, colleague = stage.a_customer_is_given_away()
    agent.does(9, 1)
    colleague.rejects()
    agent.is_told("Transfer: failed")
    third = stage.agent("102")
    third.rings(caller)
    third.answers()
    stage.they_talk(caller, third)


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_a_customer_whose_givers_browser_has_died_waits_again_in_the_queue(stage):
    caller, agent, _ = stage.a_customer_is_given_away()
    agent.browser_dies()
    stage.passes(50)
    third = stage.agent("102")
    third.rings(caller)
    third.answers()
    stage.they_talk(caller, third)


def test_a_giver_who_has_another_call_is_not_rung(stage):
    caller, agent = stage.a_talk()
    second = stage.a_caller_in_the_queue("13700137000")
    colleague = stage.agent("101", ready=False)
    colleague.does(10)
    colleague.rings(second)
    agent.transfers_to(colleague, answered=-7)
    stage.they_talk(caller, agent)
    colleague.answers()
    stage.they_talk(second, colleague)


@pytest.mark.parametrize("target", ["colleague", "stranger"])
def test_a_customer_who_hangs_up_meanwhile_is_followed_by_silence(stage, target):
    caller, agent = stage.a_talk()
    other = stage.agent("101") if target == "colleague" else stage.outside(NUMBER)
    agent.transfers_to(other)
    other.is_rung()
    caller.puts_down()
    other.is_cut_off()
    other.is_not_rung(20)
    stage.business.is_told("call.ended")
    if target == "colleague":
        other.is_told("Hangup: by peer")
        other.is_now("ready")


def test_a_customer_who_hangs_up_while_they_come_back_rings_no_more(stage):
    caller, agent, colleague = stage.a_customer_is_given_away()
    colleague.rejects()
    agent.rings(caller)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    agent.is_cut_off()


def test_a_customer_is_given_blindly_to_a_stranger(stage):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.transfers_to(stranger)
    agent.is_told("Hangup: transferred")
    agent.is_cut_off()
    caller.hears_music()
    stranger.picks_up()
    agent.is_told("Transfer: done")
    stage.they_talk(caller, stranger)
    caller.puts_down()
    stranger.is_cut_off()


@pytest.mark.parametrize("behaviour", [Behaviour.BUSY, Behaviour.NEVER_ANSWERS, Behaviour.OUT_OF_ORDER])
def test_a_customer_whom_the_stranger_does_not_take_comes_back(stage, behaviour):
    caller, agent = stage.a_talk()
    agent.transfers_to(stage.outside(NUMBER, behaviour))
    agent.is_told("Transfer: returned", within=90)
    agent.rings(caller)
    agent.answers()
    stage.they_talk(caller, agent)


def test_a_customer_sent_to_a_queue_is_served_before_who_came_later(stage):
    caller, agent = stage.a_talk()
    younger = stage.a_caller_in_the_queue("13700137000")
    agent.does(5, 4, "service", answered=0)
    agent.is_told("Transfer: done", TO="service")
    agent.is_told("Hangup: transferred")
    agent.is_cut_off()
    caller.hears_prompt("您目前排在第一位", within=60)
    second = stage.agent("101")
    ring = second.rings(caller)
    assert (ring["TTYPE"], ring["FROMAGENT"]) == ("3", "100")
    second.answers()
    stage.they_talk(caller, second)
    younger.hears_music(within=60)


def test_a_customer_sent_to_another_queue_hangs_up_there(stage):
    caller, agent = stage.a_talk()
    agent.does(5, 4, "vip", answered=0)
    agent.is_cut_off()
    stage.passes(5)
    caller.puts_down()
    stage.business.is_told("call.ended")
    stage.agent("101").is_not_rung(5)


def test_only_a_customer_with_whom_one_talks_alone_is_given_away(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.transfers_to(stage.agent("102"), answered=-4)
    stage.they_talk(agent, colleague)
    caller.hears_music()


@pytest.mark.parametrize("who", ["busy", "gone", "unknown", "oneself"])
def test_whom_nobody_can_ring_is_given_nobody(stage, who):
    caller, agent = stage.a_talk()
    if who == "busy":
        agent.transfers_to(stage.agent("101", ready=False), answered=-7)
    elif who == "oneself":
        agent.does(5, 2, "100", answered=-3)
    else:
        agent.does(5, 2, "102" if who == "gone" else "999", answered=-6)
    stage.they_talk(caller, agent)
    agent.is_now("talking")


def test_people_outside_left_alone_talk_until_the_centres_minutes_are_over(stage):
    stage.backstage.lets_people_talk_alone(2)
    caller, agent, stranger = stage.a_consultation_outside()
    agent.completes()
    stage.they_talk(caller, stranger)
    stage.passes(100)
    stage.they_talk(caller, stranger)
    stage.passes(25)
    caller.is_cut_off()
    stranger.is_cut_off()
    assert stage.business.is_told("call.ended")["cause"] == "left-alone"


def test_a_number_that_took_a_customer_blindly_is_left_alone_no_longer_than_allowed(stage):
    stage.backstage.lets_people_talk_alone(1)
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.transfers_to(stranger)
    stranger.picks_up()
    stage.they_talk(caller, stranger)
    stage.passes(65)
    caller.is_cut_off()
    stranger.is_cut_off()


def test_a_centre_that_leaves_nobody_alone_refuses_to(stage):
    stage.backstage.lets_people_talk_alone(0)
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.transfers_to(stranger, answered=-4)
    agent.consults(stranger)
    agent.completes(answered=-4)
    stranger.picks_up()
    agent.is_told("Consult: answered")
    agent.completes(answered=-4)
    stage.they_talk(agent, stranger)
    caller.hears_music()
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    caller.is_cut_off()
    stranger.is_cut_off()


def test_a_talk_that_was_handed_over_is_one_recording_for_both(stage):
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    stage.passes(3)
    colleague = stage.agent("101")
    agent.transfers_to(colleague)
    colleague.is_given(agent)
    assert colleague.answers()["VOCID"] == vocid
    stage.they_talk(caller, colleague)
    stage.passes(3)
    caller.puts_down()
    for each in (agent, colleague):
        each.is_told("Record: file ready", VOCID=vocid)
        each.finds_recorded(vocid, (caller, agent), (caller, colleague))


def test_a_consultation_and_the_conference_after_it_are_in_the_one_recording(stage):
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    colleague = stage.agent("101")
    agent.consults(colleague)
    colleague.is_asked(agent)
    colleague.answers()
    stage.they_talk(agent, colleague)
    agent.confers()
    stage.they_talk(caller, agent, colleague)
    caller.puts_down()
    agent.is_told("Record: file ready", VOCID=vocid)
    colleague.is_told("Record: file ready", VOCID=vocid)
    assert agent.records().count("started") == 1
