"""The page's telephone at a real Asterisk, with the sample configuration: SIP over its WebSocket, sound by WebRTC."""

import time

import pytest
from desk_pbx import Cable, Exchange, opens, served
from desk_sound import AGENT, CALLER, HERTZ, hears, says, tones_in
from desk_stage import eventually

# Where Asterisk for tests is not there at all, this says so; where it cannot be fetched, the fixture does.
instances = pytest.importorskip("local.asterisk.instance", reason="no Asterisk for tests: local/asterisk is missing")
packages = pytest.importorskip("local.asterisk.packages")
clients = pytest.importorskip("tests.asterisk.ari")

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]

REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); };"


@pytest.fixture(scope="module")
def pbx(tmp_path_factory):
    try:
        unpacked = packages.install()
    except packages.UnavailableError as missing:
        pytest.skip(f"no Asterisk can be had here: {missing}")
    with instances.Instance(unpacked, tmp_path_factory.mktemp("pbx"), instances.Settings()) as instance:
        yield instance


@pytest.fixture
def exchange(pbx):
    with clients.Ari(pbx.ari, instances.APP, pbx.secret) as ari, Cable(pbx.ports.http) as cable:
        exchange = Exchange(ari, pbx.recordings, cable)
        yield exchange
        for channel in ari.asks("GET", "/channels")[1]:
            ari.asks("DELETE", f"/channels/{channel['id']}")
        exchange.takes_back()


@pytest.fixture(scope="module")
def address():
    with served() as address:
        yield address


@pytest.fixture
def phone(chromium, address):
    return opens(chromium, address, says(AGENT))


def test_a_page_is_rung_picks_up_hears_and_is_heard_is_muted_presses_keys_and_hangs_up(phone, exchange):
    exchange.lets_in("s1")
    assert phone.registers(exchange.server) == ""
    leg = exchange.rings()
    phone.rings()
    assert phone.does("answer()") == ""
    leg.is_up()
    leg.plays(HERTZ[CALLER])
    hears(phone.page, CALLER)
    leg.listens()
    time.sleep(1)
    assert AGENT in tones_in(leg.has_heard())
    phone.does("mute(true)")
    time.sleep(0.5)
    leg.listens()
    time.sleep(1)
    assert AGENT not in tones_in(leg.has_heard())
    assert phone.does("sendDigits('12#')") == ""
    leg.gets_keys("12#")
    phone.does("hangUp()")
    assert leg.ends() == 16


def test_who_is_muted_when_they_pick_up_is_not_heard_from_the_first_moment(phone, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    phone.does("mute(true)")
    leg = exchange.rings()
    phone.rings()
    phone.page.evaluate("void device.answer()")
    leg.is_up()
    leg.listens()
    time.sleep(2)
    assert AGENT not in tones_in(leg.has_heard())


def test_a_page_that_is_asked_to_pick_up_before_it_rings_picks_up_the_next(phone, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    phone.page.evaluate("globalThis.answered = device.answer()")
    leg = exchange.rings()
    leg.is_up()
    phone.page.evaluate("answered")
    leg.hangs_up()
    assert leg.ends() == 16


def test_a_page_declines_and_forgets_what_was_taken_back(phone, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    declined = exchange.rings()
    phone.rings()
    phone.does("hangUp()")
    assert declined.ends() == 21
    taken_back = exchange.rings()
    phone.rings(times=2)
    taken_back.hangs_up()
    taken_back.ends()
    assert phone.does("answer()") == "Nothing rings at this page's telephone."


def test_a_secret_that_comes_late_is_waited_for(phone, exchange):
    phone.begins_to_register(exchange.server)
    time.sleep(1)
    exchange.lets_in("s1")
    phone.page.evaluate("registering")
    assert exchange.registered


def test_a_secret_that_was_taken_back_registers_nobody(phone, chromium, address, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    exchange.takes_back()
    assert not exchange.registered
    refusal = "The carrier refuses this page's telephone: tell your administrator."
    assert opens(chromium, address).registers(exchange.server) == refusal


@pytest.mark.parametrize("goes", ["close", "reload"])
def test_a_page_that_goes_away_hangs_up(phone, exchange, goes):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    leg = exchange.rings()
    phone.rings()
    phone.does("answer()")
    getattr(phone.page, goes)()
    assert leg.ends() == 16
    assert eventually(lambda: not exchange.registered)


@pytest.mark.parametrize("how", ["cut", "falls_silent"])
def test_a_network_that_goes_away_is_noticed_and_the_page_is_there_when_it_is_back(phone, exchange, how):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    getattr(exchange.cable, how)()
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.is_told("lost")
    assert "The telephone cannot reach the carrier; it goes on trying." in phone.told
    exchange.cable.mend()
    phone.is_told("ready", times=2)
    leg = exchange.rings()
    phone.rings()
    assert phone.does("answer()") == ""
    leg.is_up()


def test_a_talk_outlives_its_line_and_a_new_secret(phone, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    leg = exchange.rings()
    phone.rings()
    phone.does("answer()")
    leg.plays(HERTZ[CALLER])
    exchange.lets_in("s2")
    phone.page.evaluate("globalThis.secret = 's2'")
    exchange.cable.cut()
    phone.is_told("lost")
    exchange.cable.mend()
    phone.is_told("ready", times=2)
    hears(phone.page, CALLER)
    phone.does("hangUp()")
    assert leg.ends() == 16


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en-US",
            "The microphone was refused, so the customer cannot hear you: allow it in the browser's address bar.",
        ),
        ("zh-CN", "麦克风被拒绝，客户听不到您：请在浏览器地址栏中允许使用麦克风。"),
    ],
)
def test_a_refused_microphone_is_said_in_words_and_the_agent_hears_all_the_same(
    chromium, address, exchange, language, words
):
    phone = opens(chromium, address, says(AGENT), lambda page: page.add_init_script(REFUSED))
    exchange.lets_in("s1")
    phone.registers(exchange.server, language)
    leg = exchange.rings()
    phone.rings()
    assert phone.does("answer()") == words
    leg.plays(HERTZ[CALLER])
    hears(phone.page, CALLER)


def test_of_two_pages_the_one_that_registered_last_is_rung(phone, chromium, address, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    other = opens(chromium, address, says(AGENT))
    other.registers(exchange.server)
    phone.page.evaluate("device.dispose()")
    leg = exchange.rings()
    other.rings()
    assert other.does("answer()") == ""
    leg.is_up()
    assert phone.told == ["ready"]
    assert exchange.registered
