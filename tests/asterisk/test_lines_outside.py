"""Lines that the laptop gives to its phone page: a browser is a telephone outside with the number that it wants."""

import asyncio
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from local.asterisk.instance import DeskPhone, Instance, OutsidePhone, Settings
from local.asterisk.lines import Lines, NoLineError
from local.asterisk.phone_page import make_app

pytestmark = [pytest.mark.enable_socket]

DEMO = "+8675583000000"
IN_FULL = {"83366857": "+8675583366857", "13700137000": "+8613700137000"}


@pytest.fixture(scope="module")
def pbx(unpacked, tmp_path_factory):
    """An Asterisk with one telephone of a colleague's and one outside."""
    settings = Settings(phones=[DeskPhone("lisi", "k")], outside=[OutsidePhone("+8613700137000", "k", "13700137000")])
    with Instance(unpacked, tmp_path_factory.mktemp("pbx"), settings) as instance:
        yield instance


@pytest.fixture
def page(pbx):
    """Ask the phone page's server."""

    def asks(method, path, **more):
        async def ask():
            app = make_app(pbx, [DEMO], lambda number: IN_FULL.get(number, number))
            async with TestClient(TestServer(app)) as client, client.request(method, path, **more) as answer:
                json = answer.content_type == "application/json"
                return answer.status, await answer.json() if json else await answer.text()

        return asyncio.run(ask())

    return asks


def test_a_line_registers_by_its_number_and_calls_as_the_provider_does(pbx):
    line = asyncio.run(Lines(pbx).give("+8675583366857", "83366857"))
    shown = dict(re.findall(r"(?m)^ (\w+) +: (.*?)\s*$", pbx.says(f"pjsip show endpoint {line.user}")))
    assert (shown["context"], shown["callerid"], shown["webrtc"]) == ("from-trunk", "83366857", "yes")


def test_two_pages_with_one_number_have_the_same_line(pbx):
    lines = Lines(pbx)
    first, second = (asyncio.run(lines.give("+8613800138000", "13800138000")) for _ in range(2))
    assert first == second


def test_the_number_of_a_sip_telephone_is_not_given_away(pbx):
    with pytest.raises(NoLineError, match="is a SIP telephone's"):
        asyncio.run(Lines(pbx).give("+8613700137000", "13700137000"))


def test_an_asterisk_that_is_gone_gives_no_line(unpacked, tmp_path):
    with pytest.raises(NoLineError, match="does not answer"):
        asyncio.run(Lines(Instance(unpacked, tmp_path, Settings())).give("+8613800138000", "13800138000"))


def test_the_page_is_told_what_can_be_called_and_gets_a_line(pbx, page):
    assert page("GET", "/control/numbers") == (200, {"numbers": [{"number": DEMO}]})
    status, line = page("POST", "/control/lines", json={"number": "83366857"})
    assert (status, line["user"], line["server"]) == (200, "+8675583366857", pbx.sockets)
    assert len(line["secret"]) == 32


@pytest.mark.parametrize("told", [{}, {"number": "agent_100"}, {"number": "83366857;x"}, {"number": 1}, [], "83366857"])
def test_what_is_no_number_gets_no_line(page, told):
    status, why = page("POST", "/control/lines", json=told)
    assert (status, why["error"]) == (400, "A number has digits alone, with or without a leading +.")


def test_a_body_that_is_no_json_gets_no_line(page):
    assert page("POST", "/control/lines", data=b"{")[0] == 400


def test_the_page_says_in_words_whose_number_it_is(page):
    status, why = page("POST", "/control/lines", json={"number": "13700137000"})
    assert (status, why["error"].partition(":")[0]) == (400, "This number is a SIP telephone's")


def test_a_page_from_elsewhere_gets_no_line(page):
    stranger = {"Origin": "https://stranger.example"}
    assert page("POST", "/control/lines", json={"number": "83366857"}, headers=stranger)[0] == 403


def test_the_page_is_the_phone_page_with_another_carrier(page):
    status, module = page("GET", "/phone/carrier.js")
    assert status == 200
    assert "sip-phone.mjs" in module
    assert page("GET", "/")[0] == page("GET", "/phone/phone.js")[0] == 200
