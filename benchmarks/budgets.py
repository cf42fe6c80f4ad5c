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
}

ROADS: Mapping[str, Budget] = {
    "consult": Budget(24, 29, 17),
    "warm transfer": Budget(13, 13, 9),
    "conference": Budget(9, 13, 7),
    "blind transfer": Budget(31, 32, 21),
    "colleague call": Budget(38, 42, 26),
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
