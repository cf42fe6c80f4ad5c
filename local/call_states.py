# ruff: noqa: RUF001 - the Chinese page has full-width punctuation
"""Draws docs/call-states.md and its Chinese twin from the tables of moves: `python -m local.call_states`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from chalicelib.core.agents.agent import AGENT_MOVES, AgentState
from chalicelib.core.calls.call import CALL_MOVES, CallState
from chalicelib.core.calls.offers import OFFER_MOVES, OfferState
from chalicelib.core.calls.parties import PARTY_MOVES, PartyState
from chalicelib.core.calls.takes import TAKE_MOVES, Taking
from chalicelib.core.ground.moves import Moves

DOCS = Path(__file__).parents[1] / "docs"
PAGES: Mapping[str, Path] = {"en": DOCS / "call-states.md", "zh": DOCS / "call-states.zh.md"}

HEADS: Mapping[str, str] = {
    "en": """# Call states

[中文](call-states.zh.md)

What may become what. These pictures are drawn from the tables of moves in `chalicelib/core`
(`python -m local.call_states`, and a test that this page is up to date); a move that is not drawn raises
`IllegalMove` and changes nothing.
""",
    "zh": """# 通话状态

[English](call-states.md)

什么可以变成什么。这些图由 `chalicelib/core` 中的状态转移表生成
（`python -m local.call_states`，并有测试保证本页与表一致）；图上没有的转移会抛出 `IllegalMove`，且不改变任何东西。
""",
}


@dataclass(frozen=True, slots=True)
class Machine:
    """One table with the states where it begins, its title and what it is about, by language."""

    moves: Moves[Any]
    begins: tuple[StrEnum, ...]
    title: Mapping[str, str]
    about: Mapping[str, str]

    @property
    def ends(self) -> list[StrEnum]:
        """The states that no move leaves."""
        left = {state for state, _ in self.moves.table}
        return [state for state in type(self.begins[0]) if state not in left]


MACHINES = (
    Machine(
        CALL_MOVES,
        (CallState.FLOW, CallState.DIALLING),
        {"en": "Call", "zh": "通话（Call）"},
        {
            "en": "One conversation with a customer. Inbound calls begin in their flow, outside calls with dialling.",
            "zh": "与一位客户的一次交谈。呼入从流程开始，外呼从拨号开始。",
        },
    ),
    Machine(
        PARTY_MOVES,
        (PartyState.DIALLING, PartyState.CONNECTED),
        {"en": "Party", "zh": "参与方（Party）"},
        {
            "en": "One leg of a call with its role. Who is rung begins with dialling, who calls is connected at once.",
            "zh": "通话中的一条话路及其角色。被呼叫的一方从拨号开始，打来的一方一开始就已接通。",
        },
    ),
    Machine(
        OFFER_MOVES,
        (OfferState.RINGING,),
        {"en": "Offer", "zh": "派送（Offer）"},
        {
            "en": "One try to give a call to one agent.",
            "zh": "把一个通话交给一位话务员的一次尝试。",
        },
    ),
    Machine(
        TAKE_MOVES,
        (Taking.ON,),
        {"en": "Recording", "zh": "录音（Take）"},
        {
            "en": "What of a call is recorded into one file. Only a stop that the carrier refused lets it go on.",
            "zh": "一次通话中录进同一个文件的部分。只有被运营商拒绝的停止，才会让它继续。",
        },
    ),
    Machine(
        AGENT_MOVES,
        (AgentState.SIGNED_OUT,),
        {"en": "Agent", "zh": "话务员（Agent）"},
        {"en": "What an agent does.", "zh": "话务员正在做什么。"},
    ),
)


def page(language: str) -> str:
    """Give the page's text in a language of `PAGES`."""
    return "\n".join([HEADS[language], *(_section(machine, language) for machine in MACHINES)])


def _section(machine: Machine, language: str) -> str:
    drawn = "\n".join(f"    {line}" for line in _lines(machine))
    words = f"## {machine.title[language]}\n\n{machine.about[language]}"
    return f"{words}\n\n```mermaid\nstateDiagram-v2\n{drawn}\n```\n"


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
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
