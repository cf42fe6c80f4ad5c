"""The FIFO queues in memory remember and hold back as moto's do, and refuse what SQS refuses, as moto does not."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.fakes.fifo import FifoQueues

URL = "https://sqs.example/1/main.fifo"


@pytest.fixture(params=["in memory", "moto"])
def queue(request, monkeypatch):
    if request.param == "in memory":
        yield FifoQueues(lambda: 0.0, URL), URL
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "pretend")
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-central-1")
        made = sqs.create_queue(QueueName="main.fifo", Attributes={"FifoQueue": "true"})
        yield sqs, made["QueueUrl"]


def send(queue, body, group="c1", dedup="o1"):
    sqs, url = queue
    return sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=dedup)[
        "MessageId"
    ]


def received(queue, most=10):
    sqs, url = queue
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def test_messages_of_a_group_come_in_order_and_all_wait_while_one_is_out(queue):
    for number in range(3):
        send(queue, f"a{number}", "a", f"a{number}")
    send(queue, "b0", "b", "b0")
    (first,) = received(queue, most=1)
    assert first["Body"] == "a0"
    assert bodies(received(queue)) == ["b0"]
    sqs, url = queue
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert bodies(received(queue)) == ["a1", "a2"]


def test_a_deduplication_id_that_is_known_makes_no_second_message(queue):
    send(queue, "one")
    send(queue, "one")
    assert bodies(received(queue)) == ["one"]


def test_a_message_without_a_group_is_refused(queue):
    sqs, url = queue
    with pytest.raises(ClientError):
        sqs.send_message(QueueUrl=url, MessageBody="x", MessageDeduplicationId="d")


GOOD = {"QueueUrl": URL, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"MessageGroupId": "a b"},
        {"MessageDeduplicationId": "x" * 129},
        {"MessageBody": ""},
        {"MessageBody": "x" * 262145},
        {"MessageBody": "a\x00b"},
        {"QueueUrl": "https://sqs.example/1/other.fifo"},
    ],
    ids=["group", "long id", "empty", "long", "no character of XML's", "no such queue"],
)
def test_in_memory_what_sqs_refuses_is_refused(wrong):
    sqs = FifoQueues(lambda: 0.0, URL)
    with pytest.raises(ClientError):
        sqs.send_message(**(GOOD | wrong))
    assert received((sqs, URL)) == []


def test_in_memory_a_deleted_message_is_known_for_five_minutes_and_what_was_not_deleted_comes_again():
    clock = [0.0]
    sqs = FifoQueues(lambda: clock[0], URL, visibility_seconds=10)
    send((sqs, URL), "one")
    assert bodies(received((sqs, URL))) == ["one"]
    clock[0] = 9.9
    assert received((sqs, URL)) == []
    clock[0] = 10
    (again,) = received((sqs, URL))
    sqs.delete_message(QueueUrl=URL, ReceiptHandle=again["ReceiptHandle"])
    clock[0] = 299
    send((sqs, URL), "one")
    assert received((sqs, URL)) == []
    clock[0] = 300
    send((sqs, URL), "one")
    assert bodies(received((sqs, URL))) == ["one"]
