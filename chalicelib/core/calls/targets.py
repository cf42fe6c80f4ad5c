"""Whom a call, a consultation or a transfer may be meant for."""

from enum import IntEnum


class TargetKind(IntEnum):
    """iParam of call, transfer and consult, and of what an agent is told of them.

    3 is fixed by the iCall integration guide, section 2.1.4.
    """

    AUTOMATIC = 0
    SEAT = 1
    AGENT = 2
    OUTSIDE = 3
    QUEUE = 4
    FLOW = 5
