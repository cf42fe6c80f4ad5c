"""What doAction answers: an accepted request's number, or why not. An answer never means that it happened."""

from collections.abc import Mapping
from enum import IntEnum

from chalicelib.core.centre.who import Person
from chalicelib.core.ground import errors
from chalicelib.core.ground.values import dataclass


class Result(IntEnum):
    """The return values of doAction and doControl."""

    ACCEPTED = 0
    NOT_SIGNED_IN = -1
    UNKNOWN_CODE = -2
    BAD_PARAMETER = -3
    NOT_LEGAL_NOW = -4
    NOT_PERMITTED = -5
    TARGET_NOT_FOUND = -6
    TARGET_BUSY = -7
    CARRIER_FAILURE = -8
    TIMED_OUT = -9
    NOT_CONNECTED = -10
    DUPLICATE = -11
    RATE_LIMITED = -12
    SIGNED_IN_ELSEWHERE = -13


RESULTS: Mapping[type[errors.IcallError], Result] = {
    errors.NotProved: Result.NOT_SIGNED_IN,
    errors.BadRequest: Result.BAD_PARAMETER,
    errors.NotLegalNow: Result.NOT_LEGAL_NOW,
    errors.IllegalMove: Result.NOT_LEGAL_NOW,
    errors.SignedInElsewhere: Result.SIGNED_IN_ELSEWHERE,
    errors.NotPermitted: Result.NOT_PERMITTED,
    errors.NotFound: Result.TARGET_NOT_FOUND,
    errors.TargetBusy: Result.TARGET_BUSY,
    errors.CarriersFault: Result.CARRIER_FAILURE,
    errors.TooManyRequests: Result.RATE_LIMITED,
    errors.Conflict: Result.TIMED_OUT,
}


def result_of(error: errors.IcallError) -> Result:
    """Give the return value that tells of this error."""
    kinds = (kind for kind in type(error).__mro__ if kind in RESULTS)
    kind = next(kinds, None)
    return RESULTS[kind] if kind else Result.TIMED_OUT


@dataclass(frozen=True, slots=True)
class Action:
    """What a page asks for: doAction's codes and parameters, with the page's own request id.

    `who` asks, with what they may do now: read once, however often the action is decided anew. `socket` is the one it
    was asked on, empty for HTTP.
    """

    who: Person
    request: str
    act: int
    i_param: int = 0
    s_param: str = ""
    socket: str = ""

    @property
    def agent(self) -> str:
        """The AgentID of who asks."""
        return self.who.id


@dataclass(frozen=True, slots=True)
class Order:
    """What a supervisor's page orders: doControl's `seat` (sliceNo) and code, with the page's own request id.

    `who` and `socket` are as for an action.
    """

    who: Person
    request: str
    seat: int
    control: int
    socket: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an action was taken: `code` as doAction returns it, words for people, the call it concerned."""

    code: int
    message: str
    call: str = ""
