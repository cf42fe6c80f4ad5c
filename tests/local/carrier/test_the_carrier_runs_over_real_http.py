import asyncio
import base64
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from product_under_call import ACCOUNT, CUSTOMER, HOTLINE, TOKEN
from twilio.request_validator import RequestValidator

from local.carrier.__main__ import read_arguments
from local.carrier.caller import CAME_TRUE, FAILED, ScriptError, converse, read_step, talk
from local.carrier.messages import Request
from local.carrier.server import make_app
from local.carrier.settings import CarrierSettings, Number
from local.carrier.wire.product_http import perform

pytestmark = pytest.mark.enable_socket

AGENT = "client:agent_100"
SID = f"/2010-04-01/Accounts/{ACCOUNT}"
MENU = '<Gather action="/menu" numDigits="2"><Say>Your waybill, please</Say></Gather>'
PAGES = {"/voice": MENU, "/menu": "<Say>It is in Shenzhen</Say><Redirect>/room</Redirect>"}


class World:
    """A product and a carrier, each a server on loopback."""

    def __init__(self):
        self.genuine = []
        product = web.Application()
        product.router.add_post("/{name:.*}", self._answer)
        self.product = TestServer(product)

    async def __aenter__(self):
        await self.product.start_server()
        numbers = (Number(HOTLINE, str(self.product.make_url("/voice"))),)
        app = make_app(CarrierSettings(ACCOUNT, TOKEN, numbers=numbers, speed=20, recording_delay=0.01))
        self.carrier = TestServer(app)
        await self.carrier.start_server()
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_error):
        await self.session.close()
        await self.carrier.close()
        await self.product.close()

    @property
    def url(self):
        return str(self.carrier.make_url("")).rstrip("/")

    async def _answer(self, request):
        form = dict(await request.post())
        signature = request.headers["X-Twilio-Signature"]
        self.genuine.append(RequestValidator(TOKEN).validate(str(request.url), form, signature))
        room = "<Dial><Conference>call-1</Conference></Dial>"
        body = f"<Response>{PAGES.get(request.path, room)}</Response>"
        return web.Response(text=body, content_type="text/xml")

    async def control(self, method, path, **body):
        kwargs = {"json": body} if method == "POST" else {}
        async with self.session.request(method, f"{self.url}/control/{path}", **kwargs) as answer:
            return answer.status, await answer.json()

    async def rest(self, path, token=TOKEN, **fields):
        basic = base64.b64encode(f"{ACCOUNT}:{token}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        async with self.session.post(f"{self.url}{SID}/{path}", data=fields, headers=headers) as answer:
            return answer.status, await answer.json()


def play(story):
    async def run():
        async with World() as world:
            await asyncio.wait_for(story(world), 20)

    asyncio.run(run())


def test_a_scripted_caller_is_served_and_meets_an_agent():
    async def story(world):
        lines = []
        await world.control("POST", "devices", address=AGENT)
        steps = ["hear waybill", "press 42", "hear /Shen.hen/", "wait 0.1", "stay"]
        script = [read_step(step) for step in steps]
        calling = asyncio.create_task(converse(world.url, CUSTOMER, HOTLINE, script, lines.append))
        while not (await world.control("GET", "conferences"))[1]["conferences"]:  # noqa: ASYNC110  it is over HTTP
            await asyncio.sleep(0.02)
        status, seat = await world.rest("Conferences/call-1/Participants.json", From=HOTLINE, To=AGENT)
        assert status == 201
        status, answered = await world.control("POST", f"devices/{quote(AGENT)}/answer", wait=5)
        assert status == 200
        _, shown = await world.control("GET", f"calls/{seat['call_sid']}")
        assert (answered["sid"], shown["talks_with"]) == (seat["call_sid"], [CUSTOMER])
        status, _ = await world.rest(f"Conferences/{seat['conference_sid']}.json", Status="completed")
        assert (status, await calling) == (200, CAME_TRUE)
        assert lines[:2] == ["☎ rings", "· answered"]
        assert "  presses: 42" in lines
        assert world.genuine
        assert all(world.genuine)
        assert (await world.control("GET", "errors"))[1] == {"errors": []}

    play(story)


def test_a_script_that_does_not_come_true_says_what_was_heard():
    async def story(world):
        lines = []
        script = [read_step("hear goodbye")]
        assert await converse(world.url, CUSTOMER, HOTLINE, script, lines.append, patience=0.3) == FAILED
        assert lines[-2] == "✗ did not hear 'goodbye' within 0.3 s; last heard: 'Your waybill, please'"
        assert (await world.control("GET", "calls"))[1]["calls"][0]["over"] is True

    play(story)


def test_by_hand_digits_are_pressed_and_h_hangs_up():
    async def story(world):
        lines = []

        async def typed():
            for line in ("42", "hello", "h"):
                yield line

        assert await talk(world.url, CUSTOMER, HOTLINE, typed(), lines.append) == CAME_TRUE
        assert [line for line in lines if "presses" in line or "says" in line] == ["  presses: 42", "  says: hello"]

    play(story)


def test_an_unknown_number_is_told_plainly():
    async def story(world):
        lines = []
        assert await converse(world.url, CUSTOMER, "+10000000", [], lines.append) == FAILED
        assert lines == [f"✗ +10000000 is not a number of this account (known: {HOTLINE})"]

    play(story)


def test_a_carrier_that_does_not_run_is_told_plainly(unused_port):
    lines = []
    assert asyncio.run(converse(f"http://127.0.0.1:{unused_port}", CUSTOMER, HOTLINE, [], lines.append)) == FAILED
    assert "is the laptop running" in lines[0]


def test_faults_numbers_and_devices_are_set_over_the_control_api():
    async def story(world):
        _, rules = await world.control("POST", "faults", webhook={"kind": "status", "delay": 2})
        assert rules["webhook"][0]["delay"] == 2
        await world.control("POST", "faults", rest={"pattern": "POST *", "effect": "drop-after"})
        with pytest.raises(aiohttp.ClientError):
            await world.rest("Calls.json", From=HOTLINE, To=AGENT, Twiml="<Response/>")
        assert len((await world.control("GET", "calls"))[1]["calls"]) == 1
        assert await world.control("DELETE", "faults") == (200, {"webhook": [], "rest": []})
        _, numbers = await world.control("POST", "numbers", number="+8675583000001", voice_url="http://x.test/")
        assert len(numbers["numbers"]) == 2
        _, device = await world.control("POST", "devices", address=AGENT, mode="busy")
        assert device["mode"] == "busy"

    play(story)


def test_a_phone_is_answered_refused_and_put_down_over_the_control_api():
    async def story(world):
        phone = f"devices/{quote(AGENT)}"
        await world.control("POST", "devices", address=AGENT)
        twiml = "<Response><Gather input='speech' action='http://127.0.0.1:1/'/><Pause length='600'/></Response>"
        for _ in range(2):
            assert (await world.rest("Calls.json", From=HOTLINE, To=AGENT, Twiml=twiml))[0] == 201
        status, leg = await world.control("POST", f"{phone}/answer", wait=5)
        assert (status, leg["state"]) == (200, "in-progress")
        assert (await world.control("POST", f"{phone}/reject", wait=5))[0] == 200
        assert (await world.control("GET", "devices"))[1]["devices"][0]["talking"][0]["sid"] == leg["sid"]
        assert (await world.control("POST", f"calls/{leg['sid']}/press", digits="1", between=0))[0] == 200
        _, shown = await world.control("POST", f"{phone}/hang-up")
        assert (shown["ringing"], shown["talking"]) == ([], [])
        _, log = await world.control("GET", "log")
        assert [entry["kind"] for entry in log["log"]] == ["rest", "rest"]
        assert (await world.control("DELETE", "errors"))[1] == {"errors": []}
        assert len((await world.control("GET", "numbers"))[1]["numbers"]) == 1
        _, told = await world.control("GET", f"calls/{leg['sid']}/transcript?after=1")
        assert [entry["text"] for entry in told["entries"]] == [
            "answered",
            "1",
            "nobody listens to the key 1",
            "ended: completed",
        ]

    play(story)


def test_a_late_rest_answer_is_late_in_real_time_too():
    async def story(world):
        await world.control("POST", "faults", rest={"effect": "late", "seconds": 0.2})
        before = asyncio.get_running_loop().time()
        assert (await world.rest("Calls.json", From=HOTLINE, To=AGENT, Twiml="<Response/>"))[0] == 201
        assert asyncio.get_running_loop().time() - before >= 0.2

    play(story)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "calls/CA1", {}, 404),
        ("POST", "calls", {"from": CUSTOMER}, 400),
        ("POST", "devices", {"address": AGENT, "mode": "sleepy"}, 400),
        ("POST", "faults", {"webhook": {"color": "red"}}, 400),
        ("POST", f"devices/{AGENT}/answer", {}, 409),
        ("POST", "nonsense", {}, 404),
    ],
)
def test_a_mistake_in_a_control_request_is_explained(method, path, body, status):
    async def story(world):
        answered, told = await world.control(method, path, **body)
        assert answered == status
        assert told["error"]

    play(story)


