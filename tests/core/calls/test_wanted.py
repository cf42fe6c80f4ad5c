"""What a carrier must do is the difference between what a call wanted before a change, and after it."""

from dataclasses import replace

import pytest

from chalicelib.core.calls.call import CUSTOMER, Call, CallState, Direction
from chalicelib.core.calls.parties import Control, Party, PartyState, Role, Where
from chalicelib.core.calls.wanted import difference, everything, wanted
from chalicelib.core.carrier.commands import (
    AddParticipant,
    CoachParticipant,
    HangUpLeg,
    HoldParticipant,
    JoinConference,
    MuteParticipant,
    RetrieveParticipant,
    TakeTurn,
)

NUMBER = "+8675583000000"
CALLER = Party(id=CUSTOMER, role=Role.CUSTOMER, sid="CA1", state=PartyState.CONNECTED, where=Where.SCRIPT)
AGENT = Party(id="c1-1", role=Role.AGENT, agent="100", endpoint="agent:100", ring_seconds=20)


def a_call(*parties, state=CallState.FLOW, **more):
    return Call(
        id="c1",
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="83366857",
        called=NUMBER,
        started_at=0,
        state=state,
        parties={party.id: party for party in parties},
        **more,
    )


def a_talk(customer=PartyState.CONNECTED, agent=PartyState.CONNECTED, **of_agent):
    with_others = replace(CALLER, where=Where.CONFERENCE, state=customer)
    there = replace(AGENT, sid="CA2", state=agent, **of_agent)
    return a_call(
        with_others, there, state=CallState.TALKING, owner="100", vocid="c1-1", conference="CF1", talk_since=1
    )


def test_a_caller_who_arrives_wants_nothing_of_the_carrier():
    assert difference(None, a_call(CALLER)) == ()


def test_whoever_is_new_in_a_call_is_rung():
    assert difference(a_call(CALLER), a_call(CALLER, AGENT)) == (AddParticipant("c1", "c1-1", "agent:100", NUMBER, 20),)


def test_a_customer_who_is_called_hears_the_tones_and_begins_no_recording():
    called = Party(id=CUSTOMER, role=Role.CUSTOMER, endpoint="+8613900139000", ring_seconds=30)
    (ring,) = difference(a_call(AGENT, vocid="c1-1"), a_call(AGENT, called, vocid="c1-1"))
    assert (ring.early_media, ring.vocid) == (True, "")


@pytest.mark.parametrize(
    ("before", "after", "commands"),
    [
        (a_call(CALLER, AGENT), a_talk(), (JoinConference("c1", CUSTOMER, "CA1", "c1-1"),)),
        (a_talk(), a_talk(PartyState.HELD), (HoldParticipant("c1", CUSTOMER, "CA1", "CF1", ""),)),
        (a_talk(PartyState.HELD), a_talk(), (RetrieveParticipant("c1", CUSTOMER, "CA1", "CF1"),)),
        (a_talk(), a_talk(agent=PartyState.ENDED, gone=True),
         (HoldParticipant("c1", CUSTOMER, "CA1", "CF1", "media:hold-music"),)),
        (a_talk(), a_talk(muted=True), (MuteParticipant("c1", "c1-1", "CA2", "CF1", muted=True),)),
        (a_talk(), a_talk(agent=PartyState.ENDED, gone=False), (
            HoldParticipant("c1", CUSTOMER, "CA1", "CF1", "media:hold-music"), HangUpLeg("c1", "c1-1", "CA2"))),
        (a_talk(), replace(a_call(CALLER, state=CallState.WAITING), turn=7), (TakeTurn("c1", CUSTOMER, "CA1", "7"),)),
    ],
)  # fmt: skip
def test_each_change_has_its_commands(before, after, commands):
    assert difference(before, after) == commands


def a_consultation(customer, third):
    party = Party(id="c1-2", role=Role.CONSULTED, agent="200", sid="CA3", state=third, sound="", endpoint="agent:200")
    return replace(a_talk(customer), parties={**a_talk(customer).parties, "c1-2": party})


