"""What each step may ask of AWS; docs/decisions/budgets.md says where a figure is not the first one we wished for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.steps import Account, Step


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a step may ask for; `sequential` counts calls of AWS that wait for each other."""

    sequential: int
    write_units: float
    read_units: float


STEPS: Mapping[str, Budget] = {
    "inbound call": Budget(2, 1, 1),
    "IVR step 1": Budget(2, 1, 1),
    "IVR step 2": Budget(3, 1, 2),
    "IVR step 3": Budget(2, 1, 1),
    "IVR step 4": Budget(2, 1, 1),
    "IVR step with a plugin": Budget(3, 1, 2),
    "enqueue, and offer": Budget(8, 17, 10),
    "offer": Budget(5, 13, 8),
    "accept on the page": Budget(5, 4, 4),
    "answer": Budget(5, 9, 3),
    "hang-up": Budget(5, 9, 3),
    "end of wrap-up": Budget(6, 6, 6),
    "get ready": Budget(5, 6, 5),
    "heartbeat": Budget(1, 0, 1),
    "hello with a snapshot": Budget(5, 4, 4),
    "resume after a loss": Budget(5, 4, 4),
    "into the flow": Budget(8, 9, 6),
    "an entry while the agent waits": Budget(3, 6, 2),
    "back from the flow": Budget(4, 6, 3),
    "taken out of the flow": Budget(7, 9, 5),
    "left in a survey": Budget(8, 9, 6),
    "mute": Budget(7, 9, 5),
    "set tags": Budget(5, 6, 4),
    "recording paused": Budget(7, 9, 5),
    "recording resumed": Budget(7, 9, 5),
    "sign out after the call": Budget(5, 4, 4),
    "next state": Budget(5, 4, 4),
    "synchronise": Budget(7, 1, 6),
    "reset": Budget(14, 10, 11),
    "force paused": Budget(8, 8, 9),
    "force rest": Budget(8, 8, 9),
    "force sign-out": Budget(8, 8, 9),
    "force ready": Budget(8, 8, 9),
    "recording stopped by a supervisor": Budget(10, 13, 10),
    "recording started by a supervisor": Budget(10, 13, 10),
    "switch to whisper": Budget(9, 15, 7),
    "switch to barge in": Budget(9, 15, 7),
    "switch to monitor": Budget(9, 15, 7),
    "stop": Budget(10, 17, 10),
    "force release": Budget(10, 13, 10),
    "finish wrap-up": Budget(7, 10, 9),
    "monitor from the next call on": Budget(7, 6, 9),
    "force sign-out now": Budget(9, 14, 8),
}

ROADS: Mapping[str, Budget] = {
    "consult": Budget(24, 29, 17),
    "warm transfer": Budget(13, 13, 9),
    "conference": Budget(9, 13, 7),
    "blind transfer": Budget(31, 32, 21),
    "transfer into a queue": Budget(47, 43, 34),
    "colleague call": Budget(38, 42, 26),
    "call to a flow": Budget(21, 21, 15),
    "pick-up": Budget(33, 30, 28),
    "pick-up by a supervisor": Budget(37, 32, 26),
    "monitor": Budget(22, 27, 17),
    "whisper": Budget(22, 27, 17),
    "barge in": Budget(22, 27, 17),
    "intercept": Budget(31, 30, 23),
    "emergency call to a busy agent": Budget(25, 30, 19),
    "emergency call to a ready agent": Budget(35, 37, 25),
}
"""Everything that all handlers ask for until all hear each other, what each page is told of it included."""

CALL = Budget(80, 60, 56)
BY_ASTERISK = Budget(80, 60, 52)
"""The plain call with an Asterisk for its carrier, orders in its queue included."""

DOLLARS_PER_1000_CALLS = 0.20


def broken_by_asterisk(account: Account) -> Iterator[str]:
    """Tell if the plain call by Asterisk asked for more than it may."""
    yield from _over(account.call, BY_ASTERISK)


def broken(account: Account) -> Iterator[str]:
    """Tell every step, every road, and the whole call, that asked for more than it may."""
    for name, budget in STEPS.items():
        yield from _over(account.steps[name], budget)
    for name, budget in ROADS.items():
        yield from _over(account.roads[name], budget)
    yield from _over(account.call, CALL)


def _over(step: Step, budget: Budget) -> Iterator[str]:
    for what in ("sequential", "write_units", "read_units"):
        asked, may = getattr(step, what), getattr(budget, what)
        if asked > may:
            yield f"{step.name}: {what} {asked:g}, budget {may:g} ({dict(step.operations)})"
