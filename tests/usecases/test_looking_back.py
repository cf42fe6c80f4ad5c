"""An agent looks back: at their own calls of today, and at a caller's earlier ones."""

import pytest

from chalicelib.core.ground.errors import NotFound
from chalicelib.usecases.look_back import earlier_calls, own_calls
from chalicelib.usecases.prove import who_is
from tests.fakes.centre import Centre


def talks_and_is_written_up(centre, agent, disposition="solved", caller_number="83366857"):
    caller = centre.calls(caller_number)
    caller.hears("人工服务请按0")
    caller.presses("0")
    agent.hears("Ring")
    agent.answers()
    call_id = agent.hears("Talk")["callId"]
    centre.time.advance(7)
    caller.hang_up()
    agent.hears("WrapUp")
    assert agent.does(25, 1, disposition) == 0
    centre.time.advance(2)
    return call_id


def test_a_finished_call_is_kept_with_its_recording_and_disposition():
    centre = Centre()
    agent = centre.page().signs_in().is_ready()
    call_id = talks_and_is_written_up(centre, agent)

    (past,) = own_calls("100", centre.world)

    assert (past.call, past.owner, past.queue, past.disposition) == (call_id, "100", "service", "solved")
    assert past.vocid == f"{call_id}-1"
    assert past.talk_seconds >= 7
    assert past.ended_by == "customer"


def test_who_reads_after_finishing_with_a_result_finds_it_however_late_the_tables_stream_is():
    centre = Centre()
    agent = centre.page().signs_in().is_ready()
    centre.stream.paused = True
    talks_and_is_written_up(centre, agent, "follow-up")

    assert [past.disposition for past in own_calls("100", centre.world)] == ["follow-up"]

    centre.stream.resume()
    centre.time.advance(2)
    assert [past.disposition for past in own_calls("100", centre.world)] == ["follow-up"]


def test_the_newest_call_comes_first_and_yesterdays_are_gone():
    centre = Centre()
    agent = centre.page().signs_in().is_ready()
    talks_and_is_written_up(centre, agent)
    centre.time.advance(20 * 3600)
    agent = centre.page().signs_in().is_ready()
    second = talks_and_is_written_up(centre, agent)
    third = talks_and_is_written_up(centre, agent)
    centre.time.advance(5 * 3600)

    assert [past.call for past in own_calls("100", centre.world)] == [third, second]


def test_a_callers_earlier_calls_are_told_without_the_present_one():
    centre = Centre()
    agent = centre.page().signs_in().is_ready()
    first = talks_and_is_written_up(centre, agent)
    second = talks_and_is_written_up(centre, agent)
    talks_and_is_written_up(centre, agent, caller_number="13800138000")

    assert [past.call for past in earlier_calls(who_is("200", centre.world), second, centre.world)] == [first]


def test_a_call_that_nobody_took_is_the_callers_alone():
    centre = Centre()
    caller = centre.calls()
    caller.hears("人工服务请按0")
    caller.hang_up()
    centre.time.advance(2)
    ended = centre.the_call()
    agent = centre.page().signs_in().is_ready()
    present = talks_and_is_written_up(centre, agent)

    assert [past.call for past in earlier_calls(who_is("200", centre.world), present, centre.world)] == [ended.id]
    assert [past.call for past in own_calls("100", centre.world)] == [present]


def test_an_unknown_call_has_no_past():
    centre = Centre()
    with pytest.raises(NotFound):
        earlier_calls(who_is("200", centre.world), "c-unknown", centre.world)
