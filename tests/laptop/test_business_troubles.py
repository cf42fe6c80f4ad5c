"""What a caller hears when the freight company's system fails them: words, and a way to a person; never silence."""

import asyncio

import pytest

from tests.laptop.conftest import asks, calls

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

ASKS_FOR_A_WAYBILL = [
    "hear 查询运单请按1",
    "press 1",
    "hear 请输入运单号",
    "press 6012345678#",
    "hear 确认请按1",
    "press 1",
]


@pytest.mark.parametrize("mode", ["slow", "down", "error500", "html", "huge", "redirect", "wrong"])
def test_whatever_the_business_system_does_the_caller_hears_that_it_fails_and_is_offered_a_person(laptop, mode):
    async def story():
        await asks(f"{laptop.business_url}/demo/misbehave", {"mode": mode, "seconds": 5})
        came_true, heard = await calls(
            laptop, *ASKS_FOR_A_WAYBILL, "hear 需要人工服务请按1", "press 2", "hear 感谢您的来电", "stay"
        )
        assert came_true == 0, heard
        assert "Trap Town" not in "".join(heard)
        assert any("对不起" in line for line in heard)

    asyncio.run(story())


def test_a_waybill_that_does_not_exist_is_said_so_and_can_be_entered_again(laptop):
    async def story():
        steps = [step.replace("6012345678", "9999999999") for step in ASKS_FOR_A_WAYBILL]
        came_true, heard = await calls(
            laptop, *steps, "hear 没有查到运单", "press 1", "hear 请输入运单号", "hang-up", from_="13800000001"
        )
        assert came_true == 0, heard

    asyncio.run(story())
