"""What the carrier does ends up as the call wants it, whoever was overtaken, refused, put off or too early."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CUSTOMER, CallState
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    Command,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    RetrieveParticipant,
)
from chalicelib.core.carrier.events import CallArrived, Cause, LegEnded
from chalicelib.core.ground.errors import CarrierGone, CarrierRefused, CarrierUncertain
from chalicelib.usecases.carry_out import carry_out_again
from chalicelib.usecases.note_leg import note_leg
from chalicelib.usecases.take_call import take_call
from tests.fakes.centre import CALLER, NUMBER, Centre
from tests.fakes.people import a_ready_agent, a_ringing_agent, a_talk, is_sound

HANG_UP, HOLD, RETRIEVE = 2, 3, 4


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.exchange.faults.clear()
    centre.settles()
    is_sound(centre)


@dataclass
class Odd:
    """A carrier at which something happens with the first command of a kind: before it, or in its place."""

    carrier: Any
    kind: type[Command]
    before: Callable[[], object] = lambda: None
    refuses: Exception | None = None
    times: int = 1
    done: list[Command] = field(default_factory=list)

    def __getattr__(self, name):
        return getattr(self.carrier, name)

    def execute(self, command, *, again):
        if isinstance(command, self.kind) and self.times:
            self.times -= 1
            self.before()
            if self.refuses:
                raise self.refuses
        self.done.append(command)
        self.carrier.execute(command, again=again)


def odd(centre, kind, **how):
    carrier = Odd(centre.world.carriers["twilio"], kind, **how)
    centre.world = replace(centre.world, carriers={"twilio": carrier})
    return carrier


def test_a_hold_that_is_overtaken_by_its_retrieve_leaves_them_together(centre):
    talk = a_talk(centre)
    odd(centre, HoldParticipant, before=lambda: talk.agent.does(RETRIEVE))
    assert talk.agent.does(HOLD) == 0
    centre.time.advance(2)

    assert not talk.caller.on_hold
    assert talk.caller.talks_with == [talk.leg.party]
    assert talk.agent.state.state is AgentState.TALKING


def test_a_retrieve_that_is_overtaken_by_a_hold_leaves_the_customer_with_music(centre):
    talk = a_talk(centre)
    talk.agent.does(HOLD)
    odd(centre, RetrieveParticipant, before=lambda: talk.agent.does(HOLD))
    assert talk.agent.does(RETRIEVE) == 0
    centre.time.advance(2)

    assert talk.caller.on_hold
    assert talk.agent.state.state is AgentState.HOLDING


def test_a_caller_who_hangs_up_before_the_agent_is_rung_leaves_no_ringing_telephone(centre):
    agent = a_ready_agent(centre)
    caller = centre.calls()
    caller.hears("人工服务请按0")
    odd(centre, AddParticipant, before=caller.hang_up)
    caller.presses("0")
    agent.hears("Hangup")
    centre.time.advance(2)

    assert agent.phone.ringing() == []
    assert agent.state.state is AgentState.READY


def test_a_stranger_who_is_called_after_the_agent_gave_up_is_not_left_alone(centre):
    agent = a_ready_agent(centre)
    outside = centre.exchange.device("+8613900139000", "auto", 0.1)
    agent.does(7, 3, "13900139000")
    odd(centre, AddParticipant, before=lambda: agent.does(HANG_UP))
    agent.phone.answer()
    centre.time.advance(5)

    assert outside.talking() == []
    assert outside.ringing() == []


def test_a_hold_that_the_carrier_puts_off_is_carried_out_later(centre):
    talk = a_talk(centre)
    odd(centre, HoldParticipant, refuses=CarrierUncertain("Twilio asks for patience."))
    assert talk.agent.does(HOLD) == 0

    assert not talk.caller.on_hold
    assert centre.time.run_until(lambda: talk.caller.on_hold, 30)


def test_a_hold_that_comes_before_the_customer_is_in_the_conference_is_carried_out_later(centre):
    talk = a_talk(centre)
    odd(centre, HoldParticipant, refuses=CarrierGone("There is no such participant yet."))
    assert talk.agent.does(HOLD) == 0
    centre.time.advance(30)

    assert talk.caller.on_hold
    assert talk.agent.state.state is AgentState.HOLDING


def test_a_telephone_that_is_picked_up_when_its_call_is_over_is_hung_up_at_once(centre):
    caller, agent = a_ringing_agent(centre)
    odd(centre, HangUpLeg, refuses=CarrierUncertain("The carrier is silent."))
    caller.hang_up()
    agent.hears("Hangup")
    agent.phone.answer()
    centre.time.advance(2)

    assert agent.phone.talking() == []


def test_a_hold_that_was_put_off_and_taken_back_is_not_carried_out_later(centre):
    talk = a_talk(centre)
    odd(centre, HoldParticipant, refuses=CarrierUncertain("Twilio asks for patience."))
    talk.agent.does(HOLD)
    talk.agent.does(RETRIEVE)
    centre.time.advance(60)

    assert not talk.caller.on_hold
    assert talk.caller.talks_with == [talk.leg.party]


@pytest.mark.parametrize(
    ("kind", "acts", "told", "state"),
    [
        (HoldParticipant, [HOLD], "Retrieve", AgentState.TALKING),
        (RetrieveParticipant, [HOLD, RETRIEVE], "Hold", AgentState.HOLDING),
    ],
)
def test_a_refused_hold_or_retrieve_is_undone_and_told(centre, kind, acts, told, state):
    talk = a_talk(centre)
    odd(centre, kind, refuses=CarrierRefused("No."))
    for act in acts:
        assert talk.agent.does(act) == 0
    centre.time.advance(2)

    assert [event["tags"].get("CAUSE") for event in talk.agent.events if event["type"] == told][-1] == "carrier-refused"
    assert talk.agent.state.state is state
    assert talk.caller.on_hold == (state is AgentState.HOLDING)


def test_a_customer_who_cannot_be_moved_yet_is_moved_in_a_moment(centre):
    caller, agent = a_ringing_agent(centre)
    odd(centre, JoinConference, refuses=CarrierRefused("Not yet."), times=1)
    agent.answers()
    centre.time.run_until(lambda: bool(caller.talks_with), 60)

    assert caller.talks_with
    assert agent.state.state is AgentState.TALKING


def test_a_carrier_that_refuses_hold_and_retrieve_alike_is_not_asked_for_ever(centre):
    talk = a_talk(centre)
    carrier = odd(centre, HoldParticipant | RetrieveParticipant, refuses=CarrierRefused("No."), times=1000)
    talk.agent.does(HOLD)
    centre.time.advance(60)

    assert carrier.times > 990
    assert talk.agent.state.state is AgentState.TALKING


def test_a_caller_who_was_gone_before_their_first_webhook_was_answered_rings_at_nobody(centre):
    gone = LegEnded("c-gone", CUSTOMER, "CA" + "1" * 32, Cause.COMPLETED, CALLER, NUMBER)
    note_leg(gone, centre.world, "twilio")
    script = take_call(CallArrived("c-gone", "CA" + "1" * 32, CALLER, NUMBER), "twilio", centre.world)
    note_leg(gone, centre.world, "twilio")
    centre.settles()

    assert [type(step).__name__ for step in script] == ["Hangup"]
    call = centre.the_call()
    assert (call.state, call.ended_by, call.peer) == (CallState.ENDED, "customer", CALLER)
    assert centre.webhooks.kinds() == ["call.ended"]


def test_a_leg_of_nobodys_call_and_a_number_that_is_none_of_ours_leave_nothing_behind(centre):
    note_leg(LegEnded("c-none", "c-none-1", "", Cause.COMPLETED), centre.world, "twilio")
    note_leg(LegEnded("c-none", CUSTOMER, "", Cause.COMPLETED, CALLER, "+8610000000"), centre.world, "twilio")

    assert centre.desk.all_calls() == []


def test_the_end_of_an_agents_leg_is_not_lost_when_its_answer_is_told_at_the_same_moment(centre):
    """Both reports read "it rings"; the answer is stored first; the end must find the talk and not "no news"."""
    caller, agent = a_ringing_agent(centre)
    desk, offer = centre.world.desk, centre.the_call().queue_offer.id

    class Slow:
        """A desk whose reader of the call is overtaken before it reads the agent."""

        overtaken = False

        def __getattr__(self, name):
            return getattr(desk, name)

        def agent(self, agent_id):
            if not self.overtaken:
                self.overtaken = True
                agent.phone.answer()
                agent.hears("Talk")
            return desk.agent(agent_id)

    note_leg(LegEnded(centre.the_call().id, offer, "", Cause.COMPLETED), replace(centre.world, desk=Slow()), "twilio")
    centre.time.advance(1)

    assert centre.the_call().agent_lost
    assert caller.on_hold


def test_a_change_that_was_carried_out_is_not_looked_at_again(centre):
    a_talk(centre)
    call = centre.the_call()
    carrier = odd(centre, HoldParticipant)
    for version in range(1, call.version + 1):
        carry_out_again(call.id, version, centre.world)

    assert carrier.done == []


@pytest.mark.parametrize(("kind", "switch"), [(MuteParticipant, 14), (CoachParticipant, 16)])
def test_a_supervisor_whose_carrier_lets_them_be_heard_by_others_is_let_go(centre, kind, switch):
    talk, supervisor = a_talk(centre), centre.page("200").signs_in()
    assert supervisor.controls(1, 3) == 0
    supervisor.hears("Ring")
    leg = supervisor.answers()
    supervisor.hears("Talk")
    centre.time.advance(1)
    odd(centre, kind, refuses=CarrierRefused("The carrier says no."))
    assert supervisor.controls(1, switch) == 0
    assert supervisor.hears("Hangup")["iParam"] == 3
    centre.time.advance(1)
    assert leg.over
    assert talk.caller.talks_with == [talk.leg.party]
