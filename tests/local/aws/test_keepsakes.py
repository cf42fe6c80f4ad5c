"""What is written down of moto's objects and messages, and given back."""

import json

import boto3
import pytest
from moto import mock_aws
from moto.sqs.models import sqs_backends

from local.aws.keepsakes import Messages, Objects


@pytest.fixture
def clients(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "laptop")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "laptop")

    def make():
        return boto3.client("s3", region_name="us-east-1"), boto3.client("sqs", region_name="us-east-1")

    return make


def queues():
    return sqs_backends["123456789012"]["us-east-1"].queues


def test_objects_are_given_back_with_their_type_and_metadata(clients, tmp_path):
    with mock_aws():
        s3, _ = clients()
        s3.create_bucket(Bucket="recordings")
        told = {"ContentType": "audio/wav", "Metadata": {"vocid": "V1"}}
        s3.put_object(Bucket="recordings", Key="a/录音.wav", Body=b"RIFF", **told)
        Objects(s3, tmp_path).save()
    with mock_aws():
        s3, _ = clients()
        Objects(s3, tmp_path).restore()
        found = s3.get_object(Bucket="recordings", Key="a/录音.wav")

    assert found["Body"].read() == b"RIFF"
    assert (found["ContentType"], found["Metadata"]) == ("audio/wav", {"vocid": "V1"})


@mock_aws
def test_a_changed_object_is_written_again_and_a_deleted_one_is_forgotten(clients, tmp_path):
    s3, _ = clients()
    s3.create_bucket(Bucket="recordings")
    objects = Objects(s3, tmp_path)
    for body in (b"first", b"second"):
        s3.put_object(Bucket="recordings", Key="1.wav", Body=body)
        objects.save()
    assert [file.read_bytes() for file in tmp_path.glob("*.body")] == [b"second"]

    s3.delete_object(Bucket="recordings", Key="1.wav")
    objects.save()

    assert list(tmp_path.iterdir()) == []


def test_an_object_that_is_deleted_while_others_are_saved_is_forgotten_and_disturbs_nobody(clients, tmp_path):
    with mock_aws():
        s3, _ = clients()
        other, _ = clients()

        def somebody_deletes(**_):
            # Gives nothing: what such a handler gives would be taken for the answer.
            other.delete_object(Bucket="recordings", Key="gone")

        s3.create_bucket(Bucket="recordings")
        for key in ("gone", "here"):
            s3.put_object(Bucket="recordings", Key=key, Body=b"RIFF")
        objects = Objects(s3, tmp_path)
        objects.save()
        s3.put_object(Bucket="recordings", Key="gone", Body=b"RIFF, longer")
        s3.meta.events.register("before-call.s3.GetObject", somebody_deletes)
        objects.save()

    assert [json.loads(label.read_text("utf-8"))["Key"] for label in tmp_path.glob("*.json")] == ["here"]


@mock_aws
def test_an_object_that_did_not_change_is_not_written_again(clients, tmp_path):
    s3, _ = clients()
    s3.create_bucket(Bucket="recordings")
    s3.put_object(Bucket="recordings", Key="1.wav", Body=b"RIFF")
    objects = Objects(s3, tmp_path)
    objects.save()
    (written,) = tmp_path.glob("*.body")
    written.write_bytes(b"touched by the test")

    objects.save()

    assert written.read_bytes() == b"touched by the test"


def test_a_delayed_message_keeps_its_time_and_waits_until_its_queue_is_made(clients, tmp_path):
    file = tmp_path / "queues.json"
    attributes = {"kind": {"DataType": "String", "StringValue": "ring"}}
    with mock_aws():
        _, sqs = clients()
        url = sqs.create_queue(QueueName="timers")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="over", DelaySeconds=60, MessageAttributes=attributes)
        Messages(sqs, queues, file).save()
    with mock_aws():
        _, sqs = clients()
        messages = Messages(sqs, queues, file)
        messages.save()
        (kept,) = json.loads(file.read_text())
        assert kept["body"] == "over"
        sqs.create_queue(QueueName="timers")
        messages.save()
        (given_back,) = queues()["timers"]._messages

    assert given_back.body == "over"
    assert given_back.message_attributes["kind"]["StringValue"] == "ring"
    assert -0.01 < given_back.delayed_until / 1000 - kept["due"] < 30, "never early, and late by rounding alone"


def test_a_message_comes_back_in_its_group(clients, tmp_path):
    file, orders = tmp_path / "queues.json", {"QueueName": "orders.fifo", "Attributes": {"FifoQueue": "true"}}
    with mock_aws():
        _, sqs = clients()
        place = {"QueueUrl": sqs.create_queue(**orders)["QueueUrl"], "MessageGroupId": "call"}
        for body in ("ring", "hold"):
            sqs.send_message(**place, MessageBody=body, MessageDeduplicationId=f"once-{body}")
        Messages(sqs, queues, file).save()
    with mock_aws():
        _, sqs = clients()
        url = sqs.create_queue(**orders)["QueueUrl"]
        Messages(sqs, queues, file).save()
        sqs.send_message(QueueUrl=url, MessageBody="again", MessageGroupId="call", MessageDeduplicationId="once-ring")
        given_back = queues()["orders.fifo"]._messages

    assert [(message.body, message.group_id) for message in given_back] == [("ring", "call"), ("hold", "call")]


@mock_aws
def test_a_deleted_message_is_forgotten(clients, tmp_path):
    _, sqs = clients()
    url = sqs.create_queue(QueueName="timers")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="over")
    messages = Messages(sqs, queues, tmp_path / "queues.json")
    messages.save()
    (received,) = sqs.receive_message(QueueUrl=url)["Messages"]

    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    messages.save()

    assert json.loads((tmp_path / "queues.json").read_text()) == []
