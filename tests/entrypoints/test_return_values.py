"""What doAction answers when it cannot be: each return value by the way that leads to it, on both roads."""

import pytest

from tests.fakes.front_door import FrontDoor
from tests.fakes.scenes import ringing, talking, wrapping_up

LONG_TAGS = "|".join(f"N{n}:{'x' * 100}" for n in range(50))


@pytest.fixture(params=["by socket", "by http"])
def does(request):
    """Do an action by one of its two roads and give (code, message)."""

    def by_socket(page, act, i_param=0, s_param="", name="n"):
        page.sends({"type": "action", "requestId": name, "act": act, "iParam": i_param, "sParam": s_param})
        return page.frames[-1]["iParam"], page.frames[-1]["tags"]["MSG"]

    def by_http(page, act, i_param=0, s_param="", name="n"):
        body = {"requestId": name, "act": act, "iParam": i_param, "sParam": s_param}
        answer = page.centre.asks("POST", "/agent/actions", body, token=page.token)
        if answer.status == 400:
            return -3, answer.json["message"]
        return answer.json["code"], answer.json["message"]

    return by_socket if request.param == "by socket" else by_http


@pytest.fixture
def page(centre):
    return centre.page("100").signs_in().is_ready()


def test_signed_out_by_the_system_an_action_is_not_signed_in(centre, does):
    page = centre.page("100").signs_in()
    page.loses_its_socket(told=True)
    centre.time.advance(50)
    centre.sockets.pages[page.socket] = page.takes
    answer = centre.asks("POST", "/agent/actions", {"act": 10}, token=page.token)
    assert answer.json["code"] == -1


@pytest.mark.parametrize("act", [0, 12, 13, 29, 99, -1, 10**9])
def test_a_code_that_means_nothing_here_is_unknown(page, does, act):
    assert does(page, act)[0] == -2


@pytest.mark.parametrize("act", ["7", None, 1.5, True, [], {}])
def test_a_code_that_is_no_number_is_a_bad_parameter(page, does, act):
    assert does(page, act)[0] == -3


@pytest.mark.parametrize(
    ("act", "i_param", "s_param"),
    [
        (7, 3, ""),
        (7, 3, "not a number"),
        (7, 3, "1"),
        (7, 1, "13900139000"),
        (7, 99, "13900139000"),
        (7, 3, "13900139000;no tag string"),
        (7, 3, "13900139000;1BAD:x"),
        (7, 3, f"13900139000;{LONG_TAGS}"),
        (7, 3, "x" * 5000),
        (7, "3", "13900139000"),
        (7, 3, 13900139000),
        (7, 3, None),
    ],
)
def test_a_call_with_bad_parameters_is_not_begun_and_nothing_of_them_is_repeated(
    centre, page, does, act, i_param, s_param
):
    code, message = does(page, act, i_param, s_param)
    assert code == -3
    assert message
    assert "1BAD" not in message
    assert centre.desk.all_calls() == []
    assert page.state.state.value == "ready"


@pytest.mark.parametrize("keys", ["", "12e", "1" * 33, "1 2", "一"])
def test_keys_that_no_telephone_has_are_a_bad_parameter(centre, does, keys):
    assert does(talking(centre).agent, 8, 0, keys)[0] == -3


@pytest.mark.parametrize("act", [1, 2, 3, 4, 8])
def test_without_a_call_nothing_that_needs_one_is_legal(page, does, act):
    assert does(page, act, 0, "1" if act == 8 else "")[0] == -4


@pytest.mark.parametrize("act", [1, 4, 7, 10, 25])
def test_while_talking_only_what_belongs_to_a_talk_is_legal(centre, does, act):
    scene = talking(centre)
    assert does(scene.agent, act, 3 if act == 7 else 0, "13900139000" if act == 7 else "")[0] == -4
    assert scene.on_the_line.talks_with


@pytest.mark.parametrize("act", [3, 4, 7, 10, 25])
def test_while_it_rings_only_answer_and_reject_are_legal(centre, does, act):
    scene = ringing(centre)
    assert does(scene.agent, act, 3 if act == 7 else 0, "13900139000" if act == 7 else "")[0] == -4
    assert scene.agent.answers()


def test_held_twice_is_not_legal_the_second_time(centre, does):
    agent = talking(centre).agent
    assert does(agent, 3, name="a")[0] == 0
    assert does(agent, 3, name="b")[0] == -4


def test_answering_a_call_that_no_longer_rings_finds_nothing(centre, does):
    agent = ringing(centre).agent
    assert does(agent, 1, 0, "c-some-other-call")[0] == -6


def test_a_disposition_that_the_centre_does_not_have_is_a_bad_parameter(centre, does):
    agent = wrapping_up(centre).agent
    assert does(agent, 25, 1, "'; DROP TABLE dispositions; --")[0] == -3
    assert agent.state.state.value == "wrap-up"


@pytest.mark.parametrize("seconds", ["", "-5", "soon", "1e9", "五"])
def test_extending_the_wrap_up_takes_whole_seconds(centre, does, seconds):
    assert does(wrapping_up(centre).agent, 25, 2, seconds)[0] == -3


def test_a_request_that_comes_twice_is_done_once(centre, page, does):
    assert does(page, 9, 1, "", "same")[0] == 0
    assert does(page, 10, 0, "", "same")[0] == -11
    assert page.state.state.value == "paused"


def test_a_role_without_the_permission_is_not_permitted(monkeypatch, does):
    def no_calls_out(document):
        document["roles"]["agent"]["permissions"].remove("calls.make")

    centre = FrontDoor(monkeypatch, change_config=no_calls_out)
    page = centre.page("100").signs_in().is_ready()
    assert does(page, 7, 3, "13900139000")[0] == -5
    assert centre.desk.all_calls() == []


@pytest.mark.parametrize(
    "value",
    ["' OR 1=1 --", "<script>alert(1)</script>", "a\x00b", "\u202e反", "{{ tags.X }}", "${BUSINESS_URL}", "%7C|"],
)
def test_whatever_stands_in_a_tag_comes_back_as_it_was_and_harms_nothing(centre, page, value):
    customer = centre.exchange.device("+8613900139000")
    assert page.does(7, 3, f"13900139000;NOTE:{value.replace('|', '%7C')}") == 0
    page.phone.answer()
    customer.answer()
    talk = page.hears("Talk")
    assert talk["tags"]["NOTE"] == value.replace("%7C", "|")
    assert talk["tags"]["CALLERID"]
    assert centre.exchange.errors == []


def test_an_agents_tags_do_not_forge_what_the_system_says_of_a_call(centre, page):
    customer = centre.exchange.device("+8613900139000")
    assert page.does(7, 3, "13900139000;CALLERID:110|TTYPE:2|VOCID:forged|CALLID:forged") in (0, -3)
    if not centre.desk.all_calls():
        return
    page.phone.answer()
    customer.answer()
    tags = page.hears("Talk")["tags"]
    assert tags["TTYPE"] == "1"
    assert "110" not in tags["CALLERID"]
    assert "forged" not in (tags["VOCID"], tags["CALLID"])
