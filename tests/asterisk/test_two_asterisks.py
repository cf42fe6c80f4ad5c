"""Two Asterisks of one stack: a telephone that is registered at one of them is rung by the other."""

import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

import aiohttp
import pytest

from icall_bridge.messages import HangUp, Ring
from local.asterisk.instance import APP, DeskPhone, Instance, Settings
from tests.asterisk.bridges import Bridge
from tests.asterisk.little_stack import LittleStack

pytestmark = pytest.mark.enable_socket

HERE, THERE = "127.0.0.5", "127.0.0.6"
LISI = DeskPhone("lisi", "lisi-knows")
PATIENCE = 30.0


def peer(pbx, name, host, port):
    """Let a pbx know another, as the sample says."""
    with (pbx.configuration / "icall_trunk.conf").open("a") as file:
        file.write(
            f"\n[{name}](from-a-peer)\naors={name}\n[{name}]\ntype=aor\ncontact=sip:{host}:{port}\nqualify_frequency=15\n"
            f"[{name}]\ntype=identify\nendpoint={name}\nmatch={host}\n"
        )
    pbx.says("module reload res_pjsip.so")
    pbx.says("module reload res_pjsip_endpoint_identifier_ip.so")


def originate(pbx, endpoint):
    """Let a pbx call, without its bridge."""
    proof = {"Authorization": aiohttp.encode_basic_auth(APP, pbx.secret)}
    where = urlencode({"endpoint": endpoint, "context": "icall-fallback", "extension": "s", "priority": 1})
    with closing(HTTPConnection("127.0.0.1", pbx.ports.http, timeout=10)) as connection:
        connection.request("POST", f"/ari/channels?{where}", headers=proof)
        assert connection.getresponse().status == 200


def until(that):
    deadline = time.monotonic() + PATIENCE
    while not that():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def pair(unpacked, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    with (
        Instance(unpacked, folder / "here", Settings(host=HERE, phones=[LISI])) as here,
        Instance(unpacked, folder / "there", Settings(host=THERE, phones=[LISI])) as there,
        LittleStack() as stack,
        Bridge(stack, here, folder / "bridge", ICALL_BRIDGE_PEERS="berlin2") as bridge,
    ):
        peer(here, "berlin2", THERE, there.ports.sip)
        peer(there, "berlin1", HERE, here.ports.sip)
        until(lambda: stack.alive)
        yield here, there, stack, bridge


@pytest.fixture
def lisi(pair, switchboard):
    telephone = switchboard.desk(LISI.name, LISI.secret, 700, f"{THERE}:{pair[1].ports.sip}")
    assert telephone.registers() == 200
    yield telephone
    telephone.leaves()
    telephone.remove()


def told(stack, call):
    return [each["type"] for each in stack.talks[call].told] if call in stack.talks else []


def test_a_telephone_that_is_registered_there_rings_for_a_call_here(pair, lisi):
    stack = pair[2]
    stack.orders("x1", "l9", Ring("sip:lisi@phones.shunda.example", "+8675583000000", 20))
    until(lisi.is_ringing)
    lisi.pick_up()
    until(lambda: "leg.joined" in told(stack, "x1"))
    stack.orders("x1", "l9", HangUp())
    until(lambda: not lisi.is_connected())
    until(lambda: "leg.ended" in told(stack, "x1"))
    assert told(stack, "x1") == ["leg.rang", "leg.answered", "leg.joined", "leg.ended"]


def test_a_telephone_that_is_registered_nowhere_is_told_at_once(pair):
    stack = pair[2]
    stack.orders("x2", "l9", Ring("sip:lisi@phones.shunda.example", "+8675583000000", 20))
    until(lambda: told(stack, "x2"))
    assert told(stack, "x2") == ["leg.ended"]
    assert stack.talks["x2"].told[0]["cause"] == "failed"


@pytest.mark.parametrize("name", ["trunk", "berlin1", "browser", "+8613800138000", "wangwu"])
def test_nothing_but_telephones_is_rung_for_another_pbx(pair, name):
    here, there, _, _ = pair

    def calls():
        return int(there.says("core show channels count").splitlines()[2].split()[0])

    before = calls()
    originate(here, f"PJSIP/{name}@berlin2")
    until(lambda: here.says("core show channels count").startswith("0 "))
    assert there.says("core show channels count").startswith("0 ")
    assert calls() - before <= 1, "nobody was called because of it"
