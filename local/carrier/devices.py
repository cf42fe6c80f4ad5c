"""What is called: browsers, SIP phones and telephones, and how each of them behaves when it rings."""

from dataclasses import dataclass, field
from typing import get_args

from local.carrier.calls import Call
from local.carrier.settings import CarrierSettings, Mode

MODES: frozenset[str] = frozenset(get_args(Mode))
SHORTEST = 5
"""A number with fewer digits could be the end of anybody's."""
TRUNK = "0"
"""What stands before an area code inside a country, and not after the country's code."""


@dataclass(slots=True, eq=False)
class Device:
    """One endpoint; `manual` rings until somebody does something, `auto` answers by itself after a while."""

    address: str
    mode: Mode = "manual"
    answers_after: float = 1.0
    calls: list[Call] = field(default_factory=list)

    @property
    def ringing(self) -> list[Call]:
        """The calls that ring here now."""
        return [call for call in self.calls if call.status == "ringing"]

    @property
    def talking(self) -> list[Call]:
        """The calls answered here that are not over."""
        return [call for call in self.calls if call.answered]


class Devices:
    """All endpoints by address. Parameters (`?a=b`, `;transport=tls`) are no part of an address."""

    def __init__(self, settings: CarrierSettings) -> None:
        self._settings = settings
        self._by_address: dict[str, Device] = {}

    def register(self, address: str, mode: Mode = "manual", answers_after: float = 1.0) -> Device:
        """Make the endpoint known, or change its behaviour."""
        if mode not in MODES:
            raise ValueError(f"a device is one of {', '.join(sorted(MODES))}, not {mode!r}")
        device = self._by_address.setdefault(plain(address), Device(plain(address)))
        device.mode, device.answers_after = mode, answers_after
        return device

    def called(self, address: str) -> Device:
        """The endpoint behind an address; one that nobody registered is unreachable, but telephones answer.

        A telephone may be registered as its owner writes the number, without country or area code.
        """
        known = self._written_shorter(plain(address)) or self._by_address.get(plain(address))
        if known is not None:
            return known
        return self._by_address.setdefault(plain(address), self._unregistered(plain(address)))

    def knows(self, address: str) -> bool:
        """Whether somebody registered it, or called it."""
        return plain(address) in self._by_address

    def all(self) -> list[Device]:
        """Every endpoint known."""
        return list(self._by_address.values())

    def remove(self, address: str) -> None:
        """Forget an endpoint; calls on the way to it go on."""
        self._by_address.pop(plain(address), None)

    def _written_shorter(self, address: str) -> Device | None:
        if not address.startswith("+"):
            return None
        numbers = (own for own in self._by_address if own.isdigit() and len(own) >= SHORTEST)
        return next((self._by_address[own] for own in numbers if address.endswith(own.lstrip(TRUNK))), None)

    def _unregistered(self, address: str) -> Device:
        if not address.startswith("+"):
            return Device(address, "unreachable")
        endings = self._settings.pstn_endings
        mode: Mode = next((mode for ending, mode in endings.items() if address.endswith(ending)), "auto")
        return Device(address, mode, self._settings.pstn_answers_after)


def plain(address: str) -> str:
    """The address without parameters."""
    return address.partition("?")[0].partition(";")[0]
