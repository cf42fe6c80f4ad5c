"""The sample configuration on a real Asterisk: who comes in, where to, and what is refused."""

import re
import ssl
import time
from contextlib import closing
from http.client import HTTPSConnection

import aiohttp
import pytest

from local.asterisk.instance import DeskPhone

pytestmark = pytest.mark.enable_socket

NUMBER = "+8675583000000"
CALLER = "+8613800138000"
SOMEBODY = "+8613900139000"


def waits_for(holds, within=10.0):
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.02)


def desk(switchboard, pbx, phone: DeskPhone, tone=500):
    server = f"127.0.0.1:{pbx.ports.tls}" if phone.encrypted else pbx.sip
    return switchboard.desk(phone.name, phone.secret, tone, server, encrypted=phone.encrypted)


@pytest.fixture
def lisi(switchboard, pbx):
    phone = desk(switchboard, pbx, pbx.settings.phones[0])
    assert phone.registers() == 200
    yield phone
    phone.leaves()
    phone.remove()


def arrives(ari, caller=CALLER):
    return ari.hears("StasisStart", lambda told: told["channel"]["caller"]["number"] == caller)["channel"]


def answered(ari, telephone):
    """Let the bridge answer the telephone's call, and give the channel's id."""
    channel = arrives(ari, telephone.number)["id"]
    assert ari.asks("POST", f"/channels/{channel}/answer")[0] == 204
    waits_for(telephone.is_answered)
    return channel


def test_it_starts_without_a_word_of_complaint(pbx):
    said = (pbx.folder / "log" / "asterisk.log").read_text("utf-8", "replace").partition("Asterisk Ready.")[0]
    assert "modules will be loaded" in said
    assert [line for line in said.splitlines() if re.search("ERROR|WARNING(?!.*users.conf)", line)] == []


def test_the_manager_interface_is_shut(pbx):
    assert re.search(r"Manager \(AMI\): +No", pbx.says("manager show settings"))


@pytest.mark.parametrize("dialled", ["+8675583000000", "8675583000000", "008675583000000", "075583000000"])
def test_whatever_a_provider_writes_the_bridge_is_called_by_e164(dialled, ari, line):
    line.telephone(CALLER, 400).dial(dialled)
    assert arrives(ari)["dialplan"]["exten"] == NUMBER


def test_nobody_from_outside_gets_outside(ari, line):
    somebody = line.telephone(SOMEBODY, 500)
    line.telephone(CALLER, 400).dial(SOMEBODY)
    assert arrives(ari)["dialplan"]["exten"] == SOMEBODY
    assert not somebody.is_ringing()


def test_a_desk_telephone_registers(lisi, ari):
    assert ari.asks("GET", "/endpoints/PJSIP/lisi")[1]["state"] == "online"


@pytest.mark.parametrize(("name", "secret"), [("lisi", "guess"), ("nobody", "lisi-knows"), ("trunk", "")])
def test_who_does_not_know_the_secret_does_not_register(name, secret, switchboard, pbx):
    stranger = switchboard.desk(name, secret, 500, pbx.sip)
    assert stranger.registers() in (401, 403, 404)
    stranger.remove()


def test_a_desk_telephone_reaches_help_and_nothing_else(lisi, line, ari):
    help_ = line.telephone("110", 600)
    lisi.dial(SOMEBODY)
    waits_for(lambda: lisi.status() == 404)
    lisi.dial("110")
    waits_for(help_.is_ringing)
    help_.pick_up()
    waits_for(lambda: lisi.sounds() == {help_.tone} and help_.sounds() == {lisi.tone})
    lisi.put_down()
    waits_for(lambda: not help_.is_connected())
    assert ari.events == []


def test_strangers_do_not_get_in(switchboard, pbx, ari):
    strangers = switchboard.line("127.0.0.3", pbx.sip)
    stranger = strangers.telephone(CALLER, 400)
    stranger.dial(NUMBER)
    waits_for(lambda: stranger.status() == 401)
    assert ari.events == []
    assert ari.asks("GET", "/channels") == (200, [])
    strangers.remove()
    assert "127.0.0.3" in (pbx.folder / "log" / "security.log").read_text("utf-8", "replace")


def test_an_encrypted_telephone_is_heard(switchboard, pbx, line, ari):
    wangwu = desk(switchboard, pbx, pbx.settings.phones[1])
    assert wangwu.registers() == 200
    caller = line.telephone(CALLER, 400)
    caller.dial(NUMBER)
    channel = answered(ari, caller)
    ari.asks("POST", "/bridges/b1", type="mixing")
    ari.asks("POST", "/channels", endpoint="PJSIP/wangwu", app="icall", channelId="w1")
    waits_for(wangwu.is_ringing)
    wangwu.pick_up()
    ari.hears("StasisStart", lambda told: told["channel"]["id"] == "w1")
    ari.asks("POST", "/bridges/b1/addChannel", channel=f"{channel},w1")
    waits_for(lambda: wangwu.sounds() == {400} and caller.sounds() == {500})
    ari.asks("DELETE", "/bridges/b1")
    wangwu.remove()


def test_a_telephone_holds_its_line_by_its_own_key(lisi, line, ari):
    caller = line.telephone(CALLER, 400)
    caller.dial(NUMBER)
    channel = answered(ari, caller)
    ari.asks("POST", "/bridges/b2", type="mixing")
    ari.asks("POST", "/channels", endpoint="PJSIP/lisi", app="icall", channelId="l1")
    waits_for(lisi.is_ringing)
    lisi.pick_up()
    ari.hears("StasisStart", lambda told: told["channel"]["id"] == "l1")
    ari.asks("POST", "/bridges/b2/addChannel", channel=f"{channel},l1")
    waits_for(lambda: lisi.sounds() == {400} and caller.sounds() == {500})
    lisi.hold()
    ari.hears("ChannelHold", lambda told: told["channel"]["id"] == "l1")
    waits_for(lambda: caller.sounds() != {500})
    lisi.unhold()
    waits_for(lambda: lisi.sounds() == {400} and caller.sounds() == {500})
    ari.asks("DELETE", "/bridges/b2")


