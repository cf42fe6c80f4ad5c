"""HTTP to other people's servers, which may be slow, huge, wrong or hostile.

An address is given to us by a configuration, so it is not trusted: it is resolved once, every address that it
resolves to is checked, and the connection goes to a checked address. A name that changes its mind in between (DNS
rebinding) changes nothing. Proxies of the environment are not asked and redirects not followed.
"""

import re
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.client import SWITCHING_PROTOCOLS, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import IPPROTO_TCP, SHUT_RDWR, SOCK_STREAM, gaierror, getaddrinfo, inet_aton
from socket import socket as Socket  # noqa: N812 - the class, beside a field of that name
from threading import Event, Thread
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import SSLError as CertificateError
from urllib3.response import BaseHTTPResponse

from chalicelib.core.ground.errors import AddressRefused, BusinessSystemsFault, PluginFailed

_CHUNK = 64 * 1024
_PATH = re.compile(r"[!-~]+")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t -~]*")
_HEADERS = {"user-agent": "icall", "accept-encoding": "identity", "connection": "close"}
_PORTS: Mapping[str, int] = {"https": 443, "http": 80}
_MOST_INTERIM = 10
_MOST_INTERIM_BYTES = 16 * 1024

# IANA IPv4 Special-Purpose Address Registry, with multicast, and the cloud's own (168.63.129.16 is Azure's).
_REFUSED_V4 = tuple(
    ip_network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32"),
    )
)
# IANA IPv6: only 2000::/3 is out on the internet, and of that not these (Teredo and others, 6to4, documentation).
# So IPv4-mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), local and multicast addresses are never called.
_GLOBAL_V6 = ip_network("2000::/3")
_REFUSED_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

