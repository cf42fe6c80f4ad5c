import json
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.messages import QueueUrls, SqsMessages
from chalicelib.core.ground.errors import OurFault
from chalicelib.core.told.notices import CrmNotice, Timer, TimerKind

NOW = 1_767_434_400_000
REGION = "eu-central-1"


@dataclass
class StoppedClock:
    def now(self) -> int:
        return NOW


@pytest.fixture
def sqs(monkeypatch) -> Iterator[object]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "pretend")
    with mock_aws():
        yield boto3.client("sqs", region_name=REGION)


@pytest.fixture
def urls(sqs) -> QueueUrls:
    return QueueUrls(*(sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("timers", "webhooks", "recordings")))


@pytest.fixture
def messages(urls) -> SqsMessages:
    return SqsMessages(urls, StoppedClock(), REGION)


def received(sqs, url: str) -> list[dict[str, object]]:
    bodies = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [json.loads(message["Body"]) for message in batch]
    return bodies


def timer(due: int, number: int = 1) -> Timer:
    return Timer(TimerKind.RING, "c1", f"c1-{number}", due)


def delays(messages: SqsMessages, monkeypatch, *dues: int) -> list[int]:
    sent = []
    monkeypatch.setattr(
        messages._client, "send_message_batch", lambda **request: sent.extend(request["Entries"]) or {"Successful": []}
    )
    messages.remind([timer(due) for due in dues])
    return [entry["DelaySeconds"] for entry in sent]


def test_a_timer_comes_back_as_it_was(messages, sqs, urls):
    messages.remind([timer(NOW)])

    assert [Timer.from_plain(body) for body in received(sqs, urls.timers)] == [timer(NOW)]


def test_a_timer_never_comes_early_nor_beyond_what_the_queue_can_delay(messages, monkeypatch):
    dues = (NOW - 5000, NOW, NOW + 1, NOW + 1000, NOW + 20_001, NOW + 900_000, NOW + 5_000_000)

    assert delays(messages, monkeypatch, *dues) == [0, 0, 1, 1, 21, 900, 900]


def test_more_timers_than_fit_one_request_all_come_back(messages, sqs, urls):
    timers = [timer(NOW, number) for number in range(23)]

    messages.remind(timers)

    assert {body["token"] for body in received(sqs, urls.timers)} == {sent.token for sent in timers}


def test_no_timer_is_no_request(urls, monkeypatch):
    messages = SqsMessages(urls, StoppedClock(), REGION)

    messages.remind([])

    assert "_client" not in vars(messages)


def test_a_notice_has_the_same_id_however_often_it_is_told(messages, sqs, urls):
    notices = [CrmNotice("call.rang", NOW, {"caller": "王"}), CrmNotice("call.ended", NOW, {})]

    messages.tell_business("c1", 7, notices)
    messages.tell_business("c1", 7, notices)

    told = received(sqs, urls.webhooks)
    assert [body["id"] for body in told] == ["c1.7.0", "c1.7.1"] * 2
    assert told[0] == {"id": "c1.7.0", "type": "call.rang", "at": NOW, "data": {"caller": "王"}}


def test_a_notice_is_brought_back_once_for_each_receiver(messages, sqs, urls):
    messages.fan_out("c1.7.0", {"id": "c1.7.0", "type": "call.rang", "at": NOW, "data": {}}, ["crm", "wallboard"])

    told = received(sqs, urls.webhooks)
    assert [(body["id"], body["endpoint"]) for body in told] == [("c1.7.0", "crm"), ("c1.7.0", "wallboard")]


def test_a_notice_without_receivers_is_over(messages, sqs, urls):
    messages.fan_out("c1.7.0", {"id": "c1.7.0"}, [])

    assert received(sqs, urls.webhooks) == []


def test_a_notice_that_was_not_taken_comes_back_after_a_while(messages, sqs, urls):
    messages.tell_business("c1", 7, [CrmNotice("call.rang", NOW, {})])
    [message] = sqs.receive_message(QueueUrl=urls.webhooks, VisibilityTimeout=600)["Messages"]
    assert received(sqs, urls.webhooks) == []

    messages.put_off(message["ReceiptHandle"], 0)

    assert [body["id"] for body in received(sqs, urls.webhooks)] == ["c1.7.0"]


def test_a_recording_comes_back_to_be_fetched(messages, sqs, urls):
    messages.fetch_recording("v-1")

    assert received(sqs, urls.recordings) == [{"vocid": "v-1"}]


def test_a_message_that_the_queue_did_not_take_is_told(messages, monkeypatch):
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    monkeypatch.setattr(messages._client, "send_message_batch", lambda **_request: failed)

    with pytest.raises(OurFault, match=r"1 of 2 messages: InternalError"):
        messages.remind([timer(NOW), timer(NOW)])
