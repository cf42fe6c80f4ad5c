"""Everything that is stored in the table, for those who check invariants: the accessors of the desk in memory."""

from collections.abc import Iterator
from typing import Any

from pynamodb.connection import TableConnection

from chalicelib.adapters.dynamodb import keys, rows
from chalicelib.adapters.dynamodb.models import (
    AgentEventRow,
    AgentRow,
    CallEventRow,
    CallRow,
    ReadyRow,
    Row,
    SignedInRow,
    WaitingRow,
)
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call
from chalicelib.core.calls.routing import Ready, Waiting
from chalicelib.core.told.notices import AgentEvent, Timer


class TableView:
    """Reads the whole table at each question."""

    def __init__(self, connection: TableConnection) -> None:
        self._connection = connection

    def all_rows(self) -> Iterator[Row]:
        start: Any = None
        while True:
            page = self._connection.scan(consistent_read=True, exclusive_start_key=start)
            yield from map(Row.from_raw_data, page["Items"])
            start = page.get("LastEvaluatedKey")
            if not start:
                return

    def all_calls(self) -> list[Call]:
        return [rows.read_call(row) for row in self.all_rows() if isinstance(row, CallRow)]

    def all_agents(self) -> list[Agent]:
        return [rows.read_agent(row) for row in self.all_rows() if isinstance(row, AgentRow)]

    def all_waiting(self) -> list[Waiting]:
        return [keys.read_waiting(row.key) for row in self.all_rows() if isinstance(row, WaitingRow)]

    def all_ready(self) -> list[Ready]:
        return [keys.read_ready(row.key) for row in self.all_rows() if isinstance(row, ReadyRow)]

    def all_signed_in(self) -> list[str]:
        return [row.SK for row in self.all_rows() if isinstance(row, SignedInRow)]

    def all_events(self, agent_id: str) -> list[AgentEvent]:
        return [event for row in self._told(agent_id) for event in rows.read_events(row)]

    def all_timers(self, agent_id: str) -> list[Timer]:
        return [timer for row in self._told(agent_id) for timer in rows.read_timers(row)]

    def all_unsettled(self) -> list[tuple[str, int]]:
        return [
            (keys.named(row.key), keys.read_version(row.key))
            for row in self.all_rows()
            if isinstance(row, CallEventRow) and row.settled is None
        ]

    def _told(self, agent_id: str) -> list[AgentEventRow]:
        found = (row for row in self.all_rows() if isinstance(row, AgentEventRow))
        return [row for row in found if keys.named(row.key) == agent_id]
