"""Who carries calls on a laptop: the emulated Twilio, or a real Asterisk with its bridge."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from aiohttp import web

from local.aws.embedded import EmbeddedAws
from local.carrier.server import make_app as make_carrier
from local.carrier.settings import CarrierSettings, Number

HOST: Final = "127.0.0.1"
ACCOUNT_SID: Final = "AC" + "0" * 32
DEMO_NUMBER: Final = "+8675583000000"


@dataclass(frozen=True, slots=True)
class Here:
    """What a carrier finds on the laptop, which is about to open.

    Args:
        url: the contact centre's address.
        page_port: where the carrier's phone page is to be.
        aws: the stack's, which runs.
        secrets: the laptop's, by name.
        folder: for what the carrier keeps, `logs` for what it writes; a laptop that forgets at the end takes both away.
        serve: serves an application at a port of loopback until the laptop closes.
        running: what is entered here ends when the laptop closes, before everything that has been there until now.
        show: gets what a person at the terminal should see.
    """

    url: str
    page_port: int
    aws: EmbeddedAws
    secrets: Mapping[str, str]
    folder: Path
    logs: Path
    serve: Callable[[web.Application, int], None]
    running: ExitStack
    show: Callable[[str], None] | None

    @property
    def page_url(self) -> str:
        """The address of the phone page."""
        return f"http://{HOST}:{self.page_port}"


@dataclass(frozen=True, slots=True)
class SipTelephone:
    """What somebody with a SIP telephone fills in; `who` is a word that the start page knows."""

    who: str
    server: str
    user: str
    password: str


class LaptopCarrier(Protocol):
    """A carrier on the laptop; `prepare` comes first, then everything else, and so again for each opening."""

    queues: Sequence[str]
    """Those of the template's optional queues that it needs."""

    def prepare(self, here: Here) -> None:
        """Decide where everything is to be."""
        ...

    def environment(self) -> Mapping[str, str]:
        """Give the variables by which the product knows it."""
        ...

    def telephone(self) -> Mapping[str, Any]:
        """Give the telephone of agents' browsers, as deployment.json has it."""
        ...

    def telephones(self) -> Sequence[SipTelephone]:
        """Give the SIP telephones that may register."""
        ...

    def open(self) -> None:
        """Start."""
        ...


class EmulatedTwilio:
    """The emulated Twilio; prompts are spoken `speed` times as fast as in life."""

    queues: Sequence[str] = ()
    _here: Here

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def prepare(self, here: Here) -> None:
        """Take note of where everything is."""
        self._here = here

    def environment(self) -> Mapping[str, str]:
        """Give the variables of Twilio."""
        return {"ICALL_TWILIO_ACCOUNT_SID": ACCOUNT_SID, "ICALL_TWILIO_API_URL": self._here.page_url}

    def telephone(self) -> Mapping[str, Any]:
        """Let browsers come to the carrier."""
        return {"kind": "emulated", "carrier": self._here.page_url}

    def telephones(self) -> Sequence[SipTelephone]:
        """Give none: its SIP telephones are emulated too."""
        return ()

    def open(self) -> None:
        """Serve the carrier with its phone page."""
        self._here.serve(make_carrier(self._settings(), self._here.show), self._here.page_port)

    def _settings(self) -> CarrierSettings:
        here, twilio = self._here, f"{self._here.url}/carriers/twilio"
        return CarrierSettings(
            account_sid=ACCOUNT_SID,
            auth_token=here.secrets["twilio/auth-token"],
            api_keys=dict([here.secrets["twilio/api-key"].split()]),
            public_url=here.page_url,
            host=HOST,
            port=here.page_port,
            numbers=(Number(DEMO_NUMBER, f"{twilio}/voice", f"{twilio}/status"),),
            speed=self._speed,
            fetch_media=True,
        )
