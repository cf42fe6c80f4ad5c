import asyncio
from itertools import chain, groupby
from urllib.parse import quote

import pytest
from product_under_call import HOME
from sounding_phones import (
    AGENT,
    AGENT_TONE,
    BLOCK,
    CALLER_TONE,
    MUSIC_TONE,
    RATE,
    read_wav,
    tones_in,
    with_sound,
)

from local.carrier.audio import studio

ROOM = '<Dial><Conference record="record-from-start">call-1</Conference></Dial>'

pytestmark = pytest.mark.enable_socket


async def talking(world, **wishes):
    """A customer and an agent in a conference, each with a sounding phone."""
    sid = await world.dials()
    customer = await world.phone(sid, CALLER_TONE)
    seat = await world.joins(**wishes)
    agent = await world.phone(AGENT, AGENT_TONE)
    return sid, customer, agent, seat


async def recorded(world, room):
    """The sound of the conference's recording, when its file is there."""
    for _ in range(100):
        (recording,) = (await world.rest("GET", f"Conferences/{room}/Recordings.json"))["recordings"]
        if recording["status"] == "completed":
            return read_wav(await world.rest("GET", f"Recordings/{recording['sid']}.wav"))
        await asyncio.sleep(0.05)
    pytest.fail("no file came of the recording")


async def hold(world, seat, sid, on, **music):
    path = f"Conferences/{seat['conference_sid']}/Participants/{sid}.json"
    await world.rest("POST", path, Hold="true" if on else "false", **music)


def test_each_hears_the_other_and_not_itself():
    async def story(world):
        _, customer, agent, _ = await talking(world)
        await world.until(lambda: customer.hears(AGENT_TONE), "the customer hears the agent alone")
        await world.until(lambda: agent.hears(CALLER_TONE), "the agent hears the customer alone")

    with_sound(story)


def test_on_hold_the_customer_hears_music_and_the_agent_nobody():
    async def story(world):
        sid, customer, agent, seat = await talking(world)
        await world.until(lambda: customer.hears(AGENT_TONE) and agent.hears(CALLER_TONE), "they talk")
        await hold(world, seat, sid, on=True, HoldUrl=f"{HOME}/music.wav", HoldMethod="GET")
        await world.until(lambda: customer.hears(MUSIC_TONE), "the customer hears music alone")
        await world.until(agent.hears, "the agent hears silence")
        await hold(world, seat, sid, on=False)
        await world.until(lambda: customer.hears(AGENT_TONE) and agent.hears(CALLER_TONE), "they talk again")

    with_sound(story)


def test_a_supervisor_whispers_to_the_agent_alone():
    async def story(world):
        _, customer, agent, seat = await talking(world)
        supervisor = await world.joins("client:agent_900", Coaching="true", CallSidToCoach=seat["call_sid"])
        whisper = await world.phone("client:agent_900", MUSIC_TONE)
        await world.until(lambda: agent.hears(CALLER_TONE, MUSIC_TONE), "the agent hears both")
        await world.until(lambda: whisper.hears(CALLER_TONE, AGENT_TONE), "the supervisor hears both")
        assert customer.hears(AGENT_TONE)
        assert supervisor["status"] in {"queued", "initiated"}

    with_sound(story)


def test_the_recording_holds_the_conversation_and_not_the_hold():
    async def story(world):
        world.product.pages["/voice"] = ROOM
        clock = asyncio.get_running_loop().time
        sid = await world.dials()
        customer = await world.phone(sid, CALLER_TONE)
        seat = await world.joins()
        began = clock()
        agent = await world.phone(AGENT, AGENT_TONE)
        await world.until(lambda: customer.hears(AGENT_TONE) and agent.hears(CALLER_TONE), "they talk")
        await asyncio.sleep(0.8)
        await hold(world, seat, sid, on=True, HoldUrl=f"{HOME}/music.wav", HoldMethod="GET")
        await asyncio.sleep(0.8)
        await hold(world, seat, sid, on=False)
        await world.until(lambda: customer.hears(AGENT_TONE) and agent.hears(CALLER_TONE), "they talk again")
        await asyncio.sleep(0.8)
        seconds = clock() - began
        await world.control("POST", f"calls/{sid}/hang-up")
        await world.control("POST", f"devices/{quote(AGENT)}/hang-up")
        sound = await recorded(world, seat["conference_sid"])

        assert 3 * 0.8 - 0.5 < len(sound) / RATE < seconds + 2
        heard = [frozenset(tones_in(sound[start : start + BLOCK])) for start in range(0, len(sound), BLOCK)]
        before, held, after = around_the_hold(heard)
        assert held.count(AGENT_ALONE) > 3
        assert before.count(BOTH) > 3
        assert after.count(BOTH) > 3
        assert not any(MUSIC_TONE in tones for tones in heard)

    with_sound(story)


BOTH, AGENT_ALONE = frozenset({CALLER_TONE, AGENT_TONE}), frozenset({AGENT_TONE})


