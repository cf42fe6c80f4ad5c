"""The history: what is kept of a call for those who look back, by agent and by caller."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.notices import CrmNotice


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call that has ended; times in ms since 1970, `owner` and `vocid` empty when nobody talked.

    `agents` are those who took part, each with their part: `agentId`, `owner`, `from`, `until`, `how`. `recordings`
    are what was recorded: `vocId`, `from`, `until`, and `pauses` of which each has `from` and `until`.
    """

    call: str
    direction: str
    caller: str
    called: str
    started_at: int
    ended_at: int
    queue: str = ""
    owner: str = ""
    agents: tuple[Mapping[str, Any], ...] = ()
    talk_seconds: int = 0
    ended_by: str = ""
    cause: str = ""
    vocid: str = ""
    recordings: tuple[Mapping[str, Any], ...] = ()
    disposition: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def peer(self) -> str:
        """The number of the party outside, as `Call.peer`."""
        return self.caller if self.direction == "inbound" else self.called

    @property
    def agent_ids(self) -> tuple[str, ...]:
        """Name everybody whose call it was for a while, the owner included."""
        named = [str(part["agentId"]) for part in self.agents]
        return tuple(dict.fromkeys([*named, self.owner] if self.owner else named))


ENDED, DISPOSED = "call.ended", "call.disposed"
"""The notices that history is made of; the second replaces what the first made."""


def past_call(notice: CrmNotice) -> PastCall:
    """Make what is kept from the notice of a call's end, or from a later one of its disposition."""
    facts = notice.data
    return PastCall(
        call=facts["callId"],
        direction=facts["direction"],
        caller=facts["caller"],
        called=facts["called"],
        started_at=facts["startedAt"],
        ended_at=facts["endedAt"],
        queue=facts["queue"] or "",
        owner=facts["owner"] or "",
        agents=tuple(facts["agents"]),
        talk_seconds=facts["talkSeconds"],
        ended_by=facts["endedBy"],
        cause=facts["cause"],
        vocid=facts["vocId"] or "",
        recordings=tuple(facts["recordings"]),
        disposition=facts["disposition"] or "",
        tags=facts["tags"],
    )


def shown(past: PastCall) -> dict[str, Any]:
    """Give a past call as pages see it."""
    return {
        "callId": past.call,
        "direction": past.direction,
        "caller": past.caller,
        "called": past.called,
        "queue": past.queue,
        "owner": past.owner,
        "agents": [dict(part) for part in past.agents],
        "startedAt": past.started_at,
        "endedAt": past.ended_at,
        "talkSeconds": past.talk_seconds,
        "endedBy": past.ended_by,
        "cause": past.cause,
        "vocId": past.vocid,
        "recordings": [dict(take) for take in past.recordings],
        "disposition": past.disposition,
        "tags": dict(past.tags),
    }
