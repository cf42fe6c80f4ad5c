"""A laptop that begins again is as nobody has used it: what was left behind is gone, and nothing of it comes later."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from local.agent import signed_in
from local.laptop import DEMO_NUMBER
from local.publishing import DEMO_CENTRE, FLOWS
from tests.laptop.conftest import asks, calls, is_ready
from tests.laptops import running

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket, pytest.mark.timeout(240)]

AT_THE_CARRIER = ["calls", "conferences", "devices", "faults", "numbers", "errors", "log"]
WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]


async def everything(laptop) -> dict[str, object]:
    """All that the laptop has in mind, part by part."""
    aws, names, bearer = laptop.aws, laptop.aws.names.refs, laptop.secrets["business/api-key"]
    carrier = {part: await asks(f"{laptop.carrier_url}/control/{part}") for part in AT_THE_CARRIER}
    rows = aws.client("dynamodb").scan(TableName=names["Table"])["Items"]
    return carrier | {
        "rows": sorted(json.dumps(row, default=repr, sort_keys=True) for row in rows),
        "messages": {queue: waiting(aws.client("sqs"), names[queue]) for queue in aws.declared.queues},
        "objects": {bucket: objects(aws.client("s3"), names[bucket]) for bucket in aws.declared.buckets},
        "work orders": await asks(f"{laptop.business_url}/api/work-orders", token=bearer),
        "webhooks received": await asks(f"{laptop.business_url}/hooks/received"),
        "waybills": await asks(f"{laptop.business_url}/api/waybills/6012345678", token=bearer),
    }


def waiting(sqs, url: str) -> int:
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=WAITING)["Attributes"]
    return sum(int(told[name]) for name in WAITING)


def objects(s3, bucket: str) -> dict[str, str]:
    return {one["Key"]: one["ETag"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


@asynccontextmanager
async def a_day_is_lived(laptop) -> AsyncIterator[None]:
    """An agent talks, a caller waits, another is in the flow; all else that a test may leave behind is left."""
    carrier, business = laptop.carrier_url, laptop.business_url
    await asks(f"{laptop.url}/agent/sessions", {"agentId": "101", "password": "guess"})
    await asks(f"{carrier}/control/devices", {"address": "02083366857", "mode": "busy"})
    await asks(f"{carrier}/control/numbers", {"number": "+8675583000001", "voice_url": laptop.url})
    await asks(f"{carrier}/control/calls", {"from": "13800000002", "to": DEMO_NUMBER})
    order = {"agentId": "100", "note": "left behind"}
    await asks(f"{business}/api/work-orders", order, laptop.secrets["business/api-key"])
    async with signed_in(laptop.url, carrier, "100", password="icall-100") as agent:
        await is_ready(agent)
        for number in ("83366857", "13800000001"):
            call = await asks(f"{carrier}/control/calls", {"from": number, "to": DEMO_NUMBER})
            await hears(f"{carrier}/control/calls/{call['sid']}", "人工服务请按0")
            await asks(f"{carrier}/control/calls/{call['sid']}/press", {"digits": "0"})
        await agent.expects("Ring", within=30)
        assert (await agent.act("answer"))["iParam"] == 0
        await agent.expects("Talk")
        await asks(f"{carrier}/control/calls", {"from": "13800000003", "to": "+8675583000001"})
        await asks(f"{business}/demo/misbehave", {"mode": "error500"})
        await asks(f"{carrier}/control/faults", {"rest": {"pattern": "*", "times": None}})
        yield


async def hears(call: str, words: str) -> None:
    heard: list[str] = []
    async with asyncio.timeout(30):
        while not any(words in text for text in heard):
            told = await asks(f"{call}/transcript?after={len(heard)}&wait=20")
            heard += [entry["text"] for entry in told["entries"]]


def something_is_published(laptop, folder) -> None:
    centre = folder / "other.yaml"
    centre.write_text(DEMO_CENTRE.read_text("utf-8").replace("max_waiting: 20", "max_waiting: 1"), "utf-8")
    laptop.publisher().publish([FLOWS / "echo.yaml"])
    laptop.publisher().apply(centre)
    laptop.publisher().put_sound("left-behind", b"RIFF")
    sqs, names = laptop.aws.client("sqs"), laptop.aws.names.refs
    sqs.send_message(QueueUrl=names["TimersQueue"], MessageBody="{}", DelaySeconds=900)


@pytest.mark.parametrize("engine", [pytest.param("dynamodb-local", marks=pytest.mark.dynamodb_local), "moto"])
def test_whatever_a_day_left_behind_is_gone_when_the_laptop_begins_again(tmp_path, engine):
    async def story(laptop):
        fresh = await everything(laptop)
        async with a_day_is_lived(laptop):
            something_is_published(laptop, tmp_path)
            lived = await everything(laptop)
            assert [part for part in fresh if fresh[part] == lived[part]] == []
            await asyncio.to_thread(laptop.begin_again)
            assert await everything(laptop) == fresh
        assert laptop.parts.world.catalogue.centre().queues["vip"].max_waiting == 20

    with running(tmp_path, engine) as laptop:
        asyncio.run(story(laptop))


def test_nothing_of_what_was_going_on_arrives_after_the_laptop_began_again(laptop):
    async def story():
        async with a_day_is_lived(laptop):
            await asyncio.to_thread(laptop.gateway.stop)
            await asyncio.to_thread(laptop.begin_again)
            came_true, heard = await calls(laptop, "hear 查询运单请按1", "hang-up")
        assert came_true == 0, heard
        told = await everything(laptop)
        assert [call["from"] for call in told["calls"]["calls"]] == ["83366857"]
        assert told["errors"] == {"errors": []}
        assert [row for row in told["rows"] if "13800000001" in row] == []

    asyncio.run(story())


def test_who_was_signed_in_before_the_laptop_began_again_is_a_stranger(laptop):
    async def story():
        session = await asks(f"{laptop.url}/agent/sessions", {"agentId": "100", "password": "icall-100"})
        assert "data" in await asks(f"{laptop.url}/agent/state", token=session["token"])
        await asyncio.to_thread(laptop.begin_again)
        assert "data" not in await asks(f"{laptop.url}/agent/state", token=session["token"])

    asyncio.run(story())
