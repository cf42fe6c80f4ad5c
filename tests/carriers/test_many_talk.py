"""A conference: three, four, eight; parted, muted, let go; who leaves, and what becomes of the others."""

import pytest

from tests.carriers.backstage import Need
from tests.carriers.test_somebody_is_consulted import NUMBER, SEATS

FURTHER = ["13900139001", "13900139002", "13900139003", "13900139004", "13900139005"]


@pytest.mark.parametrize("seat", SEATS)
def test_three_hear_each_other(stage, seat):
    caller, agent, colleague = stage.a_consultation(seat)
    agent.confers()
    for each in (agent, colleague):
        each.is_told("Conference")
        each.is_now("conference")
    stage.they_talk(caller, agent, colleague)
    assert [member["role"] for member in agent.members()] == ["customer", "agent", "agent"]
    assert [member["owner"] for member in agent.members()] == [False, True, False]


def test_a_stranger_is_brought_in(stage):
    caller, agent, stranger = stage.a_consultation_outside()
    agent.confers()
    stage.they_talk(caller, agent, stranger)
    assert [member["role"] for member in agent.members()] == ["customer", "agent", "outside"]


def test_everybody_is_brought_together_out_of_a_swapped_consultation(stage):
    caller, agent, colleague = stage.a_consultation()
    agent.swaps()
    colleague.hears_music()
    agent.confers()
    stage.they_talk(caller, agent, colleague)


def test_four_hear_each_other(stage):
    caller, agent, colleague = stage.a_conference("200")
    fourth = stage.agent("101")
    agent.consults(fourth)
    fourth.is_asked(agent)
    fourth.answers()
    stage.they_talk(agent, fourth)
    caller.hears_music()
    colleague.hears_music()
    agent.confers()
    stage.they_talk(caller, agent, colleague, fourth)


def test_eight_hear_each_other_and_a_ninth_is_not_rung(stage):
    caller, agent, colleague = stage.a_conference("200")
    others = [stage.outside(number) for number in FURTHER]
    stage.joins(agent, *others)
    stage.they_talk(caller, agent, colleague, *others)
    ninth = stage.agent("101")
    agent.consults(ninth, answered=-4)
    ninth.is_not_rung(3)
    stage.they_talk(caller, agent, colleague, *others)


@pytest.mark.parametrize("who", ["caller", "colleague"])
def test_one_of_three_is_parted_and_taken_back(stage, who):
    caller, agent, colleague = stage.a_conference()
    parted, other = (caller, colleague) if who == "caller" else (colleague, caller)
    agent.parts(parted)
    agent.is_told("Hold: with music", LEG=agent.leg_of(parted))
    parted.hears_music()
    stage.they_talk(agent, other)
    agent.is_now("conference")
    agent.takes_back(parted)
    stage.they_talk(caller, agent, colleague)


def test_a_stranger_is_parted_and_taken_back(stage):
    caller, agent, stranger = stage.a_consultation_outside()
    agent.confers()
    stage.they_talk(caller, agent, stranger)
    agent.parts(stranger)
    stranger.hears_music()
    stage.they_talk(caller, agent)
    agent.takes_back(stranger)
    stage.they_talk(caller, agent, stranger)


def test_both_others_are_parted_one_after_the_other(stage):
    caller, agent, colleague = stage.a_conference()
    agent.parts(caller)
    agent.parts(colleague)
    caller.hears_music()
    colleague.hears_music()
    agent.hears_nobody()
    agent.is_now("holding")
    agent.retrieves()
    stage.they_talk(caller, agent, colleague)


def test_everybody_is_held_at_once(stage):
    caller, agent, colleague = stage.a_conference()
    agent.holds()
    caller.hears_music()
    colleague.hears_music()
    agent.hears_nobody()
    agent.retrieves()
    stage.they_talk(caller, agent, colleague)


def test_an_agent_who_is_muted_hears_and_is_not_heard(stage):
    caller, agent = stage.a_talk()
    agent.mutes()
    caller.hears_nobody()
    agent.hears(caller)
    agent.unmutes()
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("who", ["caller", "colleague"])
def test_one_of_three_is_muted_and_heard_again(stage, who):
    caller, agent, colleague = stage.a_conference()
    muted, other = (caller, colleague) if who == "caller" else (colleague, caller)
    agent.mutes(muted)
    muted.hears(agent, other)
    agent.hears(other)
    other.hears(agent)
    agent.unmutes(muted)
    stage.they_talk(caller, agent, colleague)


