"""What a stack held when its centre had just been published comes back, and nothing else does, as often as wanted."""

import pytest

from local.aws.pumps import Pumps, Timing
from tests.local.aws.listener import Listener

pytestmark = [pytest.mark.enable_socket, pytest.mark.dynamodb_local]


@pytest.fixture
def stack(aws):
    return Stack(aws)


class Stack:
    """The table, a queue and a bucket, in few words."""

    def __init__(self, aws):
        self.aws = aws
        self.names = aws.names.refs

    def keeps(self, key, body):
        self.aws.client("dynamodb").put_item(TableName=self.names["Table"], Item={"PK": {"S": key}, "SK": {"S": body}})
        self.aws.client("s3").put_object(
            Bucket=self.names["MediaBucket"], Key=key, Body=body.encode(), ContentType="audio/wav"
        )

    def is_told(self, body, **options):
        self.aws.client("sqs").send_message(QueueUrl=self.names["TimersQueue"], MessageBody=body, **options)

    def rows(self):
        return {
            (row["PK"]["S"], row["SK"]["S"])
            for row in self.aws.client("dynamodb").scan(TableName=self.names["Table"])["Items"]
        }

    def objects(self):
        s3, bucket = self.aws.client("s3"), self.names["MediaBucket"]
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        found = {key: s3.get_object(Bucket=bucket, Key=key) for key in keys}
        return {(key, one["Body"].read().decode(), one["ContentType"]) for key, one in found.items()}

    def heard(self):
        """What functions are given from now on."""
        listener = Listener()
        pumps = Pumps(self.aws, listener.app, Timing(visibility_seconds=0))
        pumps.drain("stream")
        pumps.drain("timers")
        return [record for batch in listener.batches for record in batch["Records"]]


def test_an_emptied_stack_holds_nothing_and_tells_nothing(stack):
    stack.keeps("flow", "1")
    stack.is_told("now")
    stack.is_told("later", DelaySeconds=1)
    stack.aws.client("sqs").receive_message(QueueUrl=stack.names["TimersQueue"], VisibilityTimeout=1)
    stack.aws.empty()
    waits_for_what_was_delayed(stack)
    assert (stack.rows(), stack.objects(), stack.heard()) == (set(), set(), [])


def waits_for_what_was_delayed(stack):
    queue = {"QueueUrl": stack.names["TimersQueue"], "WaitTimeSeconds": 2}
    assert stack.aws.client("sqs").receive_message(**queue).get("Messages", []) == []


def test_the_beginning_comes_back_as_it_was_however_often(stack):
    for number in range(30):
        stack.keeps(f"flow {number}", "1")
    beginning, rows, objects = stack.aws.beginning(), stack.rows(), stack.objects()
    for _ in range(2):
        stack.keeps("flow 1", "2")
        stack.keeps("flow 30", "1")
        stack.aws.empty()
        stack.aws.put_back(beginning)
        assert (stack.rows(), stack.objects()) == (rows, objects)


def test_a_stream_that_began_again_tells_what_is_written_from_then_on(stack):
    stack.keeps("before", "1")
    stack.aws.empty()
    stack.keeps("after", "1")
    assert [record["dynamodb"]["Keys"]["PK"]["S"] for record in stack.heard()] == ["after"]
