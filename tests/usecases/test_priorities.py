"""Two lines into one centre: who serves both takes the more important queue first, then the older call."""

import pytest
import yaml

from chalicelib.usecases.apply_configuration import apply_configuration
from chalicelib.usecases.configure import publish_flow
from local.publishing import DEMO_CENTRE
from tests.fakes.centre import CALLER, PUBLIC, Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, is_sound, picks_up

VIP_NUMBER, VIP = "+8675583000001", "13700137000"
VIP_LINE = {
    "name": "vip-line",
    "language": "zh-CN",
    "start": "at_once",
    "steps": {
        "at_once": {"do": "queue", "queue": "vip"} | dict.fromkeys(["on_full", "on_closed", "on_error"], "over"),
        "over": {"do": "hangup"},
    },
}


@pytest.fixture
def centre():
    centre = Centre(change_config=lambda _document: None)
    publish_flow(VIP_LINE, centre.world)
    document = yaml.safe_load(
        DEMO_CENTRE.read_text("utf-8")
        .replace("${BUSINESS_URL}", "https://freight.example")
        .replace("${BUSINESS_PAGES_URL}", "https://freight.example")
    )
    document["numbers"][VIP_NUMBER] = {"flow": "vip-line", "carrier": "twilio"}
    apply_configuration(document, centre.world)
    centre.exchange.number(VIP_NUMBER, f"{PUBLIC}/carriers/twilio/voice", f"{PUBLIC}/carriers/twilio/status")
    yield centre
    centre.settles()
    is_sound(centre)


def vip_calls(centre):
    caller = centre.calls(VIP, VIP_NUMBER)
    caller.hears("您目前排在第一位")
    return caller


def test_an_agent_of_both_queues_takes_the_important_one_first_and_then_the_older_call(centre):
    first = a_caller_in_line(centre, CALLER)
    a_caller_in_line(centre, "13900139000")
    important = vip_calls(centre)
    agent = a_ready_agent(centre, "101")
    assert agent.hears("Ring")["tags"]["CALLERID"] == VIP
    picks_up(centre, important, agent)
    important.hang_up()
    agent.hears("WrapUp")
    agent.does(25, 1)
    assert agent.hears("Ring")["tags"]["CALLERID"] == first.party


def test_an_agent_who_does_not_serve_a_queue_gets_none_of_its_calls(centre):
    vip_calls(centre)
    other = a_ready_agent(centre, "100")
    centre.time.advance(20)
    assert "Ring" not in other.kinds()
