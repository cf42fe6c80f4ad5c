"""What an agent's page hears of a call: tags and events, composed in one place."""

from collections.abc import Mapping
from enum import IntEnum

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Direction
from chalicelib.core.calls.members import members
from chalicelib.core.calls.parties import Control, Party, Role
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.takes import Taking
from chalicelib.core.told.notices import Heard, Timer, TimerKind
from chalicelib.core.told.recordings import Recording
from chalicelib.core.told.tags import CallType

INSIDE, OUTSIDE, LISTENING = 0, 1, 3
"""iParam of Ring and Talk: from inside, with an outside line [the guide, section 2.1.2], a supervisor's own leg."""


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


class Controlled(IntEnum):
    """iParam of Control: the code of the control that began, 0 when it ended."""

    ENDED = 0
    MONITOR = 1
    INTERCEPTED = 2
    BARGED_IN = 3
    EMERGENCY = 4
    WHISPER = 6


CONTROLLED: Mapping[Control, Controlled] = {
    Control.MONITOR: Controlled.MONITOR,
    Control.WHISPER: Controlled.WHISPER,
    Control.BARGE_IN: Controlled.BARGED_IN,
    Control.INTERCEPT: Controlled.INTERCEPTED,
    Control.EMERGENCY: Controlled.EMERGENCY,
}


def listening_as(call: Call, agent_id: str) -> Party | None:
    """Give the leg by which an agent controls another in the call, None for those who are in it themselves."""
    own = (party for party in call.parties_of(agent_id) if party.live and party.role is Role.SUPERVISOR)
    return next(own, None)


def call_tags(call: Call, agent_id: str, now: int, given_by: str = "") -> dict[str, str]:
    """Give an agent's tags of a call in the order the guide shows: CALLERID, TTYPE, then VOCID and the rest.

    `given_by` is the agent who offers it to somebody; a call that was handed over before names who did that last, but
    not to themselves.
    """
    giver = given_by or (call.from_agent if call.from_agent != agent_id else "")
    own = listening_as(call, agent_id)
    tags = {
        "CALLERID": call.peer_of(agent_id),
        "TTYPE": str(int(_type_of(call, own, giver))),
        **({"TARGET": own.controls} if own else {}),
        **_vocid(call),
        "CALLID": call.id,
        "CALLEDID": call.called,
        **({"FROMAGENT": giver} if giver else {}),
    }
    if call.place:
        waited_until = call.talk_since if call.talk_since is not None else now
        tags |= {"QUEUE": call.place.queue, "QWAIT": str((waited_until - call.place.began) // 1000)}
    return tags | {name: value for name, value in call.tags.items() if name not in tags}


def _type_of(call: Call, listens: Party | None, giver: str) -> CallType:
    if listens:
        return CallType.MONITORING
    if call.urgent:
        return CallType.EMERGENCY
    return CallType.TRANSFERRED if giver else _FIRST_TYPE.get(call.direction, CallType.OUTBOUND)


_FIRST_TYPE = {Direction.INBOUND: CallType.INBOUND}


def line_of(call: Call, agent_id: str) -> int:
    """Give iParam of Ring and Talk, as this agent hears them of this call."""
    if listening_as(call, agent_id):
        return LISTENING
    return INSIDE if call.direction is Direction.INTERNAL else OUTSIDE


def hears_talk(agent: Agent, call: Call, now: int, given_by: str = "") -> Agent:
    """Tell the agent that they talk, with whom and, where it is recorded or that is paused, under which VOCID."""
    listens = listening_as(call, agent.id) is not None
    data = {"talkSince": call.talk_since, "members": members(call, supervisors=listens)}
    tags = call_tags(call, agent.id, now, given_by)
    agent = agent.hears(Heard.TALK, now, line_of(call, agent.id), tags=tags, data=data)
    for supervisor in () if listens else agent.awaited_by:
        agent = agent.reminds(Timer(TimerKind.LISTEN, agent.id, supervisor, now))
    how = None if listens else _RECORDED.get(call.taking)
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
        "TALKSEC": str(_talked_ms(agent, call, now) // 1000 if rang is None else 0),
        "RINGSEC": str((now - rang) // 1000 if rang is not None else 0),
        **_vocid(call),
    }
    return agent.hears(Heard.HANGUP, now, how, tags=tags)


def _talked_ms(agent: Agent, call: Call, now: int) -> int:
    joined = [party.joined_at for party in call.parties_of(agent.id) if party.joined_at is not None]
    return now - min(joined) if joined else 0


def hears_control(agent: Agent, what: Controlled, supervisor: str, target: str, now: int) -> Agent:
    """Tell an agent of a control that begins or ends: who it is by, and of whom."""
    return agent.hears(Heard.CONTROL, now, what, tags={"BY": supervisor, "TARGET": target})


def hears_members(scene: Scene, kind: Heard, now: int, *agents: str, i_param: int = 0, **tags: str) -> Scene:
    """Tell these agents who is in the call now, and what came of it; what there is not to tell has no tag."""
    told = {name: value for name, value in tags.items() if value}
    for agent_id in agents:
        data = {"members": members(scene.call)}
        scene = scene.with_agent(scene.agent(agent_id).hears(kind, now, i_param, tags=told, data=data))
    return scene


def hears_file_ready(agent: Agent, call: Call, recording: Recording, now: int) -> Agent:
    """Tell the agent that the file of a call of theirs can be played; by now they may be in another one."""
    tags = {"CALLERID": call.peer, "VOCID": recording.vocid, "CALLID": call.id}
    data = {"seconds": recording.seconds}
    return agent.hears(Heard.RECORD, now, Recorded.FILE_READY, tags=tags, data=data, call_id=call.id)
