"""An agent's browser dies, or only its connection: the caller is kept, and nothing is missed."""

import pytest

from tests.carriers.backstage import Need

pytestmark = pytest.mark.needs(Need.BROWSER_SEATS)


def test_r16_a_caller_whose_agents_browser_dies_hears_music_until_it_is_back(stage):
    caller, agent = stage.a_call_that_rings()
    vocid = agent.answers()["VOCID"]
    stage.they_talk(caller, agent)
    agent.browser_dies()
    caller.hears_music()
    agent.browser_comes_back()
    assert agent.answers()["VOCID"] == vocid
    stage.they_talk(caller, agent)
    assert agent.story() == ["Ring: outside", "Talk: outside", "Talk: outside"]
    stage.passes(45)
    stage.they_talk(caller, agent)


def test_r16_an_agent_who_stays_away_loses_the_caller_to_the_next_before_a_younger_one(stage):
    caller, agent = stage.a_talk()
    younger = stage.a_caller_in_the_queue("13700137000")
    agent.browser_dies()
    caller.hears_music()
    stage.passes(40)
    second = stage.agent("102")
    second.rings(caller)
    second.answers()
    stage.they_talk(caller, second)
    younger.hears_music(within=60)
    agent.browser_comes_back()
    assert agent.is_told("Hangup: by system")["CAUSE"] == "agent-lost"
    agent.is_cut_off()


def test_r16_a_telephone_that_is_lost_alone_can_be_rung_again(stage):
    caller, agent = stage.a_talk()
    agent.puts_down()
    caller.hears_music()
    agent.answers()
    stage.they_talk(caller, agent)


def test_r16_a_browser_that_dies_twice_comes_back_twice(stage):
    caller, agent = stage.a_talk()
    for _ in range(2):
        agent.browser_dies()
        caller.hears_music()
        agent.browser_comes_back()
        agent.answers()
        stage.they_talk(caller, agent)


def test_a_caller_who_gives_up_while_the_browser_is_away_ends_the_call_once(stage):
    caller, agent = stage.a_talk()
    agent.browser_dies()
    caller.hears_music()
    caller.puts_down()
    agent.browser_comes_back()
    agent.is_told("Hangup: by peer")


def test_a_talk_goes_on_while_the_page_is_cut_off_and_is_caught_up_afterwards(stage):
    caller, agent = stage.a_talk()
    agent.page.loses_its_socket()
    stage.passes(10)
    stage.they_talk(caller, agent)
    caller.puts_down()
    agent.is_cut_off()
    agent.browser_comes_back()
    agent.is_told("Hangup: by peer")
    agent.wraps_up()


def test_a_call_that_rings_while_the_page_is_away_for_a_moment_is_answered_all_the_same(stage):
    agent = stage.agent()
    agent.page.loses_its_socket()
    caller = stage.a_caller_in_the_queue()
    agent.browser_comes_back()
    agent.rings(caller)
    agent.answers()
    stage.they_talk(caller, agent)