def test_a_member_mutes_nobody_but_themselves(stage):
    caller, agent, colleague = stage.a_conference()
    colleague.mutes()
    colleague.hears(caller, agent)
    stage.they_talk(caller, agent)
    colleague.does(24, 1, colleague.leg_of(caller), answered=-4)
    colleague.unmutes()
    stage.they_talk(caller, agent, colleague)


def test_who_is_muted_stays_so_on_hold_and_after_it(stage):
    caller, agent, colleague = stage.a_conference()
    agent.mutes(colleague)
    agent.parts(colleague)
    colleague.hears_music()
    agent.takes_back(colleague)
    colleague.hears(caller, agent)
    stage.they_talk(caller, agent)


def test_who_does_not_talk_yet_is_not_muted(stage):
    caller, agent, colleague = stage.a_colleague_is_asked()
    agent.is_told("Consult: ringing")
    agent.does(24, 1, agent.leg_of(colleague), answered=-4)
    colleague.does(24, 1, answered=-4)
    caller.hears_music()


@pytest.mark.parametrize("outside", [False, True], ids=["a colleague", "a stranger"])
def test_one_of_three_is_let_go(stage, outside):
    caller, agent, third = stage.a_consultation_outside() if outside else stage.a_consultation()
    agent.confers()
    stage.they_talk(caller, agent, third)
    agent.lets_go(third)
    third.is_cut_off()
    stage.they_talk(caller, agent)
    agent.is_now("talking")
    if not outside:
        third.is_told("Hangup: forced")


@pytest.mark.parametrize("outside", [False, True], ids=["a colleague", "a stranger"])
def test_one_of_three_leaves(stage, outside):
    caller, agent, third = stage.a_consultation_outside() if outside else stage.a_consultation()
    agent.confers()
    stage.they_talk(caller, agent, third)
    third.puts_down()
    agent.is_told("Conference")
    agent.is_now("talking")
    stage.they_talk(caller, agent)


def test_a_colleague_leaves_on_the_page_and_wraps_up(stage):
    caller, agent, colleague = stage.a_conference()
    colleague.hangs_up()
    colleague.is_told("Hangup: by agent")
    colleague.is_now("wrap-up")
    stage.they_talk(caller, agent)


@pytest.mark.parametrize("seat", SEATS)
def test_when_the_owner_leaves_the_colleague_owns_the_call(stage, seat):
    caller, agent, colleague = stage.a_conference(seat)
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    assert colleague.is_told("Talk: outside")["FROMAGENT"] == "100"
    stage.they_talk(caller, colleague)
    colleague.is_now("talking")
    colleague.holds()
    caller.hears_music()
    colleague.retrieves()
    stage.they_talk(caller, colleague)


def test_an_owner_who_leaves_while_another_is_asked_leaves_nobody_on_hold(stage):
    caller, agent, colleague = stage.a_conference("200")
    third = stage.agent("101")
    agent.consults(third)
    third.is_asked(agent)
    colleague.hears_music()
    agent.hangs_up()
    third.is_told("Hangup: by peer")
    third.is_cut_off()
    stage.they_talk(caller, colleague)
    colleague.is_now("talking")


def test_an_owner_who_leaves_with_the_others_on_hold_leaves_them_talking(stage):
    caller, agent, colleague = stage.a_conference()
    agent.holds()
    colleague.hears_music()
    agent.hangs_up()
    stage.they_talk(caller, colleague)
    colleague.is_now("talking")


def test_an_owner_who_has_asked_a_stranger_leaves_the_call_to_the_colleague_in_it(stage):
    caller, agent, colleague = stage.a_conference()
    stranger = stage.outside(NUMBER)
    agent.consults(stranger)
    stranger.picks_up()
    agent.is_told("Consult: answered")
    agent.completes()
    assert colleague.is_told("Talk: outside")["FROMAGENT"] == "100"
    stage.they_talk(caller, colleague, stranger)
    colleague.is_now("conference")
    colleague.lets_go(stranger)
    stage.they_talk(caller, colleague)


