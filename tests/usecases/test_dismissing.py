"""Who is taken out of the configuration: what rings there goes to others, a talk is finished, and that was the last."""

from dataclasses import replace

import pytest

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CallState
from chalicelib.core.ground.errors import NotProved
from chalicelib.usecases.sign_in import sign_in_by_password
from tests.fakes.people import is_sound
from tests.fakes.scenes import calling_out, ringing, talking
from tests.usecases.test_applying import Works

HANG_UP, RESUME, PAUSE, READY_CODE = 2, 10, 9, 1


@pytest.fixture
def works():
    works = Works()
    yield works
    works.centre.settles(60)
    is_sound(works.centre)


def is_removed(works, agent="100"):
    works.fires(agent)
    works.applies()


def states_told(page, since):
    return [frame["iParam"] for frame in page.events[since:] if frame["type"] == "State"]


def test_a_call_that_rings_at_a_removed_agent_rings_at_another_at_once(works):
    scene = ringing(works.centre)
    other, phone = works.centre.page("101").signs_in().is_ready(), works.centre.device_of("100")
    is_removed(works)
    assert scene.agent.hears("Hangup")["iParam"] == 4
    assert scene.agent.hears("Logout")["iParam"] == 1
    assert other.hears("Ring", within=1)["tags"]["CALLID"] == works.centre.the_call().id
    assert phone.ringing() == []
    assert works.centre.sockets.closed[-1] == (scene.agent.socket, 4003)


def test_a_call_that_rings_at_a_removed_agent_keeps_its_place_where_nobody_else_is(works):
    ringing(works.centre)
    place = works.centre.the_call().place
    is_removed(works)
    call = works.centre.the_call()
    assert (call.state, call.place, call.offers) == (CallState.WAITING, place, {})
    assert not works.world.desk.agent("100").signed_in


def test_a_removed_agent_finishes_the_call_they_are_in_and_is_gone_with_it(works):
    scene = talking(works.centre)
    since = len(scene.agent.events)
    is_removed(works)
    assert scene.on_the_line.talks_with
    assert scene.agent.does(3) == -1
    assert works.world.desk.agent("100").state is AgentState.TALKING
    scene.on_the_line.hang_up()
    works.centre.settles(1)
    assert works.world.desk.agent("100").state is AgentState.SIGNED_OUT
    assert READY_CODE not in states_told(scene.agent, since)
    assert scene.agent.kinds()[-1] == "Logout"


def test_a_customer_whose_removed_agent_leaves_waits_for_another_at_once(works):
    talking(works.centre)
    other, phone = works.centre.page("101").signs_in().is_ready(), works.centre.device_of("100")
    is_removed(works)
    phone.talking()[0].hang_up()
    other.hears("Ring", within=2)
    assert works.world.desk.agent("100").state is AgentState.SIGNED_OUT


def test_an_outside_call_under_way_is_a_removed_agents_last(works):
    scene = calling_out(works.centre)
    is_removed(works)
    scene.on_the_line.hang_up()
    works.centre.settles(30)
    assert works.world.desk.agent("100").state is AgentState.SIGNED_OUT
    assert scene.agent.kinds()[-1] == "Logout"


def test_who_is_an_agent_again_before_the_call_is_over_signs_in_and_stays(works):
    scene = talking(works.centre)
    record = works.document["agents"]["100"]
    is_removed(works)
    works.document["agents"]["100"] = record
    works.applies()
    sign_in_by_password("100", "icall-100", None, works.world)
    scene.on_the_line.hang_up()
    works.centre.settles(1)
    assert works.world.desk.agent("100").state is AgentState.WRAP_UP


def test_who_was_about_to_pause_or_to_resume_when_they_were_removed_is_gone_all_the_same(works):
    scene = talking(works.centre)
    scene.agent.does(PAUSE, 1)
    is_removed(works)
    assert scene.agent.does(RESUME) == -1
    scene.on_the_line.hang_up()
    works.centre.settles(1)
    assert works.world.desk.agent("100").state is AgentState.SIGNED_OUT


def test_who_signs_in_in_the_very_moment_in_which_they_are_removed_is_not_in(works):
    desk = works.world.desk

    class Overtaken:
        """Somebody applies when the agent has been proved, and is not stored yet."""

        def __getattr__(self, name):
            return getattr(desk, name)

        def agent(self, agent_id):
            if agent_id == "100" and "100" in works.document["agents"]:
                is_removed(works)
            return desk.agent(agent_id)

    with pytest.raises(NotProved):
        sign_in_by_password("100", "icall-100", None, replace(works.world, desk=Overtaken()))
    assert not desk.agent("100").signed_in


def test_nobodys_row_is_read_but_theirs_who_go(works):
    works.hires(range(1000, 1020))
    works.applies()
    for number in range(1000, 1020):
        works.centre.page(str(number)).signs_in()
    desk, read = works.world.desk, []

    class Counting:
        def __getattr__(self, name):
            return getattr(desk, name)

        def agent(self, agent_id):
            read.append(agent_id)
            return desk.agent(agent_id)

        def restless(self, _profiles):
            raise AssertionError("Every row of those who are signed in is read.")

    works.fires("1007")
    works.applies(replace(works.world, desk=Counting()))
    assert read == ["1007"]
    assert not desk.agent("1007").signed_in
