"""What a call asks of AWS is counted request by request; a test fails when a figure rises."""

from copy import deepcopy

import pytest

from benchmarks import budgets, by_asterisk, prices
from benchmarks.steps import count


@pytest.fixture(scope="module")
def account():
    return count()


def test_no_step_asks_more_of_aws_than_its_budget(account):
    assert list(budgets.broken(account)) == []


def test_every_step_with_a_budget_is_counted(account):
    assert set(account.steps) == set(budgets.STEPS)
    assert set(account.roads) == set(budgets.ROADS)
    assert all(step.sequential for step in (*account.steps.values(), *account.roads.values()))


def test_a_step_over_its_budget_is_told(account):
    more = deepcopy(account)
    more.steps["heartbeat"].sequential += 1
    (told,) = budgets.broken(more)
    assert told.startswith("heartbeat: sequential 2, budget 1")


def test_a_thousand_calls_cost_no_more_than_their_budget(account):
    assert sum(prices.bill(account).values()) <= budgets.DOLLARS_PER_1000_CALLS


def test_a_call_by_asterisk_asks_no_more_of_aws_and_costs_no_more_than_one_by_twilio(account):
    counted = by_asterisk.count()
    assert list(budgets.broken_by_asterisk(counted)) == []
    assert counted.orders == account.call.commands
    assert sum(prices.bill(counted).values()) <= sum(prices.bill(account).values())
