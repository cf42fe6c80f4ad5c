"""HTTP to Twilio's REST API: what was sent and what came back, and the two ways in which nothing comes back."""

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Protocol

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.response import BaseHTTPResponse

from chalicelib.core.ground.values import dataclass

_CONNECT_SECONDS = 2
_READ_SECONDS = 6
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request; a reply of more than `max_bytes` is not taken."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    max_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ApiReply:
    """One reply; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotSent(Exception):
    """No connection: nothing was sent, so nothing happened."""


class NoAnswer(Exception):
    """It may have been sent, and no usable reply came."""


class Transport(Protocol):
    """Whatever carries requests to Twilio."""

    def __call__(self, request: ApiRequest) -> ApiReply:
        """Give the reply, whatever its status, or raise NotSent or NoAnswer."""


class PooledTransport:
    """Requests over kept connections; follows no redirect and repeats nothing by itself."""

    def __call__(self, request: ApiRequest) -> ApiReply:
        """Give the reply, whatever its status, or raise NotSent or NoAnswer."""
        try:
            response = self._pool.request(
                request.method,
                request.url,
                body=request.body,
                headers=dict(request.headers),
                timeout=Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
                retries=False,
                preload_content=False,
            )
            return _reply(response, request.max_bytes)
        except (NewConnectionError, ConnectTimeoutError):
            raise NotSent from None
        except (HTTPError, OSError):
            raise NoAnswer from None

    @cached_property
    def _pool(self) -> PoolManager:
        return PoolManager(num_pools=2, maxsize=4)


def _reply(response: BaseHTTPResponse, max_bytes: int) -> ApiReply:
    body = bytearray()
    for piece in response.stream(_PIECE):
        body += piece
        if len(body) > max_bytes:
            response.close()
            raise NoAnswer
    response.release_conn()
    return ApiReply(response.status, {name.lower(): value for name, value in response.headers.items()}, bytes(body))
