"""Asterisk as the laptop's carrier: Asterisk itself, the bridge beside it, and the phone page as a telephone outside.

Every number outside is a telephone that is registered under that number: one of a page's, or a SIP telephone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from local.asterisk.bridge import BridgeProcess, Stack
from local.asterisk.instance import DeskPhone, Instance, OutsidePhone, Settings
from local.asterisk.packages import Unpacked
from local.asterisk.phone_page import make_app
from local.aws.embedded import REGION
from local.carrier.legs.numbering import Numbering
from local.carrier.settings import Number
from local.carriers import DEMO_NUMBER, HOST, Here, SipTelephone

PBX: Final = "laptop"
_QUEUE: Final = "AsteriskQueue1"

DESK: Final = "lisi"
"""The user part of the SIP address at which agent 101 of the demo centre sits."""

OUTSIDE: Final = "13700137000"
"""The number of the SIP telephone outside, as it shows it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where Asterisk listens: SIP and sound at `address`, browsers on loopback. Ports 0 and None take free ones."""

    address: str = HOST
    sip: int = 0
    http: int = 0
    sound: range | None = None


class RealAsterisk:
    """Keeps local.carriers.LaptopCarrier."""

    queues: Sequence[str] = (_QUEUE,)
    _here: Here
    instance: Instance
    """There from `prepare` on."""

    def __init__(self, unpacked: Unpacked, place: Place | None = None) -> None:
        self._unpacked = unpacked
        self._place = place or Place()
        self._numbers = Numbering([Number(DEMO_NUMBER, "")])

    def prepare(self, here: Here) -> None:
        """Decide on ports, and who may register."""
        self._here = here
        place, secrets = self._place, here.secrets
        desk = DeskPhone(DESK, secrets["phones/lisi"])
        outside = OutsidePhone(self._numbers.address(OUTSIDE), secrets["phones/outside"], OUTSIDE)
        settings = Settings(
            place.address, sip=place.sip, http=place.http, rtp=place.sound, phones=[desk], outside=[outside]
        )
        self.instance = Instance(self._unpacked, here.folder / "asterisk", settings)

    def environment(self) -> Mapping[str, str]:
        """Give the queue by which the bridge is told."""
        return {"ICALL_ASTERISK_PBXS": f"{PBX}={self._queue}"}

    def telephone(self) -> Mapping[str, Any]:
        """Let browsers register at Asterisk."""
        return {"kind": "sip", "server": self.instance.sockets}

    def telephones(self) -> Sequence[SipTelephone]:
        """Give agent 101's, and one outside."""
        phones = [("desk", phone.name, phone.secret) for phone in self.instance.settings.phones]
        phones += [("outside", phone.number, phone.secret) for phone in self.instance.settings.outside]
        return [SipTelephone(who, self.instance.sip, user, secret) for who, user, secret in phones]

    def open(self) -> None:
        """Start Asterisk, the bridge and the phone page.

        The bridge begins before Asterisk, and so it ends after it, when it has told that all calls are over.
        """
        here = self._here
        bridge = BridgeProcess(
            self._stack(), self.instance, self._unpacked, here.folder / "bridge", here.logs / "bridge.log"
        )
        here.running.enter_context(bridge)
        here.running.enter_context(self.instance)
        bridge.wait()
        here.serve(make_app(self.instance, [DEMO_NUMBER], self._numbers.address), here.page_port)

    @property
    def _queue(self) -> str:
        return self._here.aws.names.refs[_QUEUE]

    def _stack(self) -> Stack:
        here = self._here
        return Stack(
            pbx=PBX,
            url=here.url,
            queue_url=self._queue,
            webhook_keys=here.secrets[f"asterisk/{PBX}/webhook-keys"],
            region=REGION,
            sqs=here.aws.endpoints.sqs,
            outside="PJSIP/{name}",
        )
