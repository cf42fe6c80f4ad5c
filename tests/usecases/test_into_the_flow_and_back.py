"""A customer goes into a flow and comes back to the agent who waits, told on the whole centre in memory."""

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.automating import MOST_AWAY_SECONDS
from chalicelib.core.calls.call import CUSTOMER, CallState
from chalicelib.core.calls.takes import Taking
from chalicelib.core.carrier.events import TurnTaken
from chalicelib.core.carrier.script import Join
from chalicelib.core.ground.errors import NotConfigured, PluginFailed
from chalicelib.usecases.configure import publish_flow
from chalicelib.usecases.snapshot import snapshot
from chalicelib.usecases.take_turn import take_turn
from local.carrier.faults import RestFault
from tests.fakes.centre import CREDIT, MEMBER, PIN, Centre, freight
from tests.fakes.people import a_ready_agent, a_talk, is_sound

HANG_UP, HOLD, RETRIEVE, TRANSFER, CONSULT, TO_AUTOMATIC, SET_TAGS, RECORDING, SURVEY = 2, 3, 4, 5, 6, 11, 26, 27, 28
LEAVE, COME_BACK = 0, 1
STOP, START = 0, 1
AGENT, FLOW = 2, 5
AUTHENTICATION = "service-authentication"
BYE = {"do": "hangup", "text": "再见。"}


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


def publishes(centre, **steps):
    """Publish a flow named `elsewhere` with these steps."""
    publish_flow({"name": "elsewhere", "language": "zh-CN", "steps": steps}, centre.world)


def a_customer_in_the_flow(centre, flow=AUTHENTICATION, hears="请输入您的六位会员号"):
    """Agent 100 talks with a caller, and has sent them into a flow, from which they come back."""
    talk = a_talk(centre)
    centre.time.advance(5)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, flow) == 0
    talk.caller.hears(hears)
    return talk


def proves_who_they_are(caller, pin=PIN):
    caller.presses(MEMBER)
    caller.hears("请输入您的六位密码")
    caller.presses(pin)


def test_a_customer_proves_who_they_are_and_comes_back_with_what_was_withheld(centre):
    talk = a_customer_in_the_flow(centre)
    gone = talk.agent.hears("Transfer", TO=AUTHENTICATION, RESULT="done")
    assert gone["iParam"] == FLOW
    assert talk.agent.state.state is AgentState.RESERVED
    assert talk.agent.hears("State")["iParam"] == 2
    assert (talk.caller.talks_with, talk.leg.talks_with) == ([], [])

    proves_who_they_are(talk.caller)
    talk.caller.hears("正在为您转回话务员")
    talk.agent.hears("Transfer", TO=AUTHENTICATION, RESULT="returned")
    back = talk.agent.hears("Talk", AUTHRESULT="passed", MemberID=MEMBER, CREDIT=CREDIT)
    centre.time.advance(5)

    assert back["tags"]["VOCID"] == centre.the_call().vocid
    assert talk.agent.state.state is AgentState.TALKING
    assert talk.caller.talks_with == [talk.leg.party]
    assert talk.caller.on_hold is False


def test_the_agent_sees_that_the_customer_keys_something_and_not_what(centre):
    talk = a_customer_in_the_flow(centre)
    proves_who_they_are(talk.caller, "111111")
    talk.caller.hears("会员号或密码不正确")

    keys = [talk.agent.hears("Key"), talk.agent.hears("Key")]
    assert [key["tags"]["STEP"] for key in keys] == ["ask_member", "ask_pin"]
    assert {key["iParam"] for key in keys} == {0}
    told = repr(talk.agent.events) + repr(snapshot("100", centre.world))
    assert MEMBER not in told
    assert "111111" not in told


def test_who_fails_comes_back_and_their_data_stay_withheld(centre):
    talk = a_customer_in_the_flow(centre)
    proves_who_they_are(talk.caller, "111111")
    talk.caller.hears("会员号或密码不正确")
    talk.caller.presses("222222")
    back = talk.agent.hears("Talk", AUTHRESULT="failed")
    assert not {"MemberID", "CREDIT"} & back["tags"].keys()
    talk.agent.does(HANG_UP)
    centre.settles()
    assert MEMBER not in repr(talk.agent.events) + repr(centre.webhooks.delivered) + repr(centre.world.history)


