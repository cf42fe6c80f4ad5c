"""Presence: signing in and out, the page's connection, pauses and wrap-up, told event by event."""

from dataclasses import replace

import pytest

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent, AgentState, StateCode
from chalicelib.core.centre.model import AgentRecord, Device, DeviceKind, Reason
from chalicelib.core.ground.errors import BadRequest, NotLegalNow
from chalicelib.core.told.notices import Heard, TimerKind

RECORD = AgentRecord("100", "张三", "service", 1, groups=("front-desk",))
BROWSER = Device(DeviceKind.BROWSER)
NOW = 1_000_000
REASONS = {"meal": Reason("meal", 2, {}, state=16, max_seconds=60), "meeting": Reason("meeting", 3, {}, state=10)}


def signed_in(**changes):
    agent = presence.sign_in(Agent(id="100"), RECORD, BROWSER, NOW, ready=False)
    return replace(presence.connect(agent, "s1", "here", NOW), events=(), timers=(), **changes)


def ready():
    return replace(presence.resume(signed_in(), NOW), events=())


def talking():
    ringing = replace(ready(), call="c1", caller="83366857", offer="c1-1").moves("ring", NOW)
    return replace(ringing.moves("talk", NOW), events=())


def wrapping_up(seconds=60):
    return presence.start_wrap_up(talking(), seconds, NOW)


def kinds(agent):
    return [event.type for event in agent.events]


def test_signing_in_begins_a_new_numbering_and_keeps_the_seat_for_a_page_to_come():
    agent = presence.sign_in(Agent(id="100", epoch=3, seq=99), RECORD, BROWSER, NOW, ready=False)
    assert (agent.epoch, agent.seat, agent.profile, agent.state) == (4, 1, "service", AgentState.PAUSED)
    assert [(event.type, event.seq) for event in agent.events] == [(Heard.LOGIN, 1), (Heard.STATE, 2)]
    assert [(timer.kind, timer.due) for timer in agent.timers] == [(TimerKind.SEAT, NOW + 45_000)]
    assert agent.visible_code == StateCode.DISCONNECTED


def test_a_profile_may_make_agents_ready_at_once():
    assert presence.sign_in(Agent(id="100"), RECORD, BROWSER, NOW, ready=True).state is AgentState.READY


def test_signing_in_again_keeps_state_and_numbering():
    again = presence.sign_in(ready(), RECORD, BROWSER, NOW + 5, ready=False)
    assert (again.state, again.epoch, again.events) == (AgentState.READY, 1, ())


def test_signing_in_again_in_mid_call_changes_nothing_at_all():
    agent = talking()
    assert presence.sign_in(agent, replace(RECORD, profile="senior"), BROWSER, NOW, ready=True) == agent


@pytest.mark.parametrize("state", [AgentState.RINGING, AgentState.DIALLING, AgentState.TALKING])
def test_nobody_signs_out_of_a_call(state):
    with pytest.raises(NotLegalNow):
        presence.sign_out(replace(signed_in(), state=state), NOW)


def test_signing_out_of_a_wrap_up_ends_it():
    out = presence.sign_out(replace(wrapping_up(), events=()), NOW)
    assert kinds(out) == [Heard.WRAP_UP, Heard.STATE, Heard.LOGOUT]
    assert (out.state, out.call, out.caller, out.wrap_up_until) == (AgentState.SIGNED_OUT, "", "", 0)


def test_signing_out_twice_is_signing_out_once():
    out = presence.sign_out(signed_in(), NOW)
    assert presence.sign_out(out, NOW + 1) is out


def test_a_lost_connection_shows_and_its_return_shows_too():
    gone = presence.disconnect(ready(), "s1", NOW)
    assert (gone.visible_code, gone.routable) == (StateCode.DISCONNECTED, False)
    back = presence.connect(gone, "s2", "here", NOW + 10)
    assert (back.visible_code, back.routable, back.ready_since) == (StateCode.READY, True, NOW)


def test_an_older_sockets_end_is_no_loss():
    agent = presence.connect(ready(), "s2", "here", NOW)
    assert presence.disconnect(agent, "s1", NOW) is agent


def test_a_lost_connection_in_mid_call_is_not_shown_as_another_state():
    assert presence.disconnect(talking(), "s1", NOW).visible_code == StateCode.TALKING


def test_a_seat_without_a_page_is_given_up_when_its_time_is_over():
    gone = presence.disconnect(ready(), "s1", NOW)
    assert presence.seat_due(gone, "1", NOW + 44_999) is gone
    out = presence.seat_due(gone, "1", NOW + 45_000)
    assert (out.state, out.events[-1].i_param) == (AgentState.SIGNED_OUT, presence.LoggedOut.CONNECTION_LOST)


def test_a_seat_timer_of_an_earlier_loss_or_sign_in_gives_nothing_up():
    gone = presence.disconnect(ready(), "s1", NOW)
    again = presence.disconnect(presence.connect(gone, "s2", "here", NOW + 30_000), "s2", NOW + 40_000)
    assert presence.seat_due(again, "1", NOW + 45_000) is again
    assert presence.seat_due(again, "0", NOW + 99_000) is again
    assert presence.seat_due(presence.connect(again, "s3", "here", NOW), "1", NOW + 99_000).state is AgentState.READY


