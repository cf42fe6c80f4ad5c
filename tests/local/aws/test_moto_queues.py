"""The laptop's FIFO queues keep what SQS promises: each group in order, one at a time, and nothing is lost."""

import threading

import boto3
import pytest
from moto import mock_aws
from moto.sqs.models import Queue, SQSBackend

from local.aws import moto_queues

LONG = 10


@pytest.fixture
def queue(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "laptop")
    # What is mended here is as it was for the next test of this process.
    monkeypatch.setattr(SQSBackend, "receive_message", SQSBackend.receive_message)
    monkeypatch.setattr(Queue, "delete_message", Queue.delete_message)
    moto_queues.mend()
    with mock_aws():
        yield Orders(boto3.client("sqs", region_name="us-east-1"))


class Orders:
    """A FIFO queue whose groups are the first letters of its messages."""

    def __init__(self, client):
        self._client = client
        self._url = client.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self.receipts = {}

    def sends(self, *bodies):
        for body in bodies:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=body, MessageGroupId=body[0], MessageDeduplicationId=body
            )

    def gives(self, most=10, wait=0, visibility=30):
        found = self._client.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=most, WaitTimeSeconds=wait, VisibilityTimeout=visibility
        ).get("Messages", [])
        self.receipts |= {message["Body"]: message["ReceiptHandle"] for message in found}
        return [message["Body"] for message in found]

    def deletes(self, *bodies):
        for body in bodies:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=self.receipts[body])


def test_what_is_sent_twice_comes_once(queue):
    queue.sends("a1", "a1", "a2")
    assert queue.gives() == ["a1", "a2"]


def test_a_group_waits_for_what_was_given_of_it_and_the_others_do_not(queue):
    queue.sends("a1", "a2", "b1")
    assert queue.gives(most=1) == ["a1"]
    assert queue.gives() == ["b1"]
    queue.deletes("a1")
    assert queue.gives() == ["a2"]


def test_what_lapsed_comes_again_in_the_order_in_which_it_was_sent(queue):
    queue.sends("a1", "a2", "a3", "a4")
    assert queue.gives(most=3, visibility=0) == ["a1", "a2", "a3"]
    assert queue.gives() == ["a1", "a2", "a3", "a4"]


def test_a_long_poll_gives_what_a_deletion_lets_go_at_once(queue):
    queue.sends("a1", "a2")
    queue.gives(most=1)
    threading.Timer(0.2, queue.deletes, ["a1"]).start()
    assert queue.gives(wait=LONG) == ["a2"]
