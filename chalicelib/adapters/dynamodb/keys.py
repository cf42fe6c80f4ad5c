"""The table's keys: (PK, SK) of every kind of row, and what can be read from them again."""

from zlib import crc32

from chalicelib.core.calls.routing import Ready, Waiting
from chalicelib.core.centre.people import EntryKey, EntryKind

Key = tuple[str, str]

STATE = "STATE"
WAIT, READY, EVENT, PAST, PLUGIN, FLOW = "WAIT#", "READY#", "EVENT#", "PAST#", "PLUGIN#", "FLOW#"
END_OF_TIME = 9_999_999_999_999
PLUGINS, FLOWS = "PLUGINS", "FLOWS"

PEOPLES = 16
"""Partitions that the people's entries are spread over: each may be read 3,000 times a second, and listed by itself."""

FLOORS = 4
"""Partitions that the signed-in agents are spread over: the sweep reads each once a minute."""


def call(call_id: str) -> Key:
    """Name the row of a call's state."""
    return f"CALL#{call_id}", STATE


def agents_call(agent_id: str, started_at: int, call_id: str) -> Key:
    """Name the row of an agent's past call; rows sort by age."""
    return f"AGENT#{agent_id}", f"{PAST}{started_at:013d}#{call_id}"


def customers_call(number: str, started_at: int, call_id: str) -> Key:
    """Name the row of a past call with a number; rows sort by age."""
    return f"CUSTOMER#{number}", f"{PAST}{started_at:013d}#{call_id}"


def call_event(call_id: str, version: int) -> Key:
    """Name the row of what one change of a call wants told."""
    return f"CALL#{call_id}", f"{EVENT}{version:08d}"


def agent(agent_id: str) -> Key:
    """Name the row of an agent's state."""
    return f"AGENT#{agent_id}", STATE


def agent_event(agent_id: str, epoch: int, seq: int) -> Key:
    """Name the row of the events of one change of an agent, the last of which is `seq`."""
    return f"AGENT#{agent_id}", f"{EVENT}{epoch:06d}#{seq:08d}"


def agent_timers(agent_id: str, version: int) -> Key:
    """Name the row of a change of an agent that sets timers and tells no event: it has no new `seq` to be named by."""
    return f"AGENT#{agent_id}", f"TIMERS#{version:08d}"


def signed_in(agent_id: str) -> Key:
    """Name the row that mirrors a signed-in agent; all of them together say where something can fall due."""
    return floors()[crc32(agent_id.encode()) % FLOORS], agent_id


def floors() -> list[str]:
    """Name the partitions of the signed-in agents."""
    return [f"FLOOR#{number}" for number in range(FLOORS)]


def queue(name: str) -> str:
    """Name the partition of a queue's waiting calls."""
    return f"QUEUE#{name}"


def profile(name: str) -> str:
    """Name the partition of a profile's ready agents."""
    return f"PROFILE#{name}"


def waiting(row: Waiting) -> Key:
    """Name the row that mirrors a waiting call; rows sort by priority, then age, and tell the rest at their end."""
    place = f"{WAIT}{row.priority:03d}#{row.since:013d}#{row.call}"
    if row.began is None and not row.spares:
        return queue(row.queue), place
    began = "" if row.began is None else row.began
    return queue(row.queue), f"{place}#{began}#{row.spares}#{row.spares_until}"


def ready(row: Ready) -> Key:
    """Name the row that mirrors a ready agent; rows sort by age."""
    return profile(row.profile), f"{READY}{row.since:013d}#{row.agent}"


def read_waiting(key: Key) -> Waiting:
    """Read what `waiting` named."""
    _, priority, since, call_id, *rest = key[1].split("#")
    began, spares, until = rest or ("", "", "0")
    return Waiting(call_id, named(key), int(priority), int(since), int(began) if began else None, spares, int(until))


def read_ready(key: Key) -> Ready:
    """Read what `ready` named."""
    _, since, agent_id = key[1].split("#", 2)
    return Ready(agent_id, named(key), int(since))


def read_version(key: Key) -> int:
    """Read the version that `call_event` named."""
    return int(key[1].removeprefix(EVENT))


def recording(vocid: str) -> Key:
    """Name the row of a recording."""
    return f"RECORDING#{vocid}", STATE


def audit(day: str, record_id: str) -> Key:
    """Name the row of a control, or its refusal; a day's rows are together, and sort by age."""
    return f"AUDIT#{day}", record_id


def credential(kind: str, key: str) -> Key:
    """Name the row of something that expires."""
    return f"{kind.upper()}#{key}", "RECORD"


def centre_pointer() -> Key:
    """Name the row that tells the configuration in force."""
    return "CENTRE", "CURRENT"


def centre_claim() -> Key:
    """Name the row that tells who may go on applying a configuration."""
    return "CENTRE", "APPLYING"


def entry(key: EntryKey) -> Key:
    """Name the row of an agent, a seat, a user name or a password."""
    name = f"{key.kind.value}#{key.name}"
    return peoples()[crc32(name.encode()) % PEOPLES], name


def peoples() -> list[str]:
    """Name the partitions of all entries."""
    return [f"PEOPLE#{number:02d}" for number in range(PEOPLES)]


def read_entry(key: Key) -> EntryKey:
    """Read what `entry` named."""
    kind, name = key[1].split("#", 1)
    return EntryKey(EntryKind(kind), name)


def centre_version(version: int) -> Key:
    """Name the row of one version of the configuration."""
    return "CENTRE", f"VERSION#{version:08d}"


def flow_pointer(name: str) -> Key:
    """Name the row that tells a flow's newest version; all flows' are together, to be read in one query."""
    return FLOWS, f"{FLOW}{name}"


def flow_version(name: str, version: int) -> Key:
    """Name the row of one version of a flow."""
    return f"{FLOW}{name}", f"VERSION#{version:08d}"


def plugin(name: str) -> Key:
    """Name the row of a plugin; all plugins are together, to be read in one query."""
    return PLUGINS, f"{PLUGIN}{name}"


def named(key: Key) -> str:
    """Read whose partition it is: the call's or agent's id, the queue's or profile's name."""
    return key[0].split("#", 1)[1]
