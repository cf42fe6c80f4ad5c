"""Supervisors' controls, on the whole centre in memory: who hears whom, what each page is told, and what is refused."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from tests.fakes.centre import Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, a_ringing_agent, a_talk, is_sound

SEAT = 1
MONITOR, INTERCEPT, BARGE_IN, EMERGENCY, RELEASE, WHISPER, PICK_UP = 1, 2, 3, 4, 5, 6, 7
PAUSED, READY, SIGN_OUT, STOP, FINISH, REST = 8, 9, 10, 11, 12, 13
TO_MONITOR, TO_BARGE_IN, TO_WHISPER, START_RECORDING, STOP_RECORDING, SIGN_OUT_NOW = 14, 15, 16, 17, 18, 110
HANG_UP, HOLD, RETRIEVE, PAUSE, CONSULT, TRANSFER, COMPLETE, CONFERENCE = 2, 3, 4, 9, 6, 5, 20, 21
AGENT = 2
BAD, NOT_LEGAL, FORBIDDEN, OFFLINE, BUSY, DUPLICATE = -3, -4, -5, -6, -7, -11


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def a_supervisor(centre):
    return centre.page("200").signs_in()


def comes_in(centre, supervisor):
    """The supervisor's page picks up by itself what rings with iParam 3."""
    ring = supervisor.hears("Ring", TTYPE="7", TARGET="100")
    assert ring["iParam"] == 3
    leg = supervisor.answers()
    centre.time.advance(1)
    return leg


def supervised(centre, control):
    """Agent 100 talks with a caller; agent 200 controls them."""
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, control) == 0
    return talk, supervisor, comes_in(centre, supervisor)


def who_hears_whom(**legs):
    """Give for each by name whom they hear, by name."""
    names = {leg.party: name for name, leg in legs.items()}
    return {name: "+".join(sorted(names[party] for party in leg.talks_with)) for name, leg in legs.items()}


HEARD = {
    MONITOR: {"caller": "agent", "agent": "caller", "supervisor": "agent+caller"},
    WHISPER: {"caller": "agent", "agent": "caller+supervisor", "supervisor": "agent+caller"},
    BARGE_IN: {"caller": "agent+supervisor", "agent": "caller+supervisor", "supervisor": "agent+caller"},
    EMERGENCY: {"caller": "", "agent": "supervisor", "supervisor": "agent"},
    INTERCEPT: {"caller": "supervisor", "agent": "", "supervisor": "caller"},
}


@pytest.mark.parametrize("control", HEARD)
def test_a_supervisor_is_heard_by_whom_they_should_be_and_nobody_else(centre, control):
    talk, _supervisor, leg = supervised(centre, control)
    assert who_hears_whom(caller=talk.caller, agent=talk.leg, supervisor=leg) == HEARD[control]
    talk.caller.hang_up()


@pytest.mark.parametrize("control", [MONITOR, WHISPER, BARGE_IN, EMERGENCY])
def test_a_supervisor_leaves_and_the_talk_goes_on(centre, control):
    talk, supervisor, _leg = supervised(centre, control)
    told = supervisor.hears("Control", BY="200", TARGET="100")
    assert told["iParam"] == control == talk.agent.hears("Control", BY="200")["iParam"]
    assert supervisor.state.state is AgentState.MONITORING

    assert supervisor.controls(SEAT, STOP) == 0
    assert supervisor.hears("Control")["iParam"] == talk.agent.hears("Control")["iParam"] == 0
    assert supervisor.hears("Hangup")["iParam"] == 1
    centre.time.advance(1)
    assert talk.caller.talks_with == [talk.leg.party]
    assert talk.leg.talks_with == [talk.caller.party]
    assert (talk.agent.state.state, supervisor.state.state) == (AgentState.TALKING, AgentState.PAUSED)


