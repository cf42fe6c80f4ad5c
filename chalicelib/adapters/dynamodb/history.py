"""The history on DynamoDB: a past call once for each of its agents and once for its customer, read newest first."""

from contextlib import suppress

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode, encode
from chalicelib.adapters.dynamodb.keys import Key
from chalicelib.adapters.dynamodb.models import PastCallRow, Row, bodied, keyed
from chalicelib.adapters.dynamodb.rows import CALL_SECONDS
from chalicelib.adapters.dynamodb.table import Put, Refused, Table
from chalicelib.core.told.history import PastCall


class DynamoHistory:
    """Keeps ports.History."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, past: PastCall) -> None:
        """One PutItem each; they are the same however often, and in whatever order, they are written."""
        names = [keys.agents_call(agent, past.started_at, past.call) for agent in past.agent_ids]
        names += [keys.customers_call(past.peer, past.started_at, past.call)] if past.peer else []
        for name in names:
            # The agent's choice is told at once and the end by the table's stream, which may come after it.
            first = None if past.disposition else PastCallRow.PK.does_not_exist()
            with suppress(Refused):
                self._table.write([Put(_row(name, past), first)])

    def of_agent(self, agent_id: str, since: int, most: int) -> list[PastCall]:
        """One query."""
        first, last = keys.agents_call(agent_id, since, ""), keys.agents_call(agent_id, keys.END_OF_TIME, "")
        return self._newest(first, last, most)

    def of_customer(self, number: str, most: int) -> list[PastCall]:
        """One query."""
        first, last = keys.customers_call(number, 0, ""), keys.customers_call(number, keys.END_OF_TIME, "")
        return self._newest(first, last, most)

    def _newest(self, first: Key, last: Key, most: int) -> list[PastCall]:
        found = self._table.query(first[0], Row.SK.between(first[1], last[1]), most, newest_first=True)
        return [decode(PastCall, row.document) for row in found if isinstance(row, PastCallRow)]


def _row(name: Key, past: PastCall) -> PastCallRow:
    return PastCallRow(**keyed(name), expires_at=past.ended_at // 1000 + CALL_SECONDS, **bodied(encode(past)))
