"""I10 and I11: what comes twice is done once, and what is told twice happens once."""

import pytest

from local.carrier.faults import RestFault, WebhookFault
from tests.fakes.centre import Centre
from tests.fakes.scenes import done_twice, talking


def _a_call(centre: Centre) -> Centre:
    scene = talking(centre)
    scene.on_the_line.hang_up()
    scene.agent.hears("Record", within=60)
    scene.agent.does(25, 1, "solved")
    centre.settles()
    return centre


def test_a_day_on_which_every_webhook_comes_twice_is_stored_as_any_other_day():
    once, twice = Centre(), Centre()
    twice.exchange.faults.on_webhook(WebhookFault(double=True, times=None))
    _a_call(once)
    _a_call(twice)
    assert twice.desk.all_calls() == once.desk.all_calls()
    assert twice.desk.all_agents() == once.desk.all_agents()
    assert twice.desk.all_events("100") == once.desk.all_events("100")
    assert twice.webhooks.delivered == once.webhooks.delivered
    assert twice.exchange.errors == []


@pytest.mark.parametrize("effect", ["fail-before", "fail-after", "drop-before", "drop-after"])
@pytest.mark.parametrize("operation", ["POST Conferences/*/Participants", "POST Calls/*"])
def test_a_command_whose_answer_was_lost_is_not_done_a_second_time(operation, effect):
    centre = Centre()
    centre.exchange.faults.on_rest(RestFault(operation, effect))
    _a_call(centre)
    assert done_twice(centre) == []
