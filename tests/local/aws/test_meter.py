"""The meter counts what a step asks of AWS, whoever asks and with which client."""

import threading

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.dynamodb.table import connect
from local.aws.meter import AwsRequest, Counted, Meter, item_bytes, read_units, write_units


def text(size: int) -> dict[str, str]:
    return {"S": "x" * size}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"PK": {"S": "a"}}, 3),
        ({"PK": {"S": "路"}}, 5),
        ({"n": {"N": "3"}}, 3),
        ({"n": {"N": "1763800123456"}}, 9),
        ({"n": {"N": "1763800000000"}}, 5),
        ({"n": {"N": "-12.50"}}, 4),
        ({"b": {"B": b"12345"}}, 6),
        ({"t": {"BOOL": True}, "z": {"NULL": True}}, 4),
        ({"l": {"L": [{"S": "ab"}, {"N": "1"}]}}, 1 + 3 + 4 + 2),
        ({"m": {"M": {"k": {"S": "ab"}}}}, 1 + 3 + 3 + 1),
        ({"s": {"SS": ["ab", "c"]}}, 4),
    ],
)
def test_an_items_size_is_that_of_names_and_values(item, size):
    assert item_bytes(item) == size


@pytest.mark.parametrize(("size", "units"), [(1023, 1), (1024, 2)])
def test_a_write_costs_a_unit_for_each_kb_begun_and_twice_that_in_a_transaction(size, units):
    put = {"Item": {"a": text(size)}}
    assert write_units("PutItem", put) == units
    transaction = {"TransactItems": [{"Put": put}, {"Delete": {"Key": {}}}]}
    assert write_units("TransactWriteItems", transaction) == 2 * units + 2
    assert write_units("BatchWriteItem", {"RequestItems": {"t": [{"PutRequest": put}]}}) == units
    assert write_units("DeleteItem", {"Key": {}}) == 1
    assert write_units("GetItem", {"Key": {}}) == 0


@pytest.mark.parametrize(("consistent", "share"), [(True, 1), (False, 0.5)])
def test_a_read_costs_a_unit_for_each_4_kb_of_an_item_or_of_a_whole_query(consistent, share):
    asked = {"ConsistentRead": consistent}
    items = [{"a": text(3000)}, {"a": text(3000)}]
    assert read_units("GetItem", asked, {"Item": {"a": text(4096)}}) == 2 * share
    assert read_units("GetItem", asked, {}) == share
    assert read_units("Query", asked, {"Items": items}) == 2 * share
    assert read_units("Query", asked, {"Items": []}) == share
    batch = {"RequestItems": {"t": asked | {"Keys": [{}, {}, {}]}}}
    assert read_units("BatchGetItem", batch, {"Responses": {"t": items}}) == 3 * share
    assert read_units("PutItem", {}, {}) == 0


@pytest.mark.parametrize(
    ("beside", "sequential"),
    [([], 0), ([False], 1), ([True, True], 1), ([False, True, True, False], 3), ([True, False, True], 3)],
)
def test_requests_beside_each_other_count_as_one_after_the_other(beside, sequential):
    sent = [AwsRequest("dynamodb", "Query", 0.001, 0, 1, beside=each, failed=False) for each in beside]
    assert Counted("step", sent).sequential == sequential


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        connection = connect("metered", "us-east-1")
        keys = [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")]
        schema = [{"AttributeName": name, "KeyType": kind} for name, kind in (("PK", "HASH"), ("SK", "RANGE"))]
        connection.create_table(attribute_definitions=keys, key_schema=schema, billing_mode="PAY_PER_REQUEST")
        yield connection


def test_pynamodb_and_boto3_are_both_seen_though_made_before_the_meter(table):
    queues = boto3.client("sqs", region_name="us-east-1")
    with Meter() as meter, meter.step("both") as counted:
        table.put_item("a", "b")
        table.get_item("a", "b", consistent_read=True)
        queues.create_queue(QueueName="timers")
    assert counted.operations == {"dynamodb.PutItem": 1, "dynamodb.GetItem": 1, "sqs.CreateQueue": 1}
    assert (counted.calls, counted.sequential, counted.write_units, counted.read_units) == (3, 3, 1, 1)


def test_nothing_is_counted_outside_of_a_step_or_after_the_meter(table):
    with Meter() as meter:
        table.put_item("a", "b")
        with meter.step("one") as counted:
            table.put_item("a", "c")
        table.put_item("a", "d")
    table.put_item("a", "e")
    assert counted.calls == 1
    assert meter.steps == [counted]


def test_a_request_that_fails_is_counted_and_its_error_is_raised(table):
    with Meter() as meter, meter.step("one") as counted, pytest.raises(Exception, match="Failed to put"):
        table.put_item("a", "x" * 3000)
    assert [request.failed for request in counted.requests] == [True]


def test_other_threads_requests_are_counted_as_beside(table):
    with Meter() as meter, meter.step("one") as counted:
        threads = [threading.Thread(target=table.get_item, args=("a", "b")) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (counted.calls, counted.sequential) == (3, 1)