def test_a_call_is_never_cut_by_a_lost_page():
    gone = presence.disconnect(talking(), "s1", NOW)
    assert presence.seat_due(gone, "1", NOW + 99_000) is gone


@pytest.mark.parametrize(("code", "name", "shown"), [(2, "meal", 16), (3, "meeting", 10), (0, "", 7)])
def test_a_pause_shows_the_state_of_its_reason(code, name, shown):
    paused = presence.pause(ready(), presence.pause_for(code, REASONS), NOW)
    assert (paused.reason, paused.visible_code) == (name, shown)


def test_an_unknown_reason_is_refused():
    with pytest.raises(BadRequest, match="of this code"):
        presence.pause_for(5, REASONS)


def test_a_pause_ends_by_its_longest_time_but_not_by_that_of_an_earlier_one():
    first = presence.pause(ready(), presence.pause_for(2, REASONS), NOW)
    (timer,) = first.timers
    assert timer.due == NOW + 60_000
    assert presence.pause_due(first, timer.token, timer.due).state is AgentState.READY
    second = presence.pause(first, presence.pause_for(2, REASONS), NOW + 10_000)
    assert presence.pause_due(second, timer.token, timer.due) is second


def test_a_pause_asked_for_during_a_call_waits_with_all_that_belongs_to_it():
    asked = presence.pause(talking(), presence.pause_for(2, REASONS), NOW)
    assert (asked.state, asked.events[-1].tags["PENDING"]) == (AgentState.TALKING, "meal")
    after = presence.rest(asked, NOW + 5)
    assert (after.state, after.reason, after.code, after.deferred, after.deferred_code) == (
        AgentState.PAUSED,
        "meal",
        16,
        "",
        0,
    )
    assert [timer.due for timer in after.timers] == [NOW + 5 + 60_000]
    assert after.deferred_seconds == 0


def test_resuming_takes_back_a_pause_that_waits():
    asked = presence.pause(talking(), presence.pause_for(2, REASONS), NOW)
    assert presence.rest(presence.resume(asked, NOW), NOW).state is AgentState.READY


def test_resuming_in_mid_call_is_not_legal_and_when_ready_is_nothing():
    with pytest.raises(NotLegalNow):
        presence.resume(talking(), NOW)
    agent = ready()
    assert presence.resume(agent, NOW + 9) is agent


@pytest.mark.parametrize("act", [presence.resume, lambda agent, now: presence.pause(agent, presence.Pause("", 0), now)])
def test_nobody_works_who_is_signed_out(act):
    with pytest.raises(NotLegalNow, match="Sign in"):
        act(Agent(id="100"), NOW)


def test_wrap_up_names_its_deadline_and_the_call_it_is_about():
    agent = wrapping_up()
    told = agent.events[-1]
    assert (told.type, told.tags) == (
        Heard.WRAP_UP,
        {"CALLERID": "83366857", "DEADLINE": str(NOW + 60_000), "CALLID": "c1"},
    )
    assert agent.call == "c1"


def test_no_wrap_up_means_ready_at_once():
    assert presence.start_wrap_up(talking(), 0, NOW).state is AgentState.READY


def test_an_extended_wrap_up_ends_by_its_new_deadline_alone():
    first = wrapping_up()
    (timer,) = first.timers
    longer = presence.extend_wrap_up(first, 30, NOW)
    assert presence.wrap_up_due(longer, timer.token, timer.due) is longer
    later = longer.timers[-1]
    assert presence.wrap_up_due(longer, later.token, later.due - 1) is longer
    assert presence.wrap_up_due(longer, later.token, later.due).state is AgentState.READY


def test_no_wrap_up_is_longer_than_a_quarter_of_an_hour():
    assert presence.extend_wrap_up(wrapping_up(), 99_999, NOW).wrap_up_until == NOW + 900_000


@pytest.mark.parametrize(
    "act", [lambda agent: presence.extend_wrap_up(agent, 5, NOW), lambda agent: presence.finish_wrap_up(agent, NOW)]
)
def test_there_is_no_wrap_up_without_a_call(act):
    with pytest.raises(NotLegalNow):
        act(ready())


def test_a_caller_who_left_costs_the_agent_no_turn_but_a_talk_does():
    ringing = replace(ready(), call="c1").moves("ring", NOW)
    assert presence.rest(ringing, NOW + 9).ready_since == NOW
    assert presence.rest(talking(), NOW + 9).ready_since == NOW + 9


def test_an_agent_who_rests_knows_nothing_more_of_the_call():
    after = presence.rest(talking().moves("hold", NOW), NOW)
    assert (after.call, after.caller, after.offer) == ("", "", "")


def test_an_outside_call_ends_a_wrap_up_and_interrupts_a_pause():
    assert presence.turn_to_call(wrapping_up(), NOW).events[-1].i_param == presence.WrappedUp.ENDED
    paused = presence.pause(ready(), presence.pause_for(3, REASONS), NOW)
    assert presence.rest(presence.turn_to_call(paused, NOW).moves("dial", NOW), NOW).reason == "meeting"