def test_an_agent_who_gives_up_waiting_has_the_customer_back_at_once(centre):
    talk = a_customer_in_the_flow(centre)
    assert talk.agent.does(RETRIEVE) == 0
    talk.agent.hears("Talk", AUTHRESULT="aborted")
    centre.time.advance(1)
    assert talk.caller.talks_with == [talk.leg.party]
    assert talk.agent.does(RETRIEVE) == -4


def test_a_second_try_forgets_how_the_first_one_went(centre):
    talk = a_customer_in_the_flow(centre)
    proves_who_they_are(talk.caller)
    talk.agent.hears("Talk", AUTHRESULT="passed")
    centre.time.advance(5)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    talk.caller.hears("请输入您的六位会员号")
    assert "AUTHRESULT" not in centre.the_call().tags
    talk.caller.presses(MEMBER)
    assert talk.agent.does(RETRIEVE) == 0
    back = talk.agent.hears("Talk", AUTHRESULT="aborted")
    assert "MemberID" not in back["tags"]


def test_a_held_customer_goes_into_the_flow_and_comes_back_not_held(centre):
    talk = a_talk(centre)
    talk.agent.does(HOLD)
    centre.time.advance(1)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    talk.caller.hears("请输入您的六位会员号")
    assert talk.agent.state.state is AgentState.RESERVED
    assert talk.agent.does(RETRIEVE) == 0
    centre.time.advance(1)
    assert talk.caller.talks_with == [talk.leg.party]


def test_a_customer_who_hangs_up_in_the_flow_ends_the_wait(centre):
    talk = a_customer_in_the_flow(centre)
    talk.caller.hang_up()
    assert talk.agent.hears("Hangup")["iParam"] == 2
    assert talk.agent.state.state is AgentState.WRAP_UP
    assert centre.the_call().state is CallState.ENDED


def test_an_agent_who_hangs_up_leaves_the_customer_to_the_flow(centre):
    talk = a_customer_in_the_flow(centre)
    assert talk.agent.does(HANG_UP) == 0
    assert talk.agent.hears("Hangup")["iParam"] == 1
    assert talk.agent.state.state is AgentState.WRAP_UP
    proves_who_they_are(talk.caller)
    talk.caller.hears("正在为您转回话务员")
    talk.caller.ends(10)
    assert centre.the_call().state is CallState.ENDED


def test_an_agent_ends_the_call_of_a_customer_who_is_in_the_flow(centre):
    talk = a_customer_in_the_flow(centre)
    assert talk.agent.does(HANG_UP, 1) == 0
    talk.caller.ends(5)
    assert talk.agent.hears("Hangup")["iParam"] == 1


def test_a_flow_that_fails_gives_the_customer_back_and_says_so(centre):
    publishes(centre, tell={"do": "say", "text": "{{ tags.NOBODY_SET_IT }}", "next": "bye"}, bye=BYE)
    talk = a_talk(centre)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, "elsewhere") == 0
    talk.agent.hears("Talk", AUTHRESULT="error")
    centre.time.advance(8)
    assert talk.caller.talks_with == [talk.leg.party]


def test_a_flow_that_leads_to_what_is_gone_gives_the_customer_back(centre, monkeypatch):
    publishes(centre, on={"do": "transfer", "flow": "echo"})
    talk = a_talk(centre)
    found = type(centre.world.catalogue).flow

    def without_echo(catalogue, name, version=None):
        if name == "echo":
            raise NotConfigured("It was taken away.")
        return found(catalogue, name, version)

    monkeypatch.setattr(type(centre.world.catalogue), "flow", without_echo)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, "elsewhere") == 0
    talk.agent.hears("Talk", AUTHRESULT="error")
    centre.time.advance(2)
    assert talk.caller.talks_with == [talk.leg.party]


def test_a_flow_that_leads_to_a_queue_frees_the_agent(centre):
    publishes(
        centre,
        person={"do": "queue", "queue": "vip", "on_full": "bye", "on_closed": "bye", "say": "请稍候。"},
        bye=BYE,
    )
    talk = a_talk(centre)
    came = centre.the_call().place.since
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, "elsewhere") == 0
    moved = talk.agent.hears("Transfer", TO="vip", RESULT="done")
    assert moved["iParam"] == 4
    assert talk.agent.hears("Hangup")["iParam"] == 5
    centre.time.advance(2)
    call = centre.the_call()
    assert (call.state, call.place.queue, call.place.since, call.owner) == (CallState.WAITING, "vip", came, "")
    another = a_ready_agent(centre, "200")
    another.hears("Ring", TTYPE="3", FROMAGENT="100")
    another.answers()
    another.hears("Talk")
    talk.caller.hang_up()


