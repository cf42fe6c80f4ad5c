"""Faults that exploring has found: in which state who meets whom, and what was wrong after it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about the business that is not true while `complaint` is among what is wrong.

    `stands` until it is mended: then the same meeting keeps it from coming back. `mishaps`: it takes one.
    """

    what: str
    state: str
    parts: tuple[str, ...]
    complaint: str
    mishaps: bool = False
    stands: bool = False


FAULTS = (
    Fault(
        "a caller who hangs up when the agent says no is gone without an error",
        "a call rings",
        ("the caller hangs up", "the agent ends the call"),
        "IllegalMove",
    ),
    Fault(
        "a caller who goes back to the menu when the agent says no is heard",
        "a call rings",
        ("the caller presses 0", "the agent ends the call"),
        "IllegalMove",
    ),
    Fault(
        "the end of an agent's leg is never lost, so no customer sits alone",
        "an agent's device was picked up and put down",
        ("the carrier tells leg answered of the agent", "the carrier tells leg ended of the agent"),
        "the agent's leg is gone",
    ),
    Fault(
        "a customer who is held and taken back in quick succession hears the agent",
        "they talk",
        ("the agent holds", "the agent retrieves"),
        "I11",
    ),
    Fault(
        "a customer who is taken back and held in quick succession is held",
        "the caller is held",
        ("the agent holds", "the agent retrieves"),
        "I11",
    ),
    Fault(
        "a stranger is not called after the agent gave up",
        "an agent calls out",
        ("the agent's device joins", "the agent ends the call"),
        "customer is in the conference, but ought to be gone",
    ),
    Fault(
        "no telephone rings for a caller who has gone",
        "a caller is in the menu",
        ("the caller hangs up", "the caller presses 0"),
        "I11",
    ),
    Fault(
        "no lost agent's telephone rings after the call was ended",
        "the agent's browser is lost",
        ("the agent answers", "the agent ends the call"),
        "I11",
    ),
    Fault(
        "a caller who has gone before the call was stored is gone",
        "a call arrives",
        ("the carrier tells call arrived", "the caller hangs up"),
        "customer is gone, but ought to be in its script",
    ),
    Fault(
        "a customer whose agent is lost before they were brought together hears music",
        "an agent's device was picked up and put down",
        ("the carrier tells leg answered of the agent", "the carrier tells leg ended of the agent"),
        "ought to be in the conference and held",
    ),
    Fault(
        "a number outside whose answer is told twice has answered once",
        "a number outside was picked up",
        ("the carrier tells leg answered of the customer", "the carrier tells leg answered of the customer"),
        "IllegalMove",
    ),
    Fault(
        "a hold that the carrier refused is no hold",
        "they talk",
        ("the agent holds",),
        "ought to be in the conference and held",
        mishaps=True,
    ),
    Fault(
        "a retrieval that the carrier refused is none",
        "the caller is held",
        ("the agent retrieves",),
        "ought to be in the conference and not held",
        mishaps=True,
    ),
    Fault(
        "a caller who went without anybody telling is not talked to for ever",
        "they talk",
        ("the caller hangs up, and nobody tells",),
        "customer is gone",
    ),
    Fault(
        "a caller who went without anybody telling is not put on hold again and again",
        "they talk",
        ("the caller hangs up, and nobody tells", "the agent's device hangs up"),
        "CarrierUncertain",
    ),
    Fault(
        "an agent's telephone that is gone without anybody telling is not waited for for ever",
        "they talk",
        ("the agent's device hangs up, and nobody tells",),
        "the agent's leg is gone",
    ),
    Fault(
        "a caller who went from the queue without anybody telling does not ring at agents",
        "a caller waits",
        ("the caller hangs up, and nobody tells",),
        "customer is gone",
    ),
    Fault(
        "a customer whom the carrier refuses to send back to their turn is not left with music for ever",
        "the agent's browser is lost for long",
        ("the timer comes: recovery",),
        "customer is in the conference and held, but ought to be gone",
        mishaps=True,
    ),
    Fault(
        "a telephone whose ringing was refused, and which somebody else rang meanwhile, is hung up",
        "a talk has just begun",
        ("the agent's device hangs up", "the agent answers"),
        "the agent's leg is in the conference, but ought to be gone",
        mishaps=True,
    ),
    Fault(
        "an agent whose new browser answered and was gone before that was told is not taken for one who is back",
        "the agent's new browser was picked up",
        ("the agent's device hangs up",),
        "somebody is alone in a talk",
    ),
    Fault(
        "an agent who gives away a customer who has just hung up is let go at once",
        "they talk and a colleague is ready",
        ("the caller hangs up", "the agent gives the customer to the colleague"),
        "the agent's leg is in the conference, but ought to be gone",
    ),
    Fault(
        "a customer is let back in though who was consulted left when the sides were swapped",
        "a colleague is consulted",
        ("the colleague's device hangs up", "the agent swaps"),
        "customer is in the conference and held",
    ),
    Fault(
        "a customer who cannot be let back in by a swap is shown on hold",
        "a colleague is consulted",
        ("the agent swaps",),
        "customer is in the conference and held, but ought to be in the conference and not held",
        mishaps=True,
    ),
    Fault(
        "who takes over and cannot be let in at first is let in when it is tried again",
        "the sides are swapped",
        ("the agent completes",),
        "the leg of 101 is in the conference and held",
        mishaps=True,
    ),
    Fault(
        "a customer of whom a stranger takes over is not left with music",
        "a customer is given to a stranger",
        ("the stranger's device is picked up",),
        "customer is in the conference and held",
        mishaps=True,
    ),
    Fault(
        "a recording whose stop was refused, and then done by somebody else, is not said to go on",
        "the recording is paused",
        ("the agent stops the recording", "the agent holds"),
        "a recording is stopped, but ought to be on",
        mishaps=True,
    ),
    Fault(
        "a recording that is paused for a customer's keys is not begun again by who has just put the call right",
        "another recording runs",
        ("the agent sends the customer into a flow", "the agent has their state put right"),
        "a recording is on, but ought to be paused",
    ),
    Fault(
        "an agent whose customer hung up while their leg's recording was stopped for a survey is let go at once",
        "another recording runs",
        ("the caller hangs up", "the agent sends the customer to a survey"),
        "the agent's leg is in the conference, but ought to be gone",
    ),
    Fault(
        "a supervisor whose agent was lost while it rang for an urgent word is heard by nobody",
        "a supervisor calls urgently an agent whose browser is lost",
        ("the supervisor's device is picked up",),
        "I14",
    ),
    Fault(
        "a recording of a customer's leg whose stop the carrier refuses does not run on while the customer waits",
        "another recording runs",
        ("the agent's device hangs up", "the agent is removed"),
        "a recording is on, but ought to be stopped",
        mishaps=True,
        stands=True,
    ),
)


def is_known(state: str, parts: Iterable[str], complaints: Iterable[str]) -> bool:
    """Tell whether what is wrong is nothing but a fault that stands, and was found in this state and with these parts.

    Others may be there as well: a fault of two handlers shows when three meet.
    """
    there = set(parts)
    standing = [fault for fault in FAULTS if fault.stands and fault.state == state and there >= set(fault.parts)]
    return bool(standing) and all(any(fault.complaint in told for fault in standing) for told in complaints)
