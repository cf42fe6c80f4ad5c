"""Why a page's socket is closed: the close codes of icall.v1 with their words, in one table."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Closing(IntEnum):
    """A close code of icall.v1 [docs/agent-protocol.md, "Closing"]; two are kept for pages and not sent now."""

    BAD_TICKET = 4001
    SIGNED_OUT = 4003
    SUPERSEDED = 4009
    REPLACED = 4010
    RESYNCHRONISE = 4012

    @property
    def words(self) -> str:
        """The same for people."""
        return _WORDS[self]

    def to_frame(self) -> dict[str, Any]:
        """Give the frame that tells a page why: API Gateway can send no close code of ours."""
        return {"type": "close", "code": int(self), "reason": self.words}


_WORDS: Mapping[Closing, str] = {
    Closing.BAD_TICKET: "The ticket is not valid any more: ask for a new one.",
    Closing.SIGNED_OUT: "Signed out: sign in again.",
    Closing.SUPERSEDED: "Another page of this agent took over.",
    Closing.REPLACED: "This page is on another socket: connect again.",
    Closing.RESYNCHRONISE: "Say hello again, from the beginning.",
}
