"""The history in memory."""

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode, encode, pack, unpack
from chalicelib.core.told.history import PastCall
from tests.fakes.strictness import admitted


class MemoryHistory:
    """Keeps ports.History."""

    def __init__(self) -> None:
        self._kept: dict[str, str | bytes] = {}

    def keep(self, past: PastCall) -> None:
        for agent in past.agent_ids:
            admitted(keys.agents_call(agent, past.started_at, past.call))
        admitted(keys.customers_call(past.peer, past.started_at, past.call))
        if past.disposition or past.call not in self._kept:
            self._kept[past.call] = pack(encode(past))

    def of_agent(self, agent_id: str, since: int, most: int) -> list[PastCall]:
        admitted(keys.agents_call(agent_id, since, ""))
        return [past for past in self._newest() if agent_id in past.agent_ids and past.started_at >= since][:most]

    def of_customer(self, number: str, most: int) -> list[PastCall]:
        admitted(keys.customers_call(number, 0, ""))
        return [past for past in self._newest() if past.peer == number][:most]

    def _newest(self) -> list[PastCall]:
        kept = [decode(PastCall, unpack(stored)) for stored in self._kept.values()]
        return sorted(kept, key=lambda past: (past.started_at, past.call), reverse=True)
