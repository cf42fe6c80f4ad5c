"""Who takes which call, by example and by property (I7, I8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.calls.routing import (
    FRESH_MS,
    MOST_IN_LINE,
    OTHERS_MS,
    Ready,
    Waiting,
    estimated_wait,
    may_take,
    pairs,
    position,
    rank,
    serving,
    share,
)
from chalicelib.core.centre.model import RoutingProfile

PROFILES = {
    "service": RoutingProfile("service", {"service": 1}),
    "senior": RoutingProfile("senior", {"vip": 1, "service": 2}),
    "both": RoutingProfile("both", {"vip": 1, "service": 1}),
    "nobody": RoutingProfile("nobody", {}),
}

SPARED = st.tuples(st.none(), st.sampled_from(["", "a0", "a1"]), st.integers(-2, 2))
CALLS = st.lists(
    st.tuples(st.sampled_from(["service", "vip"]), st.integers(1, 3), st.integers(0, 5), SPARED), max_size=8
).map(lambda rows: [Waiting(f"c{number}", *row, *spared) for number, (*row, spared) in enumerate(rows)])
AGENTS = st.lists(st.tuples(st.sampled_from([*PROFILES, "gone"]), st.integers(0, 5)), max_size=6).map(
    lambda rows: [Ready(f"a{number}", *row) for number, row in enumerate(rows)]
)


def could_take(agent, call):
    served = agent.profile in PROFILES and call.queue in PROFILES[agent.profile].queues
    return served and may_take(agent.agent, call, 0)


@given(CALLS, AGENTS)
def test_nobody_is_paired_twice_or_with_a_stranger(calls, agents):
    paired = pairs(calls, agents, PROFILES, 0)
    assert len({call.call for call, _ in paired}) == len({agent.agent for _, agent in paired}) == len(paired)
    assert all(could_take(agent, call) for call, agent in paired)


@given(CALLS, AGENTS)
def test_i7_no_call_is_taken_while_an_older_one_of_the_same_or_higher_priority_is_left(calls, agents):
    paired = pairs(calls, agents, PROFILES, 0)
    left = [call for call in calls if call not in [taken for taken, _ in paired]]
    for taken, agent in paired:
        profile = PROFILES[agent.profile]
        assert not [call for call in left if could_take(agent, call) and rank(call, profile) < rank(taken, profile)]


@given(CALLS, AGENTS)
def test_i8_the_chosen_agent_is_the_longest_ready_of_those_who_could_take_the_call(calls, agents):
    paired = pairs(calls, agents, PROFILES, 0)
    idle = [agent for agent in agents if agent not in [chosen for _, chosen in paired]]
    for call, chosen in paired:
        assert all(chosen.since <= other.since for other in idle if could_take(other, call))


@given(CALLS, AGENTS)
def test_nobody_waits_while_somebody_who_could_take_them_is_idle(calls, agents):
    paired = pairs(calls, agents, PROFILES, 0)
    left = [call for call in calls if call not in [taken for taken, _ in paired]]
    idle = [agent for agent in agents if agent not in [chosen for _, chosen in paired]]
    assert not [(call, agent) for call in left for agent in idle if could_take(agent, call)]


@given(CALLS, AGENTS, st.randoms())
def test_the_order_in_which_rows_are_read_decides_nothing(calls, agents, random):
    before = pairs(calls, agents, PROFILES, 0)
    random.shuffle(calls)
    random.shuffle(agents)
    assert pairs(calls, agents, PROFILES, 0) == before


def test_the_profiles_priority_of_a_queue_comes_before_age_and_the_calls_own_priority():
    old, urgent, vip = Waiting("c1", "service", 1, 0), Waiting("c2", "service", 0, 9), Waiting("c3", "vip", 5, 9)
    agent = [Ready("101", "senior", 0)]
    assert pairs([old, urgent, vip], agent, PROFILES, 0) == [(vip, agent[0])]
    assert pairs([old, urgent], agent, PROFILES, 0) == [(urgent, agent[0])]


def test_who_gave_a_call_away_takes_a_younger_one_until_their_time_is_over():
    given, younger = Waiting("c1", "service", 1, 0, None, "101", 50), Waiting("c2", "service", 1, 9)
    giver, other = Ready("101", "service", 0), Ready("102", "service", 1)
    assert pairs([given], [giver, other], PROFILES, 49) == [(given, other)]
    assert pairs([given, younger], [giver], PROFILES, 49) == [(younger, giver)]
    assert pairs([given], [giver], PROFILES, 49) == []
    assert pairs([given, younger], [giver], PROFILES, 50) == [(given, giver)]


def test_profiles_serve_the_queues_they_name():
    assert serving("vip", PROFILES) == ("senior", "both")
    assert serving("nowhere", PROFILES) == ()


NOW = 1_000_000


def call(number, age=0):
    return Waiting(f"c{number}", "service", 1, NOW - age)


def agent(number, age=0):
    return Ready(f"a{number}", "service", NOW - age)


def test_two_calls_that_come_together_are_offered_to_two_agents_each_by_its_own_handler():
    calls, agents = [call(1, 9), call(2, 3)], [agent(1, 5000), agent(2, 4000), agent(3, 3000)]
    assert share(calls, agents, PROFILES, [calls[0]], NOW).offers == ((calls[0], agents[0]),)
    assert share(calls, agents, PROFILES, [calls[1]], NOW).offers == ((calls[1], agents[1]),)


def test_of_a_call_and_an_agent_who_come_together_the_younger_side_acts_and_the_other_looks_again():
    older, younger = call(1, 20), agent(1, 10)
    by_call, by_agent = (share([older], [younger], PROFILES, [row], NOW) for row in (older, younger))
    assert (by_call.offers, by_call.again) == ((), (older,))
    assert (by_agent.offers, by_agent.again) == (((older, younger),), ())


def test_a_side_that_should_have_acted_long_since_is_not_waited_for():
    older, younger = call(1, FRESH_MS + 20), agent(1, FRESH_MS)
    assert share([older], [younger], PROFILES, [older], NOW).offers == ((older, younger),)


@pytest.mark.parametrize(("age", "offered"), [(OTHERS_MS - 1, False), (OTHERS_MS, True)])
def test_others_pairs_are_offered_by_whoever_looks_once_they_are_forgotten(age, offered):
    forgotten, idle, newcomer = call(1, 9000), agent(1, age), agent(2)
    found = share([forgotten], [idle, newcomer], PROFILES, [newcomer], NOW)
    assert bool(found.offers) == offered


def test_who_is_left_without_a_partner_while_others_are_being_offered_looks_again():
    first, second, idle = call(1, 30), call(2, 3), agent(1, 5000)
    assert share([first, second], [idle], PROFILES, [second], NOW).again == (second,)
    late = agent(2, 1)
    assert share([call(1, 9000)], [agent(1, 8), late], PROFILES, [late], NOW).again == (late,)


def test_who_stands_far_behind_in_a_line_does_not_look_again():
    line = [call(number, 9000 - number) for number in range(50)]
    newcomer = call(99)
    assert share([*line, newcomer], [agent(1, 4)], PROFILES, [newcomer], NOW).again == ()


def test_a_call_out_of_sight_behind_a_long_line_is_looked_after_when_all_in_sight_have_agents():
    line, staff = ([make(number, 100 - number % 9) for number in range(MOST_IN_LINE)] for make in (call, agent))
    unseen = call(999)
    assert share(line, staff, PROFILES, [unseen], NOW).again == (unseen,)
    assert share(line, staff[:9], PROFILES, [unseen], NOW).again == ()


@given(CALLS, AGENTS, st.integers(0, 5), st.data())
def test_handlers_of_everybody_divide_all_pairs_among_them_and_none_is_left_to_nobody(calls, agents, now, data):
    rows = [*calls, *agents]
    shares = [(row, share(calls, agents, PROFILES, [row], now)) for row in rows]
    chosen = pairs(calls, agents, PROFILES, now)
    assert {pair for _, found in shares for pair in found.offers} == set(chosen)
    assert all(row in pair for row, found in shares for pair in found.offers)
    assert all(sum(pair in found.offers for _, found in shares) == 1 for pair in chosen)


def test_a_position_counts_priority_then_age():
    young, old, urgent = (
        Waiting(*row) for row in [("c1", "service", 1, 5), ("c2", "service", 1, 1), ("c3", "service", 0, 9)]
    )
    assert [position(call, [young, old, urgent]) for call in (urgent, old, young)] == [1, 2, 3]
    assert position(Waiting("newcomer", "service", 1, 6), [young, old, urgent]) == 4


def test_nobody_is_told_a_position_behind_all_that_were_looked_at():
    line = [Waiting(f"c{number:03}", "service", 1, number) for number in range(MOST_IN_LINE)]
    assert position(line[-1], line) == MOST_IN_LINE
    assert position(Waiting("newcomer", "service", 1, 999), line) is None
    assert position(Waiting("urgent", "service", 0, 999), line) == 1


@pytest.mark.parametrize(
    ("since", "seconds"),
    [(0, 0), (60_000, 60), (90_000, 90)],
    ids=["the head of the line", "a minute behind", "a newcomer"],
)
def test_the_wait_that_remains_is_that_of_the_head_less_ones_own(since, seconds):
    line = [Waiting("head", "service", 1, 0), Waiting("me", "service", 1, since)]
    assert estimated_wait(since, line, 90_000) == seconds


def test_what_the_head_of_the_line_talked_is_no_wait():
    line = [Waiting("sent", "service", 1, 0, 80_000), Waiting("me", "service", 1, 85_000)]
    assert estimated_wait(85_000, line, 90_000) == 5


def test_an_empty_line_promises_no_wait():
    assert estimated_wait(5, [], 90_000) == 0
