"""The one door: who asks is let in by what the configuration says of them now, whatever it said when they signed in."""

import pytest

from chalicelib.core.centre.permissions import PERMISSIONS
from chalicelib.entrypoints import routes
from chalicelib.entrypoints.routes import Proof
from chalicelib.usecases.apply_configuration import apply_configuration
from tests.fakes.centre import SECRETS
from tests.fakes.front_door import FrontDoor
from tests.fakes.people import a_talk
from tests.fakes.scenes import ringing, talking, wrapping_up

PROVED = [route for family in (routes.AGENTS, routes.BUSINESS) for route in family]
BEHIND_A_SESSION = [route for route in PROVED if route.proof is Proof.SESSION]
NEEDING = [route for route in BEHIND_A_SESSION if route.needs]


@pytest.fixture
def centre(monkeypatch):
    """A centre whose administrator may change its configuration at any time."""
    applied = []
    centre = FrontDoor(monkeypatch, change_config=applied.append)

    def changes(change):
        change(applied[0])
        apply_configuration(applied[0], centre.immortal)

    centre.administrator_changes = changes
    return centre


def without_agent(agent_id):
    return lambda document: document["agents"].pop(agent_id)


def as_nobody(agent_id, *permissions):
    """A change that leaves an agent a role which permits nothing but this."""

    def change(document):
        document["roles"]["nobody"] = {"permissions": [*permissions]}
        document["agents"][agent_id]["roles"] = ["nobody"]

    return change


def asks(centre, page, route, **params):
    path = route.path.format(**({"call": "c-1", "vocid": "v-1", "day": "2026-03-05"} | params))
    return centre.asks(route.method, path, {}, token=page.token)


def called(route):
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", PROVED, ids=called)
def test_what_a_route_needs_is_on_the_list_of_permissions(route):
    assert set(route.needs) <= set(PERMISSIONS)


@pytest.mark.parametrize("route", BEHIND_A_SESSION, ids=called)
def test_an_agent_who_was_taken_out_of_the_configuration_is_refused_with_the_next_thing_they_ask(centre, route):
    page = centre.page("100").signs_in()
    centre.administrator_changes(without_agent("100"))
    answer = asks(centre, page, route)
    assert (answer.status, answer.json["error"]) == (401, "NotProved")


@pytest.mark.parametrize("route", NEEDING, ids=called)
def test_an_agent_whose_role_was_taken_away_may_no_more_what_it_permitted(centre, route):
    page = centre.page("100").signs_in()
    left = {"service.sign_in"} - set(route.needs)
    centre.administrator_changes(as_nobody("100", *left))
    answer = asks(centre, page, route)
    assert (answer.status, answer.json["error"]) == ((403, "NotPermitted") if left else (401, "NotProved"))


def test_the_session_of_an_agent_who_may_no_longer_sign_in_is_over(centre):
    page = centre.page("100").signs_in()
    centre.administrator_changes(as_nobody("100"))
    assert centre.asks("DELETE", "/agent/sessions/current", token=page.token).status == 401
    assert page.frames[-1]["code"] == 4003


def test_an_agent_who_is_given_a_role_has_it_without_signing_in_anew(centre):
    call = a_talk(centre, "102").agent.state.call
    page = centre.page("100").signs_in()

    def promoted(document):
        document["agents"]["100"]["roles"] = ["agent", "supervisor"]

    assert centre.asks("GET", f"/agent/calls/{call}/earlier", token=page.token).status == 403
    centre.administrator_changes(promoted)
    assert centre.asks("GET", f"/agent/calls/{call}/earlier", token=page.token).status == 200


def recorded(centre):
    scene = talking(centre)
    call, vocid = scene.agent.state.call, centre.the_call().vocid
    centre.time.advance(5)
    scene.caller.hang_up()
    centre.settles()
    return scene.agent, call, vocid


def test_a_recording_is_played_to_its_agent_while_they_are_one(centre):
    page, _, vocid = recorded(centre)
    assert centre.asks("GET", f"/agent/recordings/{vocid}", token=page.token).status == 200
    centre.administrator_changes(without_agent("100"))
    assert centre.asks("GET", f"/agent/recordings/{vocid}", token=page.token).status == 401


@pytest.mark.parametrize("begun", [ringing, talking, wrapping_up])
def test_a_customers_earlier_calls_are_shown_to_the_agent_who_is_in_the_call_from_its_ring_to_its_wrap_up(
    centre, begun
):
    agent = begun(centre).agent
    answer = centre.asks("GET", f"/agent/calls/{agent.state.call}/earlier", token=agent.token)
    assert (answer.status, answer.json) == (200, {"calls": []})


