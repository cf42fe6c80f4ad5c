"""A party: a leg with its role in the call, whose it is, and where it should be."""

from enum import StrEnum

from chalicelib.core.ground.moves import Moves
from chalicelib.core.ground.values import dataclass


class Role(StrEnum):
    """What somebody is in a call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    CONSULTED = "consulted"
    OUTSIDE = "outside"
    SUPERVISOR = "supervisor"


class Control(StrEnum):
    """What a supervisor does in a call with the agent whom they control; NONE for everybody else.

    An emergency call reaches an agent in their talk: they alone hear it, and the others are put on hold.
    """

    NONE = ""
    MONITOR = "monitor"
    WHISPER = "whisper"
    BARGE_IN = "bargeIn"
    INTERCEPT = "intercept"
    EMERGENCY = "emergencyCall"


COACHING = (Control.WHISPER, Control.EMERGENCY)
"""Controls by which the agent who is controlled alone hears the supervisor."""


class PartyState(StrEnum):
    """How far a party has come; a held one is in the conference, but parted from the others."""

    DIALLING = "dialling"
    RINGING = "ringing"
    CONNECTED = "connected"
    HELD = "held"
    ENDED = "ended"


THERE = (PartyState.CONNECTED, PartyState.HELD)
"""States of a party that has answered and not hung up."""

PARTY_MOVES: Moves[PartyState] = Moves(
    "a party",
    {
        (PartyState.DIALLING, "ring"): PartyState.RINGING,
        (PartyState.DIALLING, "answer"): PartyState.CONNECTED,
        (PartyState.DIALLING, "end"): PartyState.ENDED,
        (PartyState.RINGING, "answer"): PartyState.CONNECTED,
        (PartyState.RINGING, "end"): PartyState.ENDED,
        (PartyState.CONNECTED, "hold"): PartyState.HELD,
        (PartyState.HELD, "retrieve"): PartyState.CONNECTED,
        (PartyState.CONNECTED, "end"): PartyState.ENDED,
        (PartyState.HELD, "end"): PartyState.ENDED,
    },
)


class Where(StrEnum):
    """Where a party that lives should be: in its script, which asks us turn by turn, or with the others."""

    SCRIPT = "script"
    CONFERENCE = "conference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One party; `id` is our leg id, `sid` the carrier's, empty until it is known; times in ms since 1970.

    `agent` is whose leg it is, empty for people outside. `endpoint` is what is rung, for `ring_seconds`. `since` is
    when its state began, `joined_at` and `left_at` when an agent's part in the talk did; `how` it ended, or why a
    customer is held or not against the agent's wish.
    `gone` tells that the carrier itself said that the leg is over. `sound` is what it hears while it is held
    (empty: nothing). `by_script` tells of one that came into the conference that its own script leads there: it need
    not be moved. A supervisor's `control` is what they do with the agent whom they control (`controls`): it alone says
    who hears them (company.py).
    """

    id: str
    role: Role
    agent: str = ""
    sid: str = ""
    state: PartyState = PartyState.DIALLING
    where: Where = Where.CONFERENCE
    endpoint: str = ""
    ring_seconds: int = 0
    since: int = 0
    joined_at: int | None = None
    left_at: int | None = None
    how: str = ""
    gone: bool = False
    sound: str = ""
    muted: bool = False
    by_script: bool = False
    control: Control = Control.NONE
    controls: str = ""

    @property
    def live(self) -> bool:
        """True until it has ended."""
        return self.state is not PartyState.ENDED

    @property
    def may_only_be_ringing(self) -> bool:
        """True of a number outside, other than the customer's, until somebody there has answered.

        It may be in the conference before: its tones are to be heard there.
        """
        return self.role in (Role.CONSULTED, Role.OUTSIDE) and not self.agent and self.joined_at is None and self.live

    @property
    def there(self) -> bool:
        """True from its answer to its end."""
        return self.state in THERE
