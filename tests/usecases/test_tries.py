"""What is counted before it is looked at: the tries at a PIN are turns of the call, and a turn is taken once."""

import pytest
import yaml

from chalicelib.core.carrier.events import CallArrived, TurnTaken
from chalicelib.usecases.configure import publish_flow, publish_plugin
from chalicelib.usecases.take_call import take_call
from chalicelib.usecases.take_turn import take_turn
from tests.fakes.centre import CALLER, NUMBER, Centre

WRONG, RIGHT = "1111", "4711"

PLUGIN = """
name: check-pin
method: POST
address: https://bank.example/pins
inputs:
  pin: {description: What the caller keyed in., sensitive: true}
body: {pin: "{pin}"}
outputs: {member: member}
found: found
"""

ASK = """
    do: collect
    prompt: {zh-CN: 请输入密码。}
    digits: {min: 4, max: 4}
    sensitive: true
    on_timeout: bye
    on_no_match: bye
"""

CHECK = """
    do: plugin
    ask: check-pin
    inputs: {pin: "{{ entered }}"}
    next: welcome
    on_failure: bye
"""

FLOW = f"""
name: freight-waybill
language: zh-CN
start: ask
steps:
  ask: {ASK}
    next: check
  check: {CHECK}
    on_not_found: {{next: once_more, say: {{zh-CN: 密码不对。}}}}
  once_more: {ASK}
    next: check_again
  check_again: {CHECK}
    on_not_found: {{next: bye}}
  welcome: {{do: hangup, text: {{zh-CN: 欢迎。}}}}
  bye: {{do: hangup, text: {{zh-CN: 再见。}}}}
"""


class Bank:
    """Knows one PIN; `meanwhile` happens while it is asked, once."""

    def __init__(self) -> None:
        self.asked = []
        self.meanwhile = None

    def __call__(self, _plugin, inputs):
        self.asked.append(inputs["pin"])
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return 200, {"found": inputs["pin"] == RIGHT, "member": "M-1"}


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def centre(bank):
    centre = Centre(bank)
    publish_plugin(yaml.safe_load(PLUGIN), centre.world)
    publish_flow(yaml.safe_load(FLOW), centre.world)
    return centre


@pytest.fixture
def enters(centre):
    """Let a caller ring, and give what they hear when they key something in at a turn."""
    call = "c0123456789abcdef0123"
    take_call(CallArrived(call, "CA" + "1" * 32, CALLER, NUMBER), "twilio", centre.world)
    return lambda turn, digits: repr(take_turn(TurnTaken(call, str(turn), digits), centre.world))


def test_a_flow_that_asks_twice_gives_two_tries(bank, enters):
    assert "密码不对" in enters(1, WRONG)
    assert "再见" in enters(2, WRONG)
    assert bank.asked == [WRONG, WRONG]


def test_a_turn_that_is_told_again_with_the_right_pin_gets_the_answer_to_the_wrong_one(bank, enters):
    first = enters(1, WRONG)

    assert enters(1, RIGHT) == first
    assert bank.asked == [WRONG]
    assert "再见" in enters(2, WRONG)


def test_of_two_pins_told_at_once_for_one_turn_the_first_to_be_stored_is_the_try(bank, enters):
    told = []
    bank.meanwhile = lambda: told.append(enters(1, WRONG))

    late = enters(1, RIGHT)

    assert "密码不对" in told[0]
    assert late == told[0]
    assert enters(1, RIGHT) == told[0]
    assert "再见" in enters(2, WRONG)
