"""Being there: another device, signing out after the call, what follows it, a state put right, and the whole state."""

from dataclasses import replace

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from chalicelib.core.ground.errors import NotProved
from chalicelib.ports import Change
from chalicelib.usecases.prove import prove_session
from local.carrier.faults import RestFault, WebhookFault
from tests.fakes.centre import Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, a_ringing_agent, a_talk, is_sound

HANG_UP, PAUSE, RESUME, WRAP_UP = 2, 9, 10, 25
SIGN_IN, SIGN_OUT, NEXT_STATE, RESET, SYNCHRONISE = 31, 32, 33, 34, 35
NOW, AFTER_CALL = 0, 1
BROWSER, SIP, PHONE = 0, 1, 2
MEAL = 16


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.exchange.faults.clear()
    centre.settles()
    is_sound(centre)


def is_shut_out(centre, page):
    """The page is closed with 4003, and neither its socket nor its session opens anything any more."""
    centre.time.advance(2)
    assert (page.socket, 4003) in centre.sockets.closed
    with pytest.raises(NotProved):
        prove_session(page.token, centre.world)
    return True


def loses_every_report(centre):
    for kind in ("status", "conference"):
        centre.exchange.faults.on_webhook(WebhookFault(kind, lose=True, times=None))


def test_an_agent_signs_out_by_an_action_and_hears_that_it_was_taken_before_the_page_is_closed(centre):
    agent = a_ready_agent(centre)
    assert agent.does(SIGN_OUT, NOW) == 0
    assert agent.hears("Logout")["iParam"] == 0
    assert is_shut_out(centre, agent)


def test_nobody_signs_out_of_a_talk_at_once(centre):
    talk = a_talk(centre)
    assert talk.agent.does(SIGN_OUT, NOW) == -4
    assert talk.agent.does(SIGN_OUT, 2) == -3


def test_signing_out_after_the_call_waits_until_it_is_written_up(centre):
    talk = a_talk(centre)
    assert talk.agent.does(SIGN_OUT, AFTER_CALL) == 0
    assert talk.agent.hears("State", PENDING="signed-out")["iParam"] == 5
    talk.caller.hang_up()
    talk.agent.hears("WrapUp")
    assert talk.agent.state.state is AgentState.WRAP_UP
    assert talk.agent.does(WRAP_UP, 1, "solved") == 0
    talk.agent.hears("State", STATE="0")
    assert talk.agent.hears("Logout")["iParam"] == 0
    assert is_shut_out(centre, talk.agent)


def test_signing_out_after_the_call_of_who_has_none_is_signing_out(centre):
    agent = a_ready_agent(centre)
    assert agent.does(SIGN_OUT, AFTER_CALL) == 0
    agent.hears("Logout")
    assert is_shut_out(centre, agent)


def test_who_rings_when_they_wish_to_leave_and_does_not_answer_is_signed_out(centre):
    _, agent = a_ringing_agent(centre)
    agent.does(SIGN_OUT, AFTER_CALL)
    assert agent.hears("Hangup", within=60)["iParam"] == 6
    agent.hears("Logout")
    assert agent.state.state is AgentState.SIGNED_OUT


def test_who_asked_for_a_pause_while_it_rang_and_missed_the_call_is_in_that_pause_and_no_other_follows(centre):
    _, agent = a_ringing_agent(centre)
    agent.does(NEXT_STATE, MEAL)
    agent.hears("Hangup", within=60)
    assert (agent.state.reason, agent.state.deferred) == ("meal", "")


@pytest.mark.parametrize(
    ("wishes", "after"),
    [
        ([(SIGN_OUT, AFTER_CALL), (PAUSE, 2)], AgentState.PAUSED),
        ([(PAUSE, 2), (SIGN_OUT, AFTER_CALL)], AgentState.SIGNED_OUT),
        ([(SIGN_OUT, AFTER_CALL), (RESUME, 0)], AgentState.READY),
        ([(NEXT_STATE, MEAL), (NEXT_STATE, 0)], AgentState.SIGNED_OUT),
        ([(NEXT_STATE, 0), (NEXT_STATE, MEAL)], AgentState.PAUSED),
        ([(NEXT_STATE, MEAL), (NEXT_STATE, 1)], AgentState.READY),
    ],
)
def test_of_what_is_to_follow_the_call_the_later_wish_holds(centre, wishes, after):
    talk = a_talk(centre)
    assert [talk.agent.does(*wish) for wish in wishes] == [0, 0]
    talk.caller.hang_up()
    talk.agent.hears("WrapUp")
    talk.agent.does(WRAP_UP, 1)
    assert talk.agent.state.state is after
    assert (talk.agent.state.deferred, talk.agent.state.leaves) == ("", None)


def test_what_follows_may_be_chosen_while_the_call_is_written_up_which_goes_on(centre):
    talk = a_talk(centre)
    talk.caller.hang_up()
    talk.agent.hears("WrapUp")
    assert talk.agent.does(NEXT_STATE, 10) == 0
    talk.agent.hears("State", STATE="6", PENDING="meeting")
    assert talk.agent.does(RESUME) == 0
    assert (talk.agent.state.state, talk.agent.state.deferred) == (AgentState.READY, "")


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        (7, "", 0),
        (7, "short-break", 0),
        (MEAL, "", 0),
        (MEAL, "meal", 0),
        (MEAL, "meeting", -3),
        (5, "", -3),
        (8, "", -3),
    ],
)
def test_the_next_state_is_named_by_its_code_and_a_reason_that_shows_it(centre, state, reason, code):
    assert a_talk(centre).agent.does(NEXT_STATE, state, reason) == code