def test_whoever_is_swapped_is_parted_before_the_other_side_is_let_in():
    with_third = a_consultation(PartyState.HELD, PartyState.CONNECTED)
    with_customer = a_consultation(PartyState.CONNECTED, PartyState.HELD)
    hold, retrieve = HoldParticipant, RetrieveParticipant
    assert [type(each) for each in difference(with_third, with_customer)] == [hold, retrieve]
    assert [type(each) for each in difference(with_customer, with_third)] == [hold, retrieve]


def test_who_was_consulted_is_gone_before_the_customer_is_let_in():
    before = a_consultation(PartyState.HELD, PartyState.CONNECTED)
    after = a_consultation(PartyState.CONNECTED, PartyState.ENDED)
    assert [type(each) for each in difference(before, after)] == [HangUpLeg, RetrieveParticipant]


def test_only_the_leg_that_a_talk_begins_with_asks_for_its_recording():
    second = Party(id="c1-2", role=Role.AGENT, agent="200", endpoint="agent:200", ring_seconds=20)
    (ring,) = difference(a_talk(), replace(a_talk(), parties={**a_talk().parties, "c1-2": second}))
    assert (ring.leg, ring.vocid) == ("c1-2", "")
    (ring,) = difference(a_call(CALLER), replace(a_call(CALLER, AGENT), vocid="c1-1"))
    assert (ring.leg, ring.vocid) == ("c1-1", "c1-1")


def supervised(control, agent=PartyState.CONNECTED, state=PartyState.CONNECTED):
    """Agent 200 controls agent 100, who talks with a caller."""
    talk = a_talk(agent=agent)
    own = Party(id="c1-2", role=Role.SUPERVISOR, agent="200", endpoint="agent:200", ring_seconds=30, control=control,
                controls="100", state=state, sid="CA3")  # fmt: skip
    return talk.with_party(own)


MUTED, HEARD = (MuteParticipant("c1", "c1-2", "CA3", "CF1", muted) for muted in (True, False))
COACHES, COACHES_NOBODY = (CoachParticipant("c1", "c1-2", "CA3", "CF1", leg) for leg in ("c1-1", ""))
MONITOR, WHISPER, BARGE_IN, EMERGENCY = Control.MONITOR, Control.WHISPER, Control.BARGE_IN, Control.EMERGENCY


@pytest.mark.parametrize(("control", "muted", "coaches"), [
    (MONITOR, True, ""), (WHISPER, False, "c1-1"), (EMERGENCY, False, "c1-1"), (BARGE_IN, False, ""),
])  # fmt: skip
def test_a_supervisor_comes_in_as_they_are_to_be_heard(control, muted, coaches):
    (ring,) = difference(a_talk(), supervised(control, state=PartyState.DIALLING))
    assert (ring.muted, ring.coaches, ring.early_media, ring.vocid) == (muted, coaches, False, "")


@pytest.mark.parametrize(
    ("before", "after", "commands"),
    [
        (MONITOR, WHISPER, (COACHES, HEARD)),
        (MONITOR, BARGE_IN, (HEARD,)),
        (WHISPER, MONITOR, (MUTED, COACHES_NOBODY)),
        (WHISPER, BARGE_IN, (COACHES_NOBODY,)),
        (WHISPER, EMERGENCY, ()),
        (BARGE_IN, MONITOR, (MUTED,)),
        (BARGE_IN, WHISPER, (COACHES,)),
    ],
)
def test_a_switch_lets_nobody_hear_in_between_who_should_not(before, after, commands):
    assert difference(supervised(before), supervised(after)) == commands


def test_who_whispers_is_heard_by_nobody_while_the_agents_telephone_is_away():
    there, away = supervised(WHISPER), supervised(WHISPER, agent=PartyState.ENDED)
    assert difference(there, away)[1:3] == (MUTED, COACHES_NOBODY)
    again = replace(AGENT, id="c1-1.1", sid="CA4", state=PartyState.CONNECTED)
    back = [command for command in difference(away, away.with_party(again)) if command.leg == "c1-2"]
    assert tuple(back) == (replace(COACHES, coaches="c1-1.1"), HEARD)


