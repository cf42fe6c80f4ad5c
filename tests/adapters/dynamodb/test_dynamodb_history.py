"""The promises of ports.History, kept in memory and on DynamoDB alike."""

from dataclasses import replace

import pytest

from chalicelib.core.told.history import PastCall

NOW = 1_763_800_000_000
HOUR = 3600 * 1000


def past(call, hours_ago, **facts):
    began = NOW - hours_ago * HOUR
    usual = {
        "direction": "inbound",
        "caller": "83366857",
        "called": "+8675583000000",
        "owner": "100",
        "agents": ({"agentId": "100", "owner": True, "from": began, "until": began + 60_000, "how": "customer"},),
        "tags": {"WAYBILL": "6012345678"},
    }
    return PastCall(call=call, started_at=began, ended_at=began + 60_000, **(usual | facts))


@pytest.fixture
def history(store):
    return store.history


def test_an_agents_calls_come_newest_first_from_a_moment_on(history):
    for each in (past("c1", 30), past("c2", 3), past("c3", 1), past("c4", 2, owner="101", agents=())):
        history.keep(each)

    assert [each.call for each in history.of_agent("100", NOW - 24 * HOUR, 10)] == ["c3", "c2"]
    assert [each.call for each in history.of_agent("100", 0, 2)] == ["c3", "c2"]
    assert history.of_agent("102", 0, 10) == []


def test_a_call_is_kept_for_everybody_who_had_a_part_in_it(history):
    parts = tuple({"agentId": agent, "owner": agent == "101", "from": 1, "until": 2} for agent in ("100", "101"))
    history.keep(past("c1", 1, owner="101", agents=parts))

    assert [history.of_agent(agent, 0, 10)[0].agents for agent in ("100", "101")] == [parts, parts]


def test_a_customers_calls_are_known_whoever_called_whom(history):
    history.keep(past("c1", 3))
    history.keep(past("c2", 1, direction="outbound", caller="+8675583000000", called="83366857"))
    history.keep(past("c3", 2, caller="13800138000"))

    assert [each.call for each in history.of_customer("83366857", 10)] == ["c2", "c1"]


def test_what_is_known_later_takes_the_place_of_what_was_known(history):
    first = past("c1", 1)
    history.keep(first)
    history.keep(first)
    history.keep(replace(first, disposition="solved"))

    assert history.of_agent("100", 0, 10) == [replace(first, disposition="solved")]
    assert history.of_customer("83366857", 10) == [replace(first, disposition="solved")]


def test_what_is_told_late_of_a_calls_end_does_not_take_the_agents_choice_away(history):
    chosen = past("c1", 1, disposition="solved")
    history.keep(chosen)
    history.keep(replace(chosen, disposition=""))

    assert history.of_agent("100", 0, 10) == [chosen]
    assert history.of_customer("83366857", 10) == [chosen]


def test_a_call_without_an_agent_or_a_number_is_kept_for_who_there_is(history):
    history.keep(past("c1", 1, owner="", agents=()))
    history.keep(past("c2", 1, caller=""))

    assert [each.call for each in history.of_customer("83366857", 10)] == ["c1"]
    assert [each.call for each in history.of_agent("100", 0, 10)] == ["c2"]
