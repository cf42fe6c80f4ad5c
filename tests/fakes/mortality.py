"""Handlers that die: every call through a port is a moment at which the process may be killed, before or after it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


@dataclass(slots=True)
class Fate:
    """Kills at the `at`-th call through a mortal port, once; `after` tells whether the call still happened.

    `begins` holds the numbers of the calls with which a handler began.
    """

    at: int = -1
    after: bool = False
    calls: list[str] = field(default_factory=list)
    begins: set[int] = field(default_factory=set)
    struck: str = ""
    counting: bool = False
    beginning: bool = False

    def attend(self, name: str, perform: Callable[[], Any]) -> Any:
        if not self.counting:
            return perform()
        number = len(self.calls)
        self.calls.append(name)
        if self.beginning:
            self.begins.add(number)
            self.beginning = False
        if number != self.at or self.struck:
            return perform()
        self.struck = name
        if self.after:
            perform()
        raise Killed(name)


TRANSLATED = frozenset({"read", "write"})
"""Calls of a carrier that only translate: nothing outside is asked."""


class Mortal:
    """A port whose calls are moments of fate."""

    def __init__(self, name: str, port: Any, fate: Fate) -> None:
        self._name = name
        self._port = port
        self._fate = fate

    def __getattr__(self, attribute: str) -> Any:
        inner = getattr(self._port, attribute)
        if not callable(inner) or attribute in TRANSLATED:
            return inner

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._fate.attend(f"{self._name}.{attribute}", lambda: inner(*args, **kwargs))

        return call
