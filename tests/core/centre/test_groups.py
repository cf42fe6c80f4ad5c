"""Who is in a group is stored by the group: in parts, so that one agent more changes one of them."""

from dataclasses import replace

import pytest

from chalicelib.core.centre.model import AgentRecord
from chalicelib.core.centre.people import MOST_IN_PART, EntryKind, entries_of, group_key
from chalicelib.core.centre.reading import read_configuration
from tests.adapters.dynamodb.test_dynamodb_people import DEMO


def a_centre(agents):
    records = {str(number): AgentRecord(str(number), "", "service", number, groups=("day",)) for number in agents}
    return replace(read_configuration(DEMO, 1), agents=records)


def parts_of(configuration):
    return {key: entry for key, entry in entries_of(configuration) if key.kind is EntryKind.GROUP}


@pytest.mark.parametrize(("agents", "parts"), [(1, 1), (MOST_IN_PART, 1), (MOST_IN_PART + 1, 2), (5 * MOST_IN_PART, 8)])
def test_a_large_group_is_cut_into_parts_that_hold_everybody_once(agents, parts):
    stored = parts_of(a_centre(range(1, agents + 1)))
    assert set(stored) == {group_key("day", part) for part in range(parts)}
    assert {part.parts for part in stored.values()} == {parts}
    everybody = sorted(int(agent) for part in stored.values() for agent in part.agents)
    assert everybody == list(range(1, agents + 1))


def test_one_agent_more_changes_one_part():
    before, after = (parts_of(a_centre(range(1, most))) for most in (3000, 3001))
    assert [key for key in after if before[key] != after[key]] != []
    assert sum(before[key] != after[key] for key in after) == 1


def test_a_group_of_nobody_is_not_stored():
    assert parts_of(a_centre([])) == {}
