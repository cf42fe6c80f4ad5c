"""Pages that knock without a ticket, send what is no frame, die, or come twice."""

import json

import pytest

from tests.fakes.scenes import ringing, talking


@pytest.fixture
def page(centre):
    return centre.page("100").signs_in()


def ticket_for(page):
    return page.centre.asks("POST", "/agent/socket-tickets", {}, token=page.token).json["ticket"]


def last_frame(page):
    return page.frames[-1]


@pytest.mark.parametrize(
    "protocols",
    [
        "",
        "icall.v1",
        "ticket.{ticket}",
        "icall.v2, ticket.{ticket}",
        "icall.v1, ticket.",
        "icall.v1, ticket.guess",
        "icall.v1, ticket.{ticket}, ticket.{ticket}",
    ],
)
def test_without_exactly_one_good_ticket_and_the_protocol_a_socket_is_not_opened(centre, protocols):
    page = centre.page("100").signs_in()
    answer = page.knocks(protocols.format(ticket=ticket_for(page)))
    assert answer == {"statusCode": 401}


def test_an_opened_socket_hears_its_protocol_echoed_and_never_its_ticket(centre, page):
    answer = page.knocks(f"icall.v1, ticket.{ticket_for(page)}")
    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "icall.v1"}}


def test_a_ticket_opens_one_socket(centre, page):
    ticket = ticket_for(page)
    statuses = [page.knocks(f"icall.v1, ticket.{ticket}")["statusCode"] for _ in range(2)]
    assert statuses == [200, 401]


def test_a_ticket_is_good_for_thirty_seconds(centre, page):
    ticket = ticket_for(page)
    centre.time.advance(31)
    assert page.knocks(f"icall.v1, ticket.{ticket}")["statusCode"] == 401


def test_a_ticket_of_a_session_that_was_ended_opens_nothing_even_when_the_agent_is_back(centre, page):
    ticket = ticket_for(page)
    assert centre.asks("DELETE", "/agent/sessions/current", token=page.token).status == 204
    centre.page("100").signs_in()
    assert page.knocks(f"icall.v1, ticket.{ticket}")["statusCode"] == 401


def test_a_socket_that_was_never_let_in_is_told_nothing_and_can_do_nothing(centre, page):
    stranger = centre.page("101")
    stranger.knocks("icall.v1, ticket.guess")
    centre.sockets.pages[stranger.socket] = stranger.takes
    stranger.sends({"type": "hello", "epoch": 0, "lastSeq": 0})
    stranger.sends({"type": "action", "requestId": "1", "act": 10})
    stranger.sends({"type": "heartbeat", "agentId": "100"})
    assert [frame["type"] for frame in stranger.frames] == ["Error", "Error", "close"]
    assert [frame["iParam"] for frame in stranger.frames[:2]] == [-1, -1]
    assert centre.desk.agent("101") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"hello"',
        "{}",
        '{"type": 7}',
        '{"type": ["hello"]}',
        '{"type": {"a": 1}}',
        '{"type": "shutdown"}',
        "[" * 10_000,
        '{"type": "hello", "epoch": "1"}',
        '{"type": "hello", "epoch": -1}',
        '{"type": "hello", "epoch": 1.5}',
        '{"type": "hello", "lastSeq": true}',
        '{"type": "hello", "epoch": 1' + "0" * 400 + "}",
        json.dumps({"type": "hello", "pad": "x" * 20_000}),
    ],
)
def test_what_is_no_frame_is_answered_as_such_and_the_socket_lives_on(page, text):
    assert page.sends_text(text)
    assert last_frame(page)["type"] in ("Error", "Snapshot")
    if last_frame(page)["type"] == "Error":
        assert last_frame(page)["iParam"] == -3
    page.is_ready()


def test_a_binary_frame_is_no_frame(page):
    assert page.sends_text(b"\x00\xff")
    assert (last_frame(page)["type"], last_frame(page)["iParam"]) == ("Error", -3)
    page.is_ready()


def test_a_position_nobody_ever_reached_gets_the_whole_state(page):
    page.sends({"type": "hello", "epoch": page.epoch, "lastSeq": 10**6})
    assert last_frame(page)["type"] == "Snapshot"


def test_of_two_pages_of_one_agent_the_later_one_has_the_calls(centre):
    first = centre.page("100").signs_in().is_ready()
    second = centre.page("100").has_session(first.token)
    assert (first.socket, 4009) in centre.sockets.closed
    caller = centre.calls()
    caller.hears("请按1")
    caller.presses("0")
    second.hears("Ring")
    assert "Ring" not in first.kinds()


def test_the_death_of_the_earlier_page_does_not_disturb_the_later_one(centre):
    first = centre.page("100").signs_in().is_ready()
    second = centre.page("100").has_session(first.token)
    first.loses_its_socket()
    assert second.state.connected
    assert second.state.routable


def test_a_heartbeat_of_the_earlier_page_hears_that_another_took_over(centre):
    first = centre.page("100").signs_in()
    centre.page("100").has_session(first.token)
    centre.sockets.pages[first.socket] = first.takes
    first.sends({"type": "heartbeat", "agentId": "100"})
    assert (first.socket, 4009) in centre.sockets.closed


def test_a_heartbeat_in_another_agents_name_tells_nothing_of_them(centre, page):
    other = centre.page("101").signs_in()
    page.sends({"type": "heartbeat", "agentId": "101"})
    assert "seq" not in last_frame(page)
    assert other.state.connected


def test_a_socket_that_dies_in_mid_call_cuts_nobody_and_its_page_comes_back_to_the_call(centre):
    scene = talking(centre)
    scene.agent.loses_its_socket()
    centre.time.advance(120)
    centre.sweeps()
    assert scene.on_the_line.talks_with
    scene.agent.connects()
    assert scene.agent.state.state.value == "talking"
    assert scene.agent.does(2) == 0
    scene.agent.hears("Hangup")


def test_a_socket_that_dies_unheard_while_it_rings_gives_the_call_to_somebody_else(centre):
    scene = ringing(centre)
    scene.agent.loses_its_socket(told=False)
    other = centre.page("102").signs_in().is_ready()
    assert other.hears("Ring", within=60)["tags"]["CALLERID"] == "83366857"


def test_while_the_socket_is_away_a_call_can_be_accepted_by_http(centre):
    scene = ringing(centre)
    scene.agent.loses_its_socket()
    body = {"requestId": "by-http", "act": 1}
    first = centre.asks("POST", "/agent/actions", body, token=scene.agent.token)
    again = centre.asks("POST", "/agent/actions", body, token=scene.agent.token)
    assert [first.json["code"], again.json["code"]] == [0, -11]
    scene.agent.phone.answer()
    scene.agent.connects()
    scene.agent.hears("Talk")