def test_a_flow_that_leads_to_a_number_frees_the_agent(centre):
    publishes(centre, out={"do": "transfer", "number": "+8613900139000", "on_failure": "bye"}, bye=BYE)
    stranger = centre.exchange.device("+8613900139000")
    talk = a_talk(centre)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, "elsewhere") == 0
    assert talk.agent.hears("Transfer", TO="+8613900139000")["iParam"] == 3
    assert talk.agent.hears("Hangup")["iParam"] == 5
    leg = stranger.answer(10)
    centre.time.advance(1)
    assert talk.caller.talks_with == [leg.party]
    talk.caller.hang_up()


def test_a_flow_that_leads_to_another_flow_goes_on_while_the_agent_waits(centre):
    publishes(centre, on={"do": "transfer", "flow": AUTHENTICATION})
    talk = a_customer_in_the_flow(centre, "elsewhere")
    assert talk.agent.state.state is AgentState.RESERVED
    proves_who_they_are(talk.caller)
    talk.agent.hears("Talk", AUTHRESULT="passed")


def test_an_agent_does_not_wait_for_ever(centre):
    publishes(
        centre,
        ask={
            "do": "menu",
            "prompt": "请按1。",
            "keys": {"1": "bye"},
            "attempts": 10,
            "timeout": 60,
            "on_timeout": "again",
            "on_no_match": "ask",
        },
        again={
            "do": "menu",
            "prompt": "请按2。",
            "keys": {"2": "bye"},
            "attempts": 10,
            "timeout": 60,
            "on_timeout": "ask",
            "on_no_match": "ask",
        },
        bye=BYE,
    )
    talk = a_customer_in_the_flow(centre, "elsewhere", "请按1")
    talk.agent.hears("Talk", MOST_AWAY_SECONDS + 5, AUTHRESULT="timeout")
    centre.time.advance(2)
    assert talk.caller.talks_with == [talk.leg.party]


def test_an_agent_whose_browser_comes_back_still_waits_and_the_recording_begins_anew(centre):
    talk = a_customer_in_the_flow(centre)
    first = centre.the_call().vocid
    talk.leg.hang_up()
    centre.time.advance(3)
    leg = talk.agent.answers()
    came_back = centre.clock.now()
    centre.time.advance(1)
    assert talk.agent.state.state is AgentState.RESERVED
    assert talk.agent.kinds().count("Talk") == 1
    proves_who_they_are(talk.caller)
    back = talk.agent.hears("Talk", AUTHRESULT="passed")
    centre.time.advance(5)
    assert back["tags"]["VOCID"] not in ("", first)
    assert talk.caller.talks_with == [leg.party]
    assert talk.agent.does(HOLD) == 0
    centre.time.advance(1)
    assert talk.caller.on_hold
    talk.caller.hang_up()
    centre.time.advance(60)
    ready = [event["tags"]["VOCID"] for event in talk.agent.events if (event["type"], event["iParam"]) == ("Record", 4)]
    assert sorted(ready) == sorted([first, back["tags"]["VOCID"]])
    earlier, later = centre.the_call().end_facts()["recordings"]
    assert earlier["until"] < later["from"]
    assert later["from"] - came_back < 1000


def test_a_customer_who_comes_back_while_the_browser_is_away_hears_music_until_it_is_there(centre):
    talk = a_customer_in_the_flow(centre)
    talk.caller.presses(MEMBER)
    talk.caller.hears("请输入您的六位密码")
    talk.leg.hang_up()
    keyed = centre.clock.now()
    talk.caller.presses(PIN)
    talk.agent.hears("Talk", AUTHRESULT="passed")
    assert centre.the_call().all_takes()[-1].since > keyed
    centre.time.advance(8)
    assert talk.caller.on_hold
    leg = talk.agent.answers()
    centre.time.advance(2)
    assert talk.caller.talks_with == [leg.party]


def test_a_recording_of_the_customer_goes_on_when_they_are_back_though_the_agents_browser_is_away(centre):
    talk = a_talk(centre)
    centre.time.advance(5)
    assert [talk.agent.does(RECORDING, STOP), talk.agent.does(RECORDING, START)] == [0, 0]
    centre.time.advance(5)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    talk.caller.hears("请输入您的六位会员号")
    talk.caller.presses(MEMBER)
    talk.caller.hears("请输入您的六位密码")
    assert centre.the_call().take.state is Taking.PAUSED
    talk.leg.hang_up()
    talk.caller.presses(PIN)
    talk.agent.hears("Talk", AUTHRESULT="passed")
    assert centre.the_call().take.state is Taking.ON
    talk.caller.hang_up()


