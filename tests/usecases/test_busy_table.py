"""The table is too busy, or somebody else was faster: what is decided again, after what pause, and what is let be."""

from dataclasses import replace

import pytest

from chalicelib.core.calls.call import CallState
from chalicelib.core.calls.routing import MOST_IN_LINE, Waiting
from chalicelib.core.ground.errors import Conflict
from chalicelib.entrypoints import batches
from chalicelib.ports import SomebodyWaits
from chalicelib.usecases.commit import ATTEMPTS, FIRST_PAUSE_MS, decides_again
from tests.fakes.centre import Centre
from tests.fakes.mortality import Fate, Killed
from tests.fakes.people import a_caller_in_line, a_ready_agent, is_sound


@pytest.fixture
def centre():
    centre = Centre()
    yield centre
    centre.settles()
    is_sound(centre)


class FateByName(Fate):
    """Kills before the next call of this name, once."""

    dies_before = ""

    def attend(self, name, perform):
        if name == self.dies_before:
            self.dies_before = ""
            raise Killed(name)
        return perform()


class Throttling:
    """A desk whose next `times` calls of one name are throttled."""

    def __init__(self, desk, name, times):
        self.desk, self.name, self.times, self.asked = desk, name, times, []

    def __getattr__(self, name):
        self.asked.append(name)
        if name == self.name and self.times:
            self.times -= 1
            return self._refuse
        return getattr(self.desk, name)

    def _refuse(self, *_args, **_kwargs):
        raise Conflict("The table is too busy: read again.")


@pytest.fixture
def throttled(centre, monkeypatch):
    def throttle(name, times):
        busy = Throttling(centre.immortal.desk, name, times)
        monkeypatch.setattr(centre.world.desk, "_port", busy)
        return busy

    return throttle


def test_a_decision_is_made_again_after_pauses_that_double(centre, monkeypatch):
    pauses = []
    monkeypatch.setattr(type(centre.clock), "pause", lambda _, most: pauses.append(most))

    @decides_again
    def never(world):
        raise Conflict("Somebody else was faster.")

    with pytest.raises(Conflict):
        never(centre.world)
    assert pauses == [FIRST_PAUSE_MS * 2**attempt for attempt in range(ATTEMPTS - 1)]


def test_a_call_that_the_table_was_too_busy_to_store_is_taken_all_the_same(centre, throttled):
    throttled("commit", 3)
    centre.calls().hears("人工服务请按0")
    assert centre.the_call().state is CallState.FLOW


def test_a_request_whose_commit_succeeded_does_not_fail_because_the_lines_cannot_be_read(centre, throttled):
    agent = a_ready_agent(centre)
    caller = centre.calls()
    caller.hears("人工服务请按0")
    throttled("both", 1)
    caller.presses("0")
    agent.hears("Ring")
    assert centre.exchange.errors == []


def test_a_change_that_the_table_was_too_busy_to_settle_is_settled_later(centre, throttled):
    agent = a_ready_agent(centre)
    throttled("settle", 1)
    a_caller_in_line(centre)
    agent.hears("Ring")
    assert len(centre.desk.all_unsettled()) > 0
    centre.time.advance(15)
    assert len(agent.phone.ringing()) == 1


def test_the_stream_looks_once_at_the_lines_that_many_rows_are_in(centre, throttled):
    rows = [SomebodyWaits(Waiting(f"gone-{number}", "service", 1, number)) for number in range(50)]
    desk = throttled("nothing", 0)
    batches.stream({"Records": rows}, lambda row: row, centre.world)
    assert desk.asked == ["lines"]


def test_the_stream_has_those_offered_whose_own_handler_died():
    fate = FateByName()
    centre = Centre(fate=fate)
    agent = a_ready_agent(centre)
    caller = centre.calls()
    caller.hears("人工服务请按0")
    fate.dies_before = "desk.both"
    caller.presses("0")
    centre.time.run_until(lambda: bool(centre.deaths), 5)
    assert centre.deaths == ["desk.both"]
    agent.hears("Ring", within=1)
    is_sound(centre)


def test_who_lost_a_race_for_one_agent_is_offered_to_the_next_by_the_same_handler(centre):
    first, second = a_ready_agent(centre), centre.page("101").signs_in().is_ready()
    caller = centre.calls()
    caller.hears("人工服务请按0")
    desk = centre.immortal.desk

    class Overtaken:
        """The agent who was found ready pauses before the offer is made."""

        def __getattr__(self, name):
            return getattr(desk, name)

        def both(self, call_id, agent_id):
            if agent_id == "100":
                first.does(9, 1)
            return desk.both(call_id, agent_id)

    centre.world = replace(centre.world, desk=Overtaken())
    centre.stream.paused = True
    caller.presses("0")
    second.hears("Ring", within=1)
    centre.stream.paused = False


def roomy(document):
    document["queues"]["service"]["max_waiting"] = 250


def fills(centre, calls):
    now = centre.clock.now()
    centre.desk._shelf.waiting |= {Waiting(f"w{number}", "service", 1, now - number) for number in range(calls)}


@pytest.mark.parametrize(("waiting", "full"), [(249, False), (250, True)])
def test_a_queue_that_may_hold_more_than_anybody_looks_at_is_full_when_it_is_full(waiting, full):
    centre = Centre(change_config=roomy)
    fills(centre, waiting)
    caller = centre.calls()
    caller.hears("人工服务请按0")
    caller.presses("0")
    caller.hears("座席全忙，请稍后再拨" if full else "预计")


def test_who_stands_further_back_than_anybody_looks_hears_how_long_and_no_wrong_position():
    centre = Centre(change_config=roomy)
    fills(centre, MOST_IN_LINE + 7)
    caller = centre.calls()
    caller.hears("人工服务请按0")
    caller.presses("0")
    caller.hears("预计")
    assert not any("您目前排在" in each.text for each in caller.transcript)
