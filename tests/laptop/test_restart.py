"""A laptop that is stopped and started again on the same data goes on where it was."""

import asyncio

import pytest

from local.agent import signed_in
from tests.laptop.conftest import asks, calls, is_ready
from tests.laptops import running

pytestmark = [
    pytest.mark.laptop,
    pytest.mark.enable_socket,
    pytest.mark.dynamodb_local,
]


async def _talks_and_is_left_in_wrap_up(laptop):
    async with signed_in(laptop.url, laptop.carrier_url, "100", password="icall-100") as agent:
        await is_ready(agent)
        caller = asyncio.create_task(calls(laptop, "hear 人工服务请按0", "press 0", "stay"))
        await agent.expects("Ring", within=30)
        assert (await agent.act("answer"))["iParam"] == 0
        await agent.expects("Talk")
        assert (await agent.act("hangup"))["iParam"] == 0
        await agent.expects("WrapUp")
        await caller
        assert (await agent.do(25, 2, "600"))["iParam"] == 0
        await agent.expects("WrapUp")
        return dict(agent.session), (agent.epoch, agent.seq)


async def _is_paused(laptop):
    async with signed_in(laptop.url, laptop.carrier_url, "200", password="icall-200") as agent:
        assert (await agent.act("pause", i_param=2))["iParam"] == 0
        await agent.expects("State", STATE="16")
        return dict(agent.session)


async def _goes_on(laptop, session, position, at_meal):
    told = await asks(f"{laptop.url}/agent/state", token=at_meal["token"])
    assert told["data"]["agent"]["reason"] == "meal"
    at = {"session": session, "position": position}
    async with signed_in(laptop.url, laptop.carrier_url, "100", **at) as agent:
        await agent.expects("State", STATE="6")
        told = await asks(f"{laptop.url}/agent/state", token=session["token"])
        assert told["data"]["call"]["direction"] == "inbound"
        assert (await agent.act("wrapped", "solved"))["iParam"] == 0
        await agent.expects("State", STATE="1")
    kept = (await asks(f"{laptop.business_url}/hooks/received"))["received"]
    assert "call.ended" in [one["event"]["type"] for one in kept]


def test_an_agent_in_mid_wrap_up_and_one_at_their_meal_are_still_there_after_a_restart(tmp_path):
    with running(tmp_path, "dynamodb-local") as laptop:
        session, position = asyncio.run(_talks_and_is_left_in_wrap_up(laptop))
        at_meal = asyncio.run(_is_paused(laptop))
    with running(tmp_path, "dynamodb-local") as laptop:
        asyncio.run(_goes_on(laptop, session, position, at_meal))


def test_without_java_the_same_centre_runs_on_embedded_moto(tmp_path):
    with running(tmp_path, "moto") as laptop:
        assert laptop.aws.engine == "moto"
        session, _ = asyncio.run(_talks_and_is_left_in_wrap_up(laptop))
        told = asyncio.run(asks(f"{laptop.url}/agent/state", token=session["token"]))
        assert told["data"]["agent"]["agentId"] == "100"
