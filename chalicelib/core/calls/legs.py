"""A leg: one party's channel in a call."""

from enum import StrEnum

from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass


class LegState(StrEnum):
    """How far a leg has come."""

    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


LEG_MOVES: Moves[LegState] = Moves(
    "a leg",
    {
        (LegState.DIALLING, "ring"): LegState.RINGING,
        (LegState.DIALLING, "answer"): LegState.ANSWERED,
        (LegState.DIALLING, "end"): LegState.ENDED,
        (LegState.RINGING, "answer"): LegState.ANSWERED,
        (LegState.RINGING, "end"): LegState.ENDED,
        (LegState.ANSWERED, "end"): LegState.ENDED,
    },
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One party's channel: `agent` is empty for the customer; `sid` is the carrier's id, empty until it is known."""

    id: str
    agent: str = ""
    sid: str = ""
    state: LegState = LegState.DIALLING