def test_there_is_no_next_state_without_a_call(centre):
    assert a_ready_agent(centre).does(NEXT_STATE, MEAL) == -4


def test_an_agent_at_a_seat_with_a_telephone_takes_calls_in_the_browser_instead(centre):
    agent = a_ready_agent(centre, "101")
    assert agent.does(SIGN_IN, BROWSER) == 0
    agent.hears("Login", DEVICE="browser")
    browser = centre.exchange.device("client:agent_101")
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    browser.rings()
    assert agent.does(SIGN_IN, SIP) == -4
    assert agent.does(1) == 0
    browser.answer()
    agent.hears("Talk")
    caller.hang_up()


def test_a_device_that_the_seat_does_not_have_is_refused_in_words(centre):
    agent = a_ready_agent(centre, "101")
    assert [agent.does(SIGN_IN, *asked) for asked in ((PHONE,), (SIP, "sip:else@where"), (3,))] == [-6, -6, -3]
    address = agent.state.device.address
    assert agent.does(SIGN_IN, SIP, address) == 0
    assert agent.state.device.address == address


def test_a_page_that_asks_gets_the_whole_state_with_its_position(centre):
    talk = a_talk(centre)
    assert talk.agent.does(SYNCHRONISE, talk.agent.seq) == 0
    told = talk.agent.frames[-2]
    assert (told["seq"], told["data"]["call"]["state"]) == (talk.agent.state.seq, "talking")
    assert talk.agent.does(SYNCHRONISE, -1) == -3


def test_an_agent_whose_caller_has_long_gone_is_free_at_once_by_a_reset(centre):
    talk = a_talk(centre)
    loses_every_report(centre)
    talk.caller.hang_up()
    centre.time.advance(2)
    assert talk.agent.state.state is AgentState.TALKING
    assert talk.agent.does(RESET) == 0
    assert talk.agent.hears("Hangup")["iParam"] == 2
    talk.agent.hears("State")
    assert (talk.agent.state.state, centre.the_call().state) == (AgentState.WRAP_UP, CallState.ENDED)


def test_a_reset_does_nothing_to_a_live_talk(centre):
    talk = a_talk(centre)
    assert talk.agent.does(RESET) == 0
    talk.agent.hears("State", STATE="5")
    assert talk.caller.talks_with == [talk.leg.party]
    assert talk.agent.kinds().count("Hangup") == 0


def test_no_live_talk_is_ended_because_the_carrier_is_silent(centre):
    talk = a_talk(centre)
    centre.exchange.faults.on_rest(RestFault("GET", "Calls", status=500, times=None))
    assert talk.agent.does(RESET) == 0
    assert talk.agent.state.state is AgentState.TALKING
    assert talk.caller.talks_with == [talk.leg.party]


def test_who_is_held_or_muted_at_the_carrier_though_nobody_wants_it_is_heard_again_after_a_reset(centre):
    talk = a_talk(centre)
    conference = centre.exchange.conferences.live(centre.the_call().id)
    for participant in conference.joined:
        participant.hold = participant.muted = True
    assert talk.caller.talks_with == []
    assert talk.agent.does(RESET) == 0
    assert talk.caller.talks_with == [talk.leg.party]
    assert not [participant for participant in conference.joined if participant.hold or participant.muted]


def test_an_agent_of_a_call_that_they_have_no_part_in_is_freed(centre):
    page = a_ready_agent(centre)
    agent = page.state
    lost = replace(agent, state=AgentState.TALKING, call="c" + "9" * 20).tells_state(agent, agent.since)
    centre.immortal.desk.commit(Change.of_agent(agent, lost))
    assert page.does(HANG_UP) == -4
    assert page.does(RESET) == 0
    assert page.hears("Hangup", CAUSE="reset")["iParam"] == 3
    assert page.state.state is AgentState.READY


def test_an_agent_whose_state_is_not_what_their_call_makes_it_is_put_right_and_stays_in_the_talk(centre):
    talk = a_talk(centre)
    agent = talk.agent.state
    centre.immortal.desk.commit(Change.of_agent(agent, replace(agent, state=AgentState.HOLDING)))
    assert talk.agent.does(3) == -9
    assert talk.agent.does(RESET) == 0
    talk.agent.hears("State", STATE="5", BY="system")
    assert talk.agent.state.state is AgentState.TALKING
    assert talk.caller.talks_with == [talk.leg.party]


def test_who_resets_again_and_again_is_told_to_wait(centre):
    agent = a_ready_agent(centre)
    assert [agent.does(RESET) for _ in range(7)] == [0] * 6 + [-12]


def test_a_reset_is_taken_once(centre):
    agent = a_ready_agent(centre)
    assert [agent.does(RESET, 0, "", "the-same") for _ in range(2)] == [0, -11]


def test_a_wrap_up_whose_time_is_long_over_ends_by_a_reset(centre):
    talk = a_talk(centre)
    centre.messages.send = lambda *_: None
    talk.caller.hang_up()
    talk.agent.hears("WrapUp")
    centre.time.advance(61)
    assert talk.agent.state.state is AgentState.WRAP_UP
    assert talk.agent.does(RESET) == 0
    assert talk.agent.state.state is AgentState.READY


def test_nobody_who_is_being_rung_is_rung_once_more_by_a_reset(centre):
    talk = a_talk(centre)
    stranger = centre.exchange.device("+8613900139000")
    assert talk.agent.does(6, 3, "13900139000") == 0
    stranger.rings(10)
    asked = len([entry for entry in centre.exchange.log if "Label" in entry.fields])
    assert talk.agent.does(RESET) == 0
    assert len([entry for entry in centre.exchange.log if "Label" in entry.fields]) == asked
    talk.caller.hang_up()
