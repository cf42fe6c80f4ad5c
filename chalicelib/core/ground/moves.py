"""Tables of moves: what may become what. The pictures in docs/call-states.md are drawn from them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from chalicelib.core.ground.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)


class Moves(Generic[S]):
    """A machine's table: (state, verb) to the next state; `thing` is what moves, with its article: `an agent`."""

    def __init__(self, thing: str, table: Mapping[tuple[S, str], S]) -> None:
        self.thing = thing
        self.table = dict(table)

    def after(self, state: S, verb: str) -> S:
        """Give the state that `verb` leads to.

        Raises:
            IllegalMove: the table has no such move.
        """
        try:
            return self.table[state, verb]
        except KeyError:
            thing = self.thing[0].upper() + self.thing[1:]
            raise IllegalMove(f"{thing} that is {state} cannot {verb.replace('_', ' ')}.") from None

    def allows(self, state: S, verb: str) -> bool:
        """Tell whether the table has this move."""
        return (state, verb) in self.table