# Private networks (RFC 1918, RFC 4193): what may be named as an exception, but for Amazon's metadata in the last.
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_METADATA_V6 = ip_network("fd00:ec2::/32")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: all that an error may say of an address, for its path may hold what a caller said."""
        return f"{self.scheme}://{self.place}"


@dataclass(frozen=True, slots=True)
class _Inside:
    """What may be called although it is not out on the internet, and then by plain http too.

    A place lies in a private network, or out on the internet: naming one never leads to loopback or to the cloud's own.
    """

    places: frozenset[str]
    loopback: bool

    def check_scheme(self, target: _Target) -> None:
        """Refuse what would be asked in plain text, as far as that can be told of a name before it is resolved."""
        if target.scheme != "https" and target.place not in self.places and not self.loopback:
            raise _must_be_https(target)

    def check(self, target: _Target, addresses: Iterable[str]) -> None:
        """Refuse the target unless all that its host resolves to may be called, in its scheme."""
        for address in addresses:
            ip = ip_address(address.partition("%")[0])
            if ip.is_loopback:
                self._check_loopback(target)
            elif not may_be_called(address):
                self._check_private(target, ip)
            elif target.scheme != "https" and target.place not in self.places:
                raise _must_be_https(target)

    def _check_loopback(self, target: _Target) -> None:
        if not self.loopback:
            raise AddressRefused(f"{target.origin} leads back to our own machine, which a laptop alone may ask")

    def _check_private(self, target: _Target, ip: IPv4Address | IPv6Address) -> None:
        private = any(ip in block for block in _PRIVATE) and ip not in _METADATA_V6
        if not private:
            raise AddressRefused(f"{target.origin} is no address that anybody may ask")
        if target.place not in self.places:
            raise AddressRefused(
                f"{target.origin} is inside: if it may be asked, name {target.place} in ICALL_ALLOW_PRIVATE"
            )


class GuardedHttp:
    """Sends requests out.

    Args:
        allow_private: the `host:port` that may be inner and plain.
        tls: what servers are proved by, in place of the system's authorities.
        loopback: whether all of loopback may be called, and plain: on a laptop alone. What else listens on that
            machine can be asked too then, by whoever writes its plugins.
    """

    def __init__(
        self,
        allow_private: frozenset[str] = frozenset(),
        tls: ssl.SSLContext | None = None,
        *,
        loopback: bool = False,
    ) -> None:
        self._inside = _Inside(allow_private, loopback)
        self._given_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()

    def check(self, url: str) -> None:
        """Raise AddressRefused if a URL can never be called; a name is not resolved: it may lead elsewhere later."""
        self._admitted(url)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        timeout_ms: int,
        max_bytes: int,
    ) -> Reply:
        """Give the reply to one request, whatever its status but a redirect, within `timeout_ms` in all.

        Raises:
            AddressRefused: we must not call this address.
            PluginFailed: no usable reply; `reason` is timeout, unreachable, untrusted, broken, too_large, redirected
                or bad_request.

        """
        target = self._admitted(url)
        _check_sendable(target, headers)
        exchange = _Exchange(
            target,
            method,
            {**_HEADERS, "host": _host_header(target), **headers},
            body,
            time.monotonic() + timeout_ms / 1000,
            max_bytes,
            None if target.scheme == "http" else self._tls,
            self._inside,
        )
        return exchange.reply()

    def _admitted(self, url: str) -> _Target:
        target = _target_of(url)
        self._inside.check(target, _addresses_in(target.host))
        self._inside.check_scheme(target)
        return target


@dataclass(slots=True)
class _Exchange:
    """One request and its reply, in a thread of its own, so that the deadline holds whatever the server does.

    Time-outs of a socket are for each read: a server that sends a byte a second would never meet one. So the caller
    waits until the deadline and then cuts the connection. The thread ends by itself soon after.
    """

    target: _Target
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    deadline: float
    max_bytes: int
    tls: ssl.SSLContext | None
    inside: _Inside
    connection: HTTPConnection | None = None
    socket: Socket | None = None
    outcome: Reply | BusinessSystemsFault | None = None
    done: Event = field(default_factory=Event)
    cut: bool = False

    def reply(self) -> Reply:
        """Give the reply, or raise what went wrong."""
        Thread(target=self._run, name=f"to {self.target.place}", daemon=True).start()
        in_time = self.done.wait(max(0.0, self._left()))
        self._cut()
        # What the thread makes of a connection that we cut is no answer, even if it looks like one.
        if not in_time or not self.outcome:
            raise self._failed("timeout", "did not answer in time")
        if isinstance(self.outcome, Reply):
            return self.outcome
        raise self.outcome

    def _run(self) -> None:
        try:
            self.outcome = self._exchange()
        except BusinessSystemsFault as fault:
            self.outcome = fault
        except (TimeoutError, ReadTimeoutError, ConnectTimeoutError):
            self.outcome = self._failed("timeout", "did not answer in time")
        except (ssl.SSLError, CertificateError):
            self.outcome = self._failed("untrusted", "could not prove by its certificate who it is")
        except (OSError, HTTPException, HTTPError, ValueError):
            self.outcome = self._failed("broken", "broke off its answer, or it was not HTTP")
        finally:
            self._close()
            self.done.set()

    def _exchange(self) -> Reply:
        connection = self._connect(self._addresses())
        if self.cut:
            raise TimeoutError
        connection.request(
            self.method,
            self.target.path,
            body=self.body,
            headers=self.headers,
            preload_content=False,
        )
        connection.response_class = _FinalResponse
        response = connection.getresponse()
        try:
            if 300 <= response.status < 400:  # noqa: PLR2004 - the redirects
                raise self._failed("redirected", "sent us elsewhere, where we do not go")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status, headers, self._read(response))
        finally:
            response.close()

    def _addresses(self) -> list[str]:
        """Resolve the host, once, and refuse it if any of its addresses is one that we must not call."""
        try:
            found = getaddrinfo(self.target.host, self.target.port, type=SOCK_STREAM, proto=IPPROTO_TCP)
        except (gaierror, UnicodeError):
            raise self._failed("unreachable", "has no address") from None
        addresses = [str(sockaddr[0]) for *_, sockaddr in found]
        self.inside.check(self.target, addresses)
        return addresses

    def _connect(self, addresses: list[str]) -> HTTPConnection:
        for address in addresses:
            self.connection = self._connection_to(address)
            with suppress(NewConnectionError):
                self.connection.connect()
                self.socket = self.connection.sock
                return self.connection
        raise self._failed("unreachable", "cannot be reached")

    def _connection_to(self, address: str) -> HTTPConnection:
        left = self._left()
        if left <= 0:
            raise TimeoutError
        if self.tls is None:
            return HTTPConnection(address, self.target.port, timeout=left)
        return HTTPSConnection(
            address,
            self.target.port,
            timeout=left,
            ssl_context=self.tls,
            server_hostname=self.target.host,
        )

    def _read(self, response: BaseHTTPResponse) -> bytes:
        """Read the body piece by piece; the bound holds for what a compressed body becomes, too."""
        body = bytearray()
        while piece := response.read(_CHUNK, decode_content=True):
            body += piece
            if len(body) > self.max_bytes:
                raise self._failed("too_large", f"answered more than {self.max_bytes} bytes")
            if self.cut:
                raise TimeoutError
        return bytes(body)

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _cut(self) -> None:
        self.cut = True
        with suppress(OSError):
            if self.socket:
                self.socket.shutdown(SHUT_RDWR)

    def _close(self) -> None:
        if self.connection:
            self.connection.close()

    def _failed(self, reason: str, what: str) -> PluginFailed:
        return PluginFailed(reason, f"{self.target.place} {what}")


class _FinalResponse(HTTPResponse):
    """Skips interim responses (RFC 9110, 15.2): the library passes over 100 alone, and over any number of them."""

    def _read_status(self) -> tuple[str, int, str]:
        left = _MOST_INTERIM_BYTES
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # it has a name, but no types
            if not 100 <= status < 200 or status == SWITCHING_PROTOCOLS:  # noqa: PLR2004 - the interim ones
                return version, status, reason
            left = self._skip_fields(left)
        raise HTTPException("interim responses without end")

    def _skip_fields(self, left: int) -> int:
        """Read an interim response's fields away, and give how many bytes there may still be."""
        while (line := self.fp.readline(left + 1)) not in {b"\r\n", b"\n", b""}:
            left -= len(line)
            if left < 0:
                raise HTTPException("interim responses without end")
        return left


