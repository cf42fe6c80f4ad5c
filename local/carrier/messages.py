"""HTTP as plain values, so that the engine can be driven with and without sockets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"
SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, in either direction."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, still percent-encoded, without host and query."""
        return urlsplit(self.url).path

    def query(self) -> list[tuple[str, str]]:
        """The query's fields in their order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    def form(self) -> list[tuple[str, str]]:
        """The form body's fields in their order, blank ones included."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def header(self, name: str) -> str:
        """A header's value whatever its case; empty when it is missing."""
        return header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer, in either direction."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def succeeded(self) -> bool:
        """Whether the status is of the 200 family."""
        return 200 <= self.status < 300  # noqa: PLR2004  HTTP's own borders

    def header(self, name: str) -> str:
        """A header's value whatever its case; empty when it is missing."""
        return header(self.headers, name)


Transport = Callable[[Request], Response]
"""Performs a request; raises OSError (ConnectionError, TimeoutError) when no answer came."""


def header(headers: Mapping[str, str], name: str) -> str:
    """Look a header up without regard to case."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def with_query(url: str, fields: Mapping[str, str]) -> str:
    """The address with the fields appended to its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"
