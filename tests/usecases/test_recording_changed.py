"""Who may change a recording, and what of it the history keeps."""

import pytest

from tests.fakes.centre import Centre
from tests.fakes.people import a_talk, is_sound

RECORDING = 27
STOP, START, PAUSE, RESUME = range(4)
NOT_LEGAL, NOT_PERMITTED = -4, -5


def settled(centre):
    centre.settles()
    is_sound(centre)


def without_recording(document):
    document["queues"]["service"]["record"] = False


def without_permission(document):
    document["roles"]["agent"]["permissions"].remove("calls.record")


def test_a_queue_that_does_not_record_is_recorded_from_when_the_agent_starts_it():
    centre = Centre(change_config=without_recording)
    scene = a_talk(centre)
    assert not [event for event in scene.agent.events if event["type"] == "Record"]
    assert scene.agent.does(RECORDING, PAUSE) == NOT_LEGAL
    assert scene.agent.does(RECORDING, START) == 0
    vocid = scene.agent.hears("Record")["tags"]["VOCID"]
    centre.time.advance(5)
    scene.caller.hang_up()
    assert scene.agent.hears("Record", within=90)["tags"]["VOCID"] == vocid
    assert centre.files.files[vocid].startswith(b"RIFF")
    settled(centre)


@pytest.mark.parametrize("i_param", [STOP, START, PAUSE, RESUME])
def test_who_is_not_permitted_to_changes_no_recording(i_param):
    centre = Centre(change_config=without_permission)
    scene = a_talk(centre)
    assert scene.agent.does(RECORDING, i_param) == NOT_PERMITTED
    assert centre.the_call().takes == ()
    scene.caller.hang_up()
    settled(centre)


def test_the_history_tells_when_a_recording_was_paused():
    centre = Centre()
    scene = a_talk(centre)
    vocid = centre.the_call().vocid
    began = centre.clock.now()
    scene.agent.does(RECORDING, PAUSE)
    centre.time.advance(7)
    scene.agent.does(RECORDING, RESUME)
    centre.time.advance(3)
    scene.caller.hang_up()
    centre.settles()
    (past,) = centre.world.history.of_agent("100", 0, 10)
    (take,) = past.recordings
    (pause,) = take["pauses"]
    assert take["vocId"] == vocid
    assert (pause["from"] - began, pause["until"] - pause["from"]) == (0, 7000)
    settled(centre)


def test_a_page_that_is_loaded_again_knows_that_the_recording_is_paused():
    centre = Centre()
    scene = a_talk(centre)
    scene.agent.does(RECORDING, PAUSE)
    scene.agent.seq = 0
    scene.agent.epoch = 0
    scene.agent.connects()
    snapshot = [frame for frame in scene.agent.frames if frame["type"] == "Snapshot"][-1]
    assert snapshot["data"]["call"]["recording"] == "paused"
    scene.caller.hang_up()
    settled(centre)
