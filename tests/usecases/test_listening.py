"""An agent's page listens: resumed exactly, told anew, superseded, lost, and its seat given up."""

import pytest

from chalicelib.core.agents.agent import AgentState, StateCode
from chalicelib.core.agents.results import Action
from chalicelib.core.calls.call import CallState
from chalicelib.core.ground.errors import NotLegalNow, NotProved
from chalicelib.usecases.act import act
from chalicelib.usecases.issue_ticket import issue_ticket
from chalicelib.usecases.prove import SOCKET, prove_session, who_is
from chalicelib.usecases.sign_out import sign_out
from tests.fakes.centre import Centre
from tests.fakes.people import a_caller_in_line, a_ready_agent, a_ringing_agent, a_talk, is_sound, picks_up


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def answers_to(page, epoch, last_seq):
    """What a new socket of this page gets for its hello."""
    taken = []
    page._opens_a_socket()
    page.centre.sockets.pages[page.socket] = taken.append
    page.sends({"type": "hello", "epoch": epoch, "lastSeq": last_seq, "tab": "1"})
    return [frame for frame in taken if "id" not in frame]


def test_a_page_that_comes_back_gets_exactly_what_it_missed(centre):
    agent = a_ready_agent(centre)
    centre.time.advance(1)
    epoch, seen = agent.epoch, agent.seq
    agent.loses_its_socket(told=False)
    a_caller_in_line(centre)
    agent.phone.rings()
    (resumed,) = answers_to(agent, epoch, seen)

    assert resumed["type"] == "resume"
    assert [event["type"] for event in resumed["events"]][:2] == ["Ring", "State"]
    assert [event["seq"] for event in resumed["events"]] == list(range(seen + 1, resumed["seq"] + 1))


def test_a_page_that_missed_nothing_is_sent_nothing(centre):
    agent = a_ready_agent(centre)
    (resumed,) = answers_to(agent, agent.epoch, agent.seq)
    assert (resumed["type"], resumed["events"]) == ("resume", [])


def test_a_page_of_another_epoch_is_told_everything_anew(centre):
    scene = a_talk(centre)
    (told,) = answers_to(scene.agent, scene.agent.epoch + 1, 3)
    assert told["type"] == "Snapshot"
    assert (told["epoch"], told["seq"]) == (scene.agent.state.epoch, scene.agent.state.seq)
    assert told["data"]["agent"]["state"] == int(StateCode.TALKING)
    call = told["data"]["call"]
    assert (call["callId"], call["vocId"], call["held"]) == (centre.the_call().id, centre.the_call().vocid, False)
    assert call["tags"]["CALLERID"] == "83366857"


def test_a_page_that_is_told_anew_knows_since_when_the_customer_is_on_hold(centre):
    scene = a_talk(centre)
    centre.time.advance(30)
    assert scene.agent.does(3) == 0
    hold = scene.agent.hears("Hold")
    centre.time.advance(30)
    (told,) = answers_to(scene.agent, scene.agent.epoch + 1, 3)
    assert (told["data"]["call"]["held"], told["data"]["call"]["heldSince"]) == (True, hold["at"])
    centre.sockets.pages[scene.agent.socket] = scene.agent.takes
    assert scene.agent.does(4) == 0
    (told,) = answers_to(scene.agent, scene.agent.epoch + 1, 3)
    assert (told["data"]["call"]["held"], told["data"]["call"]["heldSince"]) == (False, None)


def test_a_page_that_is_told_anew_in_mid_talk_gets_the_tags_that_the_talk_began_with(centre):
    scene = a_talk(centre)
    centre.time.advance(60)
    (told,) = answers_to(scene.agent, scene.agent.epoch + 1, 3)
    (talk,) = [event for event in scene.agent.events if event["type"] == "Talk"]
    assert told["data"]["call"]["tags"] == talk["tags"]


@pytest.mark.parametrize(("missed", "answer"), [(100, "resume"), (101, "Snapshot")])
def test_a_gap_of_more_than_a_hundred_events_is_not_replayed(centre, missed, answer):
    agent = a_ready_agent(centre)
    epoch, seen = agent.epoch, agent.seq
    centre.sockets.pages.pop(agent.socket)
    for _ in range(missed):
        act(Action(who_is("100", centre.world), "", 9, 3), centre.world)
    assert centre.desk.agent("100").seq == seen + missed
    (told,) = answers_to(agent, epoch, seen)
    assert told["type"] == answer


def test_a_page_ahead_of_us_is_told_everything_anew(centre):
    agent = a_ready_agent(centre)
    (told,) = answers_to(agent, agent.epoch, agent.seq + 5)
    assert told["type"] == "Snapshot"


def test_a_second_page_supersedes_the_first(centre):
    first = a_ready_agent(centre)
    old = first.socket
    second = centre.page("100").signs_in()
    assert (old, 4009) in centre.sockets.closed
    assert first.frames[-1]["type"] == "close"
    a_caller_in_line(centre)
    second.hears("Ring")
    assert "Ring" not in first.kinds()
    first.loses_its_socket()
    assert second.state.connected


def says_hello(page, browser, *, again=False):
    """A page of this browser opens a socket and says hello, or says that it had the agent before."""
    taken = []
    page._opens_a_socket()
    page.centre.sockets.pages[page.socket] = taken.append
    page.sends({"type": "hello", "epoch": 0, "lastSeq": 0, "page": browser, "again": again})
    return taken[-1] if taken else page.centre.sockets.closed[-1]


