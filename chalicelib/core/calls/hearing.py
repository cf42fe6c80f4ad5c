"""What an agent's page hears of a call: tags and events, composed in one place."""

from collections.abc import Mapping
from enum import IntEnum

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Direction
from chalicelib.core.calls.takes import Taking
from chalicelib.core.told.notices import Heard
from chalicelib.core.told.recordings import Recording
from chalicelib.core.told.tags import CallType

OUTSIDE = 1
"""iParam of Ring and Talk for a call with an outside line [the guide, section 2.1.2]."""


class HungUp(IntEnum):
    """iParam of Hangup: missed, rejected, failed and ended never look the same."""

    AGENT = 1
    PEER = 2
    SYSTEM = 3
    FORCED = 4
    TRANSFERRED = 5
    MISSED = 6
    REJECTED = 7


class Recorded(IntEnum):
    """iParam of Record."""

    STOPPED = 0
    STARTED = 1
    PAUSED = 2
    RESUMED = 3
    FILE_READY = 4


class Progressed(IntEnum):
    """iParam of Progress: how an outside call is getting on."""

    DIALLING = 0
    RINGING = 1
    EARLY_MEDIA = 2
    ANSWERED = 3
    BUSY = 4
    NO_ANSWER = 5
    REJECTED = 6
    FAILED = 7
    INVALID_NUMBER = 8
    CANCELLED = 9


def call_tags(call: Call, now: int) -> dict[str, str]:
    """Give the tags of a call in the order the guide shows: CALLERID, TTYPE, then VOCID and the rest."""
    inbound = call.direction is Direction.INBOUND
    tags = {
        "CALLERID": call.peer,
        "TTYPE": str(int(CallType.INBOUND if inbound else CallType.OUTBOUND)),
        **_vocid(call),
        "CALLID": call.id,
        "CALLEDID": call.called,
    }
    if call.place:
        waited_until = call.talk_since if call.talk_since is not None else now
        tags |= {"QUEUE": call.place.queue, "QWAIT": str((waited_until - call.place.since) // 1000)}
    return tags | {name: value for name, value in call.tags.items() if name not in tags}


def hears_talk(agent: Agent, call: Call, now: int) -> Agent:
    """Tell the agent that they talk and, where the talk is recorded or that is paused, under which VOCID."""
    agent = agent.hears(Heard.TALK, now, OUTSIDE, tags=call_tags(call, now))
    how = _RECORDED.get(call.taking)
    return agent if how is None else hears_recording(agent, call, now, how)


_RECORDED: Mapping[Taking, Recorded] = {Taking.ON: Recorded.STARTED, Taking.PAUSED: Recorded.PAUSED}


def hears_recording(agent: Agent, call: Call, now: int, how: Recorded, cause: str = "") -> Agent:
    """Tell the agent what becomes of the recording, and why if it was no agent's wish."""
    return agent.hears(Heard.RECORD, now, how, tags=_vocid(call) | ({"CAUSE": cause} if cause else {}))


def _vocid(call: Call) -> dict[str, str]:
    return {"VOCID": call.vocid} if call.vocid else {}


def hears_hangup(agent: Agent, call: Call, now: int, how: HungUp, *, rang: int | None = None, cause: str = "") -> Agent:
    """Tell the agent that the call is over for them, how, and how long they rang (since `rang`) and talked."""
    tags = {
        "CAUSE": cause or how.name.lower(),
        "TALKSEC": str((now - call.talk_since) // 1000 if call.talk_since is not None else 0),
        "RINGSEC": str((now - rang) // 1000 if rang is not None else 0),
        **_vocid(call),
    }
    return agent.hears(Heard.HANGUP, now, how, tags=tags)


def hears_file_ready(agent: Agent, call: Call, recording: Recording, now: int) -> Agent:
    """Tell the agent that the file of a call of theirs can be played; by now they may be in another one."""
    tags = {"CALLERID": call.peer, "VOCID": recording.vocid, "CALLID": call.id}
    data = {"seconds": recording.seconds}
    return agent.hears(Heard.RECORD, now, Recorded.FILE_READY, tags=tags, data=data, call_id=call.id)
