"""What Asterisk's bridges are told: orders in their FIFO queues, as infra/asterisk/protocol.md has them."""

import json
from itertools import count
from typing import get_args

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from moto import mock_aws
from signing import ARRIVED, CHANNEL, MADE, NOW, PBX, Stopped

from chalicelib.adapters.asterisk.asterisk import Asterisk
from chalicelib.adapters.asterisk.door import AsteriskDoor
from chalicelib.adapters.asterisk.orders import KIND_OF, NAMES
from chalicelib.adapters.asterisk.pbxs import call_id_of, pbx_of
from chalicelib.adapters.asterisk.queues import Queues
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    PauseRecording,
    ResumeRecording,
    RetrieveParticipant,
    SendDigits,
    StartRecording,
    StopRecording,
    TakeTurn,
)
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, CarrierUncertain, NotConfigured
from tests.fakes.fifo import FifoQueues, refused

MAIN, SECOND = "https://sqs.example/1/main.fifo", "https://sqs.example/1/second.fifo"
LEG, CUSTOMER = f"{ARRIVED}-1", "customer"
SID, LEG_SID = f"{PBX}:{CHANNEL}", f"{PBX}:{ARRIVED}.{LEG}"


def no_keys(pbx):
    raise NotConfigured(f"no keys of {pbx}")


def asterisk(sqs, urls, keys=lambda _pbx: [b"k" * 32]):
    numbers = count(1)
    queues = Queues(urls, Stopped(), lambda: f"o{next(numbers)}", "eu-central-1")
    queues.__dict__["_client"] = sqs
    return Asterisk(AsteriskDoor(urls, keys, Stopped()), queues, keys, lambda: f"secret-{next(numbers)}")


@pytest.fixture
def sqs():
    return FifoQueues(lambda: 0.0, MAIN, SECOND)


@pytest.fixture
def carrier(sqs):
    return asterisk(sqs, {PBX: MAIN})


def orders(sqs, url=MAIN):
    """What the bridge takes, and under which group."""
    return [(message.group, json.loads(message.body)) for message in sqs.queues[url].messages]


def about(leg, channel, **more):
    return {"call": ARRIVED, "leg": leg, "channel": channel, **more}


RING = AddParticipant(ARRIVED, LEG, "agent:100", "+8675583000000", 20, vocid=LEG, muted=True, coaches="c1-2")
OF_CUSTOMER = (ARRIVED, CUSTOMER, SID)
ORDERED = [
    (
        RING,
        about(
            LEG,
            "",
            do="ring",
            endpoint="agent:100",
            caller_id="+8675583000000",
            ring_seconds=20,
            vocid=LEG,
            early_media=False,
            muted=True,
            coaches="c1-2",
        ),
    ),
    (JoinConference(*OF_CUSTOMER, LEG), about(CUSTOMER, CHANNEL, do="join", vocid=LEG)),
    (TakeTurn(*OF_CUSTOMER, "4"), about(CUSTOMER, CHANNEL, do="take_turn", turn="4")),
    (HoldParticipant(*OF_CUSTOMER, ARRIVED, "media:hold"), about(CUSTOMER, CHANNEL, do="hold", sound="media:hold")),
    (HoldParticipant(*OF_CUSTOMER, ARRIVED, ""), about(CUSTOMER, CHANNEL, do="hold", sound="")),
    (RetrieveParticipant(*OF_CUSTOMER, ARRIVED), about(CUSTOMER, CHANNEL, do="retrieve")),
    (MuteParticipant(ARRIVED, LEG, LEG_SID, "", muted=True), about(LEG, f"{ARRIVED}.{LEG}", do="mute", muted=True)),
    (CoachParticipant(ARRIVED, LEG, LEG_SID, "", "c1-2"), about(LEG, f"{ARRIVED}.{LEG}", do="coach", coaches="c1-2")),
    (SendDigits(*OF_CUSTOMER, ARRIVED, "12#"), about(CUSTOMER, CHANNEL, do="send_digits", digits="12#")),
    (StartRecording(*OF_CUSTOMER, "v-r2"), about(CUSTOMER, CHANNEL, do="start_recording", vocid="v-r2")),
    (PauseRecording(ARRIVED, "", "", ARRIVED), about("", "", do="pause_recording")),
    (ResumeRecording(*OF_CUSTOMER, ARRIVED), about(CUSTOMER, CHANNEL, do="resume_recording")),
    (StopRecording(*OF_CUSTOMER, ARRIVED), about(CUSTOMER, CHANNEL, do="stop_recording")),
    (HangUpLeg(ARRIVED, LEG, ""), about(LEG, "", do="hang_up")),
]


