"""The page's telephone at a real Asterisk, with the sample configuration: SIP over its WebSocket, sound by WebRTC."""

import pytest
from desk_pbx import USER, Cable, Exchange, opens, served
from desk_sound import AGENT, CALLER, HERTZ, hears, says
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
        exchange.hangs_up()
        exchange.takes_back()


@pytest.fixture(scope="module")
def address():
    with served() as address:
        yield address


@pytest.fixture
def phone(chromium, address):
    """A page that speaks its tone into the microphone."""
    return opens(chromium, address, says(AGENT))


@pytest.fixture
def talk(phone, exchange):
    """A talk that the page has picked up."""
    return picked_up(phone, exchange)


def picked_up(phone, exchange):
    exchange.lets_in("s1")
    assert phone.registers(exchange.server) == ""
    leg = exchange.rings()
    phone.rings()
    assert phone.does("answer()") == ""
    leg.is_up()
    return leg


def is_silent(leg):
    """Nobody is heard from now on; what was on its way may still be."""
    return eventually(lambda: not any(AGENT in leg.hears() for _ in range(3)))


def test_a_page_is_rung_picks_up_hears_and_is_heard_is_muted_presses_keys_and_hangs_up(phone, talk):
    talk.plays(HERTZ[CALLER])
    hears(phone.page, CALLER)
    assert eventually(lambda: AGENT in talk.hears())
    phone.does("mute(true)")
    assert is_silent(talk)
    assert phone.does("sendDigits('12#')") == ""
    talk.gets_keys("12#")
    phone.does("hangUp()")
    assert talk.ends() == 16


def test_who_is_muted_when_they_pick_up_is_not_heard_from_the_first_moment(phone, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    phone.does("mute(true)")
    leg = exchange.rings()
    phone.rings()
    phone.begins("answering", "answer()")
    leg.is_up()
    heard_at_first = leg.hears_while(lambda: phone.becomes("answering"))
    assert AGENT not in heard_at_first | leg.hears()
    phone.does("mute(false)")
    assert eventually(lambda: AGENT in leg.hears())


def test_a_page_declines_forgets_what_was_taken_back_and_picks_up_the_next_if_it_was_asked_to(phone, exchange):
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
    phone.begins("answering", "answer()")
    leg = exchange.rings()
    leg.is_up()
    assert phone.becomes("answering") == ""
    leg.hangs_up()
    assert leg.ends() == 16


def test_a_secret_that_comes_late_is_waited_for(phone, exchange):
    phone.begins_to_register(exchange.server)
    phone.is_refused()
    exchange.lets_in("s1")
    assert phone.becomes("registering") == ""
    assert eventually(lambda: exchange.registered)


def test_a_secret_that_was_taken_back_registers_nobody(phone, exchange):
    exchange.lets_in("s1")
    exchange.takes_back()
    phone.begins_to_register(exchange.server)
    for tries in range(1, 6):
        phone.is_refused(tries)
        phone.passes(4)
    assert phone.becomes("registering") == "The carrier refuses this page's telephone: tell your administrator."
    assert not exchange.registered


@pytest.mark.parametrize("goes", ["close", "reload"])
def test_a_page_that_goes_away_hangs_up(phone, exchange, talk, goes):
    getattr(phone.page, goes)()
    assert talk.ends() == 16
    assert eventually(lambda: not exchange.registered)


@pytest.mark.parametrize("how", ["cut", "falls_silent"])
def test_a_network_that_goes_away_is_noticed_and_the_page_is_there_when_it_is_back(phone, exchange, how):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    getattr(exchange.cable, how)()
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.passes(8)
    phone.is_told("lost")
    assert "The telephone cannot reach the carrier; it goes on trying." in phone.told
    exchange.cable.mend()
    phone.passes(15)
    phone.is_told("ready", times=2)
    leg = exchange.rings()
    phone.rings()
    assert phone.does("answer()") == ""
    leg.is_up()


def test_a_talk_outlives_its_line_and_its_secret(phone, exchange, talk):
    talk.plays(HERTZ[CALLER])
    exchange.takes_back()
    exchange.lets_in("s2")
    phone.page.evaluate("globalThis.secret = 's2'")
    phone.passes(10)
    exchange.cable.cut()
    phone.is_told("lost")
    exchange.cable.mend()
    phone.passes(15)
    phone.is_told("ready", times=2)
    hears(phone.page, CALLER)
    assert eventually(lambda: AGENT in talk.hears())
    phone.does("hangUp()")
    assert talk.ends() == 16


def test_a_refused_microphone_is_said_in_words_and_the_agent_hears_all_the_same(chromium, address, exchange):
    phone = opens(chromium, address, says(AGENT), lambda page: page.add_init_script(REFUSED))
    exchange.lets_in("s1")
    phone.registers(exchange.server, "zh-CN")
    leg = exchange.rings()
    phone.rings()
    assert phone.does("answer()") == "麦克风被拒绝，客户听不到您：请在浏览器地址栏中允许使用麦克风。"
    leg.is_up()
    leg.plays(HERTZ[CALLER])
    hears(phone.page, CALLER)
    assert leg.hears() == {CALLER}


def test_of_two_pages_the_one_that_registered_last_is_rung(phone, chromium, address, exchange):
    exchange.lets_in("s1")
    phone.registers(exchange.server)
    other = opens(chromium, address, says(AGENT))
    other.registers(exchange.only_server, name=USER)
    exchange.rings()
    other.rings()
    other.does("hangUp()")
    phone.page.evaluate("device.dispose()")
    leg = exchange.rings()
    other.rings(times=2)
    assert other.does("answer()") == ""
    leg.is_up()
    assert phone.told == ["ready"]
    assert eventually(lambda: exchange.registered)
