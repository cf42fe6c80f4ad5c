"""Races between a carrier and us, R11 to R19: reused names, lost parties, late files, refusals and slow starts."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from chalicelib.core.ground.errors import NotFound
from chalicelib.core.told.recordings import RecordingState
from chalicelib.usecases.play_recording import recording_url
from chalicelib.usecases.prove import who_is
from chalicelib.usecases.snapshot import snapshot
from local.carrier.faults import RestFault, WebhookFault
from tests.fakes.centre import Centre
from tests.fakes.people import (
    a_caller_in_line,
    a_ready_agent,
    a_ringing_agent,
    a_talk,
    is_sound,
    picks_up,
)

ADD = "POST Conferences/*/Participants"
PARTICIPANT = "POST Conferences/*/Participants/*"


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.exchange.faults.clear()
    centre.settles()
    is_sound(centre)


def test_r11_a_second_agent_holds_in_the_new_conference_of_the_old_name(centre):
    scene = a_talk(centre)
    scene.leg.hang_up()
    second = a_ready_agent(centre, "101")
    second.hears("Ring", within=40)
    leg = picks_up(centre, scene.caller, second)

    assert second.does(3) == 0
    assert scene.caller.on_hold
    assert second.does(4) == 0
    assert scene.caller.talks_with == [leg.party]
    conferences = {entry.fields["ConferenceSid"] for entry in centre.exchange.log if "ConferenceSid" in entry.fields}
    assert len(conferences) == 2


def test_r12_whoever_joins_first_we_hear_of_everybody_and_of_the_recording(centre):
    scene = a_talk(centre)
    centre.time.advance(5)
    scene.caller.hang_up()
    scene.agent.hears("Hangup")
    assert scene.agent.hears("Record", within=60)["iParam"] == 4

    asked = [dict(entry.fields) for entry in centre.exchange.log if entry.kind == "conference"]
    joined = [each["ParticipantLabel"] for each in asked if each["StatusCallbackEvent"] == "participant-join"]
    assert joined == [centre.the_call().vocid, "customer"]


def test_r13_the_customer_hangs_up_on_hold(centre):
    scene = a_talk(centre)
    scene.agent.does(3)
    centre.time.advance(10)
    scene.caller.hang_up()
    hangup = scene.agent.hears("Hangup")

    assert hangup["iParam"] == 2
    assert scene.agent.state.state is AgentState.WRAP_UP
    assert scene.leg.ends(5)


def test_r14_the_dialled_party_never_answers(centre):
    agent = a_ready_agent(centre)
    assert agent.does(7, 3, "13900000408") == 0
    agent.phone.answer()
    progress = agent.hears("Progress", within=60, CAUSE="no-answer")
    assert progress["iParam"] == 5
    agent.hears("Hangup")
    centre.time.advance(2)
    assert agent.phone.talking() == []


def test_r14_the_dialled_party_never_answers_and_the_carrier_never_says_so(centre):
    centre.exchange.faults.on_webhook(WebhookFault("status", {"CallStatus": "no-answer"}, lose=True))
    centre.exchange.faults.on_webhook(
        WebhookFault("conference", {"ReasonParticipantLeft": "participant_add_failed"}, lose=True)
    )
    agent = a_ready_agent(centre)
    agent.does(7, 3, "13900000408")
    agent.phone.answer()
    assert agent.hears("Progress", within=60, CAUSE="no-answer")["iParam"] == 5
    agent.hears("Hangup")


def test_r15_the_recordings_file_comes_minutes_later(centre):
    centre.exchange.faults.on_webhook(WebhookFault("recording", delay=400))
    scene = a_talk(centre)
    vocid = centre.the_call().vocid
    centre.time.advance(5)
    scene.caller.hang_up()
    scene.agent.hears("WrapUp")
    scene.agent.does(25, 1)
    ready = scene.agent.hears("Record", within=500, VOCID=vocid)

    assert ready["iParam"] == 4
    assert ready["callId"] == centre.the_call().id
    assert vocid in centre.files.files


def test_r15_a_recording_that_is_absent_is_never_promised(centre):
    scene = a_talk(centre)
    vocid = centre.the_call().vocid
    scene.caller.hang_up()
    scene.agent.hears("Hangup")
    centre.time.advance(60)

    assert centre.desk.recording(vocid).state is RecordingState.ABSENT
    assert [event["iParam"] for event in scene.agent.events if event["type"] == "Record"] == [1]
    with pytest.raises(NotFound):
        recording_url(who_is("100", centre.world), vocid, centre.world)


def test_r15_an_absent_that_comes_after_the_file_takes_nothing_away(centre):
    centre.exchange.faults.on_webhook(WebhookFault("recording", double=True, times=None))
    scene = a_talk(centre)
    centre.time.advance(5)
    scene.caller.hang_up()
    centre.settles()

    told = [event["iParam"] for event in scene.agent.events if event["type"] == "Record"]
    assert told == [1, 4]


def test_r16_the_agents_browser_dies_and_comes_back_with_the_same_recording(centre):
    scene = a_talk(centre)
    vocid = centre.the_call().vocid
    scene.leg.hang_up()
    scene.agent.loses_its_socket()
    scene.caller.hears("hold-music")
    assert scene.caller.on_hold
    scene.agent.connects()
    again = scene.agent.answers()
    assert scene.agent.hears("Talk")["tags"]["VOCID"] == vocid
    centre.time.advance(1)

    assert scene.caller.talks_with == [again.party]
    assert "Hangup" not in scene.agent.kinds()
    centre.time.advance(40)
    assert centre.the_call().state is CallState.TALKING


def test_r16_a_page_that_only_lost_its_telephone_is_told_and_can_have_it_rung_again(centre):
    scene = a_talk(centre)
    scene.leg.hang_up()
    told = scene.agent.hears("State", within=2, LEG="lost")
    assert (told["tags"]["STATE"], told["callId"]) == ("5", centre.the_call().id)
    assert snapshot("100", centre.world)["data"]["call"]["state"] == "recovering"
    again = scene.agent.answers()
    scene.agent.hears("Talk")
    centre.time.advance(1)
    assert scene.caller.talks_with == [again.party]


def test_r16_a_reloaded_page_that_dies_again_can_come_back_again(centre):
    scene = a_talk(centre)
    scene.leg.hang_up()
    centre.time.advance(1)
    assert scene.agent.does(1) == 0
    ringing = scene.agent.phone.rings()
    ringing.hang_up()
    centre.time.advance(1)
    again = scene.agent.answers()
    scene.agent.hears("Talk")
    centre.time.advance(1)
    assert scene.caller.talks_with == [again.party]


def test_r16_an_agent_who_stays_away_loses_the_caller_to_the_next_at_the_old_place(centre):
    scene = a_talk(centre)
    since = centre.the_call().place.since
    younger = a_caller_in_line(centre, "13900139000")
    scene.leg.hang_up()
    hangup = scene.agent.hears("Hangup", within=40)
    assert hangup["iParam"] == 3
    assert hangup["tags"]["CAUSE"] == "agent-lost"
    seen = snapshot("100", centre.world)["data"]["call"]
    assert (seen["state"], seen["deadline"]) == ("ended", None)
    assert seen["talkSince"] == min(party.joined_at for party in centre.desk.call(seen["callId"]).parties_of("100"))
    next_agent = a_ready_agent(centre, "101")
    ring = next_agent.hears("Ring")

    assert ring["tags"]["CALLERID"] == scene.caller.party
    assert centre.desk.call(ring["callId"]).place.since == since
    picks_up(centre, scene.caller, next_agent)
    assert younger.talks_with == []


def test_r16_an_offer_missed_earlier_cannot_steal_a_caller_who_waits_for_their_agent(centre):
    caller, first = a_ringing_agent(centre, "101")
    lane = WebhookFault("status", {"To": first.phone.address, "CallStatus": "in-progress"}, delay=30)
    centre.exchange.faults.on_webhook(lane)
    centre.exchange.faults.on_webhook(WebhookFault("conference", delay=30, times=2))
    first.phone.answer()
    first.hears("Hangup", within=25)
    second = a_ready_agent(centre, "100")
    second.hears("Ring")
    leg = picks_up(centre, caller, second)
    leg.hang_up()
    centre.time.advance(12)

    assert centre.the_call().agent_lost
    assert "Talk" not in first.kinds()


def test_r17_a_refusal_for_haste_is_tried_again_at_once(centre):
    centre.exchange.faults.too_many_requests("POST *", times=2)
    caller, agent = a_ringing_agent(centre)
    picks_up(centre, caller, agent)


def test_r17_a_carrier_that_stays_overrun_is_asked_again_later(centre):
    centre.exchange.faults.too_many_requests(ADD, times=6)
    agent = a_ready_agent(centre)
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    agent.phone.rings(within=15)
    picks_up(centre, caller, agent)


def test_r17_a_hold_that_is_late_does_not_undo_the_retrieve_that_overtook_it(centre):
    scene = a_talk(centre)
    centre.exchange.faults.on_rest(RestFault(PARTICIPANT, "fail-before"))
    assert scene.agent.does(3) == 0
    centre.time.advance(2)
    assert scene.agent.does(4) == 0
    centre.time.advance(30)

    assert not scene.caller.on_hold
    assert scene.caller.talks_with == [scene.leg.party]


def test_r18_all_callbacks_come_twenty_seconds_late(centre):
    for kind in ("status", "conference", "recording"):
        centre.exchange.faults.on_webhook(WebhookFault(kind, delay=20, times=None))
    scene_caller, agent = a_ringing_agent(centre)
    agent.answers()
    centre.time.advance(90)
    scene_caller.hang_up()
    centre.settles(240)

    assert agent.kinds().count("Ring") == agent.kinds().count("Hangup")
    assert centre.the_call().state is CallState.ENDED


def test_r18_callbacks_in_the_wrong_order_end_in_the_same_talk(centre):
    centre.exchange.faults.on_webhook(WebhookFault("status", {"CallStatus": "ringing"}, reorder=True))
    centre.exchange.faults.on_webhook(WebhookFault("conference", reorder=True))
    agent = a_ready_agent(centre)
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    agent.answers()
    agent.hears("Talk", within=30)
    centre.time.advance(25)
    assert caller.talks_with == ["client:agent_100"]


def test_r18_an_outside_call_whose_answer_is_never_told_becomes_a_talk_all_the_same(centre):
    number = "+8613900139000"
    centre.exchange.faults.on_webhook(WebhookFault("status", {"CallStatus": "in-progress", "To": number}, lose=True))
    agent = a_ready_agent(centre)
    agent.does(7, 3, number)
    agent.phone.answer()
    agent.hears("Talk", within=60)
    assert centre.the_call().state is CallState.TALKING


def test_r19_a_cold_start_on_the_first_webhook_costs_a_try_and_not_the_call(centre):
    centre.exchange.faults.on_webhook(WebhookFault("voice", lose=True))
    a_talk(centre)
    assert len([entry for entry in centre.exchange.log if entry.kind == "voice"]) == 1


def test_r19_a_first_webhook_whose_answer_came_too_late_is_answered_the_same_again(centre):
    centre.exchange.faults.on_webhook(WebhookFault("voice", double=True))
    a_caller_in_line(centre)
    assert centre.watch.counted["Calls"] == 1
