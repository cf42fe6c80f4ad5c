"""Look back: an agent's own calls, and a customer's earlier ones."""

from chalicelib.core.centre.who import Who
from chalicelib.core.ground.errors import NotFound, NotPermitted
from chalicelib.core.told.history import PastCall
from chalicelib.ports import World

DAY_MS = 24 * 3600 * 1000
MOST_OWN, MOST_EARLIER = 200, 20

READ_ANY = "reports.read"
"""The permission to look at every customer's calls."""


def own_calls(agent_id: str, world: World) -> list[PastCall]:
    """Give the agent's calls of the last 24 hours, the newest first."""
    return world.history.of_agent(agent_id, world.clock.now() - DAY_MS, MOST_OWN)


def earlier_calls(who: Who, call_id: str, world: World) -> list[PastCall]:
    """Give the latest calls with the same customer, the newest first; nobody's for a withheld number.

    They are shown to the agents who are in the call, from its first ring to the end of its wrap-up.

    Raises:
        NotPermitted: to everybody else, but for those who read reports; whether there is such a call is not told.
        NotFound: there is no such call.
    """
    if not who.may(READ_ANY) and not _is_in(who.id, call_id, world):
        raise NotPermitted("Your role does not permit looking at the customer of a call that is not yours.")
    call = world.desk.call(call_id)
    if call is None:
        raise NotFound("There is no such call.")
    number = call.peer
    earlier = world.history.of_customer(number, MOST_EARLIER + 1) if number else []
    return [past for past in earlier if past.call != call_id][:MOST_EARLIER]


def _is_in(agent_id: str, call_id: str, world: World) -> bool:
    agent = world.desk.agent(agent_id)
    return agent is not None and agent.call == call_id
