"""An Asterisk unpacked from Debian's packages: what it is made of, and what its starter can do with it."""

import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import aiohttp
import pytest

from local.asterisk import packages
from local.asterisk.instance import SAMPLES, Instance, Settings, filled
from tests.asterisk.ari import Ari

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def alone(unpacked, tmp_path):
    """An instance that a test may ruin."""
    with Instance(unpacked, tmp_path, Settings()) as instance:
        yield instance


def ping(instance, within=10.0):
    proof = {"Authorization": aiohttp.encode_basic_auth("icall", instance.secret)}
    with closing(HTTPConnection("127.0.0.1", instance.ports.http, timeout=within)) as connection:
        connection.request("GET", "/ari/asterisk/ping", headers=proof)
        return connection.getresponse().status


def test_killed_it_starts_again(alone):
    alone.kill()
    assert not alone.is_alive()
    alone.start()
    assert ping(alone) == 200


def test_frozen_it_is_there_and_says_nothing_until_it_is_thawed(alone):
    alone.freeze()
    assert alone.is_alive()
    with pytest.raises(TimeoutError):
        ping(alone, within=1)
    alone.thaw()
    assert ping(alone) == 200


def test_frozen_it_is_stopped_all_the_same(alone):
    alone.freeze()
    alone.stop()
    assert not alone.is_alive()


def test_with_the_next_start_browsers_telephones_are_forgotten(alone):
    auth = {"auth_type": "userpass", "username": "agent-100", "password": "known-for-an-hour"}
    body = {"fields": [{"attribute": field, "value": value} for field, value in auth.items()]}
    place = "/asterisk/config/dynamic/res_pjsip/auth/agent-100"
    with Ari(alone.ari, "icall", alone.secret) as ari:
        assert ari.asks("PUT", place, body)[0] == 200
    alone.stop()
    assert not any(b"known-for-an-hour" in file.read_bytes() for file in alone.folder.rglob("*") if file.is_file())
    alone.start()
    with Ari(alone.ari, "icall", alone.secret) as ari:
        assert ari.asks("GET", place)[0] == 404


VANISHES = """
import sys, time
from tests.asterisk.phones import OUTSIDE, Switchboard
caller = Switchboard().line(OUTSIDE, sys.argv[1]).telephone("+8613800138000", 400)
caller.dial("+8675583000000")
while not caller.is_answered():
    time.sleep(0.05)
print("answered", flush=True)
time.sleep(60)
"""


@pytest.mark.usefixtures("switchboard")
def test_a_telephone_that_vanishes_without_a_word_is_noticed(alone):
    sample = alone.configuration / "pjsip.conf"
    sample.write_text(sample.read_text("utf-8").replace("rtp_timeout=30\n", "rtp_timeout=2\n"), "utf-8")
    alone.says("module reload res_pjsip.so")
    with Ari(alone.ari, "icall", alone.secret) as ari:
        line = [sys.executable, "-c", VANISHES, alone.sip]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as telephone:  # noqa: S603 - our own words
            channel = ari.hears("StasisStart")["channel"]["id"]
            ari.asks("POST", f"/channels/{channel}/answer")
            while "answered" not in telephone.stdout.readline():
                pass
            telephone.kill()
        ari.hears("ChannelHangupRequest", lambda told: told["channel"]["id"] == channel)


def test_every_value_that_the_laptop_fills_in_is_named_by_the_sample():
    text = (SAMPLES / "icall_here.conf").read_text("utf-8")
    there = filled(text, {"here-udp": {"bind": "127.0.0.1:1", "local_net": "10.1.0.0/16"}})
    assert "bind=127.0.0.1:1\n" in there
    assert "\nlocal_net=10.1.0.0/16\n" in there
    assert there.count("local_net=10.0.0.0/8") == 1, "that of TLS is another one"
    with pytest.raises(KeyError, match="no-such-value"):
        filled(text, {"here-udp": {"no-such-value": "1"}})


def test_where_there_is_no_apt_it_says_so_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(packages.UnavailableError, match=r"^no apt-get here: Asterisk is taken from Debian's packages$"):
        packages.install(tmp_path)


def test_where_no_mirror_is_known_it_says_so_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "_SOURCES", (str(tmp_path / "none"),))
    with pytest.raises(packages.UnavailableError, match=r"^this machine's /etc/apt names no mirror"):
        packages.install(tmp_path)


@pytest.mark.parametrize(
    "sources",
    [
        "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n",
        "# a comment\ndeb http://mirror.example/debian bookworm main\n",
        "deb [arch=amd64 signed-by=/x] http://mirror.example/debian bookworm main\n",
        "Types: deb\nURIs: http://mirror.example/debian-security\n\nTypes: deb\nURIs: http://mirror.example/debian\n",
        "deb-src http://other.example/debian x main\ndeb http://mirror.example/debian bookworm main\n",
    ],
)
def test_the_mirror_is_the_one_that_the_machine_uses(sources, tmp_path, monkeypatch):
    (tmp_path / "sources.list").write_text(sources, "utf-8")
    monkeypatch.setattr(packages, "_SOURCES", (str(tmp_path / "sources.list"),))
    assert packages._mirror() == "http://mirror.example/debian"
