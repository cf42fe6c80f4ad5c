"""The guide's own example with a real Asterisk: SIP telephones, speech that sounds, sound in both directions."""

import asyncio
import io
import wave

import numpy as np
import pytest

from local.agent import signed_in
from local.asterisk.on_laptop import RealAsterisk
from local.laptop import DEMO_NUMBER
from tests.carriers import tones
from tests.laptop.conftest import asks, is_ready
from tests.laptops import running

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

CUSTOMER, AGENT = 400, 700
"""Who is heard, by the tone that their telephone speaks."""

PATIENCE, LOOK = 40.0, 0.05
RECORDED = 4
"""iParam of Record: the file is there."""


@pytest.fixture
def laptop(unpacked, tmp_path):
    with running(tmp_path, carrier=RealAsterisk(unpacked)) as laptop:
        yield laptop


@pytest.fixture
def telephones(laptop, switchboard):
    """A customer's and agent 101's, registered as the start page says."""
    told = {each["who"]: each for each in asyncio.run(asks(f"{laptop.url}/start.json"))["telephones"]}
    put_up = [
        switchboard.desk(told[who]["user"], told[who]["password"], tone, told[who]["server"])
        for who, tone in (("outside", CUSTOMER), ("desk", AGENT))
    ]
    assert [telephone.registers() for telephone in put_up] == [200, 200]
    yield put_up
    for telephone in put_up:
        telephone.remove()


def test_a_customer_tracks_a_waybill_and_talks_to_an_agent_at_a_sip_telephone(laptop, telephones):
    asyncio.run(_whole_story(laptop, *telephones))


async def _whole_story(laptop, customer, desk):
    async with signed_in(laptop.url, laptop.carrier_url, "101", password="icall-101") as agent:
        await is_ready(agent)
        customer.dial(DEMO_NUMBER)
        for keys in ("1", "6012345678#", "1", "0"):
            await _comes(customer.hears_something)
            for key in keys:
                customer.press(key)
            customer.call.ear.frames.clear()
        ring = await agent.expects("Ring", within=PATIENCE)
        assert [ring["tags"][name] for name in ("CALLERID", "TTYPE", "WAYBILL")] == ["13700137000", "2", "6012345678"]
        await _comes(desk.is_ringing)
        desk.pick_up()
        talk = await agent.expects("Talk")
        await _hear_each_other(customer, desk)
        assert (await agent.act("hold"))["iParam"] == 0
        await _comes(lambda: customer.hears_something() and AGENT not in _lately(customer))
        await _comes(lambda: desk.sounds() == frozenset())
        assert (await agent.act("retrieve"))["iParam"] == 0
        await _hear_each_other(customer, desk)
        customer.put_down()
        await _comes(lambda: not desk.is_connected())
        assert await _voices_in_recording(laptop, agent, talk["tags"]["VOCID"]) == {CUSTOMER, AGENT}


async def _comes(is_so):
    for _ in range(round(PATIENCE / LOOK)):
        if is_so():
            return
        await asyncio.sleep(LOOK)
    raise AssertionError("it did not come")


def _lately(telephone):
    """Give the tones that sounded at any moment of the last half second."""
    return {
        tone for frame in list(telephone.call.ear.frames) for tone in tones.tones_in(np.frombuffer(frame, np.int16))
    }


async def _hear_each_other(customer, desk):
    await _comes(lambda: customer.sounds() == {AGENT} and desk.sounds() == {CUSTOMER})


async def _voices_in_recording(laptop, agent, vocid):
    """Give whose voices the recording holds at one and the same moment."""
    await agent.expects("Record", within=PATIENCE, VOCID=vocid)
    ready = await agent.expects("Record", within=PATIENCE, VOCID=vocid)
    assert ready["iParam"] == RECORDED
    known = await asks(f"{laptop.url}/agent/recordings/{vocid}", token=agent.session["token"])
    async with agent.http.get(known["url"]) as answer:
        content = await answer.read()
    with wave.open(io.BytesIO(content)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    moments = [samples[start : start + tones.FRAME] for start in range(0, len(samples) - tones.FRAME, tones.FRAME)]
    return max((tones.tones_in(moment) for moment in moments), key=len)
