"""Tables of moves: what may become what, and the picture that is drawn from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.agents.agent import AGENT_MOVES, AT_REST, ENGAGED, Agent, AgentState
from chalicelib.core.calls.call import CALL_MOVES, CUSTOMER, LIVE, Call, CallState, Direction
from chalicelib.core.calls.parties import PARTY_MOVES, Party, PartyState, Role
from chalicelib.core.ground.errors import IllegalMove
from local.call_states import MACHINES, PAGES, page

TABLES = [machine.moves for machine in MACHINES]
BY_NAME = {"argvalues": MACHINES, "ids": [machine.title["en"] for machine in MACHINES]}
VERBS = sorted({verb for moves in TABLES for _, verb in moves.table} | {"fly"})


def a_call(state=CallState.FLOW):
    return Call(
        id="c1",
        direction=Direction.INBOUND,
        carrier="twilio",
        caller="1",
        called="2",
        started_at=0,
        state=state,
        parties={CUSTOMER: Party(id=CUSTOMER, role=Role.CUSTOMER)},
    )


@pytest.mark.parametrize("machine", **BY_NAME)
def test_every_state_can_be_reached(machine):
    reached = set(machine.begins)
    for _ in machine.moves.table:
        reached |= {after for (before, _), after in machine.moves.table.items() if before in reached}
    assert reached == set(type(machine.begins[0]))


@pytest.mark.parametrize("machine", **BY_NAME)
def test_an_illegal_move_raises_and_says_so(machine):
    for state in type(machine.begins[0]):
        for verb in VERBS:
            if machine.moves.allows(state, verb):
                continue
            with pytest.raises(IllegalMove, match=f"^An? [a-z]+ that is {state} cannot"):
                machine.moves.after(state, verb)


def test_what_cannot_move_is_named_as_english_wants_it():
    with pytest.raises(IllegalMove, match=r"^An agent that is ringing cannot sign out"):
        AGENT_MOVES.after(AgentState.RINGING, "sign_out")
    with pytest.raises(IllegalMove, match=r"^A call that is ended cannot end"):
        CALL_MOVES.after(CallState.ENDED, "end")


def test_every_live_call_can_end_and_an_ended_one_does_nothing_more():
    assert {state for state in CallState if CALL_MOVES.allows(state, "end")} == set(LIVE)
    assert not any(before is CallState.ENDED for before, _ in CALL_MOVES.table)


def test_an_agent_can_sign_out_whenever_at_rest_and_only_then():
    assert {state for state in AgentState if AGENT_MOVES.allows(state, "sign_out")} == set(AT_REST)
    assert {verb for before, verb in AGENT_MOVES.table if before is AgentState.SIGNED_OUT} == {"sign_in"}


def test_no_agent_is_left_in_a_call_without_a_way_out():
    for state in ENGAGED:
        assert {AGENT_MOVES.table[state, verb] for verb in ("stand_down", "set_aside")} == {
            AgentState.READY,
            AgentState.PAUSED,
        }


def test_a_call_that_may_not_move_stays_as_it_was():
    ended = a_call(CallState.ENDED)
    with pytest.raises(IllegalMove):
        ended.moves("talk", place=None, rung=7)
    assert ended == a_call(CallState.ENDED)


def test_an_agent_who_may_not_move_is_told_nothing():
    agent = Agent(id="100", epoch=1)
    with pytest.raises(IllegalMove):
        agent.moves("ring", 1)
    assert (agent.state, agent.events, agent.seq) == (AgentState.SIGNED_OUT, (), 0)


@given(st.lists(st.sampled_from(["ring", "answer", "end"]), max_size=8))
def test_a_legs_news_in_any_order_never_takes_it_back(news):
    order = list(PartyState)
    call, before = a_call(), PartyState.DIALLING
    for verb in news:
        call = call.notes(CUSTOMER, verb, 1, "CA1")
        now = call.customer.state
        assert order.index(now) >= order.index(before)
        assert now is not PartyState.ENDED or verb == "end" or before is PartyState.ENDED
        before = now


def test_a_legs_carrier_id_is_learned_once():
    call = a_call().notes(CUSTOMER, "ring", 1).notes(CUSTOMER, "answer", 2, "CA1").notes(CUSTOMER, "end", 3, "CA2")
    assert (call.customer.sid, call.customer.state, call.customer.gone) == ("CA1", PartyState.ENDED, True)


def test_a_party_we_let_go_of_is_not_gone_before_its_carrier_says_so():
    call = a_call().party_moves(CUSTOMER, "end", 1)
    assert (call.customer.live, call.customer.gone) == (False, False)


@given(
    st.lists(st.sampled_from(["pause", "resume", "ring", "talk", "wrap_up", "stand_down", "set_aside"]), max_size=20)
)
def test_an_agents_events_are_numbered_densely_whatever_happens(verbs):
    agent = Agent(id="100", epoch=1).moves("sign_in", 0)
    for verb in verbs:
        if AGENT_MOVES.allows(agent.state, verb):
            agent = agent.moves(verb, 0)
    assert [event.seq for event in agent.events] == list(range(1, len(agent.events) + 1))
    assert agent.events[-1].i_param == int(agent.visible_code)


def test_the_tables_have_no_state_that_moves_by_itself():
    assert not any(before is after for moves in (CALL_MOVES, PARTY_MOVES) for (before, _), after in moves.table.items())


@pytest.mark.parametrize("language", PAGES)
def test_the_page_of_states_is_up_to_date(language):
    assert PAGES[language].read_text("utf-8") == page(language), "run: python -m local.call_states"


def test_the_page_shows_every_move_in_its_own_section():
    sections = page("en").split("## ")[1:]
    for machine, section in zip(MACHINES, sections, strict=True):
        for (before, verb), after in machine.moves.table.items():
            names = [state.name if "-" in state.value else state.value for state in (before, after)]
            (arrow,) = [line for line in section.splitlines() if line.strip().startswith(" --> ".join(names) + ":")]
            assert verb.replace("_", " ") in arrow.partition(": ")[2].split(", ")
