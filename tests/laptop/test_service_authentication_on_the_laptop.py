"""The guide's service authentication on the running laptop, told by the terminal agent and the scripted caller.

An agent sends the customer to prove who they are, sees nothing of what is keyed, and has them back with what the flow
reveals; who keys in a wrong PIN comes back unproved (the guide, section 3.3).
"""

import asyncio

import pytest

from local.agent import signed_in
from tests.laptop.conftest import CALLER, asks, calls, is_ready, passing
from tests.laptop.test_story_on_the_laptop import is_shown, stands

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

MEMBER, PIN, WRONG = "880001", "246810", "246811"
RESERVED, TALKING = 2, 5

TO_THE_AGENT = [*passing([]), "hear 正在为您转接人工服务", "hear 请输入您的六位会员号", f"press {MEMBER}"]
PROVED = [*TO_THE_AGENT, "hear 请输入您的六位密码", f"press {PIN}", "hear 验证通过", "hear 正在为您转回话务员", "stay"]
REFUSED = [
    *TO_THE_AGENT,
    "hear 请输入您的六位密码",
    f"press {WRONG}",
    "hear 会员号或密码不正确",
    f"press {WRONG}",
    "hear 验证未通过",
    "stay",
]


@pytest.mark.parametrize(
    ("script", "result", "shown"),
    [(PROVED, "passed", {"MemberID": MEMBER, "CREDIT": "20000"}), (REFUSED, "failed", {})],
    ids=["the right PIN", "a wrong PIN"],
)
def test_a_customer_is_sent_to_prove_who_they_are_and_comes_back(laptop, script, result, shown):
    asyncio.run(_service_authentication(laptop, script, result, shown))


async def _service_authentication(laptop, script, result, shown):
    async with signed_in(laptop.url, laptop.carrier_url, "100", password="icall-100") as agent:
        await is_ready(agent)
        caller = asyncio.create_task(calls(laptop, *script))
        await agent.expects("Ring", within=40)
        assert (await agent.act("answer"))["iParam"] == 0
        await agent.expects("Talk")
        await stands(laptop, CALLER, talks_with=[agent.device])

        assert (await agent.act("aside", "service-authentication"))["iParam"] == 0
        sent = await agent.expects("Transfer", TO="service-authentication", RESULT="done")
        await is_shown(laptop, agent.session, state=RESERVED)
        keyed = [await agent.expects("Key", within=30), await agent.expects("Key", within=30)]
        assert [key["tags"]["STEP"] for key in keyed] == ["ask_member", "ask_pin"]
        back = await agent.expects("Talk", within=40, AUTHRESULT=result)
        assert {name: back["tags"].get(name) for name in ("MemberID", "CREDIT") if name in back["tags"]} == shown
        await is_shown(laptop, agent.session, state=TALKING)
        await stands(laptop, CALLER, talks_with=[agent.device])

        assert (await agent.act("hangup"))["iParam"] == 0
        came_true, conversation = await caller
        assert came_true == 0, conversation
        await agent.expects("WrapUp")
        told = (await asks(f"{laptop.business_url}/hooks/received"))["received"]
        looked_back = await asks(f"{laptop.url}/agent/calls", token=agent.session["token"])
        assert PIN not in repr([sent, keyed, back, told, looked_back])
