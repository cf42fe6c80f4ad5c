"""Look back: an agent's own calls, and a customer's earlier ones."""

from chalicelib.core.ground.errors import NotFound
from chalicelib.core.told.history import PastCall
from chalicelib.ports import World

DAY_MS = 24 * 3600 * 1000
MOST_OWN, MOST_EARLIER = 200, 20


def own_calls(agent_id: str, world: World) -> list[PastCall]:
    """Give the agent's calls of the last 24 hours, the newest first."""
    return world.history.of_agent(agent_id, world.clock.now() - DAY_MS, MOST_OWN)


def earlier_calls(call_id: str, world: World) -> list[PastCall]:
    """Give the latest calls with the same customer, the newest first; nobody's for a withheld number.

    Raises:
        NotFound: there is no such call.
    """
    call = world.desk.call(call_id)
    if call is None:
        raise NotFound("There is no such call.")
    number = call.peer
    earlier = world.history.of_customer(number, MOST_EARLIER + 1) if number else []
    return [past for past in earlier if past.call != call_id][:MOST_EARLIER]
