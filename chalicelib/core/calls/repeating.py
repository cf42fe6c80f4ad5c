"""Which commands of an earlier change a call still wants, when they are looked at again."""

from chalicelib.core.calls.call import Call, CallState
from chalicelib.core.calls.legs import LegState
from chalicelib.core.carrier.commands import (
    AddParticipant,
    Command,
    HoldParticipant,
    JoinConference,
    RetrieveParticipant,
    TakeTurn,
)

TOGETHER = (CallState.TALKING, CallState.RECOVERING)
"""States in which the customer belongs into the conference."""


def still_wanted(command: Command, call: Call) -> bool:
    """Tell whether the call as it is now wants what an earlier change of it ordered: a later one may have undone it."""
    match command:
        case AddParticipant(leg=leg):
            return call.live and call.legs[leg].state is LegState.DIALLING
        case JoinConference():
            return call.state in TOGETHER
        case TakeTurn():
            return call.live and call.state not in TOGETHER
        case HoldParticipant():
            return call.state in TOGETHER and _apart(call)
        case RetrieveParticipant():
            return call.state in TOGETHER and not _apart(call)
        case _:
            return True


def _apart(call: Call) -> bool:
    held = call.talk is not None and call.talk.held
    return held or call.state is CallState.RECOVERING
