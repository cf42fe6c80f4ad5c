"""An agent calls a colleague: by name, at their seat, or the first of a queue; the own telephone rings first."""

import pytest

from tests.carriers.backstage import Need
from tests.carriers.test_somebody_is_consulted import SEATS

SEAT_OF = {"200": "9", "101": "2", "102": "3"}


@pytest.mark.parametrize("by", ["name", "seat"])
@pytest.mark.parametrize("seat", SEATS)
def test_a_colleague_is_called(stage, seat, by):
    agent, colleague = stage.agent(), stage.agent(seat)
    if by == "name":
        agent.calls_inside(colleague)
    else:
        agent.does(7, 1, SEAT_OF[seat])
    agent.is_rung()
    colleague.is_not_rung(2)
    agent.picks_up()
    agent.is_told("Progress: ringing")
    assert colleague.is_told("Ring: inside")["CALLERID"] == "100"
    colleague.answers("inside")
    assert agent.is_told("Talk: inside")["CALLERID"] == seat
    stage.they_talk(agent, colleague)
    agent.is_now("talking")
    colleague.is_now("talking")


def test_the_first_of_a_queue_is_called(stage):
    agent, colleague = stage.agent(), stage.agent("101")
    agent.calls_inside("vip")
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.answers("inside")
    stage.they_talk(agent, colleague)


@pytest.mark.parametrize("how", ["rejects", "declines", "misses"])
def test_a_colleague_who_does_not_answer_says_why(stage, how):
    agent, colleague = stage.agent(), stage.agent("101")
    agent.calls_inside(colleague)
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.is_rung()
    if how == "rejects":
        colleague.rejects()
    elif how == "declines":
        colleague.declines()
    agent.is_told("Progress: no answer" if how == "misses" else "Progress: rejected", within=60)
    agent.is_told("Hangup: by system")
    colleague.is_told("Hangup: missed" if how == "misses" else "Hangup: rejected")
    agent.is_cut_off()
    colleague.is_cut_off()
    agent.is_now("ready")


@pytest.mark.needs(Need.BROWSER_SEATS)
def test_a_colleague_who_says_yes_in_the_last_moment_is_waited_for(stage):
    agent, colleague = stage.agent("101"), stage.agent("200")
    agent.calls_inside(colleague)
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.is_rung()
    stage.passes(28)
    colleague.does(1)
    stage.passes(4)
    colleague.picks_up()
    colleague.is_told("Talk: inside")
    stage.they_talk(agent, colleague)


def test_a_colleague_who_is_busy_by_then_is_not_rung(stage):
    agent, colleague = stage.agent("101"), stage.agent()
    agent.calls_inside(colleague)
    agent.is_rung()
    colleague.pauses()
    agent.picks_up()
    agent.is_told("Progress: busy")
    agent.is_told("Hangup: by system")
    agent.is_cut_off()
    colleague.is_not_rung(5)


@pytest.mark.parametrize("picked_up", [False, True], ids=["at home", "at the colleague's"])
def test_an_agent_gives_up_while_it_rings(stage, picked_up):
    agent, colleague = stage.agent(), stage.agent("101")
    agent.calls_inside(colleague)
    agent.is_rung()
    if picked_up:
        agent.picks_up()
        colleague.is_told("Ring: inside")
        colleague.is_rung()
    agent.hangs_up()
    agent.is_told("Hangup: by agent")
    agent.is_cut_off()
    colleague.is_cut_off()
    colleague.is_not_rung(20)
    colleague.is_now("ready")


@pytest.mark.parametrize("who", ["agent", "colleague"])
@pytest.mark.parametrize("how", ["on the page", "with the handset"])
def test_either_ends_the_call_and_the_other_is_told(stage, who, how):
    agent, colleague = stage.agent("102"), stage.agent("101")
    agent.calls_inside(colleague)
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.answers("inside")
    stage.they_talk(agent, colleague)
    leaver, other = (agent, colleague) if who == "agent" else (colleague, agent)
    if how == "on the page":
        leaver.hangs_up()
    else:
        leaver.puts_down()
    leaver.is_told("Hangup: by agent")
    other.is_told("Hangup: by peer")
    agent.is_cut_off()
    colleague.is_cut_off()
    assert stage.business.is_told("call.ended")["direction"] == "internal"


def test_a_colleague_is_held_and_taken_back(stage):
    agent, colleague = stage.agent(), stage.agent("101")
    agent.calls_inside(colleague)
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.answers("inside")
    agent.holds()
    colleague.hears_music()
    agent.hears_nobody()
    agent.retrieves()
    stage.they_talk(agent, colleague)


@pytest.mark.parametrize("then", ["confers", "completes", "cancels"])
def test_a_third_is_asked_in_a_call_among_colleagues(stage, then):
    agent, colleague = stage.agent(), stage.agent("101")
    agent.calls_inside(colleague)
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.answers("inside")
    third = stage.agent("102")
    agent.consults(third)
    third.is_asked(agent)
    third.answers("inside")
    stage.they_talk(agent, third)
    colleague.hears_music()
    getattr(agent, then)()
    together = {"confers": (agent, colleague, third), "completes": (colleague, third), "cancels": (agent, colleague)}
    stage.they_talk(*together[then])


def test_a_browser_that_is_lost_among_colleagues_is_waited_for(stage):
    agent, colleague = stage.agent(), stage.agent("101")
    agent.calls_inside(colleague)
    agent.picks_up()
    colleague.is_told("Ring: inside")
    colleague.answers("inside")
    stage.they_talk(agent, colleague)
    agent.browser_dies()
    colleague.hears_nobody()
    agent.browser_comes_back()
    agent.answers("inside")
    stage.they_talk(agent, colleague)
