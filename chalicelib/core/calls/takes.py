"""A take: what of a call is recorded into one file, with the pauses in it."""

from dataclasses import replace
from enum import StrEnum
from typing import Any, Self

from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass


class Taking(StrEnum):
    """What becomes of what is said: it is recorded, or not for a while, or no more."""

    ON = "on"
    PAUSED = "paused"
    STOPPED = "stopped"


TAKE_MOVES: Moves[Taking] = Moves(
    "a recording",
    {
        (Taking.ON, "pause"): Taking.PAUSED,
        (Taking.PAUSED, "resume"): Taking.ON,
        (Taking.ON, "stop"): Taking.STOPPED,
        (Taking.PAUSED, "stop"): Taking.STOPPED,
        (Taking.STOPPED, "go_on"): Taking.ON,
    },
)
"""Only a stop that the carrier refused lets a recording go on: what is started after a stop has a file of its own."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A while that is not recorded, in ms since 1970; `until` None: it lasts."""

    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """One recording, from `since` to `until` (ms since 1970, None: it lasts), known by its VOCID.

    `leg` is whose leg the carrier records, in both directions; empty where it is the whole conference, from its start.
    `how` tells why it is not as the agent wished. One whose conference is over is `closed`: nobody can touch it.
    """

    vocid: str
    since: int
    state: Taking = Taking.ON
    until: int | None = None
    pauses: tuple[Pause, ...] = ()
    leg: str = ""
    how: str = ""
    closed: bool = False

    def moves(self, verb: str, now: int, how: str = "") -> Self:
        """Give the take after `verb`; an illegal one raises IllegalMove."""
        state = TAKE_MOVES.after(self.state, verb)
        pauses = tuple(replace(pause, until=now) if pause.until is None else pause for pause in self.pauses)
        if state is Taking.PAUSED:
            pauses = (*pauses, Pause(now))
        until = now if state is Taking.STOPPED else None
        return replace(self, state=state, until=until, pauses=pauses, how=how)

    def over(self, now: int) -> Self:
        """Give the take as it is when the talk is over, whatever it was."""
        return replace(self if self.until is not None else self.moves("stop", now), closed=True)

    def told(self) -> dict[str, Any]:
        """Give what others are told of it; times in ms since 1970."""
        pauses = [{"from": pause.since, "until": pause.until} for pause in self.pauses]
        return {"vocId": self.vocid, "from": self.since, "until": self.until, "pauses": pauses}