def test_nobody_is_given_a_conference_while_it_still_rings_there(stage):
    caller, agent, colleague = stage.a_conference("200")
    third = stage.agent("101")
    agent.consults(third)
    third.is_asked(agent)
    agent.completes(answered=-4)
    agent.cancels()
    stage.they_talk(caller, agent, colleague)


def test_a_customer_and_a_stranger_talk_on_until_one_of_them_leaves(stage):
    caller, agent, stranger = stage.a_consultation_outside()
    agent.confers()
    stage.they_talk(caller, agent, stranger)
    agent.mutes(stranger)
    agent.parts(caller)
    agent.hangs_up()
    stage.they_talk(caller, stranger)
    stage.passes(30)
    caller.puts_down()
    stranger.is_cut_off()


def test_strangers_are_not_left_alone_where_the_centre_does_not_allow_it(stage):
    stage.backstage.lets_people_talk_alone(0)
    caller, agent, stranger = stage.a_consultation_outside()
    agent.confers()
    stage.they_talk(caller, agent, stranger)
    agent.hangs_up()
    caller.is_cut_off()
    stranger.is_cut_off()
    agent.is_told("Hangup: by agent")


def test_strangers_left_alone_are_cut_off_when_their_minutes_are_over(stage):
    stage.backstage.lets_people_talk_alone(1)
    caller, agent, stranger = stage.a_consultation_outside()
    agent.confers()
    agent.hangs_up()
    stage.they_talk(caller, stranger)
    stage.passes(62)
    caller.is_cut_off()
    stranger.is_cut_off()


def test_an_owner_lets_the_customer_go_and_talks_on_with_the_colleague(stage):
    caller, agent, colleague = stage.a_conference()
    agent.lets_go(caller)
    caller.is_cut_off()
    stage.they_talk(agent, colleague)
    agent.hangs_up()
    colleague.is_told("Hangup: by peer")
    colleague.is_cut_off()


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_a_browser_that_stays_away_from_a_colleague_alone_ends_the_call(stage):
    caller, agent, colleague = stage.a_conference()
    agent.lets_go(caller)
    stage.they_talk(agent, colleague)
    agent.browser_dies()
    stage.passes(35)
    colleague.is_told("Hangup: by system")
    colleague.is_cut_off()


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_a_browser_that_stays_away_from_strangers_who_may_not_be_alone_sends_the_customer_to_the_queue(stage):
    stage.backstage.lets_people_talk_alone(0)
    caller, agent, stranger = stage.a_consultation_outside()
    agent.confers()
    stage.they_talk(caller, agent, stranger)
    agent.browser_dies()
    stage.they_talk(caller, stranger)
    stage.passes(35)
    stranger.is_cut_off()
    second = stage.agent("101")
    second.rings(caller)
    second.answers()
    stage.they_talk(caller, second)


def test_a_customer_who_hangs_up_ends_the_conference(stage):
    caller, agent, colleague = stage.a_conference()
    caller.puts_down()
    for each in (agent, colleague):
        each.is_told("Hangup: by peer")
        each.is_cut_off()
        each.is_now("wrap-up")


def test_an_owner_ends_the_whole_conference(stage):
    caller, agent, colleague = stage.a_conference()
    agent.ends_the_whole_call()
    agent.is_told("Hangup: by agent")
    colleague.is_told("Hangup: by peer")
    caller.is_cut_off()
    colleague.is_cut_off()


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_the_owners_browser_is_lost_and_the_others_talk_until_it_is_back(stage):
    caller, agent, colleague = stage.a_conference()
    agent.browser_dies()
    stage.they_talk(caller, colleague)
    agent.browser_comes_back()
    agent.answers()
    stage.they_talk(caller, agent, colleague)
    agent.is_now("conference")


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_the_owners_browser_stays_away_and_the_colleague_owns_the_call(stage):
    caller, agent, colleague = stage.a_conference()
    agent.browser_dies()
    stage.passes(35)
    colleague.is_told("Talk: outside", FROMAGENT="100")
    stage.they_talk(caller, colleague)
    agent.browser_comes_back()
    agent.is_told("Hangup: by system")


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_a_members_browser_is_lost_and_they_have_left(stage):
    caller, agent, colleague = stage.a_conference("200")
    colleague.browser_dies()
    agent.is_told("Conference")
    stage.they_talk(caller, agent)
    colleague.browser_comes_back()
    colleague.is_told("Hangup: by agent")
