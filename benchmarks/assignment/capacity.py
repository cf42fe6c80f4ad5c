"""What DynamoDB lets through: a thousand write and three thousand read units a second for each partition key.

Source: "Burst and adaptive capacity" and "Best practices for partition keys" in the Amazon DynamoDB Developer Guide.
Every key is taken for a partition of its own, as adaptive capacity makes it in a table that is busy.
"""

from collections import Counter
from dataclasses import dataclass, field

WRITES_A_SECOND, READS_A_SECOND = 1000.0, 3000.0
ROW_BYTES = 95
"""What a row of a line has in keys, their names and its kind."""

READ_UNIT_BYTES = 4096


@dataclass(slots=True)
class _Bucket:
    """Units that a partition can still give; a second's worth is all that it saves."""

    rate: float
    left: float
    at: float

    def take(self, units: float, now: float) -> bool:
        """Take units if they are there."""
        self.left = min(self.rate, self.left + (now - self.at) * self.rate / 1000)
        self.at = now
        if self.left < units:
            return False
        self.left -= units
        return True


@dataclass(slots=True)
class Capacity:
    """All partitions of the table, what was taken of them, and how often one had not enough."""

    writes: float = WRITES_A_SECOND
    reads: float = READS_A_SECOND
    written: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    throttled: Counter[str] = field(default_factory=Counter)
    _buckets: dict[tuple[str, bool], _Bucket] = field(default_factory=dict)

    def write(self, partition: str, units: float, now: float) -> bool:
        """Take write units of a partition, or tell that it is throttled."""
        self.written[partition] += units
        return self._taken(partition, units, now, writes=True)

    def reads_rows(self, partition: str, rows: int, now: float) -> bool:
        """Take what reading so many rows of a line costs, or tell that the partition is throttled."""
        units = max(1, -(-rows * ROW_BYTES // READ_UNIT_BYTES))
        self.read[partition] += units
        return self._taken(partition, units, now, writes=False)

    def _taken(self, partition: str, units: float, now: float, *, writes: bool) -> bool:
        rate = self.writes if writes else self.reads
        bucket = self._buckets.setdefault((partition, writes), _Bucket(rate, rate, now))
        if bucket.take(units, now):
            return True
        self.throttled[partition] += 1
        return False
