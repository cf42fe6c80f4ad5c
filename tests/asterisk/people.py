"""People who call and who are called, many at once, on one provider's line; and what each of them went through."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.asterisk.little_stack import CALLEE, CALLER, MENU

LOOKS = 0.05
FED_UP = 20.0
"""Seconds of silence after which people put down."""
LONGEST = 120.0
KNOWS_BY_HEART, ONCE_MORE = 6.0, 5.0
"""Seconds after which a key is pressed though there is no menu, and again though it was pressed."""


@dataclass(slots=True)
class Fate:
    """What became of one call: when it was what, in seconds since it was dialled, -1 for never."""

    number: str
    dialled: float
    menu: float = -1.0
    rang: float = -1.0
    talked: float = -1.0
    over: float = -1.0
    pressed: float = -1.0
    longest_silence: float = 0.0
    silent_since: str = ""
    rings: int = 0
    """How often the other's telephone rang."""
    put_down: bool = False
    log: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Name it in one word."""
        if self.over < 0:
            return "endless"
        if self.put_down:
            return "fed up"
        return "talked" if self.talked >= 0 else "no talk"


class Person:
    """Calls, again and again, and picks up at the other end; tells each call's fate."""

    def __init__(self, line: Any, place: int, numbers: Iterator[int], vanishes: Callable[[], bool] = lambda: False):
        self._line, self._numbers = line, numbers
        # 2500 is the menu's, 1950 the music's.
        self._tones = 500 + 100 * place, 2600 + 100 * place

    def calls(self) -> Fate:
        """Call once, and see it to its end."""
        number = f"{next(self._numbers):06d}"
        caller = self._line.telephone(CALLER + number, self._tones[0])
        other = self._line.telephone(CALLEE + number, self._tones[1])
        fate = Fate(number, time.monotonic())
        caller.dial("+8675583000000")
        silent, pressed = time.monotonic(), 0.0
        while time.monotonic() - fate.dialled < LONGEST:
            time.sleep(LOOKS)
            now = time.monotonic() - fate.dialled
            if other.is_ringing():
                fate.rang = now if fate.rang < 0 else fate.rang
                other.pick_up()
            if not caller.is_connected() and now > 1:
                break
            if not caller.is_answered() or caller.hears_something():
                silent = time.monotonic()
            elif time.monotonic() - silent > fate.longest_silence:
                fate.longest_silence, fate.silent_since = time.monotonic() - silent, fate_state(fate)
                if fate.longest_silence > FED_UP:
                    fate.put_down = True
                    break
            heard = caller.sounds() or frozenset()
            knows = MENU in heard or (caller.is_answered() and now > KNOWS_BY_HEART)
            if knows and fate.rang < 0 and time.monotonic() - pressed > ONCE_MORE:
                fate.menu = now if fate.menu < 0 else fate.menu
                pressed = time.monotonic()
                caller.press("1")
            if self._tones[1] in heard and self._tones[0] in (other.sounds() or ()):
                fate.talked = now if fate.talked < 0 else fate.talked
        self._hangs_up(caller, other, fate)
        return fate

    def _hangs_up(self, caller: Any, other: Any, fate: Fate) -> None:
        caller.put_down()
        until = time.monotonic() + FED_UP
        while time.monotonic() < until and (other.is_connected() or other.is_ringing()):
            time.sleep(LOOKS)
            if other.is_dead():
                fate.put_down = True
                other.put_down()
        if not other.is_connected():
            fate.over = time.monotonic() - fate.dialled
        other.put_down()
        fate.rings = len(other.calls)


def fate_state(fate: Fate) -> str:
    """Name the last that was reached."""
    if fate.talked >= 0:
        return "talk"
    if fate.rang >= 0:
        return "rung"
    return "keyed" if fate.menu >= 0 else "arrived"


class Crowd:
    """So many people at once, so many calls in all."""

    def __init__(self, line: Any, people: int, calls: int, first: int = 1) -> None:
        self._numbers = count(first)
        self._left = calls
        self._lock = threading.Lock()
        self.fates: list[Fate] = []
        self.errors: list[BaseException] = []
        self._people = [Person(line, place, self._numbers) for place in range(people)]
        self._threads = [threading.Thread(target=self._calls, args=(person,), daemon=True) for person in self._people]

    def begins(self, apart: float = 0.3) -> "Crowd":
        """Begin to call, one a little after the other."""
        for thread in self._threads:
            thread.start()
            time.sleep(apart)
        return self

    def busy(self) -> bool:
        """Tell whether somebody still calls."""
        return any(thread.is_alive() for thread in self._threads)

    def ends(self) -> list[Fate]:
        """Wait for the last; give all fates."""
        for thread in self._threads:
            thread.join()
        return self.fates

    def stops(self) -> None:
        """Let nobody call once more."""
        self._left = 0

    def _calls(self, person: Person) -> None:
        while self._takes():
            try:
                self.fates.append(person.calls())
            except Exception as error:  # noqa: BLE001 - told at the end
                self.errors.append(error)

    def _takes(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0
