"""Deliveries to a small app, judged on both engines where the engine matters."""

import time
import uuid

import pytest
from chalice.app import Chalice

from local.aws.pumps import Pumps, Timing
from tests.local.aws.listener import Listener

pytestmark = [pytest.mark.enable_socket, pytest.mark.dynamodb_local]


def message_failed(body):
    """The answer of a function that could not handle the message with this body."""
    return lambda records: {
        "batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in records if r["body"] == body]
    }


def record_failed(key):
    """The answer of a function that could not handle the stream record with this key."""
    return lambda records: {
        "batchItemFailures": [
            {"itemIdentifier": r["dynamodb"]["SequenceNumber"]}
            for r in records
            if r["dynamodb"]["Keys"]["SK"]["S"] == key
        ]
    }


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def pumps(aws, listener):
    return Pumps(aws, listener.app, Timing(visibility_seconds=0))


@pytest.fixture
def write(aws):
    partition, table = uuid.uuid4().hex, aws.client("dynamodb")

    def write(*keys):
        for key in keys:
            item = {"PK": {"S": partition}, "SK": {"S": key}, "raw": {"B": b"\x00\x01"}}
            table.put_item(TableName=aws.names.refs["Table"], Item=item)

    return write


@pytest.fixture
def send(aws):
    sqs = aws.client("sqs")

    def send(body, **options):
        sqs.send_message(QueueUrl=aws.names.refs["TimersQueue"], MessageBody=body, **options)

    return send


def test_the_stream_goes_on_after_a_transaction_that_was_cancelled(aws, pumps, listener, write):
    write("1")
    pumps.drain("stream")
    table, client = aws.names.refs["Table"], aws.client("dynamodb")
    taken = {"TableName": table, "Key": {"PK": {"S": "nobody"}, "SK": {"S": "0"}}}
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[{"ConditionCheck": {**taken, "ConditionExpression": "attribute_exists(PK)"}}]
        )
    listener.batches.clear()

    write("2", "3")
    pumps.drain("stream")

    assert listener.keys() == [["2", "3"]]


def test_what_is_committed_reaches_the_stream_function_in_order_and_in_batches(pumps, listener, write):
    write("1", "2", "3", "4", "5", "6", "7")

    assert pumps.drain("stream") == 7
    assert listener.keys() == [["1", "2", "3", "4", "5"], ["6", "7"]]


def test_a_stream_record_has_the_shape_that_lambda_gives(pumps, listener, write, aws):
    write("shape")
    pumps.drain("stream")

    record = listener.batches[0]["Records"][0]

    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventSourceARN"] == aws.names.arns["Table.StreamArn"]
    assert record["dynamodb"]["NewImage"]["raw"] == {"B": "AAE="}
    assert record["dynamodb"]["StreamViewType"] == "NEW_IMAGE"
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int | float)


def test_a_stream_batch_comes_again_from_its_first_failed_record(pumps, listener, write):
    write("1", "2", "3", "4")
    listener.answers.append(record_failed("3"))

    assert pumps.turn("stream") == 2
    pumps.drain("stream")

    assert listener.keys() == [["1", "2", "3", "4"], ["3", "4"]]


def test_a_stream_batch_that_raised_comes_again_in_halves(pumps, listener, write):
    write("1", "2", "3", "4")
    listener.answers.append(ValueError("something in it"))

    assert pumps.turn("stream") == 0
    pumps.drain("stream")

    assert listener.keys() == [["1", "2", "3", "4"], ["1", "2"], ["3", "4"]]


def test_a_poisoned_stream_record_is_halved_out_and_given_up_and_the_rest_goes_on(pumps, listener, write, aws):
    poison = ValueError("always")
    write("bad", "good")
    listener.answers.extend([poison] * 22)

    for _ in range(30):
        pumps.turn("stream")

    assert listener.keys()[0] == ["bad", "good"]
    assert listener.keys()[1] == ["bad"]
    assert listener.keys()[-1] == ["good"]
    letters = aws.client("sqs").receive_message(QueueUrl=aws.names.refs["StreamDeadLetters"])["Messages"]
    assert "RetryAttemptsExhausted" in letters[0]["Body"]
    assert "bad" not in letters[0]["Body"]


def test_only_the_failed_messages_of_a_queue_come_back(pumps, listener, send):
    send("good")
    send("bad")
    listener.answers.append(message_failed("bad"))

    assert pumps.turn("timers") == 1
    pumps.drain("timers")

    assert listener.bodies() == [["bad", "good"], ["bad"]]
    assert listener.batches[-1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_all_messages_of_a_batch_that_raised_come_back(pumps, listener, send):
    send("1")
    send("2")
    listener.answers.append(ValueError("not yet"))

    assert pumps.turn("timers") == 0
    pumps.drain("timers")

    assert listener.bodies() == [["1", "2"], ["1", "2"]]


def test_a_message_that_fails_too_often_ends_among_the_dead_letters(pumps, listener, send, aws):
    send("hopeless")
    listener.answers.extend([ValueError("no")] * 5)

    for _ in range(8):
        pumps.turn("timers")

    letters = aws.client("sqs").receive_message(QueueUrl=aws.names.refs["TimersDeadLetters"])["Messages"]
    assert [letter["Body"] for letter in letters] == ["hopeless"]
    assert len(listener.batches) == 5


def test_a_delayed_message_is_not_delivered_before_its_time(pumps, listener, send):
    before = time.monotonic()
    send("later", DelaySeconds=1)

    while not pumps.turn("timers"):
        time.sleep(0.05)

    assert time.monotonic() - before >= 1
    assert listener.bodies() == [["later"]]


def test_a_queue_record_has_the_shape_that_lambda_gives(pumps, listener, send, aws):
    send("shape", MessageAttributes={"kind": {"DataType": "String", "StringValue": "ring"}})
    pumps.drain("timers")

    record = listener.batches[0]["Records"][0]

    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == aws.names.arns["TimersQueue"]
    assert record["messageAttributes"]["kind"]["stringValue"] == "ring"
    assert {"SentTimestamp", "ApproximateFirstReceiveTimestamp"} <= record["attributes"].keys()


def test_a_fault_delivers_a_batch_twice(pumps, listener, write):
    pumps.faults.double("stream")
    write("once")
    pumps.drain("stream")

    assert listener.keys() == [["once"], ["once"]]


def test_a_paused_pump_delivers_when_it_is_resumed(pumps, listener, write):
    pumps.faults.pause("stream")
    write("held")
    assert pumps.drain("stream") == 0

    pumps.faults.resume("stream")

    assert pumps.drain("stream") == 1


def test_threads_deliver_soon_and_stop_cleanly(aws, listener, write):
    with Pumps(aws, listener.app, Timing(periods={"sweep": 0.1})) as running:
        write("live")
        written = time.monotonic()
        while not ("live" in str(listener.batches) and "detail-type" in str(listener.batches)):
            assert time.monotonic() - written < 60
            time.sleep(0.01)

    assert running._threads == []


def test_a_schedule_can_be_fired_by_hand(pumps, listener):
    assert pumps.turn("sweep") == 0
    pumps.fire("sweep")

    assert listener.batches[0]["source"] == "aws.events"


def test_an_app_that_listens_to_something_undeclared_is_refused(moto_aws):
    app = Chalice(app_name="stranger", configure_logs=False)

    @app.on_sqs_message(queue="nowhere")
    def nowhere(event):
        raise AssertionError

    with pytest.raises(LookupError, match="no event source for nowhere"):
        Pumps(moto_aws, app)
