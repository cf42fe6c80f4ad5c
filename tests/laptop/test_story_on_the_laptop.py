"""The guide's own example on the running laptop: real HTTP, a real WebSocket, real DynamoDB where Java is found."""

import asyncio
import io
import wave

import aiohttp
import pytest

from local.agent import signed_in
from tests.laptop.conftest import CALLER, asks, calls, is_ready

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

A_WHILE = 1.2
"""Seconds of talk: of less than one there is no recording."""

IN_CHINESE = [
    "hear 查询运单请按1",
    "press 1",
    "hear 请输入运单号",
    "press 6012345678#",
    "hear 六零幺，二三四，五六七八",
    "press 1",
    "hear 京 A 幺二三四五",
    "press 0",
    "hear 正在为您转接人工服务",
    "stay",
]
IN_ENGLISH = [
    "hear For English",
    "press 9",
    "hear To track a waybill, press 1",
    "press 1",
    "hear Please enter the waybill number",
    "press 6012345678#",
    "hear You entered waybill",
    "press 1",
    "hear Your goods",
    "press 0",
    "hear putting you through",
    "stay",
]


async def received(laptop, call_id, kinds):
    """Wait until the business system took these webhooks of a call, each of which it has proved."""
    async with asyncio.timeout(15):
        while True:
            taken = (await asks(f"{laptop.business_url}/hooks/received"))["received"]
            mine = [one["event"] for one in taken if one["event"]["data"].get("callId") == call_id]
            if sorted(event["type"] for event in mine) == sorted(kinds):
                return mine
            await asyncio.sleep(0.1)


async def leg_of(laptop, party):
    """How the newest leg of a party stands at the carrier."""
    legs = (await asks(f"{laptop.carrier_url}/control/calls"))["calls"]
    return [leg for leg in legs if leg["party"] == party][-1]


async def stands(laptop, party, **wanted):
    """Wait until a party's leg stands so."""
    for _ in range(100):
        leg = await leg_of(laptop, party)
        if {name: leg[name] for name in wanted} == wanted:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(leg)


@pytest.mark.parametrize("script", [IN_CHINESE, IN_ENGLISH], ids=["Chinese", "English"])
def test_a_caller_tracks_a_waybill_and_talks_to_an_agent(laptop, script):
    asyncio.run(_whole_story(laptop, script))


async def _whole_story(laptop, script):
    async with signed_in(laptop.url, laptop.carrier_url, "100", password="icall-100") as agent:
        await is_ready(agent)
        caller = asyncio.create_task(calls(laptop, *script))
        ring = await agent.expects("Ring", within=40)
        assert [ring["tags"][name] for name in ("CALLERID", "TTYPE", "WAYBILL")] == [CALLER, "2", "6012345678"]
        assert (await agent.act("answer"))["iParam"] == 0
        talk = await agent.expects("Talk")
        await stands(laptop, CALLER, talks_with=[agent.device])
        await asyncio.sleep(A_WHILE)
        assert (await agent.act("hold"))["iParam"] == 0
        await agent.expects("Hold")
        await stands(laptop, CALLER, on_hold=True)
        assert (await agent.act("retrieve"))["iParam"] == 0
        await agent.expects("Retrieve")
        await stands(laptop, CALLER, on_hold=False, talks_with=[agent.device])
        assert (await agent.act("hangup"))["iParam"] == 0
        assert (await agent.expects("Hangup"))["iParam"] == 1
        came_true, conversation = await caller
        assert came_true == 0, conversation
        await agent.expects("WrapUp")
        await _recording_can_be_heard(laptop, agent, talk["tags"]["VOCID"])
        assert (await agent.act("wrapped", "solved"))["iParam"] == 0
        await agent.expects("State", STATE="1")
        told = await received(laptop, talk["callId"], ["call.rang", "call.answered", "call.ended"])
        assert told


async def _recording_can_be_heard(laptop, agent, vocid):
    ready = await agent.expects("Record", within=30, VOCID=vocid)
    assert ready["iParam"] == 4
    known = await asks(f"{laptop.url}/agent/recordings/{vocid}", token=agent.session["token"])
    async with agent.http.get(known["url"]) as answer:
        assert answer.status == 200
        content = await answer.read()
    with wave.open(io.BytesIO(content)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    assert abs(seconds - known["seconds"]) <= 1


def test_a_user_of_the_business_system_is_signed_in_by_it(laptop):
    async def story():
        vouched = await asks(f"{laptop.business_url}/login", {"user": "张三"})
        assert vouched["agentId"] == "100"
        async with signed_in(laptop.url, laptop.carrier_url, "100", code=vouched["code"]) as agent:
            assert agent.session["name"] == "张三"
            await is_ready(agent)
        async with aiohttp.ClientSession() as http:
            spent = {"agentId": "100", "code": vouched["code"]}
            async with http.post(f"{laptop.url}/agent/sessions", json=spent) as again:
                assert again.status == 401

    asyncio.run(story())


def test_an_agent_calls_an_outside_line_and_hears_how_it_gets_on(laptop):
    async def story():
        number = {"address": "+8613900139000", "mode": "auto", "answers_after": 0.5}
        await asks(f"{laptop.carrier_url}/control/devices", number)
        async with signed_in(laptop.url, laptop.carrier_url, "100", password="icall-100") as agent:
            await is_ready(agent)
            assert (await agent.act("call", "13900139000;ORDER:42"))["iParam"] == 0
            progress = [(await agent.expects("Progress"))["iParam"] for _ in range(3)]
            assert progress == [0, 1, 3]
            talk = await agent.expects("Talk")
            assert (talk["tags"]["TTYPE"], talk["tags"]["ORDER"]) == ("1", "42")
            assert (await agent.act("hangup"))["iParam"] == 0
            await agent.expects("Hangup")
            await agent.expects("WrapUp")
            await is_ready(agent)

    asyncio.run(story())


def test_an_outside_number_that_is_busy_is_told_as_busy(laptop):
    async def story():
        await asks(f"{laptop.carrier_url}/control/devices", {"address": "+8613900139001", "mode": "busy"})
        async with signed_in(laptop.url, laptop.carrier_url, "100", password="icall-100") as agent:
            await is_ready(agent)
            assert (await agent.act("call", "13900139001"))["iParam"] == 0
            await agent.expects("Hangup")

    asyncio.run(story())


def test_a_page_that_comes_back_goes_on_where_it_was(laptop):
    async def story():
        async with signed_in(laptop.url, laptop.carrier_url, "100", password="icall-100") as agent:
            await is_ready(agent)
            place, session = (agent.epoch, agent.seq), dict(agent.session)
        await is_shown(laptop, session, state=15)
        at = {"session": session, "position": place}
        async with signed_in(laptop.url, laptop.carrier_url, "100", **at) as agent:
            missed = await agent.expects("State", STATE="15")
            assert missed["seq"] == place[1] + 1

    asyncio.run(story())


async def is_shown(laptop, session, **wanted):
    """Wait until an agent's snapshot says so, and give its data."""
    for _ in range(100):
        shown = (await asks(f"{laptop.url}/agent/state", token=session["token"]))["data"]["agent"]
        if {name: shown[name] for name in wanted} == wanted:
            return shown
        await asyncio.sleep(0.05)
    raise AssertionError(shown)


def test_nothing_went_wrong_at_the_carrier(laptop):
    async def story():
        await calls(laptop, "hear 查询运单请按1", "hang-up")
        assert (await asks(f"{laptop.carrier_url}/control/errors"))["errors"] == []

    asyncio.run(story())