def closed_with(centre, socket):
    return [code for closed, code in centre.sockets.closed if closed == socket]


def test_a_page_that_comes_back_does_not_take_the_agent_from_the_one_that_took_over_meanwhile(centre):
    here, there = centre.page("100").signs_in(), centre.page("100").signs_in()
    says_hello(here, "here")
    says_hello(there, "there")
    winner = there.socket
    answer = says_hello(here, "here", again=True)
    assert (answer["type"], answer["code"]) == ("close", 4009)
    assert (there.state.socket, closed_with(centre, winner)) == (winner, [])
    with pytest.raises(NotLegalNow, match="took over"):
        issue_ticket(here.who, centre.world, "here")
    assert issue_ticket(there.who, centre.world, "there")


def test_a_page_that_its_agent_wants_to_use_takes_over_and_the_other_is_told_once(centre):
    here, there = centre.page("100").signs_in(), centre.page("100").signs_in()
    says_hello(here, "here")
    says_hello(there, "there")
    loser = there.socket
    assert says_hello(here, "here")["type"] == "Snapshot"
    assert (here.state.socket, closed_with(centre, loser)) == (here.socket, [4009])


def test_a_reloaded_page_and_another_tab_of_its_browser_have_the_agent_still(centre):
    here = centre.page("100").signs_in()
    says_hello(here, "here")
    assert says_hello(here, "here", again=True)["type"] == "Snapshot"


def test_whoever_signs_in_anew_is_nobody_elses(centre):
    here, there = centre.page("100").signs_in(), centre.page("100").signs_in()
    says_hello(here, "here")
    says_hello(there, "there")
    sign_out(there.who, centre.world)
    there.signs_in()
    centre.immortal.credentials.drop(SOCKET, there.socket)
    assert says_hello(here, "here", again=True)["code"] == 4009


def test_a_late_hello_of_a_socket_that_was_given_up_is_no_other_page(centre):
    agent = centre.page("100").signs_in()
    says_hello(agent, "here")
    newest = agent.socket
    says_hello(agent, "here")
    assert closed_with(centre, newest) == [4010]
    agent.socket = newest
    for name, code in (("here", 4010), ("there", 4009)):
        centre.sockets.pages[newest] = agent.takes
        agent.sends({"type": "heartbeat", "agentId": "100", "page": name})
        assert agent.frames[-1]["code"] == code


def test_a_superseded_page_whose_socket_did_not_close_can_do_nothing(centre):
    first = a_ready_agent(centre)
    old = first.socket
    second = centre.page().signs_in()

    answer = act(Action(first.who, "late", 9, 1, socket=old), centre.world)

    assert answer.code == -13
    assert second.state.state is AgentState.READY
    assert act(Action(second.who, "mine", 9, 1, socket=second.socket), centre.world).code == 0


def test_a_superseded_pages_heartbeat_is_told_so(centre):
    first = a_ready_agent(centre)
    centre.page("100").signs_in()
    centre.sockets.pages[first.socket] = first.takes
    first.sends({"type": "heartbeat", "agentId": "100"})
    assert (first.frames[-1]["type"], first.frames[-1]["code"]) == ("close", 4009)


def test_a_heartbeat_is_answered_with_the_newest_position(centre):
    agent = a_ready_agent(centre)
    agent.sends({"type": "heartbeat", "agentId": "100"})
    assert (agent.frames[-1]["type"], agent.frames[-1]["seq"]) == ("heartbeat", agent.seq)


def test_a_kept_seat_is_given_up_after_forty_five_seconds(centre):
    agent = a_ready_agent(centre)
    agent.loses_its_socket()
    assert agent.state.visible_code == StateCode.DISCONNECTED
    centre.time.advance(44)
    assert agent.state.state is AgentState.READY
    centre.time.advance(2)
    assert agent.state.state is AgentState.SIGNED_OUT


def test_an_agent_back_in_time_gets_the_call_that_waited(centre):
    agent = a_ready_agent(centre)
    agent.loses_its_socket()
    caller = a_caller_in_line(centre)
    centre.time.advance(10)
    assert centre.the_call().state is CallState.WAITING
    agent.connects()
    agent.hears("Ring")
    picks_up(centre, caller, agent)


def test_a_page_lost_for_good_in_mid_call_cuts_no_call(centre):
    scene = a_talk(centre, "101")
    scene.agent.loses_its_socket()
    centre.time.advance(100)
    assert scene.caller.talks_with == [scene.leg.party]
    scene.caller.hang_up()
    centre.settles(300, sweeps=6)
    assert scene.agent.state.state is AgentState.SIGNED_OUT


def test_a_ringing_agent_whose_page_reloads_answers_all_the_same(centre):
    caller, agent = a_ringing_agent(centre)
    agent.loses_its_socket()
    agent.connects()
    picks_up(centre, caller, agent)


def test_an_agent_signs_out_and_the_page_is_closed(centre):
    agent = a_ready_agent(centre)
    sign_out(agent.who, centre.world)
    assert agent.state.state is AgentState.SIGNED_OUT
    assert agent.hears("Logout")["iParam"] == 0
    assert (agent.socket, 4003) in centre.sockets.closed
    with pytest.raises(NotProved):
        prove_session(agent.token, centre.world)
    assert centre.desk.all_ready() == []


def test_signing_in_again_begins_a_new_epoch(centre):
    agent = a_ready_agent(centre)
    sign_out(agent.who, centre.world)
    again = centre.page("100").signs_in()
    assert (again.epoch, again.state.epoch) == (2, 2)
    assert again.does(10) == 0