def around_the_hold(heard):
    """What was heard before, in and after the stretch without the caller in which the agent was alone the longest.

    A busy machine loses sound here and there: not every such stretch is a hold.
    """
    stretches = [list(stretch) for _, stretch in groupby(heard, lambda tones: CALLER_TONE in tones)]
    hold = max(range(len(stretches)), key=lambda number: stretches[number].count(AGENT_ALONE))
    return list(chain(*stretches[:hold])), stretches[hold], list(chain(*stretches[hold + 1 :]))


def test_a_page_that_is_loaded_again_goes_on_talking():
    async def story(world):
        _, customer, agent, _ = await talking(world)
        await world.until(lambda: customer.hears(AGENT_TONE), "they talk")
        again = await world.phone(AGENT, AGENT_TONE)
        await world.until(lambda: again.hears(CALLER_TONE), "the page that came back hears the customer")
        await world.until(lambda: customer.hears(AGENT_TONE), "the customer hears the agent still")
        await world.until(lambda: agent.connection.connectionState == "closed", "the old connection is closed")
        assert len(world.studio.connected) == 2

    with_sound(story)


def test_a_caller_who_waits_hears_what_is_played():
    async def story(world):
        world.product.pages["/voice"] = '<Play loop="0">/music.wav</Play>'
        customer = await world.phone(await world.dials(), CALLER_TONE)
        await world.until(lambda: customer.hears(MUSIC_TONE), "the caller hears the music")
        assert len(customer.heard)

    with_sound(story)


def test_when_the_leg_ends_its_connection_is_closed_and_the_mixer_rests():
    async def story(world):
        sid = await world.dials()
        customer = await world.phone(sid, CALLER_TONE)
        await world.until(lambda: customer.frames > 0, "sound arrives")
        await world.control("POST", f"calls/{sid}/hang-up")
        await world.until(lambda: customer.connection.connectionState == "closed", "the connection is closed")
        assert world.studio.connected == []
        await world.until(lambda: not world.studio.working, "the mixer rests")

    with_sound(story)


def test_a_customer_whose_page_was_closed_hangs_up_after_a_while(monkeypatch):
    monkeypatch.setattr(studio, "COMES_BACK_WITHIN", 0.05)

    async def story(world):
        sid = await world.dials()
        customer = await world.phone(sid, CALLER_TONE)
        await world.until(lambda: customer.frames > 0, "sound arrives")
        await customer.close()
        await world.until_control(f"calls/{sid}", lambda told: told["over"])

    with_sound(story)


def test_a_customer_whose_page_is_loaded_again_stays_on_the_line(monkeypatch):
    monkeypatch.setattr(studio, "COMES_BACK_WITHIN", 0.5)

    async def story(world):
        world.product.pages["/voice"] = '<Play loop="0">/music.wav</Play>'
        sid = await world.dials()
        customer = await world.phone(sid, CALLER_TONE)
        await world.until(lambda: customer.hears(MUSIC_TONE), "the caller hears the music")
        await customer.close()
        again = await world.phone(sid, CALLER_TONE)
        await asyncio.sleep(0.7)
        assert (await world.control("GET", f"calls/{sid}"))[1]["over"] is False
        await world.until(lambda: again.hears(MUSIC_TONE), "the caller hears the music again")

    with_sound(story)


def test_an_agent_without_a_call_is_sent_nothing():
    async def story(world):
        await world.control("POST", "devices", address=AGENT)
        agent = await world.phone(AGENT, AGENT_TONE)
        await world.until(lambda: agent.connection.connectionState == "connected", "the connection stands")
        await asyncio.sleep(0.2)
        assert agent.frames == 0
        status, told = await world.control("DELETE", f"media/{quote(AGENT)}")
        assert (status, told) == (200, {"connected": []})

    with_sound(story)


@pytest.mark.parametrize(
    ("party", "offer", "status", "reason"),
    [
        ("CA1", {"sdp": "v=0", "type": "offer"}, 404, "there is no call and no device"),
        (AGENT, {"sdp": "nonsense", "type": "offer"}, 400, "Error"),
        (AGENT, {"type": "offer"}, 400, "sdp"),
        (AGENT, {"sdp": "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", "type": "offer"}, 400, "no audio"),
    ],
)
def test_an_offer_that_cannot_be_taken_is_refused_in_words(party, offer, status, reason):
    async def story(world):
        await world.control("POST", "devices", address=AGENT)
        answered, told = await world.control("POST", f"media/{quote(party)}/offer", **offer)
        assert (answered, reason in told["error"]) == (status, True), told
        assert world.studio.connected == []

    with_sound(story)


def test_an_offer_for_a_call_that_is_over_is_refused():
    async def story(world):
        sid = await world.dials()
        await world.control("POST", f"calls/{sid}/hang-up")
        status, told = await world.control("POST", f"media/{sid}/offer", sdp="v=0", type="offer")
        assert (status, told["error"]) == (409, f"the call {sid} is over")

    with_sound(story)
