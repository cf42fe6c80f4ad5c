"""What is called: browsers, SIP phones and telephones, and how each of them behaves when it rings."""

from dataclasses import dataclass, field
from typing import get_args

from local.carrier.legs.calls import Call
from local.carrier.legs.numbering import Numbering
from local.carrier.settings import CarrierSettings, Mode

MODES: frozenset[str] = frozenset(get_args(Mode))


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
    """All endpoints, each by its one address, however that is written."""

    def __init__(self, settings: CarrierSettings, numbering: Numbering) -> None:
        self._settings = settings
        self._numbering = numbering
        self._by_address: dict[str, Device] = {}

    def register(self, written: str, mode: Mode = "manual", answers_after: float = 1.0) -> Device:
        """Make the endpoint known, or change its behaviour."""
        if mode not in MODES:
            raise ValueError(f"a device is one of {', '.join(sorted(MODES))}, not {mode!r}")
        address = self._numbering.address(written)
        device = self._by_address.setdefault(address, Device(address))
        device.mode, device.answers_after = mode, answers_after
        return device

    def called(self, written: str) -> Device:
        """The endpoint behind an address; one that nobody registered is unreachable, but telephones answer."""
        address = self._numbering.address(written)
        return self._by_address.setdefault(address, self._unregistered(address))

    def knows(self, written: str) -> bool:
        """Whether somebody registered it, or called it."""
        return self._numbering.address(written) in self._by_address

    def all(self) -> list[Device]:
        """Every endpoint known."""
        return list(self._by_address.values())

    def remove(self, written: str) -> None:
        """Forget an endpoint; calls on the way to it go on."""
        self._by_address.pop(self._numbering.address(written), None)

    def _unregistered(self, address: str) -> Device:
        if not address.startswith("+"):
            return Device(address, "unreachable")
        endings = self._settings.pstn_endings
        mode: Mode = next((mode for ending, mode in endings.items() if address.endswith(ending)), "auto")
        return Device(address, mode, self._settings.pstn_answers_after)
