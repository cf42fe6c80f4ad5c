"""What the real engines refuse, so that nothing passes in memory that would fail on AWS.

The limits are DynamoDB's ("Constraints in Amazon DynamoDB"): a partition key of 1 to 2,048 bytes, a sort key of 1 to
1,024 bytes, numbers of 38 digits, rows of 400 KB; and text everywhere is UTF-8. `test_dynamodb_limits.py` proves them.
"""

import json
from typing import Any

from chalicelib.adapters.dynamodb.keys import Key

MOST_PARTITION_BYTES, MOST_SORT_BYTES = 2048, 1024
MOST_DIGITS = 38


class EngineRefuses(Exception):
    """What DynamoDB calls a ValidationException: no error of ours, and so an answer of 500."""


def admitted(key: Key) -> Key:
    """Give the key, as DynamoDB takes it."""
    for part, most in zip(key, (MOST_PARTITION_BYTES, MOST_SORT_BYTES), strict=True):
        if not 0 < len(part.encode()) <= most:
            raise EngineRefuses(f"a part of a key has 1 to {most} bytes")
    return key


def admitted_range(first: Key, last: Key) -> None:
    """Refuse bounds of a query that lie the wrong way round."""
    if admitted(first)[1].encode() > admitted(last)[1].encode():
        raise EngineRefuses("the upper bound of BETWEEN must not be less than the lower")


def number(value: int) -> int:
    """Give the number, as DynamoDB takes it."""
    if abs(value) >= 10**126 or len(str(abs(value)).strip("0")) > MOST_DIGITS:
        raise EngineRefuses(f"a number has at most {MOST_DIGITS} significant digits, and is less than 10 to the 126")
    return value


def sent(document: Any) -> Any:
    """Give the document as who gets it reads it: through JSON in UTF-8, without what JSON does not have."""
    return json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False).encode())
