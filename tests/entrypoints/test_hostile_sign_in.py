"""Signing in with what does not fit: passwords, login codes, API keys, sessions."""

import pytest

from chalicelib.core.ground.errors import TooManyRequests
from tests.fakes.centre import SECRETS

KEY = SECRETS["business/api-key"]


def by_password(centre, agent="100", **more):
    return centre.asks("POST", "/agent/sessions", {"agentId": agent, "password": "icall-100"} | more)


def by_code(centre, code, agent="100"):
    return centre.asks("POST", "/agent/sessions", {"agentId": agent, "code": code})


def code_for(centre, **whom):
    return centre.asks("POST", "/sso/login-codes", whom or {"agentId": "100"}, token=KEY)


def test_a_business_system_vouches_for_its_user_and_the_page_is_let_in(centre):
    vouched = code_for(centre, userName="张三")
    assert (vouched.status, vouched.json["agentId"]) == (201, "100")
    session = by_code(centre, vouched.json["code"])
    assert (session.status, session.json["name"], session.json["sliceNo"]) == (201, "张三", 1)
    page = centre.page("100").has_session(session.json["token"])
    assert page.is_ready().state.signed_in


def test_a_login_code_is_good_once(centre):
    code = code_for(centre).json["code"]
    assert by_code(centre, code).status == 201
    again = by_code(centre, code)
    assert (again.status, again.json["error"]) == (401, "NotProved")


def test_a_login_code_is_good_for_a_minute(centre):
    code = code_for(centre).json["code"]
    centre.time.advance(61)
    assert by_code(centre, code).status == 401


def test_another_agents_login_code_lets_nobody_in_and_is_spent(centre):
    code = code_for(centre, agentId="100").json["code"]
    assert by_code(centre, code, agent="101").status == 401
    assert by_code(centre, code, agent="100").status == 401
    assert centre.desk.agent("101") is None


@pytest.mark.parametrize("key", ["", "the-business-ke", "the-business-key2", "null", "图", "x" * 10_000])
def test_a_wrong_api_key_vouches_for_nobody(centre, key):
    answer = centre.asks("POST", "/sso/login-codes", {"agentId": "100"}, token=key)
    assert (answer.status, answer.json["error"]) == (401, "NotProved")


def test_a_session_is_no_api_key_and_an_api_key_no_session(centre):
    token = by_password(centre).json["token"]
    assert centre.asks("POST", "/sso/login-codes", {"agentId": "101"}, token=token).status == 401
    assert centre.asks("GET", "/agent/state", token=KEY).status == 401


def test_an_api_key_grants_only_the_roles_it_was_given(centre):
    answer = code_for(centre, agentId="200")
    assert (answer.status, answer.json["error"]) == (403, "NotPermitted")


def test_nobody_vouches_for_an_agent_who_does_not_exist(centre):
    assert code_for(centre, userName="nobody").status == 404


@pytest.mark.parametrize("body", [{}, {"agentId": 100}, {"agentId": ["100"]}, {"agentId": "1" * 300}, [], "100"])
def test_a_request_for_a_login_code_must_name_somebody(centre, body):
    answer = centre.asks("POST", "/sso/login-codes", body, token=KEY)
    assert (answer.status, answer.json["error"]) == (400, "BadRequest")


def test_a_wrong_password_and_an_unknown_agent_are_told_apart_by_nothing(centre):
    wrong, unknown = by_password(centre, password="wrong"), by_password(centre, agent="999")
    assert (wrong.status, wrong.text) == (unknown.status, unknown.text)
    assert wrong.status == 401


def test_after_ten_wrong_passwords_even_the_right_one_waits_a_quarter_of_an_hour(centre):
    assert [by_password(centre, password=f"guess-{n}").status for n in range(10)] == [401] * 10
    refused = by_password(centre)
    assert (refused.status, refused.json["error"]) == (429, TooManyRequests.__name__)
    assert by_password(centre, agent="101", password="icall-101").status == 201
    centre.time.advance(15 * 60 + 1)
    assert by_password(centre).status == 201


def test_an_agent_who_does_not_exist_has_to_wait_as_one_who_does(centre):
    known, unknown = (
        [by_password(centre, agent=agent, password=f"guess-{n}") for n in range(12)] for agent in ("100", "999")
    )
    assert [(one.status, one.text) for one in known] == [(one.status, one.text) for one in unknown]
    assert [one.status for one in unknown] == [401] * 10 + [429] * 2


def test_names_that_only_look_alike_are_counted_apart(centre):
    for _ in range(11):
        by_password(centre, agent="10", password="guess")
    assert by_password(centre, agent="100").status == 201


def test_guessing_at_login_codes_spends_none_but_the_one_that_is_hit(centre):
    code = code_for(centre).json["code"]
    assert {by_code(centre, f"{code}{n}").status for n in range(50)} == {401}
    assert by_code(centre, code).status == 201


def test_the_right_password_forgives_the_wrong_ones_before_it(centre):
    for _ in range(3):
        statuses = [by_password(centre, password="wrong").status for _ in range(9)] + [by_password(centre).status]
        assert statuses == [401] * 9 + [201]


@pytest.mark.parametrize(
    "body",
    [
        {"agentId": "100"},
        {"agentId": "100", "password": 7},
        {"agentId": "100", "password": ""},
        {"agentId": "100", "password": "x" * 257},
        {"agentId": {"$ne": ""}, "password": "x"},
        {"agentId": "100", "code": None},
        {"agentId": "100", "password": "icall-100", "device": "fax"},
        {"password": "icall-100"},
    ],
    ids=str,
)
def test_an_ill_formed_sign_in_is_a_bad_request(centre, body):
    answer = centre.asks("POST", "/agent/sessions", body)
    assert (answer.status, answer.json["error"]) == (400, "BadRequest")
    assert centre.desk.agent("100") is None


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1]", b'"x"', b"null", b"[" * 100_000, b"1" * 5_000])
def test_a_body_that_is_no_json_object_is_a_bad_request(centre, body):
    assert centre.asks("POST", "/agent/sessions", body).status == 400


def test_a_body_larger_than_anything_we_read_is_a_bad_request(centre):
    assert by_password(centre, padding="x" * 300_000).status == 400


def test_a_form_is_not_read_where_json_is_spoken(centre):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = centre.asks("POST", "/agent/sessions", b"agentId=100&password=icall-100", headers=form)
    assert answer.status == 415


def test_signed_out_the_session_is_worth_nothing(centre):
    page = centre.page("100").signs_in()
    assert centre.asks("DELETE", "/agent/sessions/current", token=page.token).status == 204
    assert centre.asks("GET", "/agent/state", token=page.token).status == 401
    assert centre.asks("DELETE", "/agent/sessions/current", token=page.token).status == 401
    assert (page.socket, 4003) in centre.sockets.closed


def test_a_session_ends_by_itself_after_twelve_hours(centre):
    token = by_password(centre).json["token"]
    centre.time.advance(12 * 3600 + 1)
    assert centre.asks("POST", "/agent/socket-tickets", {}, token=token).status == 401


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE agents; --", "<script>alert(1)</script>", "\x00\r\nSet-Cookie: a=b", "💥"]
)
def test_a_hostile_name_is_nobodys_name_and_is_not_repeated(centre, name):
    for answer in (by_password(centre, agent=name), code_for(centre, userName=name)):
        assert answer.status in (401, 404)
        assert name not in answer.text
