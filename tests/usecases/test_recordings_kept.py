"""Recordings: begun with the talk, announced when the file is there, heard by those who may."""

from dataclasses import replace

import pytest

from chalicelib.core.ground.errors import NotFound, NotPermitted
from chalicelib.usecases.play_recording import recording_url
from chalicelib.usecases.prove import who_is
from local.carrier.faults import RestFault
from tests.fakes.centre import Centre
from tests.fakes.people import a_ready_agent, a_talk, is_sound, picks_up


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def a_recorded_call(centre, agent_id="100"):
    scene = a_talk(centre, agent_id)
    vocid = centre.the_call().vocid
    centre.time.advance(5)
    scene.caller.hang_up()
    scene.agent.hears("Hangup")
    return scene, vocid


def told(agent):
    return [(each["iParam"], each["tags"]["VOCID"]) for each in agent.events if each["type"] == "Record"]


def test_a_recording_begins_with_the_talk_and_its_file_follows(centre):
    scene, vocid = a_recorded_call(centre)
    centre.settles()
    assert told(scene.agent) == [(1, vocid), (4, vocid)]
    assert centre.files.files[vocid].startswith(b"RIFF")


def test_the_carrier_keeps_no_copy(centre):
    a_recorded_call(centre)
    centre.settles()
    assert [entry.status for entry in centre.exchange.log if entry.method == "DELETE"] == [204]


def test_a_file_that_cannot_be_fetched_now_is_fetched_later(centre):
    centre.exchange.faults.on_rest(RestFault("GET Recordings/*", "fail-before", times=2))
    scene, vocid = a_recorded_call(centre)
    centre.settles(240)
    assert told(scene.agent) == [(1, vocid), (4, vocid)]


def test_the_file_is_announced_under_its_own_call_while_the_agent_is_in_another(centre):
    centre.exchange.faults.on_rest(RestFault("GET Recordings/*", "fail-before"))
    scene, vocid = a_recorded_call(centre)
    scene.agent.does(25, 1)
    other = centre.calls("13900139000")
    other.hears("人工服务请按0")
    other.presses("0")
    scene.agent.hears("Ring")
    picks_up(centre, other, scene.agent)
    ready = scene.agent.hears("Record", within=60, VOCID=vocid)
    assert ready["tags"]["CALLERID"] == "83366857"
    assert ready["callId"] == ready["tags"]["CALLID"] != scene.agent.state.call


def test_nothing_is_recorded_where_the_queue_wants_none():
    def unrecorded(document):
        document["queues"]["service"]["record"] = False

    centre = Centre(change_config=unrecorded)
    scene = a_talk(centre)
    centre.time.advance(5)
    scene.caller.hang_up()
    centre.settles()
    assert told(scene.agent) == []
    assert not any("VOCID" in event["tags"] for event in scene.agent.events)
    assert [entry for entry in centre.exchange.log if entry.kind == "recording"] == []
    is_sound(centre)


def test_an_agent_hears_their_own_recordings_and_a_supervisor_hears_all(centre):
    _, vocid = a_recorded_call(centre)
    centre.settles()
    own, other, supervisor = (who_is(agent_id, centre.world) for agent_id in ("100", "102", "200"))
    address, kept = recording_url(own, vocid, centre.world)
    assert (vocid in address, kept.agents) == (True, ("100",))
    assert recording_url(supervisor, vocid, centre.world)
    for who in (other, replace(own, permissions=frozenset())):
        with pytest.raises(NotPermitted):
            recording_url(who, vocid, centre.world)


def test_there_is_no_address_before_there_is_a_file(centre):
    _, vocid = a_recorded_call(centre)
    for unknown in (vocid, "nothing"):
        with pytest.raises(NotFound):
            recording_url(who_is("100", centre.world), unknown, centre.world)


def test_a_recording_belongs_to_whoever_talked_even_if_another_took_over(centre):
    scene = a_talk(centre)
    first = centre.the_call().vocid
    scene.leg.hang_up()
    second = a_ready_agent(centre, "102")
    second.hears("Ring", within=40)
    picks_up(centre, scene.caller, second)
    later = centre.the_call().vocid
    centre.time.advance(5)
    scene.caller.hang_up()
    centre.settles()
    assert first != later
    assert [centre.desk.recording(vocid).agents for vocid in (first, later)] == [("100",), ("102",)]
