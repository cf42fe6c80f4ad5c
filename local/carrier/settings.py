"""What the emulated carrier can be told when it is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["manual", "auto", "never", "busy", "unreachable"]
"""How a device behaves when it is called: `manual` rings until somebody does something, `auto` answers by itself."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the account and the addresses asked when it is called."""

    number: str
    voice_url: str
    status_callback: str = ""
    voice_method: str = "POST"


@dataclass(frozen=True, slots=True)
class SharedKey:
    """What webhooks are signed with in place of the auth token, when the account has a rule for them."""

    id: str
    secret: str = field(repr=False)
    algorithm: Literal["HMAC_SHA1", "HMAC_SHA256"] = "HMAC_SHA256"


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """Account, addresses and habits of one emulated carrier; times in seconds."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Key sid -> secret: the other way to sign REST requests."""
    shared_key: SharedKey | None = None
    public_url: str = "http://127.0.0.1:8020"
    host: str = "127.0.0.1"
    port: int = 8020
    numbers: tuple[Number, ...] = ()
    devices: Mapping[str, Mode] = field(default_factory=dict)
    speed: float = 1.0
    """How many times faster than life prompts are spoken; ring times are never changed."""
    ring_buffer: float = 5.0
    """Twilio adds five seconds to every ring time-out it is given."""
    outbound_per_second: float | None = None
    """Outbound API calls beyond this rate wait in the carrier's queue."""
    concurrent_calls: int | None = None
    """What an account without an approved business profile runs into (two or three)."""
    fetch_media: bool = False
    """Whether sound files are fetched to learn their length; tests in one process only note their address."""
    recording_delay: float = 1.0
    """From a recording's end to its file."""
    pstn_answers_after: float = 2.0
    pstn_endings: Mapping[str, Mode] = field(
        default_factory=lambda: {"486": "busy", "408": "never", "404": "unreachable"},
    )
    """What an unregistered phone number does, by its last digits; others answer."""
