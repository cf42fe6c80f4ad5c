"""What no telephone says: RFC 4475's torture messages and wounded ones, from strangers and in the provider's name."""

import random
import re
import socket
import time
from contextlib import ExitStack, suppress
from secrets import token_hex

import pytest

from tests.asterisk.torture import INVALID, MESSAGES

pytestmark = pytest.mark.enable_socket

NUMBER, CALLER = "+8675583000000", "+8613800138000"
PROVIDER, STRANGER = "127.0.0.2", "127.0.0.3"
HEARD = 1.0
"""Seconds after which whatever was thrown has been read."""

SDP = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


def good(n):
    """Give a call as a provider brings it; `n` tells one from another."""
    return (
        f"INVITE sip:{NUMBER}@pbx.example SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{n}\r\n"
        "Max-Forwards: 70\r\n"
        f"From: <sip:{CALLER}@provider.example>;tag={n}\r\n"
        f"To: <sip:{NUMBER}@pbx.example>\r\n"
        f"Call-ID: {n}@provider.example\r\n"
        "CSeq: 1 INVITE\r\n"
        "Contact: <sip:line@192.0.2.1:5060>\r\n"
        "Content-Type: application/sdp\r\n"
        f"Content-Length: {len(SDP)}\r\n\r\n{SDP}"
    ).encode()


NO_CALLS = ("badinv01", "ncl", "quotbal", "insuf", "invut", "ltgtruri", "lwsruri")
"""Of the invalid INVITEs those out of which nobody can make a call. Asterisk is more generous than RFC 4475 with some
others (clerr, multi01, sdp01): who is known may call by them."""


@pytest.fixture
def throws(pbx):
    """Throw a message at Asterisk from an address, as one datagram."""
    with ExitStack() as sockets:
        opened = {}

        def throw(message: bytes, host: str) -> None:
            if host not in opened:
                opened[host] = sockets.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                opened[host].bind((host, 0))
            opened[host].sendto(message, ("127.0.0.1", pbx.ports.sip))

        yield throw


@pytest.fixture
def survives(pbx, ari, line):
    """Look afterwards whether it is the same Asterisk, and takes a call as ever."""
    before = pbx._pid()
    yield
    assert pbx._pid() == before
    assert pbx.is_alive()
    caller = line.telephone("+8613800138999", 400)
    caller.dial(NUMBER)
    ari.hears("StasisStart", lambda told: told["channel"]["caller"]["number"] == caller.number)
    caller.put_down()


def calls(ari):
    return [event["channel"]["name"] for event in ari.events if event["type"] == "StasisStart"]


def anew(message):
    """Let it be another message than any before: else it might be taken for one that comes again."""
    mark = token_hex(4).encode()
    told = re.sub(rb"(?im)^(?:call-id|i)\s*:\s*", rb"\g<0>" + mark, message)
    return told.replace(b"branch=z9hG4bK", b"branch=z9hG4bK" + mark)


def to_our_number(message):
    """Let the request be for a number of ours: else it would be refused for that alone."""
    first, rest = anew(message).split(b"\r\n", 1)
    for theirs in (b"sip:user@example.com", b"sip:vivekg@chair-dnrc.example.com", b"sip:user@company.com"):
        first = first.replace(theirs, f"sip:{NUMBER}@example.com".encode())
    return first + b"\r\n" + rest


def test_there_are_all_forty_nine():
    assert len(MESSAGES) == 49
    assert set(NO_CALLS) <= set(INVALID)


@pytest.mark.usefixtures("survives")
def test_torture_by_strangers_brings_no_call_and_no_registration(throws, ari):
    for message in MESSAGES.values():
        throws(anew(message), STRANGER)
        throws(to_our_number(message), STRANGER)
    time.sleep(HEARD)
    assert calls(ari) == []
    assert ari.asks("GET", "/channels") == (200, [])
    assert {each["state"] for each in ari.asks("GET", "/endpoints/PJSIP")[1] if each["resource"] != "trunk"} == {
        "offline"
    }


@pytest.mark.usefixtures("survives")
def test_torture_in_the_providers_name_brings_no_call_for_numbers_that_are_not_ours(throws, ari):
    for message in MESSAGES.values():
        throws(anew(message), PROVIDER)
    time.sleep(HEARD)
    assert calls(ari) == []


