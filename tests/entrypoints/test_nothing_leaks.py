"""I13: what a caller keys in where it is sensitive is nowhere afterwards, and no line of a log tells of a caller."""

import json
from dataclasses import replace

import pytest
import yaml
from moto import mock_aws

from chalicelib.adapters.watch import PowertoolsWatch
from chalicelib.usecases.apply_configuration import apply_configuration
from chalicelib.usecases.configure import publish_flow, publish_plugin
from local.publishing import DEMO_CENTRE
from tests.fakes.centre import CALLER, NUMBER
from tests.fakes.front_door import TableFrontDoor

PIN = "83917264"

PLUGIN = """
name: check-pin
method: POST
address: https://bank.example/pins
inputs:
  pin: {description: What the caller keyed in., sensitive: true}
body: {pin: "{pin}"}
outputs: {member: member}
"""

FLOW = """
name: members
language: zh-CN
start: ask
steps:
  ask:
    do: collect
    prompt: {zh-CN: 请输入密码，以井号键结束。}
    digits: {min: 8, max: 8, finish_on: "#"}
    sensitive: true
    next: check
    on_timeout: bye
    on_no_match: bye
  check:
    do: plugin
    ask: check-pin
    inputs: {pin: "{{ entered }}"}
    into: {MEMBER: member}
    next: person
    on_failure: bye
    on_error: bye
  person:
    do: queue
    queue: service
    say: {zh-CN: 请稍候。}
    on_full: bye
    on_closed: bye
    on_error: bye
  bye: {do: hangup, text: {zh-CN: 再见。}}
"""


@pytest.fixture
def centre(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        centre = TableFrontDoor(
            monkeypatch, business=lambda _name, _inputs: (200, {"found": True, "member": "M-1", "credit": "20000"})
        )
        centre.world = replace(centre.world, watch=PowertoolsWatch())
        publish_plugin(yaml.safe_load(PLUGIN), centre.world)
        publish_flow(yaml.safe_load(FLOW), centre.world)
        text = (
            DEMO_CENTRE.read_text("utf-8")
            .replace("${BUSINESS_URL}", "https://freight.example")
            .replace("${BUSINESS_PAGES_URL}", "https://freight.example")
        )
        document = yaml.safe_load(text)
        document["numbers"][NUMBER]["flow"] = "members"
        apply_configuration(document, centre.world)
        centre.time.advance(15)
        yield centre


@pytest.fixture
def told_to_the_carrier(centre, monkeypatch):
    asked = []
    rest = centre.exchange.rest
    monkeypatch.setattr(centre.exchange, "rest", lambda request: asked.append(request) or rest(request))
    return asked


@pytest.fixture
def sent_to_queues(centre, monkeypatch):
    sent = []
    receive = centre._receive

    def noted(queue, text, attempt):
        sent.append(text)
        receive(queue, text, attempt)

    monkeypatch.setattr(centre, "_receive", noted)
    return sent


def where_it_may_be(centre, agent, told_to_the_carrier, sent_to_queues, capfd, caplog):
    """Give everything that is kept, said or sent, by the place."""
    return {
        "table": json.dumps(centre.connection.scan(), default=str),
        "logs": "".join(capfd.readouterr()) + caplog.text,
        "answers": "".join(centre.told),
        "frames": repr(agent.events) + repr(agent.frames),
        "webhooks": repr(centre.webhooks.delivered),
        "queues": "".join(sent_to_queues),
        "commands": repr(told_to_the_carrier),
    }


def test_a_pin_is_nowhere_after_the_call(centre, told_to_the_carrier, sent_to_queues, capfd, caplog):
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.calls()
    caller.hears("请输入密码")
    caller.presses(f"{PIN}#")
    ring = agent.hears("Ring")
    assert ring["tags"]["MEMBER"] == "M-1"
    assert centre.plugins.asked == [("check-pin", {"pin": PIN})]
    agent.answers()
    agent.hears("Talk")
    centre.time.advance(5)
    caller.hang_up()
    agent.hears("WrapUp")
    assert agent.does(25, 1, "solved") == 0
    agent.hears("Record", within=60)
    centre.settles()
    places = where_it_may_be(centre, agent, told_to_the_carrier, sent_to_queues, capfd, caplog)
    assert all(places.values())
    assert [place for place, text in places.items() if PIN in text] == []
    assert CALLER not in places["logs"]
    assert agent.token not in places["logs"]
    assert CALLER in places["table"]


@pytest.mark.parametrize("proved", [True, False], ids=["proved", "taken back before"])
def test_a_pin_that_is_keyed_in_mid_call_is_nowhere_and_who_has_not_proved_it_is_shown_nowhere(
    centre, proved, told_to_the_carrier, sent_to_queues, capfd, caplog
):
    member, pin = "730519", PIN[:6]
    agent = centre.page("100").signs_in().is_ready()
    caller = centre.calls()
    caller.hears("请输入密码")
    caller.presses("11111111#")
    agent.hears("Ring")
    agent.answers()
    agent.hears("Talk")
    assert agent.does(11, 1, "service-authentication") == 0
    caller.hears("请输入您的六位会员号")
    caller.presses(member)
    caller.hears("请输入您的六位密码")
    if proved:
        caller.presses(pin)
        assert centre.plugins.asked[-1] == ("authentication", {"member": member, "pin": pin})
    else:
        assert agent.does(4) == 0
    agent.hears("Talk", AUTHRESULT="passed" if proved else "aborted")
    agent.loses_its_socket()
    agent.epoch = agent.seq = 0
    agent.connects()
    caller.hang_up()
    agent.hears("WrapUp")
    assert agent.does(25, 1, "solved") == 0
    centre.settles()
    places = where_it_may_be(centre, agent, told_to_the_carrier, sent_to_queues, capfd, caplog)
    assert [place for place, text in places.items() if pin in text] == []
    shown = {place for place, text in places.items() if member in text}
    assert shown == ({"table", "frames", "webhooks", "queues"} if proved else {"table"})
