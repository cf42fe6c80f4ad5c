"""Read the audit: who controlled whom on a day, the newest first."""

import re

from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.told.audit import AuditRecord
from chalicelib.ports import World

MOST_AT_ONCE = 100

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ID = re.compile(r"[0-9]{13}-[0-9a-z]{1,64}\Z")


def read_audit(day: str, before: str, world: World) -> list[AuditRecord]:
    """Give what was controlled on a day (UTC, as 2026-03-05), 100 records at most.

    `before` is the id of the last record of the page before, empty for the first page.

    Raises:
        BadRequest: the day is not written like that, or `before` is no record's id.
    """
    if not _DAY.match(day):
        raise BadRequest("The day must be written as 2026-03-05.")
    if before and not _ID.match(before):
        raise BadRequest("before must be the id of a record.")
    return world.desk.audits(day, before, MOST_AT_ONCE)
