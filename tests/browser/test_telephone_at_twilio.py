"""The agent page with Twilio's own Voice SDK as its telephone, as far as one gets without Twilio: to its door.

Who stands at the door is played here, after what the SDK's published source sends and waits for: `listen` with the
token is answered by `connected`, `register` by `ready`.
"""

import json
import re
from dataclasses import dataclass, field

import pytest
from desk_stage import Stage, signs_in
from desk_words import WORDS
from playwright.sync_api import Page, WebSocketRoute, expect

from local.carrier.access_tokens import identity_of
from local.carrier.settings import CarrierSettings
from local.laptop import ACCOUNT_SID

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

DEPLOYMENT = {"telephone": {"kind": "twilio", "edge": ["singapore"]}}


@dataclass
class Door:
    """Twilio's signalling: open, or closed to everybody."""

    account: CarrierSettings
    open: bool = True
    let_in: list[str] = field(default_factory=list)
    registered: int = 0

    def answers(self, wire: WebSocketRoute) -> None:
        if self.open:
            wire.on_message(lambda text: self._hears(wire, str(text)))
        else:
            wire.close(code=1006)

    def _hears(self, wire: WebSocketRoute, text: str) -> None:
        message = json.loads(text) if text.strip() else {"type": "heartbeat"}
        if message["type"] == "listen":
            name = identity_of(message["payload"]["token"], self.account)
            self.let_in.append(name)
            connected = {"region": "sg1", "edge": "singapore", "home": "us1", "token": {"identity": name, "ttl": 3600}}
            wire.send(json.dumps({"type": "connected", "payload": connected}))
        elif message["type"] == "register" and message["payload"].get("media", {}).get("audio"):
            self.registered += 1
            wire.send(json.dumps({"type": "ready", "payload": {}}))


def at_twilio(stage: Stage, door: Door) -> Page:
    def prepare(page: Page) -> None:
        page.route("**/deployment.json", lambda route: route.fulfill(json=DEPLOYMENT))
        page.route(re.compile(r"^https://[^/]*twilio\.com/"), lambda route: route.abort())
        page.route_web_socket(re.compile(r"^wss://voice-js\.singapore\.twilio\.com/signal"), door.answers)

    return stage.desk("en-US", prepare)


@pytest.fixture
def door(laptop) -> Door:
    return Door(CarrierSettings(ACCOUNT_SID, "", dict([laptop.secrets["twilio/api-key"].split()])))


def test_the_sdk_registers_with_the_token_of_the_session(stage, door):
    page = at_twilio(stage, door)
    signs_in(page, "en-US")
    page.wait_for_function("iCallAgentX.telephone.ready")
    assert (door.let_in, door.registered) == (["agent_100"], 1)
    expect(page.locator(".telephone-light")).to_have_count(0)


def test_a_telephone_that_does_not_reach_twilio_is_said_and_comes_back_by_itself(stage, door):
    door.open = False
    page = at_twilio(stage, door)
    signs_in(page, "en-US")
    expect(page.locator(".telephone-light")).to_have_text("Telephone not ready")
    expect(page.locator(".latest")).to_contain_text("The telephone cannot reach the carrier; it goes on trying.")
    expect(page.locator(".connection")).to_have_text(WORDS["en-US"]["connected"])
    door.open = True
    expect(page.locator(".telephone-light")).to_have_count(0)