@pytest.mark.parametrize("control", [MONITOR, WHISPER, BARGE_IN, EMERGENCY])
@pytest.mark.parametrize("who", ["agent", "caller", "supervisor"])
def test_whoever_hangs_up_the_others_are_where_they_should_be(centre, control, who):
    talk, supervisor, leg = supervised(centre, control)
    {"agent": lambda: talk.agent.does(HANG_UP), "caller": talk.caller.hang_up, "supervisor": leg.hang_up}[who]()
    centre.time.advance(2)
    assert supervisor.state.state is AgentState.PAUSED
    assert leg.over
    goes_on = who == "supervisor"
    assert talk.agent.state.state is (AgentState.TALKING if goes_on else AgentState.WRAP_UP)
    assert talk.caller.talks_with == ([talk.leg.party] if goes_on else [])


def test_a_supervisor_switches_on_the_same_leg(centre):
    talk, supervisor, leg = supervised(centre, MONITOR)
    ways = [TO_WHISPER, TO_BARGE_IN, TO_MONITOR, TO_BARGE_IN, TO_WHISPER, TO_MONITOR]
    same = {TO_MONITOR: MONITOR, TO_BARGE_IN: BARGE_IN, TO_WHISPER: WHISPER}
    for switch in ways:
        assert supervisor.controls(SEAT, switch) == 0
        centre.time.advance(1)
        heard = who_hears_whom(caller=talk.caller, agent=talk.leg, supervisor=leg)
        assert heard == HEARD[same[switch]], switch
        assert supervisor.hears("Control", TARGET="100", within=1)
    assert supervisor.kinds().count("Ring") == 1


def test_a_supervisor_who_listens_takes_over_without_being_rung_again(centre):
    talk, supervisor, leg = supervised(centre, MONITOR)
    assert supervisor.controls(SEAT, INTERCEPT) == 0
    centre.time.advance(1)
    assert talk.caller.talks_with == [leg.party]
    assert supervisor.state.state is AgentState.TALKING
    assert talk.leg.over


def test_whoever_takes_a_customer_over_has_the_call_and_the_agent_writes_up(centre):
    talk, supervisor, _leg = supervised(centre, INTERCEPT)
    assert talk.agent.hears("Control")["iParam"] == 2
    assert talk.agent.hears("Hangup")["iParam"] == 4
    talk_told = supervisor.hears("Talk", TTYPE="3", FROMAGENT="100")
    assert talk_told["tags"]["CALLERID"]
    call = centre.the_call()
    assert (call.owner, call.from_agent) == ("200", "100")
    assert (talk.agent.state.state, supervisor.state.state) == (AgentState.WRAP_UP, AgentState.TALKING)
    supervisor.does(HANG_UP)
    centre.time.advance(1)
    assert supervisor.state.state is AgentState.WRAP_UP