@pytest.mark.parametrize(
    ("control", "voice"),
    [(MONITOR, (MUTED, COACHES_NOBODY)), (WHISPER, (COACHES, HEARD)), (BARGE_IN, (COACHES_NOBODY, HEARD))],
)
def test_everything_says_by_whom_a_supervisor_is_heard_whatever_was_done_before(control, voice):
    told = everything(supervised(control))
    assert tuple(each for each in told if each in (MUTED, HEARD, COACHES, COACHES_NOBODY)) == voice


def test_a_leg_that_its_carrier_told_to_be_over_is_not_hung_up():
    assert difference(a_call(CALLER), a_call(replace(CALLER, state=PartyState.ENDED, gone=True))) == ()


def test_what_changes_nothing_for_the_carrier_asks_nothing_of_it():
    assert difference(a_talk(), replace(a_talk(), disposition="solved", tags={"A": "B"})) == ()


def test_everything_brings_a_talk_to_what_it_wants_whatever_was_done_before():
    assert everything(a_talk(PartyState.HELD)) == (
        JoinConference("c1", CUSTOMER, "CA1", "c1-1"),
        HoldParticipant("c1", CUSTOMER, "CA1", "CF1", ""),
        MuteParticipant("c1", CUSTOMER, "CA1", "CF1", muted=False),
        RetrieveParticipant("c1", "c1-1", "CA2", "CF1"),
        MuteParticipant("c1", "c1-1", "CA2", "CF1", muted=False),
    )


def test_who_is_muted_while_their_telephone_rings_is_muted_when_they_are_there():
    ringing, there = (
        a_call(CALLER, replace(AGENT, muted=True, state=state)) for state in (PartyState.DIALLING, PartyState.CONNECTED)
    )
    assert difference(ringing, there) == (MuteParticipant("c1", "c1-1", AGENT.sid, there.conference, muted=True),)
    assert MuteParticipant not in {type(command) for command in difference(a_call(CALLER), ringing)}


def test_everything_of_a_call_that_is_over_is_that_its_legs_are_hung_up():
    over = a_call(replace(CALLER, state=PartyState.ENDED), replace(AGENT, state=PartyState.ENDED))
    assert everything(over) == (HangUpLeg("c1", CUSTOMER, "CA1"), HangUpLeg("c1", "c1-1", ""))


def test_a_carriers_id_that_became_known_is_no_other_wish():
    assert wanted(a_talk()) == wanted(replace(a_talk(), conference="CF2"))


IN_SCRIPT = {"where": Where.SCRIPT, "state": PartyState.CONNECTED}


def in_a_flow(call, **of_customer):
    customer = replace(call.customer, **IN_SCRIPT, **of_customer)
    return replace(call.with_party(customer), state=CallState.FLOW, turn=3)


@pytest.mark.parametrize("held", [True, False])
def test_a_customer_who_is_sent_into_a_flow_asks_their_turn_and_nothing_else_is_done(held):
    talk = a_talk(PartyState.HELD if held else PartyState.CONNECTED)
    muted = talk.with_party(replace(talk.customer, muted=True))
    assert difference(muted, in_a_flow(muted, muted=False)) == (TakeTurn("c1", CUSTOMER, "CA1", "3"),)


def test_a_customer_whose_own_script_leads_back_is_moved_only_by_whoever_looks_again():
    back = a_talk()
    back = back.with_party(replace(back.customer, by_script=True))
    assert difference(in_a_flow(back), back) == ()
    assert JoinConference("c1", CUSTOMER, "CA1", "c1-1") in everything(back)


def test_a_customer_who_comes_back_to_nobody_hears_music():
    alone = a_talk(agent=PartyState.ENDED)
    commands = difference(in_a_flow(alone), alone)
    assert [type(command) for command in commands] == [JoinConference, HoldParticipant]


def test_a_customer_who_was_called_is_moved_again_too_once_they_have_been_in_a_flow():
    called = a_talk().with_party(replace(a_talk().customer, endpoint="+8613900139000"))
    assert not any(isinstance(command, JoinConference | TakeTurn) for command in everything(called))
    assert TakeTurn("c1", CUSTOMER, "CA1", "3") in everything(in_a_flow(called))
    assert any(isinstance(command, JoinConference) for command in everything(replace(called, turn=3)))