@pytest.mark.parametrize(("command", "order"), ORDERED, ids=lambda part: type(part).__name__)
def test_a_command_is_ordered_as_the_protocol_has_it(sqs, carrier, command, order):
    carrier.execute(command, again=False)
    assert orders(sqs) == [(ARRIVED, {"id": "o1", "at": NOW, "again": False, **order})]


def test_every_command_has_an_order_of_its_own_and_back():
    assert set(NAMES) == set(get_args(Command)) == {type(command) for command, _ in ORDERED}
    assert {KIND_OF[name] for name in NAMES.values()} == set(NAMES)


def test_a_second_try_says_so_and_is_an_order_of_its_own(sqs, carrier):
    for again in (False, True):
        carrier.execute(RING, again=again)
    assert [(order["id"], order["again"]) for _, order in orders(sqs)] == [("o1", False), ("o2", True)]


def test_keys_are_never_sent_a_second_time(sqs, carrier):
    carrier.execute(SendDigits(*OF_CUSTOMER, ARRIVED, "1"), again=True)
    assert orders(sqs) == []


def test_a_sound_that_cannot_be_played_is_not_ordered(sqs, carrier):
    with pytest.raises(NotConfigured):
        carrier.execute(HoldParticipant(*OF_CUSTOMER, ARRIVED, "nonsense"), again=False)
    assert orders(sqs) == []


def test_each_call_is_ordered_of_its_own_pbx(sqs):
    carrier = asterisk(sqs, {PBX: MAIN, "second": SECOND})
    made = next(f"c{n:020x}" for n in range(99) if pbx_of(f"c{n:020x}", (PBX, "second")) == "second")
    for call in (ARRIVED, call_id_of("second", CHANNEL), made):
        carrier.execute(HangUpLeg(call, CUSTOMER, ""), again=False)
    assert [group for group, _ in orders(sqs)] == [ARRIVED]
    assert [group for group, _ in orders(sqs, SECOND)] == [call_id_of("second", CHANNEL), made]


def test_a_call_of_a_pbx_that_is_no_more_is_gone(sqs, carrier):
    with pytest.raises(CarrierGone):
        carrier.execute(HangUpLeg(call_id_of("former", CHANNEL), CUSTOMER, ""), again=False)


def test_a_leg_is_looked_for_and_lives_until_its_end_is_told(sqs, carrier):
    assert carrier.lives(ARRIVED, CUSTOMER, SID)
    ((group, order),) = orders(sqs)
    assert (group, order["do"], order["leg"], order["channel"]) == (ARRIVED, "look", CUSTOMER, CHANNEL)


def test_a_leg_at_a_pbx_that_is_no_more_is_over(sqs, carrier):
    assert not carrier.lives(ARRIVED, CUSTOMER, f"former:{CHANNEL}")
    assert orders(sqs) == []


@pytest.mark.parametrize("vocid", [LEG, f"{LEG}.1", f"{ARRIVED}-r2"])
def test_a_recording_is_put_into_our_store_by_its_pbx_and_removed_there(sqs, carrier, vocid):
    assert carrier.hand_over_recording(f"{PBX}:{vocid}", "https://files.example/put?sig=1") is None
    carrier.delete_recording(f"{PBX}:{vocid}")
    (put_group, put), (remove_group, remove) = orders(sqs)
    assert put_group == remove_group == put["call"] == remove["call"] == ARRIVED
    assert (put["do"], put["vocid"], put["url"]) == ("upload_recording", vocid, "https://files.example/put?sig=1")
    assert (remove["do"], remove["vocid"]) == ("delete_recording", vocid)


def test_an_agents_browser_gets_a_secret_of_its_own_which_its_pbx_is_told(sqs, carrier):
    first, second = (carrier.softphone_credentials("100", NOW + 3600_000) for _ in range(2))
    assert (first.name, first.expires_at) == (f"agent_100@{PBX}", NOW + 3600_000)
    assert first.token != second.token
    told = [(group, order["user"], order["secret"], order["until"]) for group, order in orders(sqs)]
    assert told == [("agent_100", "agent_100", each.token, NOW + 3600_000) for each in (first, second)]


