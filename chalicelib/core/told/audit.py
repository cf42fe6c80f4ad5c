"""The audit: who controlled whom, when, and what came of it; refusals, too."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One control, or its refusal; `at` in ms since 1970.

    `id` sorts by time within its day. `by` and `target` are AgentIDs; `target` is empty where nobody sits at `seat`.
    `call` is the call that the agent had then. `result` is what doControl returned: below 0 it was refused.
    """

    id: str
    at: int
    by: str
    control: str
    seat: int
    target: str = ""
    call: str = ""
    result: int = 0

    @property
    def day(self) -> str:
        """The day (UTC) that it belongs to, as 2026-03-05."""
        return day_of(self.at)


def audit_id(at: int, mark: str) -> str:
    """Name a record so that later ones sort after it; `mark` tells it from others of the same millisecond."""
    return f"{at:013d}-{mark}"


def day_of(at: int) -> str:
    """Give the day (UTC) of a moment in ms since 1970."""
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def shown(record: AuditRecord) -> dict[str, Any]:
    """Give a record as pages see it."""
    return {
        "id": record.id,
        "at": record.at,
        "by": record.by,
        "control": record.control,
        "sliceNo": record.seat,
        "target": record.target or None,
        "callId": record.call or None,
        "result": record.result,
    }