def may_be_called(address: str) -> bool:
    """Tell whether an IP address is out on the internet: not ours, not the cloud's, not a trick to reach them."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in _REFUSED_V4)
    return ip in _GLOBAL_V6 and not any(ip in block for block in _REFUSED_V6)


def _must_be_https(target: _Target) -> AddressRefused:
    return AddressRefused(f"{target.origin} must be asked by https")


def _addresses_in(host: str) -> list[str]:
    """Give the address that a host is written as, in whatever digits; none for a name, but for our own machine's."""
    if host == "localhost":
        return ["127.0.0.1"]
    try:
        return [str(ip_address(host if ":" in host else inet_aton(host)))]
    except (OSError, ValueError):
        return []


def _target_of(url: str) -> _Target:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("an address could not be read") from None
    if parts.scheme not in _PORTS or not host or not host.isascii() or port == 0:
        raise AddressRefused("an address must be https://host/..., its host in ASCII")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("an address must not hold a user or a password")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(parts.scheme, host, port or _PORTS[parts.scheme], path)


def _check_sendable(target: _Target, headers: Mapping[str, str]) -> None:
    """Refuse what would split a request in two, or that HTTP cannot carry; a value that came from a caller may."""
    sendable = _PATH.fullmatch(target.path) and all(
        _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value) for name, value in headers.items()
    )
    if not sendable:
        raise PluginFailed("bad_request", f"{target.place} cannot be sent such a path or header")


def _host_header(target: _Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == _PORTS[target.scheme] else f"{host}:{target.port}"