def test_agents_browsers_are_spread_over_the_pbxs_and_each_stays_where_it_is_told_to_be(sqs):
    carrier = asterisk(sqs, {PBX: MAIN, "second": SECOND})
    agents = [str(agent) for agent in [*range(100, 140), *range(100, 140)]]
    names = {carrier.softphone_credentials(agent, NOW).name for agent in agents}
    there = {PBX: orders(sqs, MAIN), "second": orders(sqs, SECOND)}
    assert {f"{order['user']}@{pbx}" for pbx, ordered in there.items() for _, order in ordered} == names
    assert len(names) == len(set(agents))
    assert {name.partition("@")[2] for name in names} == {PBX, "second"}


def test_a_pbx_without_keys_is_told_when_the_configuration_is_applied(sqs):
    asterisk(sqs, {PBX: MAIN}).check()
    with pytest.raises(NotConfigured, match="no keys of main"):
        asterisk(sqs, {PBX: MAIN}, no_keys).check()


URL = "https://sqs.example"
UNCERTAIN = [
    refused("RequestThrottled", "slowly"),
    refused("ThrottlingException", "slowly"),
    refused("AWS.SimpleQueueService.OverLimit", "too many are out"),
    refused("InternalError", "oh", 500),
    refused("ServiceUnavailable", "later", 503),
    refused("TooMany", "slowly", 429),
    ConnectTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
    NoCredentialsError(),
]
NO = [
    refused("AWS.SimpleQueueService.NonExistentQueue", f"{URL}/123456789012/main.fifo"),
    refused("AccessDenied", "User: arn:aws:iam::123456789012:role/x is not allowed", 403),
    refused("InvalidMessageContents", "83366857"),
]


@pytest.mark.parametrize("error", UNCERTAIN, ids=lambda error: str(error)[:60])
def test_an_order_of_which_nobody_knows_whether_it_was_sent_is_uncertain(sqs, carrier, error):
    sqs.fails_with = error
    with pytest.raises(CarrierUncertain):
        carrier.execute(RING, again=False)


@pytest.mark.parametrize("error", NO, ids=lambda error: str(error)[:60])
def test_a_definite_no_of_sqs_is_a_refusal_and_repeats_nothing(sqs, carrier, error):
    sqs.fails_with = error
    with pytest.raises(CarrierRefused) as told:
        carrier.execute(RING, again=False)
    assert not any(secret in str(told.value) for secret in ("123456789012", "83366857", URL, "agent:100"))


class Overrun(FifoQueues):
    """Asks for patience so many times."""

    def __init__(self, times):
        super().__init__(lambda: 0.0, MAIN)
        self.times = times

    def send_message(self, **sent):
        self.times -= 1
        self.fails_with = refused("RequestThrottled", "slowly") if self.times >= 0 else None
        return super().send_message(**sent)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_order_for_which_sqs_asks_for_patience_is_given_once_more_in_a_moment(times):
    sqs = Overrun(times)
    asterisk(sqs, {PBX: MAIN}).execute(RING, again=False)
    assert len(sqs.queues[MAIN].messages) == 1


def test_an_order_for_which_sqs_goes_on_asking_for_patience_is_left_for_later():
    sqs = Overrun(4)
    with pytest.raises(CarrierUncertain):
        asterisk(sqs, {PBX: MAIN}).execute(RING, again=False)
    assert sqs.times == 0


def test_a_real_client_sends_to_a_fifo_queue(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "pretend")
    with mock_aws():
        client = boto3.client("sqs", region_name="eu-central-1")
        url = client.create_queue(QueueName="main.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        Queues({PBX: url}, Stopped(), lambda: "o1", "eu-central-1").send(PBX, ARRIVED, {"do": "look", "text": "您好"})
        (message,) = client.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"id": "o1", "at": NOW, "do": "look", "text": "您好"}
    assert message["Attributes"]["MessageGroupId"] == ARRIVED
    assert message["Attributes"]["MessageDeduplicationId"] == "o1"


def test_a_call_that_the_stack_made_stays_with_its_id_alone(carrier, sqs):
    carrier.execute(AddParticipant(MADE, f"{MADE}-1", "agent:100", "", 20), again=False)
    assert orders(sqs)[0][0] == MADE
