"""The last net: it reads who could need it, does each by itself, the oldest first, and says what it could not do."""

from dataclasses import replace

import pytest

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls import offering, queueing
from chalicelib.core.calls.call import Place
from chalicelib.core.calls.scene import Scene
from chalicelib.core.ground.errors import Conflict
from chalicelib.ports import Change, Moved
from chalicelib.usecases import sweep as sweeping
from chalicelib.usecases.sweep import sweep
from tests.adapters.dynamodb import examples
from tests.fakes.centre import Centre

MINUTE = 60_000


class Floor:
    """A centre whose timers and stream are silent: the sweep alone does what is due."""

    def __init__(self, agents=12):
        self.agents = [str(1000 + number) for number in range(agents)]
        self.centre = Centre(change_config=self._staff)
        self.centre.stream.paused = True
        self.world = self.centre.immortal

    @property
    def now(self):
        return self.centre.clock.now()

    def state(self, agent_id):
        return self.world.desk.agent(agent_id)

    def works(self, agent_id, since=0):
        """Sign an agent in with a page, ready."""
        record = self.world.catalogue.agent_record(agent_id)
        agent = presence.sign_in(Agent(id=agent_id), record, examples.BROWSER, self.now + since, ready=True)
        return self.store(None, presence.connect(agent, f"socket-{agent_id}", f"page-{agent_id}", self.now + since))

    def loses_the_page(self, agent_id, since=0):
        agent = self.works(agent_id)
        return self.store(agent, presence.disconnect(agent, agent.socket, self.now + since))

    def rings_at(self, agent_id, number, since=0):
        """Store a call that rings at an agent, of whom no timer knows."""
        at = self.now + since
        call = queueing.enqueue(examples.call(number), Place("service", 5, at, {}, at + 3_600_000))
        agent = self.works(agent_id, since)
        queue = self.world.catalogue.centre().queues["service"]
        scene = offering.make(Scene(call, {agent_id: agent}), agent_id, offering.from_queue(queue), at)
        self.world.desk.commit(Change.of_scenes([agent], (None, scene)))

    def store(self, before, after):
        self.world.desk.commit(Change(agents=(Moved(before, after),)))
        return self.state(after.id)

    def _staff(self, document):
        for name in self.agents:
            document["agents"][name] = {"name": name, "profile": "service", "seat": int(name)}
            document["seats"][name] = {"device": "browser"}


class Counting:
    """A desk that counts whose rows are read, and may fail at some."""

    def __init__(self, desk, fails=()):
        self._desk, self._fails = desk, fails
        self.read = []

    def agent(self, agent_id):
        self.read.append(agent_id)
        if agent_id in self._fails:
            raise self._fails[agent_id]
        return self._desk.agent(agent_id)

    def restless(self, profiles):
        found = self._desk.restless(profiles)
        self.read += [agent.id for agent in found]
        return found

    def __getattr__(self, name):
        return getattr(self._desk, name)


@pytest.fixture
def floor():
    return Floor()


def test_what_no_timer_did_is_done_a_minute_later(floor):
    floor.loses_the_page("1000", since=-MINUTE)
    floor.rings_at("1001", 1, since=-MINUTE)
    wrapping = floor.works("1002")
    wrapping = replace(wrapping, state=AgentState.WRAP_UP, wrap_up_until=floor.now - 1)
    floor.store(floor.state("1002"), wrapping)
    sweep(floor.world)
    assert not floor.state("1000").signed_in
    assert (floor.state("1001").state, floor.state("1001").reason) == (AgentState.PAUSED, "missed")
    assert (floor.state("1002").state, floor.state("1002").call) == (AgentState.RINGING, examples.sid(1))


def test_what_is_not_due_yet_is_left_alone(floor):
    floor.loses_the_page("1000")
    floor.rings_at("1001", 1)
    sweep(floor.world)
    assert [floor.state(agent).state.value for agent in ("1000", "1001")] == ["ready", "ringing"]


@pytest.mark.parametrize("hired", [10, 2_000])
def test_a_quiet_minute_reads_nobody_however_many_are_configured(hired):
    floor = Floor(hired)
    for agent in floor.agents[:5]:
        floor.works(agent)
    desk = Counting(floor.world.desk)
    sweep(replace(floor.world, desk=desk))
    assert desk.read == []


@pytest.mark.parametrize("trouble", [Conflict("busy"), RuntimeError("a bad row")], ids=["a conflict", "a bad row"])
def test_one_at_whom_it_fails_is_told_and_keeps_nobody_else_waiting(floor, trouble):
    for number, agent in enumerate(floor.agents[:4]):
        floor.loses_the_page(agent, since=-MINUTE - number)
    desk = Counting(floor.world.desk, {"1001": trouble})
    sweep(replace(floor.world, desk=desk))
    assert [floor.state(agent).signed_in for agent in floor.agents[:4]] == [False, True, False, False]
    told = [facts for message, facts in floor.centre.watch.notes if message == "the sweep failed at one"]
    assert told == [{"error": type(trouble).__name__, "agent": "1001"}]


def test_a_queue_that_cannot_be_matched_keeps_no_agent_waiting(floor):
    floor.loses_the_page("1000", since=-MINUTE)

    class Busy(Counting):
        def lines(self, _queues, _profiles):
            raise Conflict("the table is too busy")

    sweep(replace(floor.world, desk=Busy(floor.world.desk)))
    assert not floor.state("1000").signed_in


def test_who_waited_longest_comes_first_and_what_time_does_not_allow_is_told_and_done_next_time(floor):
    order = [3, 1, 4, 0, 2]
    for number in order:
        floor.loses_the_page(floor.agents[number], since=-MINUTE * (10 - number))

    class Slow(Counting):
        def commit(self, change):
            floor.centre.time.advance(sweeping.BEGINS_MS / 1000 / 2)
            self._desk.commit(change)

    sweep(replace(floor.world, desk=Slow(floor.world.desk)))
    assert [floor.state(agent).signed_in for agent in floor.agents[:5]] == [False, False, True, True, True]
    assert ("the sweep could not finish: it goes on in a minute", {"left": 3}) in floor.centre.watch.notes
    sweep(floor.world)
    assert [floor.state(agent).signed_in for agent in floor.agents[:5]] == [False] * 5


def test_before_anything_is_configured_there_is_nothing_to_sweep():
    floor = Floor()
    empty = type(floor.world.catalogue)()
    sweep(replace(floor.world, catalogue=empty))