def test_a_customer_on_hold_is_taken_over_and_comes_back(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    talk.agent.does(HOLD)
    supervisor.controls(SEAT, INTERCEPT)
    leg = comes_in(centre, supervisor)
    assert talk.caller.talks_with == [leg.party]


def test_a_consultation_ends_when_the_customer_is_taken_over(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    stranger = centre.exchange.device("+8613900139000")
    talk.agent.does(CONSULT, 3, "13900139000")
    third = stranger.answer(30)
    centre.time.advance(1)
    supervisor.controls(SEAT, INTERCEPT)
    leg = comes_in(centre, supervisor)
    assert third.over
    assert talk.caller.talks_with == [leg.party]


def test_what_rings_at_an_agent_is_taken_by_their_supervisor(centre):
    for control, words in ((INTERCEPT, "intercepted"), (PICK_UP, "picked-up")):
        caller, agent = a_ringing_agent(centre)
        supervisor = a_supervisor(centre)
        assert supervisor.controls(SEAT, control) == 0
        hung_up = agent.hears("Hangup", CAUSE=words)
        assert hung_up["iParam"] == 4
        leg = supervisor.answers()
        supervisor.hears("Talk", TTYPE="2")
        centre.time.advance(1)
        assert caller.talks_with == [leg.party]
        assert agent.state.state is AgentState.READY
        supervisor.does(HANG_UP)
        centre.time.advance(1)
        assert supervisor.state.state is AgentState.WRAP_UP
        supervisor.does(25, 1)


def test_a_call_that_is_picked_up_and_not_answered_waits_at_its_old_place(centre):
    _, agent = a_ringing_agent(centre)
    since = centre.the_call().place.since
    supervisor = a_supervisor(centre)
    assert supervisor.controls(SEAT, PICK_UP) == 0
    agent.does(PAUSE, 1)
    assert supervisor.hears("Hangup", within=60)["iParam"] == 6
    assert supervisor.state.state is AgentState.PAUSED
    call = centre.the_call()
    assert (call.state, call.place.since) == (CallState.WAITING, since)


def test_a_supervisor_who_does_not_pick_up_is_as_before(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre).is_ready()
    supervisor.controls(SEAT, MONITOR)
    supervisor.hears("Ring")
    assert supervisor.hears("Hangup", within=60)["iParam"] == 6
    assert supervisor.state.state is AgentState.READY
    assert talk.caller.talks_with == [talk.leg.party]


def test_a_supervisor_listens_from_an_agents_next_call_on(centre):
    agent, supervisor = a_ready_agent(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, MONITOR) == 0
    for _ in range(2):
        caller = a_caller_in_line(centre)
        agent.hears("Ring")
        own = agent.answers()
        leg = comes_in(centre, supervisor)
        assert who_hears_whom(caller=caller, agent=own, supervisor=leg) == HEARD[MONITOR]
        caller.hang_up()
        centre.time.advance(2)
        agent.does(25, 1)
    assert supervisor.controls(SEAT, STOP) == 0
    assert supervisor.controls(SEAT, STOP) == BUSY
    a_caller_in_line(centre)
    agent.hears("Ring")
    agent.answers()
    centre.time.advance(5)
    assert supervisor.state.state is AgentState.PAUSED


def test_a_control_ends_when_its_agent_gives_the_customer_away(centre):
    talk, supervisor, leg = supervised(centre, BARGE_IN)
    lisi = centre.page("101").signs_in().is_ready()
    assert talk.agent.does(TRANSFER, AGENT, "101") == 0
    centre.time.advance(1)
    assert leg.over
    assert supervisor.state.state is AgentState.PAUSED
    lisi.phone.answer()
    lisi.hears("Talk")


def test_whom_an_agent_consults_does_not_hear_a_whisper(centre):
    talk, _supervisor, leg = supervised(centre, WHISPER)
    lisi = centre.page("101").signs_in().is_ready()
    talk.agent.does(CONSULT, AGENT, "101")
    lisi.hears("Ring")
    third = lisi.phone.answer()
    centre.time.advance(1)
    heard = who_hears_whom(caller=talk.caller, agent=talk.leg, third=third, supervisor=leg)
    assert heard == {"caller": "", "agent": "supervisor+third", "third": "agent", "supervisor": "agent+third"}
    assert talk.agent.does(CONFERENCE) == 0
    centre.time.advance(1)
    heard = who_hears_whom(caller=talk.caller, agent=talk.leg, third=third, supervisor=leg)
    assert (heard["caller"], heard["third"]) == ("agent+third", "agent+caller")
    talk.caller.hang_up()


def test_an_agents_telephone_is_lost_and_found_and_the_whisper_goes_on(centre):
    talk, _supervisor, leg = supervised(centre, WHISPER)
    talk.leg.hang_up()
    centre.time.advance(1)
    assert talk.caller.on_hold
    assert leg.heard_by == []
    assert talk.agent.does(1) == 0
    again = talk.agent.phone.answer()
    centre.time.advance(1)
    assert who_hears_whom(caller=talk.caller, agent=again, supervisor=leg) == HEARD[WHISPER]
    talk.caller.hang_up()


def test_whom_an_agent_takes_off_hold_during_an_emergency_hears_the_agent_alone(centre):
    talk, _supervisor, leg = supervised(centre, EMERGENCY)
    assert talk.agent.state.state is AgentState.HOLDING
    assert talk.agent.does(RETRIEVE) == 0
    centre.time.advance(1)
    assert talk.caller.talks_with == [talk.leg.party]
    assert leg.heard_by == [talk.leg.party]
    talk.caller.hang_up()


def test_whom_an_agent_had_put_on_hold_stays_there_after_an_emergency(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    talk.agent.does(HOLD)
    supervisor.controls(SEAT, EMERGENCY)
    comes_in(centre, supervisor)
    supervisor.controls(SEAT, STOP)
    centre.time.advance(1)
    assert talk.caller.on_hold
    assert talk.agent.state.state is AgentState.HOLDING


@pytest.mark.parametrize("state", ["ready", "paused", "wrap-up"])
def test_an_emergency_call_reaches_an_agent_at_rest_whatever_they_rest_from(centre, state):
    agent = centre.page("100").signs_in()
    if state == "ready":
        agent.is_ready()
    if state == "wrap-up":
        talk_of(centre, agent)
    supervisor = a_supervisor(centre)
    assert supervisor.controls(SEAT, EMERGENCY) == 0
    agent.hears("Ring", TTYPE="4", CALLERID="200")
    own = supervisor.phone.answer()
    leg = agent.answers()
    supervisor.hears("Talk", TTYPE="4")
    centre.time.advance(1)
    assert own.talks_with == [leg.party]
    assert (agent.state.state, supervisor.state.state) == (AgentState.TALKING, AgentState.TALKING)
    supervisor.does(HANG_UP)
    centre.time.advance(40)
    assert agent.state.state is (AgentState.PAUSED if state == "paused" else AgentState.READY)


def talk_of(centre, agent):
    agent.is_ready()
    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    agent.answers()
    agent.hears("Talk")
    caller.hang_up()
    agent.hears("WrapUp")


def test_an_agent_who_picks_up_an_emergency_call_first_waits_for_their_supervisor(centre):
    agent, supervisor = a_ready_agent(centre), a_supervisor(centre)
    supervisor.controls(SEAT, EMERGENCY)
    agent.hears("Ring")
    leg = agent.answers()
    agent.hears("Talk")
    own = supervisor.phone.answer()
    supervisor.hears("Talk")
    centre.time.advance(1)
    assert leg.talks_with == [own.party]


def test_an_emergency_call_whose_caller_does_not_come_leaves_the_agent_free(centre):
    agent, supervisor = a_ready_agent(centre), a_supervisor(centre)
    supervisor.controls(SEAT, EMERGENCY)
    agent.hears("Ring")
    leg = agent.answers()
    agent.hears("Hangup", within=60)
    centre.time.advance(1)
    assert leg.over
    assert agent.state.state is AgentState.READY
    assert supervisor.state.state is AgentState.PAUSED


def test_an_emergency_call_comes_before_what_rings_which_goes_on_waiting(centre):
    caller, agent = a_ringing_agent(centre)
    waited = centre.the_call()
    supervisor = a_supervisor(centre)
    assert supervisor.controls(SEAT, EMERGENCY) == 0
    assert agent.hears("Hangup", CAUSE="emergency")["iParam"] == 4
    agent.hears("Ring", TTYPE="4")
    call = centre.desk.call(waited.id)
    assert (call.state, call.place, call.offers) == (CallState.WAITING, waited.place, {})
    supervisor.phone.answer()
    agent.answers()
    agent.hears("Talk")
    supervisor.does(HANG_UP)
    agent.hears("Ring", within=60, TTYPE="2")
    caller.hang_up()


def test_a_supervisor_ends_an_agents_call(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, RELEASE) == 0
    assert talk.agent.hears("Hangup", CAUSE="forced")["iParam"] == 4
    centre.time.advance(1)
    assert talk.caller.over
    call = centre.the_call()
    assert (call.ended_by, call.cause) == ("supervisor", "forced")
    assert talk.agent.state.state is AgentState.WRAP_UP
    assert supervisor.controls(SEAT, FINISH) == 0
    assert talk.agent.hears("State", BY="200")["iParam"] == 1
    assert talk.agent.state.state is AgentState.READY


@pytest.mark.parametrize(("control", "code"), [(PAUSED, 7), (REST, 8)])
def test_an_agent_is_made_to_pause_at_once_or_after_the_call(centre, control, code):
    agent, supervisor = a_ready_agent(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, control) == 0
    assert agent.hears("State", BY="200")["iParam"] == code
    assert supervisor.controls(SEAT, READY) == 0
    assert agent.hears("State", BY="200")["iParam"] == 1

    caller = a_caller_in_line(centre)
    agent.hears("Ring")
    agent.answers()
    assert supervisor.controls(SEAT, control) == 0
    assert agent.hears("State", BY="200")["tags"]["PENDING"]
    caller.hang_up()
    agent.hears("WrapUp")
    agent.does(25, 1)
    assert int(agent.state.visible_code) == code


def test_an_agent_is_signed_out_and_their_page_is_closed(centre):
    agent, supervisor = a_ready_agent(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, SIGN_OUT) == 0
    assert agent.hears("Logout")["iParam"] == 1
    assert agent.state.state is AgentState.SIGNED_OUT
    assert supervisor.controls(SEAT, PAUSED) == OFFLINE


@pytest.mark.parametrize("state", ["ringing", "talking"])
def test_an_agent_with_a_call_is_signed_out_after_it_and_one_at_whom_it_only_rings_at_once(centre, state):
    caller, agent = a_ringing_agent(centre)
    if state == "talking":
        agent.answers()
        agent.hears("Talk")
    supervisor = a_supervisor(centre)
    assert supervisor.controls(SEAT, SIGN_OUT) == 0
    if state == "talking":
        assert agent.state.state is AgentState.TALKING
        caller.hang_up()
        agent.hears("WrapUp")
        agent.does(25, 1)
    assert agent.hears("Logout")["iParam"] == 1
    assert agent.state.state is AgentState.SIGNED_OUT


@pytest.mark.parametrize("state", ["ringing", "talking"])
def test_an_agent_is_signed_out_at_once_whatever_they_do(centre, state):
    agent = a_ringing_agent(centre)[1] if state == "ringing" else a_talk(centre).agent
    supervisor = a_supervisor(centre)
    assert supervisor.controls(SEAT, SIGN_OUT_NOW) == 0
    agent.hears("Hangup")
    assert agent.hears("Logout")["iParam"] == 1
    assert centre.the_call().state is (CallState.WAITING if state == "ringing" else CallState.ENDED)


def test_who_really_talks_goes_on_talking_when_a_supervisor_has_their_state_put_right(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, FINISH) == 0
    assert talk.caller.talks_with == [talk.leg.party]


LISI_SEAT = 2
NEEDS_A_CALL = (INTERCEPT, BARGE_IN, WHISPER, PICK_UP, RELEASE, STOP, FINISH, TO_MONITOR, TO_BARGE_IN, TO_WHISPER)


@pytest.mark.parametrize("control", NEEDS_A_CALL)
def test_what_needs_a_call_is_refused_where_there_is_none(centre, control):
    a_ready_agent(centre)
    assert a_supervisor(centre).controls(SEAT, control) == BUSY


ALL = [*range(1, 19), SIGN_OUT_NOW]


@pytest.mark.parametrize("control", ALL)
def test_whom_a_role_does_not_let_control_anybody_is_refused(centre, control):
    a_ready_agent(centre, "101")
    agent = a_ready_agent(centre)
    assert agent.controls(LISI_SEAT, control) == FORBIDDEN


@pytest.mark.parametrize("control", ALL)
def test_who_is_not_signed_in_is_not_there_to_be_controlled(centre, control):
    assert a_supervisor(centre).controls(SEAT, control) == OFFLINE


@pytest.mark.parametrize("control", [MONITOR, EMERGENCY, RELEASE, PAUSED, SIGN_OUT_NOW])
def test_a_request_that_comes_twice_is_taken_once(centre, control):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, control, request="once") == 0
    events = len(talk.agent.events), len(supervisor.events)
    assert supervisor.controls(SEAT, control, request="once") == DUPLICATE
    assert (len(talk.agent.events), len(supervisor.events)) == events
    talk.caller.hang_up()


def test_a_seat_must_be_somebody_elses(centre):
    supervisor = a_supervisor(centre)
    assert supervisor.controls(9, MONITOR) == BAD
    assert supervisor.controls(77, MONITOR) == OFFLINE
    assert supervisor.controls(0, MONITOR) == supervisor.controls(100_000, MONITOR) == BAD
    assert supervisor.controls(SEAT, 77) == -2


def test_a_supervisor_with_a_call_of_their_own_controls_nobody_else(centre):
    a_talk(centre)
    supervisor = a_supervisor(centre).is_ready()
    caller = a_caller_in_line(centre, "83366858")
    supervisor.hears("Ring")
    supervisor.answers()
    for control in (MONITOR, INTERCEPT, EMERGENCY, WHISPER, BARGE_IN):
        assert supervisor.controls(SEAT, control) == NOT_LEGAL
    caller.hang_up()


def test_what_was_asked_for_while_the_telephone_rings_for_it_is_one_ring(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    assert supervisor.controls(SEAT, MONITOR) == 0
    assert supervisor.controls(SEAT, WHISPER) == NOT_LEGAL
    assert supervisor.controls(SEAT, TO_WHISPER) == BUSY
    assert supervisor.controls(SEAT, STOP) == 0
    assert supervisor.hears("Hangup")["iParam"] == 1
    assert talk.caller.talks_with == [talk.leg.party]


def test_an_agent_who_is_consulted_is_not_listened_to(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    lisi = centre.page("101").signs_in().is_ready()
    talk.agent.does(CONSULT, AGENT, "101")
    lisi.hears("Ring")
    lisi.phone.answer()
    centre.time.advance(1)
    assert supervisor.controls(LISI_SEAT, WHISPER) == BUSY
    assert supervisor.controls(LISI_SEAT, MONITOR) == 0, "from their next call on"
    assert supervisor.state.state is AgentState.PAUSED
    talk.caller.hang_up()


OTHER_GROUP = {"night": {"zh-CN": "夜班", "en-US": "Night shift"}}


@pytest.fixture
def two_groups():
    """Agent 102 is of another group than their supervisor, and no agent is told that they are controlled."""

    def change(document):
        document["groups"] |= OTHER_GROUP
        document["agents"]["102"]["groups"] = ["night"]
        document["supervision"] = {"tell_agents": False}

    centre = Centre(change_config=change)
    yield centre
    centre.settles()
    is_sound(centre)


def test_supervisors_control_their_own_groups_alone_and_every_refusal_is_kept(two_groups):
    centre = two_groups
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    assert supervisor.controls(3, MONITOR) == FORBIDDEN
    centre.page("102").signs_in()
    assert supervisor.controls(3, MONITOR) == FORBIDDEN
    centre.time.advance(1)
    assert supervisor.controls(3, SIGN_OUT_NOW) == FORBIDDEN
    centre.time.advance(1)
    assert supervisor.controls(SEAT, RELEASE + 200) == -2
    assert supervisor.controls(SEAT, PICK_UP) == BUSY
    centre.time.advance(1)
    assert supervisor.controls(SEAT, MONITOR) == 0
    leg = comes_in(centre, supervisor)
    assert "Control" not in talk.agent.kinds()
    leg.hang_up()

    day = "2026-01-01"
    kept = centre.desk.audits(day, "", 10)
    told = [(record.by, record.control, record.target, record.seat, record.result) for record in reversed(kept)]
    assert told == [
        ("200", "monitor", "102", 3, FORBIDDEN),
        ("200", "monitor", "102", 3, FORBIDDEN),
        ("200", "forceSignOutNow", "102", 3, FORBIDDEN),
        ("200", "pickUp", "100", 1, BUSY),
        ("200", "monitor", "100", 1, 0),
    ]
    assert kept[0].call == centre.the_call().id


def test_colleagues_pick_up_what_rings_in_their_groups(centre):
    caller, agent = a_ringing_agent(centre)
    lisi = a_ready_agent(centre, "101")
    assert lisi.does(30) == 0
    assert agent.hears("Hangup", CAUSE="picked-up")["iParam"] == 4
    leg = lisi.phone.answer()
    told = lisi.hears("Talk", TTYPE="2")
    centre.time.advance(1)
    assert told["tags"]["VOCID"]
    assert caller.talks_with == [leg.party]
    assert lisi.does(30) == NOT_LEGAL
    assert lisi.does(HANG_UP) == 0


def test_a_colleague_picks_up_what_rings_at_a_seat(two_groups):
    centre = two_groups
    caller, _ = a_ringing_agent(centre)
    lisi, wangwu = a_ready_agent(centre, "101"), a_ready_agent(centre, "102")
    assert wangwu.does(30, 1, "1") == FORBIDDEN
    assert wangwu.does(30) == BUSY
    assert lisi.does(30, 1, "3") == FORBIDDEN
    assert lisi.does(30, 1, "9") == OFFLINE
    assert lisi.does(30, 1, "seat") == lisi.does(30, 2) == lisi.does(30, 1, "2") == BAD
    assert lisi.does(30, 1, "1") == 0
    leg = lisi.phone.answer()
    lisi.hears("Talk")
    centre.time.advance(1)
    assert caller.talks_with == [leg.party]
    assert lisi.does(HANG_UP) == 0
    centre.time.advance(1)
    assert lisi.does(25, 1) == 0
    assert lisi.does(30, 1, "1") == BUSY
    assert lisi.does(30) == BUSY


def test_two_colleagues_who_pick_up_the_same_ring_get_one_call(centre):
    a_ringing_agent(centre)
    lisi, wangwu = a_ready_agent(centre, "101"), a_ready_agent(centre, "102")
    assert lisi.does(30) == 0
    assert wangwu.does(30) == 0
    assert lisi.hears("Hangup", CAUSE="picked-up")
    leg = wangwu.phone.answer()
    wangwu.hears("Talk")
    leg.hang_up()


def test_a_supervisor_stops_and_starts_the_recording_of_a_talk_and_the_agent_hears_of_it(centre):
    talk, supervisor = a_talk(centre), a_supervisor(centre)
    first = centre.the_call().vocid
    assert supervisor.controls(SEAT, START_RECORDING) == 0
    assert centre.the_call().vocid == first, "it is recorded already"
    assert supervisor.controls(SEAT, STOP_RECORDING) == 0
    assert talk.agent.hears("Record", VOCID=first)["iParam"] in (0, 1)
    centre.time.advance(3)
    assert supervisor.controls(SEAT, START_RECORDING) == 0
    centre.time.advance(3)
    assert centre.the_call().vocid != first
    talk.caller.hang_up()
    centre.settles()
    (ended,) = [data for _, kind, data in centre.webhooks.delivered if kind == "call.ended"]
    assert len(ended["recordings"]) == 2
