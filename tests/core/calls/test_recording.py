"""What becomes of a talk's recording: paused, resumed, stopped, started as another one; and what is kept of it."""

from dataclasses import replace

import pytest

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction
from chalicelib.core.calls.parties import Party, PartyState, Role, Where
from chalicelib.core.calls.recording import record
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.takes import Pause, Take, Taking
from chalicelib.core.calls.wanted import difference, everything
from chalicelib.core.carrier.commands import (
    JoinConference,
    PauseRecording,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from chalicelib.core.ground.errors import NotLegalNow

CALLER = Party(
    id=CUSTOMER, role=Role.CUSTOMER, sid="CA1", state=PartyState.CONNECTED, where=Where.CONFERENCE, joined_at=None
)
LEG = Party(
    id="c1-1", role=Role.AGENT, agent="100", sid="CA2", endpoint="agent:100", state=PartyState.CONNECTED, joined_at=1000
)


def a_talk(vocid="c1-1", agent=LEG) -> Scene:
    call = Call(
        id="c1",
        direction=Direction.INBOUND,
        carrier="plain",
        caller="83366857",
        called="+8675583000000",
        started_at=0,
        state=CallState.TALKING,
        owner="100",
        vocid=vocid,
        conference="CF1",
        talk_since=1000,
        parties={CUSTOMER: CALLER, agent.id: agent},
    )
    return Scene(call, {"100": Agent(id="100", state=AgentState.TALKING, call="c1")})


def after(scene, *verbs):
    """Do these one after the other, at 2000, 3000 and so on; give the scene, and what the last one asks for."""
    before = scene
    for number, verb in enumerate(verbs):
        before, scene = scene, record(scene, verb, 2000 + number * 1000)
    return scene, difference(before.call, scene.call)


def told(scene):
    return [(event.i_param, event.tags["VOCID"]) for event in scene.agents["100"].events]


def test_a_recording_that_nobody_touches_is_not_stored_and_asks_for_nothing():
    call = a_talk().call
    assert (call.takes, call.taking) == ((), Taking.ON)
    assert not [command for command in everything(call) if "Recording" in type(command).__name__]
    assert call.all_takes() == (Take("c1-1", 1000),)


@pytest.mark.parametrize(
    ("verbs", "command"),
    [
        (["pause"], PauseRecording("c1", "", "", "CF1")),
        (["pause", "resume"], ResumeRecording("c1", "", "", "CF1")),
        (["stop"], StopRecording("c1", "", "", "CF1")),
        (["pause", "stop"], StopRecording("c1", "", "", "CF1")),
        (["stop", "start"], StartRecording("c1", CUSTOMER, "CA1", "c1-r2")),
        (["stop", "start", "pause"], PauseRecording("c1", CUSTOMER, "CA1", "CF1")),
        (["stop", "start", "pause", "resume"], ResumeRecording("c1", CUSTOMER, "CA1", "CF1")),
        (["stop", "start", "stop", "start"], StartRecording("c1", CUSTOMER, "CA1", "c1-r3")),
    ],
)
def test_what_the_carrier_must_do_follows_from_what_is_wanted(verbs, command):
    assert after(a_talk(), *verbs)[1] == (command,)


def test_who_finds_it_undone_brings_every_recording_to_what_is_wanted_now():
    scene, _ = after(a_talk(), "stop", "start", "pause")
    found = [command for command in everything(scene.call) if "Recording" in type(command).__name__]
    assert found == [PauseRecording("c1", CUSTOMER, "CA1", "CF1"), StopRecording("c1", "", "", "CF1")]


def test_a_pause_is_never_undone_by_whoever_looks_again():
    scene, _ = after(a_talk(), "stop", "start", "pause")
    assert not [command for command in everything(scene.call) if isinstance(command, StartRecording | ResumeRecording)]


def test_a_conference_whose_recording_was_stopped_is_not_recorded_anew_by_who_comes_in():
    scene, _ = after(a_talk(), "stop")
    assert [command.vocid for command in everything(scene.call) if isinstance(command, JoinConference)] == [""]


@pytest.mark.parametrize(
    ("before", "verb"),
    [
        ([], "start"),
        ([], "resume"),
        (["pause"], "pause"),
        (["pause"], "start"),
        (["stop"], "stop"),
        (["stop"], "pause"),
        (["stop"], "resume"),
    ],
)
def test_what_does_not_fit_is_not_legal_and_changes_nothing(before, verb):
    scene, _ = after(a_talk(), *before)
    with pytest.raises(NotLegalNow):
        record(scene, verb, 9000)


def test_nothing_can_be_done_to_a_recording_where_there_is_none_but_to_start_one():
    silent = a_talk(vocid="")
    for verb in ("pause", "resume", "stop"):
        with pytest.raises(NotLegalNow):
            record(silent, verb, 2000)
    scene, commands = after(silent, "start")
    assert commands == (StartRecording("c1", CUSTOMER, "CA1", "c1-r1"),)
    assert told(scene) == [(1, "c1-r1")]


def test_while_the_agents_telephone_is_lost_nothing_is_changed():
    away = replace(LEG, state=PartyState.ENDED, left_at=1500)
    with pytest.raises(NotLegalNow):
        record(a_talk(agent=away), "pause", 2000)


def test_every_change_is_told_with_the_recordings_name():
    scene, _ = after(a_talk(), "pause", "resume", "stop", "start")
    assert told(scene) == [(2, "c1-1"), (3, "c1-1"), (0, "c1-1"), (1, "c1-r2")]


def test_what_was_not_recorded_is_kept():
    scene, _ = after(a_talk(), "pause", "resume", "pause", "stop", "start")
    assert scene.call.takes == (
        Take("c1-1", 1000, Taking.STOPPED, 5000, (Pause(2000, 3000), Pause(4000, 5000))),
        Take("c1-r2", 6000, leg=CUSTOMER),
    )
    assert scene.call.takes[-1].over(9000).told() == {"vocId": "c1-r2", "from": 6000, "until": 9000, "pauses": []}


def test_a_recording_holds_the_agents_who_were_there_while_it_ran():
    scene, _ = after(a_talk(agent=replace(LEG, left_at=2500)), "stop")
    later = replace(LEG, id="c1-2", agent="101", joined_at=2600)
    call = scene.call.with_party(later).with_take(Take("c1-r2", 3000, leg=CUSTOMER))
    assert (call.talkers("c1-1"), call.talkers("c1-r2"), call.talkers("c1-r9")) == (("100",), ("101",), ())