@pytest.mark.usefixtures("survives")
@pytest.mark.parametrize("name", NO_CALLS)
def test_what_cannot_be_a_call_is_none_even_from_the_provider(name, throws, ari):
    throws(to_our_number(INVALID[name]), PROVIDER)
    time.sleep(HEARD / 4)
    assert calls(ari) == []


@pytest.mark.usefixtures("survives")
def test_torture_over_a_connection_is_survived(pbx, ari):
    for message in MESSAGES.values():
        with socket.create_connection(("127.0.0.1", pbx.ports.sip), source_address=(STRANGER, 0)) as connection:
            connection.sendall(anew(message))
    time.sleep(HEARD)
    assert calls(ari) == []


@pytest.mark.usefixtures("survives")
def test_a_good_call_from_the_provider_is_one_and_from_a_stranger_none(throws, ari):
    throws(good("stranger"), STRANGER)
    throws(good("provider"), PROVIDER)
    time.sleep(HEARD)
    assert len(calls(ari)) == 1


NO_TEXT = (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"%FF")
PLACES = {
    "called": (b"+8675583000000@pbx.example SIP", b"+86755@@83000000@pbx.example SIP"),
    "caller": (b"From: <sip:", b'From: "@@" <sip:@@'),
    "call-id": (b"Call-ID: ", b"Call-ID: @@"),
    "asserted": (b"CSeq: 1", b'P-Asserted-Identity: "@@" <sip:+86@@1@x>\r\nCSeq: 1'),
    "diverted": (b"CSeq: 1", b'Diversion: "@@" <sip:+86@@1@x>;reason=@@\r\nCSeq: 1'),
}


@pytest.mark.usefixtures("survives")
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_text_mutes_nobody(place, throws, ari):
    """ARI could write no event about such a call, and gave no list of channels while it lasted."""
    usual, spoilt = PLACES[place]
    for n, bytes_ in enumerate(NO_TEXT):
        throws(good(f"{place}{n}").replace(usual, spoilt.replace(b"@@", bytes_)), PROVIDER)
    time.sleep(HEARD)
    status, channels = ari.asks("GET", "/channels")
    assert status == 200
    assert len(channels) == len(calls(ari)), "whoever is there was told to the bridge"


@pytest.mark.usefixtures("survives")
@pytest.mark.parametrize(("host", "times"), [(STRANGER, 1000), (PROVIDER, 200)])
def test_wounded_messages_are_survived(host, times, throws, ari):
    """The provider's that can still be read are calls, and sound has ports for 250 of them here."""
    dice = random.Random(host)  # noqa: S311 - the same wounds each time
    for n in range(times):
        throws(wounded(good(n), dice), host)
    time.sleep(HEARD)
    if host == STRANGER:
        assert calls(ari) == []


def wounded(message, dice):
    """Cut it, flip some of its bytes, say a line a hundred times, or put something monstrous in."""
    place = dice.randrange(len(message))
    what = dice.randrange(5)
    if what == 0:
        return message[:place]
    if what == 1:
        flipped = bytearray(message)
        for _ in range(dice.randrange(1, 9)):
            flipped[dice.randrange(len(flipped))] = dice.randrange(256)
        return bytes(flipped)
    if what == 2:
        lines = message.split(b"\r\n")
        again = dice.randrange(1, len(lines))
        return b"\r\n".join([*lines[:again], *[lines[again]] * 100, *lines[again:]])
    monster = dice.choice(
        [b"\0" * 500, b"%s%n" * 300, b"\xff" * 2000, b"(" * 3000, b";" * 3000, b'"' * 1001, b"9" * 1500]
    )
    return message[:place] + monster + (b"" if what == 3 else message[place:])


@pytest.mark.usefixtures("survives")
def test_who_never_comes_to_an_end_holds_nobody_up(pbx):
    with ExitStack() as connections:
        for _ in range(50):
            connection = connections.enter_context(socket.create_connection(("127.0.0.1", pbx.ports.sip)))
            connection.sendall(b"INVITE sip:+8675583000000@x SIP/2.0\r\nSubject: ")
        talker = connections.enter_context(socket.create_connection(("127.0.0.1", pbx.ports.sip)))
        with suppress(OSError):
            for _ in range(500):
                talker.sendall(b"x" * 4096)
