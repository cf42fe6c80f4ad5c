"""Why a leg ended, in the protocol's words, by what Asterisk says of it (Q.850)."""

from collections.abc import Mapping

COMPLETED, BUSY, NO_ANSWER, REJECTED, FAILED, CANCELLED = (
    "completed",
    "busy",
    "no-answer",
    "rejected",
    "failed",
    "cancelled",
)

NOT_HERE = frozenset({1, 3, 20})
"""Nobody has this name, no way leads there, or its telephone is not registered."""

_UNANSWERED: Mapping[int, str] = {
    16: NO_ANSWER,  # cleared as usual, without an answer before
    17: BUSY,
    18: NO_ANSWER,
    19: NO_ANSWER,
    21: REJECTED,
}


def never_answered(cause: int | None) -> str:
    """Tell why a device that was rung did not answer; everything that is not an own word of ours is a failure."""
    return _UNANSWERED.get(cause or 0, FAILED)
