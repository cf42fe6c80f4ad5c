"""An offer: one try to give a call to one agent, with a purpose and a deadline."""

from enum import StrEnum

from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass


class OfferState(StrEnum):
    """What became of an offer; only a live one stands in a call."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    MISSED = "missed"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What an offer is for."""

    QUEUE = "queue"
    DIRECT = "direct"
    CONSULT = "consult"
    PICK_UP = "pick-up"
    RETURN = "return"
    CONTROL = "control"
    EMERGENCY = "emergency"


OFFER_MOVES: Moves[OfferState] = Moves(
    "an offer",
    {
        (OfferState.RINGING, "accept"): OfferState.ACCEPTED,
        (OfferState.RINGING, "answer"): OfferState.ANSWERED,
        (OfferState.RINGING, "miss"): OfferState.MISSED,
        (OfferState.RINGING, "reject"): OfferState.REJECTED,
        (OfferState.RINGING, "fail"): OfferState.UNREACHABLE,
        (OfferState.RINGING, "withdraw"): OfferState.WITHDRAWN,
        (OfferState.ACCEPTED, "answer"): OfferState.ANSWERED,
        (OfferState.ACCEPTED, "miss"): OfferState.MISSED,
        (OfferState.ACCEPTED, "reject"): OfferState.REJECTED,
        (OfferState.ACCEPTED, "fail"): OfferState.UNREACHABLE,
        (OfferState.ACCEPTED, "withdraw"): OfferState.WITHDRAWN,
    },
)

MEDIA_SECONDS = 10
"""How long an accepted offer may take until the agent's device is connected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A live offer: its id is also the id of the agent's leg; `rang_at` and `deadline` in ms since 1970.

    `by` names the agent who asked for it, empty where nobody did. `vocid` will name the talk's recording; it is empty
    where nothing is recorded.
    """

    id: str
    agent: str
    rang_at: int
    deadline: int
    purpose: Purpose = Purpose.QUEUE
    by: str = ""
    vocid: str = ""
    state: OfferState = OfferState.RINGING
