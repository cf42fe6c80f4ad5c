import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from chalicelib.adapters import http as plugins
from icall_bridge.sound.guard import LOOPBACK, Guard, GuardedResolver, Refused, may_be_asked

ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.integers(0, 2**112).map(lambda low: str(IPv6Address((0x2000 << 112) + low))),
    st.sampled_from(plugins._REFUSED_V4 + plugins._REFUSED_V6).map(lambda block: str(block[0])),
    st.sampled_from(plugins._REFUSED_V4 + plugins._REFUSED_V6).map(lambda block: str(block[-1])),
)


class Names:
    """Resolves names as a test says, in place of the machine's resolver."""

    def __init__(self, monkeypatch, **machines):
        async def getaddrinfo(_loop, host, port, **_options):
            if host not in machines:
                raise socket.gaierror(socket.EAI_NONAME, "no such name")
            return [
                (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
                for ip in machines[host]
            ]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


@given(ADDRESSES)
def test_sounds_come_from_where_plugins_may_be_and_from_nowhere_else(address):
    assert may_be_asked(address) == plugins.may_be_called(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://sounds.example.com/a.wav",
        "ftp://sounds.example.com/a.wav",
        "https://user:secret@sounds.example.com/a.wav",
        "https://127.0.0.1/a.wav",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.wav",
        "https://[::ffff:10.0.0.1]/a.wav",
        "https://10.1.2.3:8443/a.wav",
        "file:///etc/passwd",
    ],
)
def test_what_is_not_out_on_the_internet_is_refused(address):
    with pytest.raises(Refused):
        Guard().check_address(URL(address, encoded=True))


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://sounds.example.com/a.wav", ""),
        ("https://10.1.2.3:8443/a.wav", "10.1.2.3:8443"),
        ("http://10.1.2.3:80/a.wav", "10.1.2.3:80"),
        ("http://127.0.0.1:9000/a.wav", LOOPBACK),
    ],
)
def test_what_is_out_there_or_named_may_be_asked(address, allowed):
    Guard(frozenset({allowed})).check_address(URL(address, encoded=True))


@pytest.mark.parametrize("machine", ["169.254.169.254", "127.0.0.1", "fd00:ec2::254", "::1", "224.0.0.1"])
def test_naming_a_place_never_leads_to_the_clouds_own_or_to_ourselves(machine):
    guard = Guard(frozenset({"sounds.example.com:443"}))

    with pytest.raises(Refused):
        guard.check_machines("sounds.example.com", 443, [machine])


def test_a_name_that_leads_inside_is_not_resolved_even_if_it_leads_outside_too(monkeypatch):
    Names(monkeypatch, **{"sounds.example.com": ["93.184.216.34", "10.0.0.7"]})

    with pytest.raises(Refused):
        asyncio.run(GuardedResolver(Guard()).resolve("sounds.example.com", 443))


def test_a_name_is_resolved_to_what_was_checked(monkeypatch):
    Names(monkeypatch, **{"sounds.example.com": ["93.184.216.34", "2606:2800:220:1::1"]})

    found = asyncio.run(GuardedResolver(Guard()).resolve("sounds.example.com", 443))

    assert [(each["host"], each["port"]) for each in found] == [("93.184.216.34", 443), ("2606:2800:220:1::1", 443)]


@pytest.mark.enable_socket  # the machine's own resolver reads these
@pytest.mark.parametrize("written", ["2130706433", "127.1", "0x7f000001", "017700000001"])
def test_our_own_machine_in_other_digits_is_still_our_own(written):
    with pytest.raises(Refused):
        asyncio.run(GuardedResolver(Guard()).resolve(written, 443))


def test_a_link_local_address_with_its_zone_is_refused():
    assert not may_be_asked("fe80::1%eth0")
    assert may_be_asked(str(IPv4Address("93.184.216.34")))
