"""Which machines may be asked for sounds: an address comes out of a flow, perhaps with what a caller keyed in.

A name is resolved once, every address that it leads to is checked, and the connection goes to a checked one: a name
that changes its mind in between (DNS rebinding) changes nothing. The stack's plugins keep the same rules.
"""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

LOOPBACK = "loopback"
"""Among what is allowed: any port of our own machine, on a laptop."""

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
_GLOBAL_V6 = ip_network("2000::/3")
_REFUSED_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

# Private networks (RFC 1918, RFC 4193): what may be named as an exception, but for Amazon's metadata in the last.
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_METADATA_V6 = ip_network("fd00:ec2::/32")


class Refused(OSError):
    """This machine is not asked. An OSError, because that is what the connector takes from a resolver."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`allowed` are the `host:port` that may be inner and plain, and perhaps `loopback`."""

    allowed: frozenset[str] = frozenset()

    def check_address(self, url: URL) -> None:
        """Refuse an address as far as that can be told before its host is resolved."""
        if url.scheme not in {"http", "https"} or not url.host or url.user is not None or url.password is not None:
            raise Refused("an address must be https://host/..., without a user")
        plain_allowed = f"{url.host}:{url.port}" in self.allowed or LOOPBACK in self.allowed
        if url.scheme != "https" and not plain_allowed:
            raise Refused("an address must be https")
        try:
            literal = str(ip_address(url.host))
        except ValueError:
            return
        # The connector asks no resolver about what is an IP address already.
        self.check_machines(url.host, url.port or 0, [literal])

    def check_machines(self, host: str, port: int, addresses: Iterable[str]) -> None:
        """Refuse the host unless all that it resolves to may be asked."""
        for address in addresses:
            ip = ip_address(address.partition("%")[0])
            if ip.is_loopback and LOOPBACK in self.allowed:
                continue
            private = any(ip in block for block in _PRIVATE) and ip not in _METADATA_V6
            if not may_be_asked(address) and not (private and f"{host}:{port}" in self.allowed):
                raise Refused("it leads to a machine that is not out on the internet")


def may_be_asked(address: str) -> bool:
    """Tell whether an IP address is out on the internet: not ours, not the cloud's, not a trick to reach them."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in _REFUSED_V4)
    return ip in _GLOBAL_V6 and not any(ip in block for block in _REFUSED_V6)


class GuardedResolver(AbstractResolver):
    """Resolves names for aiohttp's connector and gives none that leads inside."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a host.

        Raises:
            Refused: one of them must not be asked.
            OSError: it has none.

        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        addresses = [(kind, str(place[0])) for kind, _, _, _, place in found]
        self._guard.check_machines(host, port, [address for _, address in addresses])
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, address in addresses
        ]

    async def close(self) -> None:
        """Hold nothing."""
