"""Shards that end, children that follow, iterators that age: what no local engine shows within a test's time."""

import pytest
from chalice.app import Chalice

from local.aws.delivery import Delivery, reported
from local.aws.faults import Faults
from local.aws.functions import Functions
from local.aws.schedule_pump import SchedulePump, period
from local.aws.stream_pump import Checkpoints, StreamPump


class ExpiredIteratorError(Exception):
    pass


class TrimmedDataError(Exception):
    pass


class FakeStreams:
    """The stream's API: shards with parents, of which some are closed; pages of one record's length."""

    class exceptions:  # noqa: N801  # boto3's own name
        ExpiredIteratorException = ExpiredIteratorError
        TrimmedDataAccessException = TrimmedDataError

    def __init__(self):
        self.shards = {}
        self.closed = set()
        self.expired = False
        self.trimmed = False

    def add(self, shard, *keys, parent=None):
        self.shards[shard] = (parent, [f"{number:04d}" for number in keys])

    def describe_stream(self, StreamArn, ExclusiveStartShardId=None):  # noqa: N803  # boto3's names
        names = list(self.shards)
        place = names.index(ExclusiveStartShardId) + 1 if ExclusiveStartShardId else 0
        name = names[place]
        parent = self.shards[name][0]
        page = {"Shards": [{"ShardId": name} | ({"ParentShardId": parent} if parent else {})]}
        if place + 1 < len(names):
            page["LastEvaluatedShardId"] = name
        return {"StreamDescription": page}

    def get_shard_iterator(self, StreamArn, ShardId, ShardIteratorType, SequenceNumber=""):  # noqa: N803
        if self.trimmed and ShardIteratorType == "AFTER_SEQUENCE_NUMBER":
            raise TrimmedDataError
        return {"ShardIterator": f"{ShardId}|{SequenceNumber}"}

    def get_records(self, ShardIterator):  # noqa: N803
        if self.expired:
            self.expired = False
            raise ExpiredIteratorError
        shard, after = ShardIterator.split("|")
        left = [number for number in self.shards[shard][1] if number > after]
        page = {"Records": [{"dynamodb": {"SequenceNumber": number}} for number in left[:1]]}
        if len(left) > 1 or shard not in self.closed:
            page["NextShardIterator"] = f"{shard}|{left[0] if left else after}"
        return page


@pytest.fixture
def streams():
    return FakeStreams()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def pump(streams, heard):
    def make(checkpoints=None):
        app = Chalice(app_name="heard", configure_logs=False)

        @app.on_dynamodb_record(stream_arn="fake")
        def stream(event):
            heard.extend(r["dynamodb"]["SequenceNumber"] for r in event.to_dict()["Records"])

        delivery = Delivery(Functions(app), "stream", Faults())
        return StreamPump(delivery, streams, "arn", {"BatchSize": 5}, None, checkpoints or Checkpoints())

    return make


def test_a_shards_children_wait_until_it_is_read_to_its_end(streams, heard, pump):
    streams.add("parent", 1, 2, 3)
    streams.add("child", 4, parent="parent")
    streams.closed.add("parent")
    ready = pump()

    for _ in range(6):
        ready.turn()

    assert heard == ["0001", "0002", "0003", "0004"]


def test_a_shard_that_appears_when_another_ends_is_found(streams, heard, pump):
    streams.add("first", 1)
    ready = pump()
    ready.turn()
    streams.closed.add("first")
    ready.turn()
    streams.add("second", 2, parent="first")

    for _ in range(3):
        ready.turn()

    assert heard == ["0001", "0002"]


def test_an_iterator_that_aged_is_replaced_where_reading_stood(streams, heard, pump):
    streams.add("shard", 1, 2, 3)
    ready = pump()
    ready.turn()
    streams.expired = True

    for _ in range(4):
        ready.turn()

    assert heard == ["0001", "0002", "0003"]


def test_reading_begins_at_what_is_left_when_the_place_was_trimmed(streams, heard, pump):
    checkpoints = Checkpoints()
    checkpoints.reach("shard", "0001")
    streams.add("shard", 7, 8)
    streams.trimmed = True
    ready = pump(checkpoints)

    ready.turn()
    ready.turn()

    assert heard == ["0007", "0008"]


def test_an_empty_shard_delivers_nothing(streams, heard, pump):
    streams.add("shard")

    assert pump().turn() == 0
    assert heard == []


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_these_answers_say_that_the_whole_batch_is_done_with(answer):
    assert reported(answer, ["1", "2"]) == set()


@pytest.mark.parametrize(
    "answer",
    [
        "done",
        ["1"],
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"badKey": "1"}]},
        {"batchItemFailures": [{"itemIdentifier": "3"}]},
    ],
)
def test_these_answers_fail_the_whole_batch_as_lambda_reads_them(answer):
    assert reported(answer, ["1", "2"]) == {"1", "2"}


def test_a_schedule_calls_its_function_once_a_period_and_survives_its_failure():
    app = Chalice(app_name="swept", configure_logs=False)
    now, calls = [0.0], []

    @app.schedule("rate(1 minute)")
    def sweep(event):
        calls.append(now[0])
        raise ValueError

    pump = SchedulePump(Delivery(Functions(app), "sweep", Faults()), 60.0, lambda: now[0])
    for now[0] in (59.0, 60.0, 61.0, 119.0, 120.0):
        pump.turn()

    assert calls == [60.0, 120.0]


@pytest.mark.parametrize(
    ("expression", "seconds"), [("rate(1 minute)", 60), ("rate(2 hours)", 7200), ("rate(1 day)", 86400)]
)
def test_a_rate_is_understood(expression, seconds):
    assert period(expression) == seconds


def test_a_cron_is_refused():
    with pytest.raises(ValueError, match="cron"):
        period("cron(0 0 * * ? *)")
