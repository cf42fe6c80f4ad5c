"""When a notice that a business system did not take is delivered again."""

RETRY_SECONDS = (5, 30, 120, 600, 900)
"""The wait after each failed attempt; the last one repeats until the queue gives the notice up (dead letters)."""


def retry_after(attempt: int) -> int:
    """Give the seconds to wait after failed attempt `attempt`, counted from 1."""
    return RETRY_SECONDS[min(max(attempt, 1), len(RETRY_SECONDS)) - 1]
