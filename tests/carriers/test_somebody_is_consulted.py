"""An agent asks somebody while the customer hears music: a colleague, somebody outside, the first of a queue."""

import pytest

from tests.carriers.backstage import Behaviour, Need

NUMBER = "13900139000"
SEATS = [
    pytest.param("200", marks=pytest.mark.needs(Need.BROWSER_SEATS), id="at a browser"),
    pytest.param("101", marks=pytest.mark.needs(Need.SIP_SEATS), id="at a SIP telephone"),
    pytest.param("102", marks=pytest.mark.needs(Need.TELEPHONE_SEATS), id="at a telephone"),
]


@pytest.mark.parametrize("seat", SEATS)
def test_a_colleague_is_asked_while_the_customer_hears_music(stage, seat):
    caller, agent = stage.a_talk()
    colleague = stage.agent(seat)
    agent.consults(colleague)
    assert agent.is_told("Consult: ringing")["TO"] == seat
    agent.is_now("consulting")
    asked = colleague.is_asked(agent)
    assert asked["CALLERID"] == caller.number
    caller.hears_music()
    agent.hears_nobody()
    colleague.answers()
    agent.is_told("Consult: answered")
    stage.they_talk(agent, colleague)
    caller.hears_music()
    colleague.is_now("consulting")


def test_a_stranger_is_asked_while_the_customer_hears_music(stage):
    caller, agent, stranger = stage.a_consultation_outside()
    stage.they_talk(agent, stranger)
    caller.hears_music()
    agent.is_now("consulting")


