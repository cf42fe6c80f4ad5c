"""Each invariant is broken on purpose: a checker that finds nothing proves nothing."""

from dataclasses import dataclass, field, replace

import pytest

from chalicelib.core.agents.agent import Agent, AgentState
from chalicelib.core.calls import offering
from chalicelib.core.calls.call import Call, CallState
from chalicelib.core.calls.offers import Purpose
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.calls.routing import Ready, Waiting
from chalicelib.core.calls.scene import Scene
from chalicelib.core.centre.model import RoutingProfile
from chalicelib.core.told.notices import AgentEvent, Heard
from tests import invariants
from tests.adapters.dynamodb import examples

NOW = examples.NOW


@dataclass
class Everything:
    """What might be stored, right or wrong."""

    calls: list[Call] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    ready: list[Ready] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    def all_calls(self) -> list[Call]:
        return self.calls

    def all_agents(self) -> list[Agent]:
        return self.agents

    def all_waiting(self) -> list[Waiting]:
        return self.waiting

    def all_ready(self) -> list[Ready]:
        return self.ready

    def all_signed_in(self) -> list[str]:
        return self.signed_in

    def all_events(self, agent_id: str) -> list[AgentEvent]:
        return [event for agent in self.agents if agent.id == agent_id for event in agent.events]


def ringing(number: int = 1, agent_id: str = "100"):
    scene = Scene(examples.waiting(number), {agent_id: examples.ready(agent_id)})
    rings = offering.make(scene, agent_id, offering.from_queue(examples.QUEUE), NOW)
    return rings.call, rings.agent(agent_id)


def told(agent: Agent, *events: AgentEvent) -> Agent:
    return replace(agent, events=events, seq=events[-1].seq if events else 0)


def event(seq: int, kind: Heard, call: str = "CA1", i_param: int = 0) -> AgentEvent:
    return AgentEvent(1, seq, kind, NOW, 1, i_param, call)


def test_what_is_right_passes():
    call, agent = ringing()
    other, idle = examples.waiting(2), examples.ready("101")
    rows = [waiting_row(other)], [ready_row(idle)], [agent.id, idle.id]
    invariants.check_all(Everything([call, other], [agent, idle], *rows))


CALL, AGENT = ringing()
TWIN = replace(CALL, id="CA2")
OFFER = CALL.queue_offer
DIRECT = replace(OFFER, purpose=Purpose.DIRECT)
WAITING, READY = examples.waiting(3), examples.ready("102")
BROKEN = {
    "i1": [Everything([CALL, TWIN], [AGENT])],
    "i2": [
        Everything([replace(CALL, offers={**CALL.offers, "twin": OFFER})]),
        Everything([replace(CALL, offers={"a": DIRECT, "b": DIRECT})]),
        Everything([replace(CALL, state=CallState.ENDED)]),
    ],
    "i3": [
        Everything([CALL], []),
        Everything([], [AGENT]),
        Everything([CALL], [replace(AGENT, offer="another")]),
        Everything([CALL], [replace(AGENT, state=AgentState.TALKING)]),
        Everything([WAITING], [replace(AGENT, call=WAITING.id)]),
        Everything([CALL], [AGENT, replace(AGENT, id="101")]),
    ],
    "i4": [
        Everything([WAITING]),
        Everything(agents=[READY]),
        Everything(waiting=[waiting_row(WAITING)]),
        Everything(ready=[ready_row(READY)]),
        Everything([WAITING], [], [waiting_row(WAITING), waiting_row(examples.waiting(3, 7))]),
        Everything([], [replace(READY, connected=False)], [], [ready_row(READY)], [READY.id]),
        Everything([], [READY], [], [ready_row(READY)]),
        Everything([], [READY], [], [ready_row(READY)], [READY.id, READY.id]),
        Everything([], [replace(READY, state=AgentState.SIGNED_OUT)], [], [], [READY.id]),
        Everything(signed_in=[READY.id]),
    ],
    "i9": [
        Everything(agents=[replace(READY, events=READY.events[1:])]),
        Everything(agents=[replace(READY, events=READY.events[:-1])]),
        Everything(agents=[replace(READY, events=(*READY.events, READY.events[-1]))]),
        Everything(agents=[replace(READY, state=AgentState.WRAP_UP)]),
    ],
    "i12": [
        Everything(agents=[told(examples.ready(), event(1, Heard.RING))]),
        Everything(agents=[told(AGENT, event(1, Heard.RING, "CA9"))]),
        Everything(agents=[told(AGENT, event(1, Heard.RING), event(2, Heard.HANGUP), event(3, Heard.HANGUP))]),
        Everything(agents=[told(AGENT, event(1, Heard.RING), event(2, Heard.RING), event(3, Heard.HANGUP))]),
    ],
}


@pytest.mark.parametrize(
    ("name", "everything"), [(name, each) for name, examples_of in BROKEN.items() for each in examples_of]
)
def test_what_is_wrong_is_found(name, everything):
    check = next(check for check in invariants.INVARIANTS if check.__name__.startswith(f"{name}_"))
    assert list(check(everything))
    with pytest.raises(AssertionError, match=name):
        invariants.check_all(everything)


def test_a_call_that_rang_twice_at_an_agent_and_ended_twice_is_right():
    events = [event(1, Heard.RING), event(2, Heard.HANGUP), event(3, Heard.RING), event(4, Heard.HANGUP)]
    agent = told(Agent(id="100", epoch=1), *events)
    assert list(invariants.i12_every_ring_ends_in_one_hangup(Everything(agents=[agent]))) == []


def test_a_live_leg_of_an_agent_who_has_not_the_call_is_found():
    call, agent = ringing()
    lost = replace(call, offers={})
    (told,) = invariants.i6_only_who_has_a_part_in_the_call_has_a_live_leg(Everything([lost], [agent]))
    assert "who has no part in it" in told


def test_a_live_leg_of_a_call_that_is_over_is_found():
    call, agent = ringing()
    over = replace(call, offers={}).moves("end")
    told = list(invariants.i6_only_who_has_a_part_in_the_call_has_a_live_leg(Everything([over], [agent])))
    assert len(told) == len(call.parties)


def test_a_call_that_waits_beside_a_ready_agent_is_found():
    waits, idle = examples.waiting(1), examples.ready("100")
    store = Everything([waits], [idle], [waiting_row(waits)], [ready_row(idle)])
    serving = {idle.profile: RoutingProfile(idle.profile, {waits.place.queue: 1})}
    (told,) = invariants.somebody_waits_beside_a_ready_agent(store, serving)
    assert waits.id in told
    assert list(invariants.somebody_waits_beside_a_ready_agent(store, {})) == []
