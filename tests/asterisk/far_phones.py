"""More telephones than the library has room for: those of a second process, at the provider's second switch.

Built for Python, the library knows four conversations at once; a conference has eight.
"""

from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from typing import Any

from tests.carriers.backstage import Behaviour


class Far:
    """What stands in the other process: a switchboard with one line."""

    def __init__(self, host: str, server: str, steady: float, unheard: frozenset[int]) -> None:
        from tests.asterisk.phones import Switchboard  # noqa: PLC0415 - loaded in the other process alone

        self._board = Switchboard(steady, unheard)
        self._line = self._board.line(host, server)
        self._telephones: list[Any] = []

    def address(self) -> str:
        """Give the host:port at which its telephones are called."""
        return str(self._line.address)

    def put_up(self, number: str, tone: int, behaviour: Behaviour, called: str) -> int:
        """Put up a telephone, and give by which number it is spoken of here."""
        self._telephones.append(self._line.telephone(number, tone, behaviour, called))
        return len(self._telephones) - 1

    def does(self, which: int, what: str, *words: str) -> Any:
        """Let a telephone do, or tell, something."""
        return getattr(self._telephones[which], what)(*words)

    def unknown(self) -> list[str]:
        """Give the numbers that were called and that nobody has."""
        return list(self._line.unknown)

    def forget(self) -> None:
        """Take all telephones down."""
        self._line.forget()

    def close(self) -> None:
        """End the library."""
        self._board.close()


class _Manager(BaseManager):
    """Starts the other process, and speaks with it."""


_Manager.register("Far", Far)


class FarLine:
    """A line like `phones.Line`, whose telephones stand in another process."""

    def __init__(self, host: str, server: str, steady: float, unheard: frozenset[int]) -> None:
        # A fork would take the threads' locks along, but not the threads.
        self._manager = _Manager(ctx=get_context("spawn"))
        self._manager.start()
        self._far: Any = self._manager.Far(host, server, steady, unheard)  # type: ignore[attr-defined]
        self.address: str = self._far.address()

    @property
    def unknown(self) -> list[str]:
        """Numbers that were called and that nobody has."""
        return list(self._far.unknown())

    def telephone(self, number: str, tone: int, behaviour: Behaviour, called: str) -> "FarTelephone":
        """Put up a telephone."""
        return FarTelephone(self._far, self._far.put_up(number, tone, behaviour, called))

    def forget(self) -> None:
        """Take all telephones down."""
        self._far.forget()

    def close(self) -> None:
        """End the other process."""
        self._far.close()
        self._manager.shutdown()


class FarTelephone:
    """One of them; it does all that a `phones.SipTelephone` does."""

    def __init__(self, far: Any, which: int) -> None:
        self._far, self._which = far, which

    def __getattr__(self, what: str) -> Any:
        if what.startswith("_"):
            raise AttributeError(what)
        return lambda *words: self._far.does(self._which, what, *words)