def test_the_first_of_a_queue_is_asked(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.consults("vip")
    assert agent.is_told("Consult: ringing")["TO"] == "101"
    colleague.is_asked(agent)
    colleague.answers()
    stage.they_talk(agent, colleague)
    caller.hears_music()


def test_a_queue_in_which_nobody_is_ready_cannot_be_asked(stage):
    caller, agent = stage.a_talk()
    stage.agent("101", ready=False)
    agent.consults("vip", answered=-7)
    stage.they_talk(caller, agent)
    agent.is_now("talking")


def test_a_customer_on_hold_stays_there_when_somebody_is_asked(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.holds()
    caller.hears_music()
    agent.consults(colleague)
    colleague.is_asked(agent)
    colleague.answers()
    stage.they_talk(agent, colleague)
    caller.hears_music()


@pytest.mark.parametrize("outside", [False, True], ids=["a colleague", "a stranger"])
def test_both_sides_are_swapped_any_number_of_times(stage, outside):
    caller, agent, third = stage.a_consultation_outside() if outside else stage.a_consultation()
    for _ in range(3):
        agent.swaps()
        stage.they_talk(caller, agent)
        third.hears_music()
        agent.swaps()
        stage.they_talk(agent, third)
        caller.hears_music()
    assert agent.story()[-6:] == ["Retrieve", "Hold: with music"] * 3


@pytest.mark.parametrize("times", [4, 5])
def test_who_swaps_faster_than_the_carrier_follows_is_where_the_last_swap_leads(stage, times):
    caller, agent, colleague = stage.a_consultation()
    for _ in range(times):
        agent.swaps()
    with_customer = times % 2 == 1
    stage.they_talk(agent, caller if with_customer else colleague)
    (colleague if with_customer else caller).hears_music()


def test_nobody_is_swapped_or_brought_in_before_the_answer(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("101")
    agent.swaps(answered=-4)
    agent.confers(answered=-4)
    agent.completes(answered=-4)
    agent.cancels(answered=-4)
    agent.consults(colleague)
    agent.swaps(answered=-4)
    agent.confers(answered=-4)
    colleague.is_asked(agent)
    caller.hears_music()


def test_only_one_is_asked_at_a_time_and_no_hold_comes_between(stage):
    _, agent, colleague = stage.a_consultation("200")
    agent.consults(stage.agent("101"), answered=-4)
    agent.consults(stage.outside(NUMBER), answered=-4)
    agent.does(3, answered=-4)
    agent.does(4, answered=-4)
    stage.they_talk(agent, colleague)


def test_who_is_asked_cannot_do_what_the_owner_may(stage):
    _, agent, colleague = stage.a_consultation()
    colleague.swaps(answered=-4)
    colleague.completes(answered=-4)
    colleague.cancels(answered=-4)
    colleague.transfers_to(agent, answered=-7)
    stage.they_talk(agent, colleague)


@pytest.mark.parametrize("answered", [False, True], ids=["while it rings", "after the answer"])
def test_a_consultation_is_called_off_and_the_customer_is_back(stage, answered):
    caller, agent, colleague = stage.a_colleague_is_asked()
    if answered:
        colleague.answers()
    agent.cancels()
    agent.is_told("Consult: cancelled")
    agent.is_told("Retrieve")
    colleague.is_told("Hangup: by peer")
    colleague.is_cut_off()
    stage.they_talk(caller, agent)
    colleague.is_now("ready")
    assert agent.states()[-2:] == ["consulting", "talking"]


@pytest.mark.parametrize("answered", [False, True], ids=["while it rings", "after the answer"])
def test_a_stranger_is_let_go_and_the_customer_is_back(stage, answered):
    caller, agent = stage.a_talk()
    stranger = stage.outside(NUMBER)
    agent.consults(stranger)
    stranger.is_rung()
    if answered:
        stranger.picks_up()
        agent.is_told("Consult: answered")
    agent.lets_the_third_go()
    agent.is_told("Consult: cancelled")
    stranger.is_cut_off()
    stage.they_talk(caller, agent)
    stranger.is_not_rung(20)


def test_a_swapped_consultation_is_called_off(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.swaps()
    colleague.hears_music()
    agent.cancels()
    stage.they_talk(caller, agent)
    colleague.is_told("Hangup: by peer")
    colleague.is_cut_off()


def test_a_colleague_who_says_no_leaves_the_customer_on_hold(stage):
    caller, agent, colleague = stage.a_colleague_is_asked()
    colleague.rejects()
    colleague.is_told("Hangup: rejected")
    agent.is_told("Consult: busy")
    colleague.is_cut_off()
    agent.is_now("holding")
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_a_colleagues_telephone_that_declines_says_no(stage):
    caller, agent, colleague = stage.a_colleague_is_asked("102")
    colleague.declines()
    agent.is_told("Consult: busy")
    colleague.is_told("Hangup: rejected")
    caller.hears_music()


def test_a_colleague_who_does_not_pick_up_has_missed_it(stage):
    caller, agent, colleague = stage.a_colleague_is_asked()
    agent.is_told("Consult: noanswer", within=60)
    colleague.is_told("Hangup: missed")
    colleague.is_cut_off()
    colleague.is_now("paused")
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [(Behaviour.BUSY, "busy"), (Behaviour.NEVER_ANSWERS, "noanswer"), (Behaviour.OUT_OF_ORDER, "failed")],
)
def test_a_stranger_who_cannot_be_had_says_why(stage, behaviour, told):
    caller, agent = stage.a_talk()
    agent.consults(stage.outside(NUMBER, behaviour))
    agent.is_told(f"Consult: {told}", within=90)
    agent.is_now("holding")
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_whoever_could_not_be_had_is_followed_by_another(stage):
    caller, agent = stage.a_talk()
    agent.consults(stage.outside(NUMBER, Behaviour.BUSY))
    agent.is_told("Consult: busy")
    colleague = stage.agent("101")
    agent.consults(colleague)
    colleague.is_asked(agent)
    colleague.answers()
    stage.they_talk(agent, colleague)
    caller.hears_music()


@pytest.mark.parametrize("outside", [False, True], ids=["a colleague", "a stranger"])
def test_who_is_asked_leaves_and_the_customer_is_taken_back(stage, outside):
    caller, agent, third = stage.a_consultation_outside() if outside else stage.a_consultation()
    third.puts_down()
    agent.is_told("Consult: ended")
    agent.is_now("holding")
    caller.hears_music()
    agent.hears_nobody()
    agent.retrieves()
    stage.they_talk(caller, agent)


def test_a_colleague_leaves_on_the_page(stage):
    caller, agent, colleague = stage.a_consultation()
    colleague.hangs_up()
    colleague.is_told("Hangup: by agent")
    colleague.is_cut_off()
    agent.is_told("Consult: ended")
    caller.hears_music()


def test_a_swapped_third_who_leaves_is_told_and_the_talk_goes_on(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.swaps()
    stage.they_talk(caller, agent)
    colleague.puts_down()
    agent.is_told("Consult: ended")
    stage.they_talk(caller, agent)
    agent.is_now("talking")


@pytest.mark.parametrize("swapped", [False, True], ids=["asked", "swapped"])
@pytest.mark.parametrize("answered", [False, True], ids=["ringing", "there"])
def test_a_customer_who_hangs_up_ends_the_consultation_with_the_call(stage, answered, swapped):
    caller, agent, colleague = stage.a_colleague_is_asked()
    if answered:
        colleague.answers()
        agent.is_told("Consult: answered")
        if swapped:
            agent.swaps()
            stage.they_talk(caller, agent)
    caller.puts_down()
    agent.is_told("Hangup: by peer")
    colleague.is_told("Hangup: by peer")
    agent.is_cut_off()
    colleague.is_cut_off()
    agent.is_now("wrap-up")


def test_an_agent_who_leaves_while_it_rings_has_given_the_customer_away(stage):
    caller, agent, colleague = stage.a_colleague_is_asked()
    agent.hangs_up()
    agent.is_told("Hangup: transferred")
    agent.is_cut_off()
    caller.hears_music()
    colleague.answers()
    stage.they_talk(caller, colleague)


def test_an_agent_ends_the_whole_call_from_a_consultation(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.ends_the_whole_call()
    agent.is_told("Hangup: by agent")
    colleague.is_told("Hangup: by peer")
    caller.is_cut_off()
    colleague.is_cut_off()


def test_a_lost_browser_leaves_who_is_asked_with_music_until_it_is_back(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.browser_dies()
    colleague.hears_music()
    caller.hears_music()
    agent.browser_comes_back()
    agent.answers()
    stage.they_talk(agent, colleague)
    caller.hears_music()


def test_a_browser_that_stays_away_gives_the_customer_to_who_is_asked(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.browser_dies()
    colleague.hears_music()
    stage.passes(35)
    stage.they_talk(caller, colleague)
    assert colleague.is_told("Talk: outside")["FROMAGENT"] == "100"
    agent.browser_comes_back()
    agent.is_told("Hangup: transferred")


def test_a_browser_that_stays_away_while_it_rings_sends_the_customer_back_into_the_queue(stage):
    caller, agent = stage.a_talk()
    colleague = stage.agent("102", ready=False)
    stranger = stage.outside(NUMBER)
    agent.consults(stranger)
    stranger.is_rung()
    agent.browser_dies()
    caller.hears_music()
    stage.passes(30)
    agent.browser_comes_back()
    agent.is_told("Hangup: transferred")
    agent.does(9, 1)
    stranger.declines()
    agent.is_told("Transfer: failed")
    colleague.is_ready()
    colleague.rings(caller)
    colleague.answers()
    stage.they_talk(caller, colleague)


def test_the_browser_of_who_is_asked_dies_and_the_customer_is_taken_back(stage):
    caller, agent, colleague = stage.a_consultation("200")
    colleague.browser_dies()
    agent.is_told("Consult: ended")
    caller.hears_music()
    agent.retrieves()
    stage.they_talk(caller, agent)
    colleague.browser_comes_back()
    colleague.is_told("Hangup: by agent")
