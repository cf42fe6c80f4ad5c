"""Put right what is stored of an agent, where it does not fit their call."""

from chalicelib.core.agents.agent import Agent
from chalicelib.core.agents.presence import rest
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.engagement import engaged_as
from chalicelib.core.calls.hearing import HungUp
from chalicelib.core.told.notices import Heard

RESET = "reset"
"""Why an agent's part in a call ended of which nothing is left."""


def as_the_call_has_it(call: Call | None, agent: Agent, now: int) -> Agent:
    """Give an engaged agent as their part in the call makes them (I3), or free of a call in which they have none."""
    state = engaged_as(call, agent.id) if call else None
    if call is None or state is None:
        return rest(agent.hears(Heard.HANGUP, now, HungUp.SYSTEM, tags={"CAUSE": RESET}), now)
    offer = call.offer_to(agent.id)
    return agent.stands(state, now, offer=offer.id if offer else "")