def test_telephones_may_not_move_calls(line, ari):
    caller = line.telephone(CALLER, 400)
    caller.dial(NUMBER)
    channel = answered(ari, caller)
    caller.refer(f"sip:{SOMEBODY}@127.0.0.2")
    waits_for(caller.answers)
    assert caller.answers()[0] >= 400
    assert caller.is_answered()
    assert ari.asks("GET", f"/channels/{channel}")[1]["state"] == "Up"


def test_keys_are_heard_as_events_and_by_info_and_stand_in_no_log(line, ari, pbx):
    caller = line.telephone(CALLER, 400)
    caller.dial(NUMBER)
    answered(ari, caller)
    for key in "7*":
        caller.press(key)
        ari.hears("ChannelDtmfReceived", lambda told, key=key: told["digit"] == key)
    for key in "9#":
        caller.press_by_info(key)
        ari.hears("ChannelDtmfReceived", lambda told, key=key: told["digit"] == key)
    logs = "".join(path.read_text("utf-8", "replace") for path in (pbx.folder / "log").iterdir())
    assert not re.search("(?i)dtmf", logs)


def test_who_calls_while_the_bridge_is_away_is_told_so(line):
    caller = line.telephone(CALLER, 400)
    caller.dial(NUMBER)
    waits_for(caller.hears_something)
    caller.put_down()


def test_the_second_route_takes_them_when_there_is_one(line, pbx, tmp_path):
    (tmp_path / "sorry.wav").write_bytes((pbx.configuration / "icall" / "sorry.wav").read_bytes()[: 44 + 1600])
    pbx.says(f"dialplan set global SOUNDS {tmp_path}")
    pbx.says(f"dialplan set global SECOND_ROUTE {SOMEBODY}")
    on_duty, caller = line.telephone(SOMEBODY, 700), line.telephone(CALLER, 400)
    caller.dial(NUMBER)
    waits_for(on_duty.is_ringing)
    on_duty.pick_up()
    waits_for(lambda: on_duty.sounds() == {400} and caller.sounds() == {700})
    caller.put_down()
    waits_for(lambda: not on_duty.is_connected())
    pbx.says("dialplan reload")


def lets_in(ari, name, secret):
    """Do as the bridge does when the stack lets a browser's telephone in."""
    auth = {"auth_type": "userpass", "username": name, "password": secret}
    assert put(ari, "auth", name, auth) == 200
    for kind, own in (("aor", {}), ("endpoint", {"auth": name, "aors": name})):
        pattern = {each["attribute"]: each["value"] for each in ari.asks("GET", dynamic(kind, "browser"))[1]}
        useless = ("auth", "aors", "callerid", "stir_shaken", "contact")
        fields = {field: value for field, value in pattern.items() if value and field not in useless}
        assert put(ari, kind, name, fields | own) == 200


def takes_back(ari, name):
    for kind in ("endpoint", "aor", "auth"):
        assert ari.asks("DELETE", dynamic(kind, name))[0] == 204


def put(ari, kind, name, fields):
    body = {"fields": [{"attribute": field, "value": value} for field, value in fields.items()]}
    return ari.asks("PUT", dynamic(kind, name), body)[0]


def dynamic(kind, name):
    return f"/asterisk/config/dynamic/res_pjsip/{kind}/{name}"


def test_a_browsers_telephone_is_let_in_and_taken_back_while_asterisk_runs(ari, switchboard, pbx):
    telephone = switchboard.desk("agent-100", "for some hours", 500, pbx.sip)
    assert telephone.registers() in (401, 403)
    lets_in(ari, "agent-100", "for some hours")
    assert telephone.registers() == 200
    assert dict(fields_of(ari, "agent-100"))["allow_transfer"] in ("false", "no")
    takes_back(ari, "agent-100")
    assert telephone.registers() in (401, 403)
    telephone.remove()


def fields_of(ari, name):
    return [(each["attribute"], each["value"]) for each in ari.asks("GET", dynamic("endpoint", name))[1]]


def test_nobody_comes_in_as_the_pattern_of_browsers(switchboard, pbx):
    stranger = switchboard.desk("browser", "", 500, pbx.sip)
    assert stranger.registers() >= 400
    stranger.remove()


@pytest.mark.parametrize("name", ["trunk", "lisi", "browser"])
def test_what_the_files_say_cannot_be_changed_by_ari(name, ari):
    assert put(ari, "endpoint", name, {"context": "help"}) == 403


@pytest.mark.parametrize(("source", "status"), [("127.0.0.1", 200), ("127.0.0.2", 403)])
def test_ari_answers_nobody_but_its_own_machine_even_where_browsers_come_in(source, status, pbx):
    proof = {"Authorization": aiohttp.encode_basic_auth("icall", pbx.secret)}
    trusted = ssl.create_default_context(cafile=pbx.folder / "tls" / "icall.pem")
    browsers = HTTPSConnection("127.0.0.1", pbx.ports.https, source_address=(source, 0), context=trusted)
    with closing(browsers):
        browsers.request("GET", "/ari/asterisk/ping", headers=proof)
        assert browsers.getresponse().status == status
