"""The plain call once more, with an Asterisk for its carrier: what it asks of AWS, and what AWS asks for it."""

from typing import Any

import boto3

from benchmarks.steps import PATIENCE, TALK_SECONDS, WAYBILL, Account, MeteredCentre, account_of_aws
from local.aws.meter import Meter
from tests.fakes.asterisk_centre import AsteriskTableFrontDoor
from tests.fakes.centre import NUMBER
from tests.fakes.front_door import REGION


class SentTwice:
    """A queue's client by which orders go to SQS, where the meter sees them, and to the bridge that is played."""

    def __init__(self, played: Any) -> None:
        self._played = played
        self._sqs = boto3.client("sqs", region_name=REGION)
        fifo = {"FifoQueue": "true"}
        self._url = self._sqs.create_queue(QueueName="orders.fifo", Attributes=fifo)["QueueUrl"]
        self.orders = 0

    def send_message(self, **sent: str) -> None:
        """Send it to both."""
        self.orders += 1
        self._sqs.send_message(**(sent | {"QueueUrl": self._url}))
        self._played.send_message(**sent)


class MeteredAsterisk(MeteredCentre):
    """A centre on an Asterisk whose steps are counted."""

    centre: AsteriskTableFrontDoor

    def __init__(self, centre: AsteriskTableFrontDoor, meter: Meter) -> None:
        self.sent = SentTwice(centre.queues)
        super().__init__(centre, meter)
        asterisk: Any = centre.world.carriers["asterisk"]
        asterisk.queues.__dict__["_client"] = self.sent

    def commands(self) -> int:
        """Count what the bridge was ordered so far."""
        return self.sent.orders


def count() -> Account:
    """Play the call that benchmarks/steps.py plays with Twilio; give what the whole of it asked for."""
    with account_of_aws() as (monkeypatch, meter):
        metered = MeteredAsterisk(AsteriskTableFrontDoor(monkeypatch), meter)
        _call(metered)
        metered.account.orders = metered.account.call.commands
        return metered.account


def _call(metered: MeteredAsterisk) -> None:
    centre = metered.centre
    agent = centre.page("100").signs_in()
    agent.is_ready()
    centre.time.advance(5)
    with metered.whole_call():
        caller = centre.main.rings_in("83366857", NUMBER)
        centre.hears(caller, "查询运单请按1", PATIENCE)
        for keys, heard in (
            ("1", "请输入运单号"),
            (f"{WAYBILL}#", "六零幺"),
            ("2", "请输入运单号"),
            (f"{WAYBILL}#", "六零幺"),
        ):
            caller.presses(keys)
            centre.hears(caller, heard, PATIENCE)
        caller.presses("1")
        centre.hears(caller, "京 A 幺二三四五", PATIENCE)
        caller.presses("0")
        leg = centre.main.rung(agent.hears("Ring", PATIENCE)["data"]["offer"])
        agent.does(1)
        leg.answers()
        centre.time.advance(1 + TALK_SECONDS)
        caller.hangs_up()
        centre.time.advance(6)
        agent.does(25, 1)
        centre.time.advance(60)
