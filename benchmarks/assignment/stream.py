"""The table's stream and the queues of timers, as Lambda carries them to their functions."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from benchmarks.assignment.virtual_time import Killed, VirtualTime
from chalicelib.adapters.dynamodb import keys
from chalicelib.entrypoints import batches
from chalicelib.ports import CallToBeTold, Change, SomebodyIsReady, SomebodyWaits, StreamRow, World
from tests.fakes.centre import stream_rows

POLL_MS = 250.0
"""Lambda asks each shard four times a second ("Using AWS Lambda with Amazon DynamoDB")."""

RETRY_MS = 250.0
BATCH = 50
SQS_MS = 20.0
VISIBILITY_MS = 60_000.0


@dataclass(slots=True)
class Lane:
    """What one shard's records of some items wait for: one invocation after the other."""

    rows: deque[tuple[float, StreamRow]] = field(default_factory=deque)
    busy: bool = False


class Stream:
    """Carries every row that asks for something; `lanes` a shard are Lambda's ParallelizationFactor."""

    def __init__(self, time: VirtualTime, world: Callable[[], World], shards: int, lanes: int) -> None:
        self._time = time
        self._world = world
        self._shards = shards
        self._lanes = lanes
        self._by_place: dict[tuple[int, int], Lane] = {}
        self.ages: list[tuple[float, float]] = []

    def add(self, change: Change) -> None:
        """Take what a change shows."""
        for moved in change.calls:
            self._add_all(keys.call(moved.after.id)[0], Change(calls=(moved,)))
        for moved_agent in change.agents:
            self._add_all(keys.agent(moved_agent.after.id)[0], Change(agents=(moved_agent,)))

    def _add_all(self, owner: str, change: Change) -> None:
        for row in stream_rows(change, int(self._time.now)):
            partition, item = _place(row, owner, len(self.ages))
            shard = crc32(partition.encode()) % self._shards
            lane = self._by_place.setdefault((shard, crc32(item.encode()) % self._lanes), Lane())
            lane.rows.append((self._time.now, row))
            if not lane.busy:
                lane.busy = True
                self._time.after(POLL_MS * self._time.chance.random(), lambda lane=lane: self._deliver(lane))

    def _deliver(self, lane: Lane) -> None:
        some = [lane.rows[place] for place in range(min(BATCH, len(lane.rows)))]
        self.ages += [(self._time.now, self._time.now - when) for when, _ in some]
        records = [{"dynamodb": {"SequenceNumber": str(place)}} for place in range(len(some))]

        def read_row(record: Mapping[str, Any]) -> StreamRow:
            return some[int(record["dynamodb"]["SequenceNumber"])][1]

        def ended(answer: Any, died: BaseException | None) -> None:
            failed = [int(each["itemIdentifier"]) for each in answer["batchItemFailures"]] if answer else []
            done = 0 if died else min(failed, default=len(some))
            for _ in range(done):
                lane.rows.popleft()
            lane.busy = bool(lane.rows)
            if lane.busy:
                self._time.after(RETRY_MS if died or failed else 0, lambda: self._deliver(lane))

        self._time.invoke(lambda: batches.stream({"Records": records}, read_row, self._world()), ended)


class Queue:
    """The queue of timers; `failed` hears why a message has to come again."""

    def __init__(self, time: VirtualTime, world: Callable[[], World], failed: Callable[[str], None]) -> None:
        self._time = time
        self._world = world
        self._failed = failed
        self.sent = 0

    def send(self, queue: str, body: Mapping[str, Any], delay: float) -> None:
        """Send a message (`delay` in s, which SQS takes whole); what is no timer is only counted."""
        self.sent += 1
        if queue == "timers":
            text = json.dumps(body)
            self._time.after(-(-delay // 1) * 1000 + SQS_MS, lambda: self._receive(text))

    def _receive(self, text: str) -> None:
        record = {"messageId": "1", "receiptHandle": "1", "body": text}

        def ended(answer: Any, died: BaseException | None) -> None:
            if died or answer["batchItemFailures"]:
                self._failed("died" if isinstance(died, Killed) else "timer")
                self._time.after(VISIBILITY_MS, lambda: self._receive(text))

        self._time.invoke(lambda: batches.timers({"Records": [record]}, self._world()), ended)


def _place(row: StreamRow, owner: str, number: int) -> tuple[str, str]:
    """Name a row's partition and item: rows of a line lie in the line's, all else with its owner."""
    if isinstance(row, SomebodyWaits):
        return keys.queue(row.row.queue), owner
    if isinstance(row, SomebodyIsReady):
        return keys.profile(row.row.profile), owner
    if isinstance(row, CallToBeTold):
        return owner, f"{owner}{row.version}"
    return owner, f"{owner}{number}"
