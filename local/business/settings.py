"""What the freight company's system must be told before it starts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_VARIABLES = {
    "api_key": "BUSINESS_API_KEY",
    "webhook_secret": "BUSINESS_WEBHOOK_SECRET",
    "icall_url": "BUSINESS_ICALL_URL",
    "icall_api_key": "BUSINESS_ICALL_API_KEY",
}


class IncompleteSettings(ValueError):
    """The operator's fault: a setting is missing or malformed; the message names it, never its value."""


@dataclass(frozen=True, slots=True)
class BusinessSettings:
    """Keys, addresses and where to keep what happens.

    Args:
        api_key: what the contact centre's plugins must present.
        webhook_secret: `whsec_` and the base64 of the key with which the contact centre signs its webhooks.
        icall_url: the contact centre's public address, to which `/sso/login-codes` is added.
        icall_api_key: our key at the contact centre.
        data_dir: where work orders and webhooks survive a restart; None keeps them in memory alone.
        clock: seconds since the epoch.
    """

    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    icall_url: str
    icall_api_key: str = field(repr=False)
    data_dir: Path | None = None
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        missing = [name for name in _VARIABLES if not getattr(self, name)]
        if missing:
            raise IncompleteSettings(f"the business system needs {', '.join(missing)}")
        if not self.webhook_secret.startswith("whsec_"):
            raise IncompleteSettings("webhook_secret must be whsec_ followed by base64")


def read_settings(environment: Mapping[str, str], data_dir: Path | None) -> BusinessSettings:
    """The settings that stand in environment variables."""
    missing = [variable for variable in _VARIABLES.values() if not environment.get(variable)]
    if missing:
        raise IncompleteSettings(f"set {', '.join(missing)} before starting the business system")
    return BusinessSettings(
        api_key=environment[_VARIABLES["api_key"]],
        webhook_secret=environment[_VARIABLES["webhook_secret"]],
        icall_url=environment[_VARIABLES["icall_url"]],
        icall_api_key=environment[_VARIABLES["icall_api_key"]],
        data_dir=data_dir,
    )
