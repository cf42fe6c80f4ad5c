"""Draws docs/call-states.md from the tables of moves: `python -m local.call_states`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from chalicelib.core.agents import AGENT_MOVES, AgentState
from chalicelib.core.calls import CALL_MOVES, CallState
from chalicelib.core.legs import LEG_MOVES, LegState
from chalicelib.core.moves import Moves
from chalicelib.core.offers import OFFER_MOVES, OfferState

PAGE = Path(__file__).parents[1] / "docs" / "call-states.md"

HEAD = """# Call states

What may become what. These pictures are drawn from the tables of moves in `chalicelib/core`
(`python -m local.call_states`, and a test that this page is up to date); a move that is not drawn raises
`IllegalMove` and changes nothing.
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """One table with its words: where it begins, and which states it never leaves."""

    title: str
    about: str
    moves: Moves[Any]
    begins: tuple[StrEnum, ...]

    @property
    def ends(self) -> list[StrEnum]:
        """The states that no move leaves."""
        left = {state for state, _ in self.moves.table}
        return [state for state in type(self.begins[0]) if state not in left]


MACHINES = (
    Machine(
        "Call",
        "One conversation with a customer. Inbound calls begin in their flow, outside calls with dialling.",
        CALL_MOVES,
        (CallState.FLOW, CallState.DIALLING),
    ),
    Machine("Leg", "One party's channel in a call.", LEG_MOVES, (LegState.DIALLING,)),
    Machine("Offer", "One try to give a waiting call to one ready agent.", OFFER_MOVES, (OfferState.RINGING,)),
    Machine("Agent", "What an agent does.", AGENT_MOVES, (AgentState.SIGNED_OUT,)),
)


def page() -> str:
    """Give the page's text."""
    return "\n".join([HEAD, *(_section(machine) for machine in MACHINES)])


def _section(machine: Machine) -> str:
    drawn = "\n".join(f"    {line}" for line in _lines(machine))
    return f"## {machine.title}\n\n{machine.about}\n\n```mermaid\nstateDiagram-v2\n{drawn}\n```\n"


def _lines(machine: Machine) -> Iterator[str]:
    yield from (f'state "{state.value}" as {state.name}' for state in type(machine.begins[0]) if "-" in state.value)
    yield from (f"[*] --> {_name(state)}" for state in machine.begins)
    yield from _arrows(machine.moves.table.items())
    yield from (f"{_name(state)} --> [*]" for state in machine.ends)


def _arrows(table: Iterable[tuple[tuple[StrEnum, str], StrEnum]]) -> Iterator[str]:
    """Give one arrow for each pair of states, with all the moves between them."""
    verbs: dict[tuple[StrEnum, StrEnum], list[str]] = {}
    for (before, verb), after in table:
        verbs.setdefault((before, after), []).append(verb.replace("_", " "))
    for (before, after), between in verbs.items():
        yield f"{_name(before)} --> {_name(after)}: {', '.join(between)}"


def _name(state: StrEnum) -> str:
    return state.name if "-" in state.value else state.value


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