def test_a_customer_whose_recording_cannot_be_paused_comes_back_before_they_key_anything(centre):
    talk = a_talk(centre)
    centre.time.advance(5)
    assert [talk.agent.does(RECORDING, STOP), talk.agent.does(RECORDING, START)] == [0, 0]
    centre.time.advance(5)
    asked = len(centre.exchange.log)
    centre.exchange.faults.on_rest(RestFault("POST Calls/*/Recordings/*", "fail-before", 400, 20001))
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    first = next(entry for entry in centre.exchange.log[asked:] if entry.direction == "to-carrier")
    assert "Recordings" in first.url
    talk.agent.hears("Talk", 5, AUTHRESULT="error")
    centre.time.advance(2)
    assert talk.caller.talks_with == [talk.leg.party]
    assert centre.the_call().take.state is Taking.ON
    assert talk.agent.kinds().count("Key") == 0


def test_a_recording_that_was_stopped_is_not_begun_by_the_way_back(centre):
    talk = a_talk(centre)
    centre.time.advance(5)
    assert talk.agent.does(RECORDING, STOP) == 0
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    talk.caller.hears("请输入您的六位会员号")
    proves_who_they_are(talk.caller)
    talk.agent.hears("Talk", AUTHRESULT="passed")
    (join,) = [each for each in centre.the_call().answer if isinstance(each, Join)]
    assert join.vocid == ""


def test_a_flow_whose_agent_is_lost_for_good_ends_in_the_queue_that_the_customer_came_from(centre):
    talk = a_customer_in_the_flow(centre)
    came = centre.the_call().place.since
    talk.leg.hang_up()
    talk.agent.hears("Hangup", 40, CAUSE="agent-lost")
    talk.caller.hears("验证未通过", 60)
    centre.time.advance(2)
    call = centre.the_call()
    assert (call.state, call.place.queue, call.place.since, call.run.flow) == (
        CallState.WAITING,
        "service",
        came,
        "freight-waybill",
    )
    another = a_ready_agent(centre, "200")
    another.hears("Ring", 60, AUTHRESULT="failed")
    talk.caller.presses("0")
    talk.caller.hears("查询运单请按1")


def test_a_plugin_that_does_not_answer_brings_the_customer_back_unproved(centre):
    def slow(plugin, inputs):
        if plugin == "authentication":
            raise PluginFailed("timeout", "too slow")
        return freight(plugin, inputs)

    centre.plugins.business = slow
    talk = a_customer_in_the_flow(centre)
    proves_who_they_are(talk.caller)
    talk.caller.hears("验证系统暂时繁忙")
    back = talk.agent.hears("Talk", AUTHRESULT="unavailable")
    assert "MemberID" not in back["tags"]


def test_a_pin_is_tried_once_though_the_agent_does_something_meanwhile(centre):
    talk = a_customer_in_the_flow(centre)
    talk.caller.presses(MEMBER)
    talk.caller.hears("请输入您的六位密码")

    def notes_something(plugin, inputs):
        assert talk.agent.does(SET_TAGS, 0, f"NOTE:{len(centre.plugins.asked)}") == 0
        return freight(plugin, inputs)

    centre.plugins.business = notes_something
    talk.caller.presses(PIN)
    talk.agent.hears("Talk", AUTHRESULT="passed", NOTE="1")
    assert [plugin for plugin, _ in centre.plugins.asked].count("authentication") == 1


def test_a_turn_that_is_told_again_gets_the_answer_that_led_back(centre):
    talk = a_customer_in_the_flow(centre)
    proves_who_they_are(talk.caller)
    talk.agent.hears("Talk")
    call = centre.the_call()
    again = take_turn(TurnTaken(call.id, str(call.turn - 1), PIN), centre.world)
    assert again == call.answer
    assert talk.agent.kinds().count("Talk") == 2


