"""Who takes which call, by example and by property (I7, I8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calls.routing import Ready, Waiting, estimated_wait, pairs, position, rank, serving
from chalicelib.core.centre.model import RoutingProfile

PROFILES = {
    "service": RoutingProfile("service", {"service": 1}),
    "senior": RoutingProfile("senior", {"vip": 1, "service": 2}),
    "both": RoutingProfile("both", {"vip": 1, "service": 1}),
    "nobody": RoutingProfile("nobody", {}),
}

CALLS = st.lists(st.tuples(st.sampled_from(["service", "vip"]), st.integers(1, 3), st.integers(0, 5)), max_size=8).map(
    lambda rows: [Waiting(f"c{number}", *row) for number, row in enumerate(rows)]
)
AGENTS = st.lists(st.tuples(st.sampled_from([*PROFILES, "gone"]), st.integers(0, 5)), max_size=6).map(
    lambda rows: [Ready(f"a{number}", *row) for number, row in enumerate(rows)]
)


def could_take(agent, call):
    return agent.profile in PROFILES and call.queue in PROFILES[agent.profile].queues


@given(CALLS, AGENTS)
def test_nobody_is_paired_twice_or_with_a_stranger(calls, agents):
    paired = pairs(calls, agents, PROFILES)
    assert len({call.call for call, _ in paired}) == len({agent.agent for _, agent in paired}) == len(paired)
    assert all(could_take(agent, call) for call, agent in paired)


@given(CALLS, AGENTS)
def test_i7_no_call_is_taken_while_an_older_one_of_the_same_or_higher_priority_is_left(calls, agents):
    paired = pairs(calls, agents, PROFILES)
    left = [call for call in calls if call not in [taken for taken, _ in paired]]
    for taken, agent in paired:
        profile = PROFILES[agent.profile]
        assert not [call for call in left if could_take(agent, call) and rank(call, profile) < rank(taken, profile)]


@given(CALLS, AGENTS)
def test_i8_the_chosen_agent_is_the_longest_ready_of_those_who_could_take_the_call(calls, agents):
    paired = pairs(calls, agents, PROFILES)
    idle = [agent for agent in agents if agent not in [chosen for _, chosen in paired]]
    for call, chosen in paired:
        assert all(chosen.since <= other.since for other in idle if could_take(other, call))


@given(CALLS, AGENTS)
def test_nobody_waits_while_somebody_who_could_take_them_is_idle(calls, agents):
    paired = pairs(calls, agents, PROFILES)
    left = [call for call in calls if call not in [taken for taken, _ in paired]]
    idle = [agent for agent in agents if agent not in [chosen for _, chosen in paired]]
    assert not [(call, agent) for call in left for agent in idle if could_take(agent, call)]


@given(CALLS, AGENTS, st.randoms())
def test_the_order_in_which_rows_are_read_decides_nothing(calls, agents, random):
    before = pairs(calls, agents, PROFILES)
    random.shuffle(calls)
    random.shuffle(agents)
    assert pairs(calls, agents, PROFILES) == before


def test_the_profiles_priority_of_a_queue_comes_before_age_and_the_calls_own_priority():
    old, urgent, vip = Waiting("c1", "service", 1, 0), Waiting("c2", "service", 0, 9), Waiting("c3", "vip", 5, 9)
    agent = [Ready("101", "senior", 0)]
    assert pairs([old, urgent, vip], agent, PROFILES) == [(vip, agent[0])]
    assert pairs([old, urgent], agent, PROFILES) == [(urgent, agent[0])]


def test_profiles_serve_the_queues_they_name():
    assert serving("vip", PROFILES) == ("senior", "both")
    assert serving("nowhere", PROFILES) == ()


def test_a_position_counts_priority_then_age():
    young, old, urgent = (
        Waiting(*row) for row in [("c1", "service", 1, 5), ("c2", "service", 1, 1), ("c3", "service", 0, 9)]
    )
    assert [position(call, [young, old, urgent]) for call in (urgent, old, young)] == [1, 2, 3]
    assert position(Waiting("newcomer", "service", 1, 6), [young, old, urgent]) == 4


@pytest.mark.parametrize(
    ("since", "seconds"),
    [(0, 0), (60_000, 60), (90_000, 90)],
    ids=["the head of the line", "a minute behind", "a newcomer"],
)
def test_the_wait_that_remains_is_that_of_the_head_less_ones_own(since, seconds):
    line = [Waiting("head", "service", 1, 0), Waiting("me", "service", 1, since)]
    assert estimated_wait(since, line, 90_000) == seconds


def test_an_empty_line_promises_no_wait():
    assert estimated_wait(5, [], 90_000) == 0