def test_a_product_that_hangs_up_in_the_middle_is_no_answer():
    async def story():
        async def hang_up(_reader, writer):
            writer.write(b"nonsense\r\n")
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionError):
            await asyncio.to_thread(perform, Request("POST", f"http://127.0.0.1:{port}/voice", {}, b"a=b"))
        server.close()
        await server.wait_closed()

    asyncio.run(story())


def test_the_command_line_is_read():
    number = "--number=+86755=http://127.0.0.1:8000/voice,http://127.0.0.1:8000/status"
    given = read_arguments(["--account-sid", ACCOUNT, "--auth-token", TOKEN, "--port", "8021", number])
    assert given.public_url == "http://127.0.0.1:8021"
    assert given.numbers == (Number("+86755", "http://127.0.0.1:8000/voice", "http://127.0.0.1:8000/status"),)
    assert TOKEN not in repr(given)


def test_without_a_token_the_command_line_is_refused(monkeypatch, capsys):
    monkeypatch.delenv("CARRIER_AUTH_TOKEN", raising=False)
    with pytest.raises(SystemExit):
        read_arguments(["--account-sid", ACCOUNT])
    assert "webhooks are signed with it" in capsys.readouterr().err


def test_a_step_that_is_none_is_refused():
    with pytest.raises(ScriptError, match="a step begins with"):
        read_step("shout loudly")


@pytest.mark.parametrize("written", ["83366857", "075583366857", "+8675583366857"])
def test_a_telephone_rings_however_its_owner_writes_the_number_until_it_is_taken_away(written):
    async def story(world):
        await world.control("POST", "devices", address=written)
        await world.rest("Calls.json", From=HOTLINE, To="+8675583366857", Twiml="<Response><Pause/></Response>")
        status, leg = await world.control("POST", f"devices/{written}/answer", wait=5)
        assert (status, leg["from"], leg["to"]) == (200, HOTLINE, "+8675583366857")
        await world.control("DELETE", f"devices/{written}")
        _, told = await world.control("GET", "devices")
        assert told == {"devices": []}

    play(story)
