"""How the gateway behaves; the defaults are API Gateway's own limits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Sizes in bytes, times in seconds.

    Args:
        stage: the first part of every REST path, as without a domain of one's own; "" serves from the root.
        static: folders served as they are, by the path they are served under ("/sdk").
        shared: paths below which pages of every origin may load what they find, as CloudFront lets them on AWS.
        documents: JSON documents by their path, such as the console's deployment.json.
        proxied: addresses of other systems by the path below which they are served ("/business").
        home: the page at "/".
        threads: how many functions may run at once.
        scramble: hands a socket's messages over out of order, which AWS may do and the laptop else does not.
    """

    stage: str = ""
    socket_path: str = "/socket"
    static: Mapping[str, Path] = field(default_factory=dict)
    shared: Collection[str] = ()
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    proxied: Mapping[str, str] = field(default_factory=dict)
    home: Path | None = None
    timeout_seconds: float = 29.0
    body_limit: int = 10 * 1024 * 1024
    message_limit: int = 128 * 1024
    idle_seconds: float = 600.0
    lifetime_seconds: float = 7200.0
    send_seconds: float = 5.0
    threads: int = 32
    scramble: bool = False

    @property
    def prefix(self) -> str:
        """What every REST path begins with."""
        return f"/{self.stage}" if self.stage else ""

    @property
    def stage_name(self) -> str:
        """The stage as events tell it; behind a domain of one's own it is named though it is in no path."""
        return self.stage or "api"