@pytest.mark.parametrize(
    ("act", "i_param"), [(TO_AUTOMATIC, LEAVE), (TRANSFER, FLOW), (SURVEY, 0)], ids=["leave", "transfer", "survey"]
)
def test_a_customer_is_sent_into_a_flow_for_good(centre, act, i_param):
    talk = a_talk(centre)
    assert talk.agent.does(act, i_param, "echo;RATED:no") == 0
    assert talk.agent.hears("Transfer", TO="echo", RESULT="done")["iParam"] == FLOW
    assert talk.agent.hears("Hangup")["iParam"] == 5
    assert talk.agent.state.state is AgentState.WRAP_UP
    call = centre.the_call()
    assert (call.owner, call.run.flow, call.tags["RATED"]) == ("", "echo", "no")
    centre.time.advance(8)
    assert not talk.caller.over
    talk.caller.hang_up()
    centre.time.advance(1)
    told = centre.the_call().end_facts()
    assert (told["owner"], told["agents"][0]["owner"], told["talkSeconds"] < told["seconds"] - 7) == ("100", True, True)


@pytest.mark.parametrize(
    ("act", "i_param", "s_param", "result"),
    [
        (TO_AUTOMATIC, COME_BACK, "no-such-flow", -6),
        (TO_AUTOMATIC, COME_BACK, "", -3),
        (TO_AUTOMATIC, 2, AUTHENTICATION, -3),
        (TO_AUTOMATIC, COME_BACK, f"{AUTHENTICATION};AUTHRESULT:passed", -3),
        (TRANSFER, AGENT, "200;AUTHRESULT:passed", -3),
        (SET_TAGS, 0, "AUTHRESULT:passed", -3),
    ],
)
def test_what_cannot_be_is_refused(centre, act, i_param, s_param, result):
    talk = a_talk(centre)
    centre.page("200").signs_in().is_ready()
    assert talk.agent.does(act, i_param, s_param) == result
    talk.caller.hang_up()


@pytest.mark.parametrize("act", [HOLD, TO_AUTOMATIC, TRANSFER, CONSULT, SURVEY, 8, 24])
def test_nothing_is_done_with_a_customer_who_is_in_a_flow(centre, act):
    talk = a_customer_in_the_flow(centre)
    centre.page("200").signs_in().is_ready()
    target = {TRANSFER: "200", CONSULT: "200", 8: "1"}.get(act, AUTHENTICATION if act in (TO_AUTOMATIC, SURVEY) else "")
    i_param = {TRANSFER: AGENT, CONSULT: AGENT, TO_AUTOMATIC: COME_BACK, 24: 1}.get(act, 0)
    assert talk.agent.does(act, i_param, target) == -4
    talk.caller.hang_up()


def test_an_agent_who_replaces_all_tags_drops_none_that_are_withheld(centre):
    talk = a_customer_in_the_flow(centre)
    talk.caller.presses(MEMBER)
    talk.caller.hears("请输入您的六位密码")
    assert talk.agent.does(SET_TAGS, 1, "NOTE:hello") == 0
    call = centre.the_call()
    assert (call.tags, call.withheld) == ({"NOTE": "hello"}, {"MemberID": MEMBER})
    talk.caller.presses(PIN)
    talk.agent.hears("Talk", NOTE="hello", MemberID=MEMBER)


def test_a_customer_who_was_called_goes_into_the_flow_and_back_too(centre):
    agent = a_ready_agent(centre)
    customer = centre.exchange.device("+8613900139000")
    assert agent.does(7, 3, "13900139000") == 0
    leg = agent.phone.answer(5)
    caller = customer.answer(5)
    agent.hears("Talk")
    assert agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    caller.hears("请输入您的六位会员号")
    proves_who_they_are(caller)
    agent.hears("Talk", AUTHRESULT="passed")
    centre.time.advance(5)
    assert caller.talks_with == [leg.party]
    caller.hang_up()
    assert CUSTOMER in centre.the_call().parties


def test_a_recording_of_the_customers_own_leg_is_paused_while_they_key_something(centre):
    talk = a_talk(centre)
    for stop_and_start in (0, 1):
        assert talk.agent.does(RECORDING, stop_and_start) == 0
        centre.time.advance(1)
    assert talk.agent.does(TO_AUTOMATIC, COME_BACK, AUTHENTICATION) == 0
    assert talk.agent.hears("Record", CAUSE="in-a-flow")["iParam"] == 2
    talk.caller.hears("请输入您的六位会员号")
    proves_who_they_are(talk.caller)
    talk.agent.hears("Talk", 60)
    assert talk.agent.hears("Record", 5)["iParam"] == 2, "Talk tells that it is still paused"
    assert talk.agent.hears("Record", 5)["iParam"] == 3
    assert len(centre.the_call().take.pauses) == 1
