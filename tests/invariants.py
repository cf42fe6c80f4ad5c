"""The invariants of design, each checked over everything that is stored; docs name them by their numbers."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Protocol, TypeVar

from chalicelib.adapters.dynamodb.keys import END_OF_TIME
from chalicelib.core.agents.agent import ENGAGED, Agent
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.engagement import agree, concerned, engaged_as
from chalicelib.core.calls.offers import Purpose
from chalicelib.core.calls.queueing import ready_row, waiting_row
from chalicelib.core.calls.routing import Ready, Waiting, pairs
from chalicelib.core.centre.model import RoutingProfile
from chalicelib.core.told.notices import AgentEvent, Heard

Row = TypeVar("Row", Waiting, Ready, str)


class Store(Protocol):
    """Everything that is stored."""

    def all_calls(self) -> Iterable[Call]: ...

    def all_agents(self) -> Iterable[Agent]: ...

    def all_waiting(self) -> Iterable[Waiting]: ...

    def all_ready(self) -> Iterable[Ready]: ...

    def all_signed_in(self) -> Iterable[str]: ...

    def all_events(self, agent_id: str) -> Iterable[AgentEvent]: ...


def i1_an_agent_is_in_one_call_at_most(store: Store) -> Iterator[str]:
    calls_of: dict[str, list[str]] = {}
    for call in store.all_calls():
        for agent in concerned(call):
            calls_of.setdefault(agent, []).append(call.id)
    for agent, calls in calls_of.items():
        if len(calls) > 1:
            yield f"agent {agent} has the calls {', '.join(sorted(calls))}"


def i2_a_call_has_one_offer_from_its_queue_and_one_to_the_same_agent_at_most(store: Store) -> Iterator[str]:
    for call in store.all_calls():
        agents = [offer.agent for offer in call.offers.values()]
        from_queue = [offer.id for offer in call.offers.values() if offer.purpose is Purpose.QUEUE]
        if len(from_queue) > 1:
            yield f"call {call.id} has the offers {', '.join(sorted(from_queue))} from its queue"
        if len(set(agents)) < len(agents):
            yield f"call {call.id} is offered twice to one of {', '.join(sorted(agents))}"
        if agents and not call.live:
            yield f"call {call.id} is over, and offered to {', '.join(sorted(agents))}"


def i3_an_engaged_agents_state_is_what_their_part_in_the_call_makes_it(store: Store) -> Iterator[str]:
    calls = {call.id: call for call in store.all_calls()}
    agents = {agent.id: agent for agent in store.all_agents()}
    for call in calls.values():
        for name in concerned(call):
            if name not in agents or not agree(call, agents[name]):
                yield f"call {call.id} makes agent {name} {engaged_as(call, name)}, who is not"
    for agent in agents.values():
        its = calls.get(agent.call)
        if agent.state in ENGAGED and not (its and engaged_as(its, agent.id) is agent.state):
            yield f"agent {agent.id} is {agent.state} with call {agent.call}, in which they have no such part"


def i4_rows_and_states_mirror_each_other(store: Store) -> Iterator[str]:
    agents = list(store.all_agents())
    waiting = [row for row in map(waiting_row, store.all_calls()) if row]
    yield from _difference("waiting", store.all_waiting(), waiting)
    yield from _difference("ready", store.all_ready(), [row for row in map(ready_row, agents) if row])
    yield from _difference("signed-in", store.all_signed_in(), [agent.id for agent in agents if agent.signed_in])


def i9_events_are_dense_and_give_the_state(store: Store) -> Iterator[str]:
    for agent in store.all_agents():
        events = sorted(store.all_events(agent.id), key=lambda event: (event.epoch, event.seq))
        for epoch, batch in groupby(events, key=lambda event: event.epoch):
            numbers = [event.seq for event in batch]
            if numbers != list(range(1, len(numbers) + 1)):
                yield f"agent {agent.id} has the events {numbers} in epoch {epoch}"
        yield from _replayed(agent, [event for event in events if event.epoch == agent.epoch])


def i12_every_ring_ends_in_one_hangup(store: Store) -> Iterator[str]:
    for agent in store.all_agents():
        ringing: dict[str, bool] = {}
        for event in sorted(store.all_events(agent.id), key=lambda event: (event.epoch, event.seq)):
            if event.type is Heard.RING:
                if ringing.get(event.call_id):
                    yield f"agent {agent.id} heard call {event.call_id} ring twice without a Hangup between"
                ringing[event.call_id] = True
            elif event.type is Heard.HANGUP and event.call_id in ringing:
                if not ringing[event.call_id]:
                    yield f"agent {agent.id} heard two Hangups of call {event.call_id} for one Ring"
                ringing[event.call_id] = False
        live = agent.call if agent.state in ENGAGED else ""
        for call, still in ringing.items():
            if still and call != live:
                yield f"agent {agent.id} never heard a Hangup of call {call}"


def i6_only_who_has_a_part_in_the_call_has_a_live_leg(store: Store) -> Iterator[str]:
    for call in store.all_calls():
        for party in call.live_parties():
            if not call.live:
                yield f"call {call.id} is over, its party {party.id} is {party.state}"
            elif party.agent and party.agent not in concerned(call):
                yield f"call {call.id} has a leg {party.id} of {party.agent}, who has no part in it"


INVARIANTS: tuple[Callable[[Store], Iterator[str]], ...] = (
    i1_an_agent_is_in_one_call_at_most,
    i2_a_call_has_one_offer_from_its_queue_and_one_to_the_same_agent_at_most,
    i3_an_engaged_agents_state_is_what_their_part_in_the_call_makes_it,
    i4_rows_and_states_mirror_each_other,
    i6_only_who_has_a_part_in_the_call_has_a_live_leg,
    i9_events_are_dense_and_give_the_state,
    i12_every_ring_ends_in_one_hangup,
)


def check_all(store: Store) -> None:
    """Raise AssertionError with everything that is broken."""
    broken = [f"{check.__name__}: {what}" for check in INVARIANTS for what in check(store)]
    assert not broken, "\n".join(broken)


def somebody_waits_beside_a_ready_agent(
    store: Store, profiles: Mapping[str, RoutingProfile], now: int = END_OF_TIME
) -> Iterator[str]:
    """I5, of a quiet moment: nothing is under way, and no call waits that a ready agent could take."""
    for call, agent in pairs(store.all_waiting(), store.all_ready(), profiles, now):
        yield f"call {call.call} waits in {call.queue} while agent {agent.agent} is ready"


def _difference(what: str, rows: Iterable[Row], wanted: Collection[Row]) -> Iterator[str]:
    there = Counter(rows)
    for row in there.keys() - set(wanted):
        yield f"the {what} row {row} mirrors nothing"
    for row in wanted:
        if there[row] != 1:
            yield f"the {what} row {row} is there {there[row]} times"


def _replayed(agent: Agent, events: list[AgentEvent]) -> Iterator[str]:
    last = events[-1].seq if events else 0
    if last != agent.seq:
        yield f"agent {agent.id} is at event {agent.seq}, but the last one told is {last}"
    codes = [event.i_param for event in events if event.type is Heard.STATE]
    if codes and codes[-1] != int(agent.visible_code):
        yield f"agent {agent.id} shows state {int(agent.visible_code)}, but was told {codes[-1]}"
