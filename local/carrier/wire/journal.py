"""What went wrong and what went over the wire, for tests and for the console."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

HIDDEN = frozenset({"Digits", "FinishedOnKey", "SpeechResult", "SendDigits", "SipAuthPassword", "CallToken"})
"""Fields that may carry what a caller keyed in or a secret: only their names are kept."""

ERROR, PEOPLE = "error", "☎"
"""How the lines for the console begin: what went wrong, and who calls whom; all others are exchanges."""


@dataclass(frozen=True, slots=True)
class ProviderError:
    """What the carrier would show in its debugger; `code` is the carrier's number."""

    code: int
    message: str
    about: str
    at: float

    def __str__(self) -> str:
        """One line for the console."""
        return f"{ERROR} {self.code} ({self.about}): {self.message}"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One HTTP exchange: `to-product` is a webhook, `to-carrier` a REST request."""

    direction: str
    kind: str
    method: str
    url: str
    fields: Mapping[str, str]
    status: int
    at: float
    note: str = ""

    def __str__(self) -> str:
        """One line for the console, without the fields."""
        return f"{self.direction} {self.kind} {self.method} {self.url} -> {self.status} {self.note}".rstrip()


class Journal:
    """Collects errors and exchanges; `show` gets each as it comes."""

    def __init__(self, show: Callable[[str], None] | None = None) -> None:
        self.errors: list[ProviderError] = []
        self.log: list[Exchanged] = []
        self._show = show or (lambda _line: None)

    def error(self, error: ProviderError) -> None:
        """Keep a provider error and show it."""
        self.errors.append(error)
        self._show(str(error))

    def told(self, from_: str, to: str, what: str) -> None:
        """Show what people at a telephone would notice."""
        self._show(f"{PEOPLE} {from_} → {to} {what}")

    def exchanged(self, entry: Exchanged) -> None:
        """Keep an HTTP exchange and show it."""
        self.log.append(entry)
        self._show(str(entry))


def shown(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The fields as the log may keep them; repeated ones are joined by a space."""
    kept: dict[str, str] = {}
    for name, value in fields:
        text = "(hidden)" if name in HIDDEN and value else value
        kept[name] = f"{kept[name]} {text}" if name in kept else text
    return kept
