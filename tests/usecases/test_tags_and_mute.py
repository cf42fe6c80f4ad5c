"""Tags in mid-call, and mute: who is told, what is kept, and what is refused."""

import pytest

from chalicelib.usecases.snapshot import snapshot
from tests.fakes.centre import CALLER, Centre
from tests.fakes.people import a_ringing_agent, a_talk, is_sound

CONSULT, TRANSFER, COMPLETE, CONFERENCE, MUTE, WRAP_UP, SET_TAGS = 6, 5, 20, 21, 24, 25, 26
AGENT = 2
MERGE, REPLACE = 0, 1


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def three_talk(centre):
    """Agent 100, who owns the call, a customer, and agent 200."""
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    talk.agent.does(CONSULT, AGENT, "200")
    colleague.hears("Ring")
    leg = colleague.answers()
    talk.agent.hears("Consult", RESULT="answered")
    assert talk.agent.does(CONFERENCE) == 0
    colleague.hears("Conference")
    centre.time.advance(1)
    return talk, colleague, leg


def is_shown_muted(centre, agent_id):
    """Tell what a page that is loaded anew shows of the agent."""
    members = snapshot(agent_id, centre.immortal)["data"]["call"]["members"]
    return next(member["muted"] for member in members if member["who"] == agent_id)


def test_tags_are_merged_or_replaced_and_pages_are_told_which_are_gone(centre):
    talk = a_talk(centre)
    assert talk.agent.does(SET_TAGS, MERGE, "ORDER:42|CITY:广州") == 0
    assert talk.agent.hears("Data", ORDER="42", CITY="广州")["data"]["removed"] == []
    assert talk.agent.does(SET_TAGS, REPLACE, "ORDER:43") == 0
    assert "CITY" in talk.agent.hears("Data", ORDER="43")["data"]["removed"]
    assert centre.the_call().tags == {"ORDER": "43"}


def test_tags_reach_the_next_agent_the_business_and_the_history(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    talk.agent.does(SET_TAGS, MERGE, "ORDER:42")
    talk.agent.does(TRANSFER, AGENT, "200;PRIO:high")
    assert colleague.hears("Ring", ORDER="42")["tags"]["PRIO"] == "high"
    colleague.answers()
    colleague.hears("Talk", ORDER="42")
    talk.caller.hang_up()
    centre.settles()
    (past,) = centre.immortal.history.of_customer(CALLER, 5)
    assert (past.tags["ORDER"], past.tags["PRIO"]) == ("42", "high")
    told = [letter for letter in centre.webhooks.delivered if "ORDER" in str(letter)]
    assert told


@pytest.mark.parametrize("tags", ["CALLERID:1", "AUTHRESULT:ok", "no-tag", "X" * 40 + ":1"])
def test_what_is_no_tag_of_the_pages_is_refused(centre, tags):
    talk = a_talk(centre)
    assert talk.agent.does(SET_TAGS, MERGE, tags) == -3
    assert talk.agent.does(TRANSFER, 3, f"13900139000;{tags}") == -3


def test_all_tags_of_a_call_have_a_bound(centre):
    talk = a_talk(centre)
    assert talk.agent.does(SET_TAGS, MERGE, "A:" + "运" * 1300) == 0
    assert talk.agent.does(SET_TAGS, MERGE, "B:" + "单" * 100) == -3
    assert "together" in talk.agent.frames[-1]["tags"]["MSG"]
    assert talk.agent.does(SET_TAGS, REPLACE, "B:" + "单" * 100) == 0
    assert set(centre.the_call().tags) == {"B"}


def test_who_only_rings_or_writes_up_sets_no_tags_and_mutes_nobody(centre):
    _, agent = a_ringing_agent(centre)
    assert [agent.does(SET_TAGS, MERGE, "A:1"), agent.does(MUTE, 1)] == [-4, -4]


def test_who_gave_the_call_away_has_no_say_in_it(centre):
    talk = a_talk(centre)
    colleague = centre.page("200").signs_in().is_ready()
    talk.agent.does(TRANSFER, AGENT, "200")
    assert [talk.agent.does(SET_TAGS, MERGE, "A:1"), talk.agent.does(MUTE, 1)] == [-4, -4]
    colleague.hears("Ring")
    colleague.answers()
    colleague.hears("Talk")
    assert [talk.agent.does(SET_TAGS, MERGE, "A:1"), talk.agent.does(MUTE, 1)] == [-4, -4]
    assert talk.agent.does(WRAP_UP, 0, "solved") == 0
    assert "call.disposed" not in str(centre.webhooks.delivered)
    talk.caller.hang_up()
    colleague.hears("WrapUp")
    assert centre.the_call().disposition == "solved"


def test_an_agent_who_is_muted_is_seen_to_be_by_every_page_also_after_a_reload(centre):
    talk = a_talk(centre)
    assert talk.agent.does(MUTE, 1) == 0
    talk.agent.hears("State", MUTED="1")
    assert is_shown_muted(centre, "100")
    assert talk.agent.does(MUTE, 0) == 0
    talk.agent.hears("State", MUTED="0")
    assert not is_shown_muted(centre, "100")


def test_who_is_rung_again_after_their_browser_was_lost_is_still_muted(centre):
    talk = a_talk(centre)
    talk.agent.does(MUTE, 1)
    centre.time.advance(1)
    talk.leg.hang_up()
    talk.agent.hears("State", LEG="lost")
    talk.agent.does(1)
    talk.agent.phone.answer()
    talk.agent.hears("Talk")
    centre.time.advance(12)
    conference = centre.exchange.conferences.live(centre.the_call().id)
    again = next(party for party in centre.the_call().parties_of("100") if party.there)
    assert conference.named(again.id).muted
    assert is_shown_muted(centre, "100")


def test_the_owner_mutes_a_colleague_who_is_told_by_whom(centre):
    talk, colleague, leg = three_talk(centre)
    theirs = next(party.id for party in centre.the_call().parties_of("200") if party.there)
    assert talk.agent.does(MUTE, 1, theirs) == 0
    assert talk.agent.hears("State", MUTED="1")["tags"]["LEG"] == theirs
    assert colleague.hears("State", MUTED="1")["tags"]["BY"] == "100"
    centre.time.advance(1)
    assert centre.exchange.conferences.live(centre.the_call().id).named(theirs).muted
    mine = next(party.id for party in centre.the_call().parties_of("100") if party.there)
    assert colleague.does(MUTE, 1, mine) == -4
    assert colleague.does(MUTE, 0, theirs) == 0
    talk.caller.hang_up()
    leg.ends(5)


def test_a_wrap_up_of_more_seconds_than_there_are_is_refused(centre):
    talk = a_talk(centre)
    talk.caller.hang_up()
    talk.agent.hears("WrapUp")
    assert talk.agent.does(WRAP_UP, 2, "9" * 4096) == -3


def test_keys_are_heard_by_the_number_that_is_asked_and_by_the_customer_after_a_swap(centre):
    talk = a_talk(centre)
    stranger = centre.exchange.device("+8613900139000")
    assert talk.agent.does(CONSULT, 3, "13900139000") == 0
    leg = stranger.answer(30)
    talk.agent.hears("Consult", RESULT="answered")
    centre.time.advance(1)
    assert talk.agent.does(8, 0, "12#") == 0
    leg.hears("12#")
    assert talk.agent.does(23) == 0
    centre.time.advance(1)
    assert talk.agent.does(8, 0, "34") == 0
    talk.caller.hears("34")
    assert talk.agent.does(22) == 0
    talk.caller.hang_up()
