"""Carries a table's stream to its function: each shard in order, at least once, from where it was left."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.aws.delivery import LOG, Delivery, as_json

Record = dict[str, Any]


class Checkpoints:
    """How far each shard was carried; in a file if one is given, so that a restart goes on from there."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._reached: dict[str, str] = {}
        if file is not None and file.exists():
            self._reached = json.loads(file.read_text(encoding="utf-8"))

    def reached(self, shard: str) -> str | None:
        """The sequence number of the last record that is done with."""
        return self._reached.get(shard)

    def reach(self, shard: str, sequence_number: str) -> None:
        """Remembers a record as done with, and all before it."""
        self._reached[shard] = sequence_number
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            half_done = self._file.with_suffix(".part")
            half_done.write_text(json.dumps(self._reached), encoding="utf-8")
            half_done.rename(self._file)


class ShardReader:
    """Reads one shard; what is not taken is offered again.

    Moto's iterators do not survive a cancelled transaction, which puts copies of its tables in place: with
    `lasting` False an iterator is used only as long as it brings something.
    """

    def __init__(
        self,
        client: Any,
        stream_arn: str,
        shard: Mapping[str, Any],
        checkpoints: Checkpoints,
        *,
        lasting: bool = True,
    ) -> None:
        self.shard_id: str = shard["ShardId"]
        self.parent_id: str | None = shard.get("ParentShardId")
        self._client = client
        self._stream_arn = stream_arn
        self._checkpoints = checkpoints
        self._lasting = lasting
        self._iterator: str | None = None
        self._waiting: list[Record] = []
        self.finished = False

    def offer(self, limit: int) -> list[Record]:
        """The next records, at most `limit`; none when there are none now."""
        if not self._waiting and not self.finished:
            self._read()
        return self._waiting[:limit]

    def take(self, count: int) -> None:
        """The first `count` offered records are done with."""
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        self._checkpoints.reach(self.shard_id, _sequence_number(taken[-1]))

    def _read(self) -> None:
        if self._iterator is None:
            self._iterator = self._begin()
        try:
            page = self._client.get_records(ShardIterator=self._iterator)
        except (
            self._client.exceptions.ExpiredIteratorException,
            self._client.exceptions.TrimmedDataAccessException,
        ):
            self._iterator = None
            return
        self._waiting = page["Records"]
        self._iterator = page.get("NextShardIterator")
        self.finished = self._iterator is None
        if not self._lasting and not self._waiting:
            self._iterator = None

    def _begin(self) -> str:
        place = {"StreamArn": self._stream_arn, "ShardId": self.shard_id}
        reached = self._checkpoints.reached(self.shard_id)
        if reached is not None:
            place |= {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": reached}
            try:
                return str(self._client.get_shard_iterator(**place)["ShardIterator"])
            except self._client.exceptions.TrimmedDataAccessException:
                del place["SequenceNumber"]
        place["ShardIteratorType"] = "TRIM_HORIZON"
        return str(self._client.get_shard_iterator(**place)["ShardIterator"])


class StreamPump:
    """One stream, one function; a failing batch is tried again before anything behind it.

    The properties are those of the template's event source: BatchSize, BisectBatchOnFunctionError and
    MaximumRetryAttempts. A batch that was tried often enough goes to the `dead_letters` as Lambda's OnFailure
    destination would tell it, by its place alone.
    """

    def __init__(
        self,
        delivery: Delivery,
        client: Any,
        stream_arn: str,
        properties: Mapping[str, Any],
        dead_letters: Any,
        checkpoints: Checkpoints,
        *,
        lasting_iterators: bool = True,
    ) -> None:
        self._lasting = lasting_iterators
        self._delivery = delivery
        self._client = client
        self._stream_arn = stream_arn
        self._properties = properties
        self._dead_letters = dead_letters
        self._checkpoints = checkpoints
        self._readers: dict[str, ShardReader] = {}
        self._limit: int = properties["BatchSize"]
        self.failures = 0

    def turn(self) -> int:
        """Carries at most one batch of each shard; answers how many records are done with."""
        if self._delivery.paused:
            return 0
        return sum(self._carry(reader) for reader in self._readable())

    def _readable(self) -> Iterator[ShardReader]:
        # A shard that ends is followed by another; before the first look there are none, which counts as ended.
        if all(reader.finished for reader in self._readers.values()):
            self._find_shards()
        for reader in list(self._readers.values()):
            parent = self._readers.get(reader.parent_id or "")
            if parent is None or (parent.finished and not parent.offer(1)):
                yield reader

    def _find_shards(self) -> None:
        found: dict[str, ShardReader] = {}
        for shard in self._shards():
            known = self._readers.get(shard["ShardId"])
            reader = known or ShardReader(
                self._client, self._stream_arn, shard, self._checkpoints, lasting=self._lasting
            )
            found[reader.shard_id] = reader
        self._readers = found

    def _shards(self) -> Iterator[Mapping[str, Any]]:
        start: dict[str, str] = {}
        while True:
            page = self._client.describe_stream(StreamArn=self._stream_arn, **start)["StreamDescription"]
            yield from page["Shards"]
            last = page.get("LastEvaluatedShardId")
            if last is None:
                return
            start = {"ExclusiveStartShardId": last}

    def _carry(self, reader: ShardReader) -> int:
        records = reader.offer(self._limit)
        if not records:
            return 0
        done = self._deliver(records)
        if done == len(records):
            self.failures = 0
            self._limit = min(self._properties["BatchSize"], self._limit * 2)
        else:
            done = self._after_failure(records, done)
        if done:
            reader.take(done)
        return done

    def _deliver(self, records: list[Record]) -> int:
        identifiers = [_sequence_number(record) for record in records]
        events = [as_json(record) | {"eventSourceARN": self._stream_arn} for record in records]
        failed = self._delivery.failed(events, identifiers)
        return next((place for place, name in enumerate(identifiers) if name in failed), len(records))

    def _after_failure(self, records: list[Record], done: int) -> int:
        # Something before the failure went through: the record that failed now fails for the first time.
        self.failures = 1 if done else self.failures + 1
        if not done and self._properties.get("BisectBatchOnFunctionError"):
            self._limit = max(1, len(records) // 2)
        if self.failures <= self._properties.get("MaximumRetryAttempts", 10_000):
            return done
        self._give_up(records[done:])
        return len(records)

    def _give_up(self, records: list[Record]) -> None:
        LOG.error("%s: %d stream records are given up", self._delivery.name, len(records))
        self.failures = 0
        numbers = [_sequence_number(record) for record in records]
        self._dead_letters(
            json.dumps(
                {
                    "requestContext": {"condition": "RetryAttemptsExhausted"},
                    "DDBStreamBatchInfo": {
                        "startSequenceNumber": numbers[0],
                        "endSequenceNumber": numbers[-1],
                        "batchSize": len(records),
                        "streamArn": self._stream_arn,
                    },
                }
            )
        )


def _sequence_number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