def test_a_customers_earlier_calls_are_no_business_of_other_agents(centre):
    call = talking(centre).agent.state.call
    other = centre.page("102").signs_in().is_ready()
    answer = centre.asks("GET", f"/agent/calls/{call}/earlier", token=other.token)
    assert (answer.status, answer.json["error"]) == (403, "NotPermitted")
    # Nor is whether there is such a call.
    assert centre.asks("GET", "/agent/calls/c-unknown/earlier", token=other.token).text == answer.text


def test_a_customers_calls_to_come_are_no_business_of_whoever_once_talked_with_them(centre):
    scene = wrapping_up(centre)
    call = scene.agent.state.call
    assert scene.agent.does(25, 1) == 0
    assert centre.asks("GET", f"/agent/calls/{call}/earlier", token=scene.agent.token).status == 403


def test_who_reads_reports_looks_at_every_customers_calls(centre):
    call = talking(centre).agent.state.call
    supervisor = centre.page("200").signs_in()
    assert centre.asks("GET", f"/agent/calls/{call}/earlier", token=supervisor.token).status == 200


@pytest.mark.parametrize("change", [without_agent("100"), as_nobody("100")], ids=["taken out", "without a role"])
class TestAPageWhoseAgentIsRefused:
    def test_opens_no_socket_with_the_ticket_it_had(self, centre, change):
        page = centre.page("100").signs_in()
        ticket = centre.asks("POST", "/agent/socket-tickets", {}, token=page.token).json["ticket"]
        centre.administrator_changes(change)
        assert page.knocks(f"icall.v1, ticket.{ticket}")["statusCode"] == 401

    def test_is_closed_at_once_and_gets_no_call_any_more(self, centre, change):
        page = centre.page("100").signs_in().is_ready()
        centre.administrator_changes(change)
        assert (page.socket, 4003) in centre.sockets.closed
        assert centre.desk.all_ready() == []
        centre.time.advance(60)
        assert page.state.state.value == "signed-out"

    def test_is_closed_at_its_next_hello(self, centre, change):
        page = centre.page("100").signs_in()
        centre.administrator_changes(change)
        page.sends({"type": "hello", "epoch": page.epoch, "lastSeq": page.seq})
        assert (page.socket, 4003) in centre.sockets.closed

    def test_signs_in_no_more(self, centre, change):
        centre.administrator_changes(change)
        answer = centre.asks("POST", "/agent/sessions", {"agentId": "100", "password": "icall-100"})
        assert answer.status in (401, 403)
        assert centre.desk.agent("100") is None

    def test_does_nothing_by_its_open_socket_nor_by_http(self, centre, change):
        page = centre.page("100").signs_in()
        centre.administrator_changes(change)
        page.sends({"type": "action", "act": 10, "requestId": "1"})
        by_http = centre.asks("POST", "/agent/actions", {"act": 10}, token=page.token)
        assert by_http.status == 401 or by_http.json["code"] == -1
        assert page.state.state.value == "signed-out"


def test_a_talk_of_an_agent_who_is_taken_out_goes_on_until_somebody_hangs_up(centre):
    scene = a_talk(centre, "102")
    centre.administrator_changes(without_agent("102"))
    centre.time.advance(120)
    centre.sweeps()
    assert scene.caller.talks_with == [scene.leg.party]
    scene.caller.hang_up()
    centre.settles(120)
    assert scene.agent.state.state.value == "signed-out"
    assert scene.agent.frames[-1]["code"] == 4003
    assert centre.desk.all_ready() == []


def test_a_machine_whose_key_was_taken_out_vouches_for_nobody(centre):
    def asked():
        return centre.asks("POST", "/sso/login-codes", {"agentId": "100"}, token=SECRETS["business/api-key"]).status

    assert asked() == 201
    centre.administrator_changes(lambda document: document["api_keys"].pop("business"))
    assert asked() == 401


def test_a_session_opens_nothing_that_is_a_machines_and_a_machines_key_nothing_that_is_a_persons(centre):
    page = centre.page("100").signs_in()
    assert centre.asks("POST", "/sso/login-codes", {"agentId": "100"}, token=page.token).status == 401
    assert centre.asks("GET", "/agent/state", token=SECRETS["business/api-key"]).status == 401
