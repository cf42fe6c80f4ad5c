"""The people and places of a configuration, cut into entries: each is stored by itself, and read by its key.

A centre of 100,000 agents is then read as fast as one of ten, and applying a document stores what differs alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple
from zlib import crc32

from chalicelib.core.centre.model import AgentRecord, Centre, Configuration, Seat
from chalicelib.core.centre.reading import to_centre_document
from chalicelib.core.ground.values import dataclass


class EntryKind(StrEnum):
    """What an entry is about."""

    AGENT = "agent"
    SEAT = "seat"
    USER_NAME = "user-name"
    GROUP = "group"
    PASSWORD = "password"  # noqa: S105 - a kind of entry


class EntryKey(NamedTuple):
    """What an entry is found by: an AgentID (of an agent, of a password), a seat's number, a user name, a group."""

    kind: EntryKind
    name: str


@dataclass(frozen=True, slots=True)
class UserName:
    """Whose user name it is."""

    agent: str


@dataclass(frozen=True, slots=True)
class KeptPassword:
    """A password's hash, and the seal that proves without hashing that it is that password's; "" is none."""

    hashed: str
    seal: str = ""


@dataclass(frozen=True, slots=True)
class GroupPart:
    """Who is in a group, or in one of its `parts`: a large group is stored in several, each agent always in the same.

    So who is in a group is read without reading the centre's people, and one agent more changes one entry.
    """

    agents: tuple[str, ...]
    parts: int = 1


MOST_IN_PART = 1000
"""So many agents, on the average, are in one part of a group."""

Entry = AgentRecord | Seat | UserName | GroupPart | KeptPassword
Entries = Mapping[EntryKey, Entry]

ENTRIES: Mapping[EntryKind, type[Entry]] = {
    EntryKind.AGENT: AgentRecord,
    EntryKind.SEAT: Seat,
    EntryKind.USER_NAME: UserName,
    EntryKind.GROUP: GroupPart,
    EntryKind.PASSWORD: KeptPassword,
}


def agent_key(agent_id: str) -> EntryKey:
    """Name the entry of an agent."""
    return EntryKey(EntryKind.AGENT, agent_id)


def seat_key(number: int) -> EntryKey:
    """Name the entry of a seat."""
    return EntryKey(EntryKind.SEAT, str(number))


def user_name_key(name: str) -> EntryKey:
    """Name the entry of a business system's name for an agent."""
    return EntryKey(EntryKind.USER_NAME, name)


def group_key(name: str, part: int = 0) -> EntryKey:
    """Name the entry of a part of a group."""
    return EntryKey(EntryKind.GROUP, f"{name}/{part}" if part else name)


def password_key(agent_id: str) -> EntryKey:
    """Name the entry of an agent's password."""
    return EntryKey(EntryKind.PASSWORD, agent_id)


def entries_of(configuration: Configuration) -> Iterator[tuple[EntryKey, Entry]]:
    """Give every entry of a configuration but the passwords, whose hashes are not in it."""
    holders = {record.seat: record.id for record in configuration.agents.values()}
    for seat in configuration.seats.values():
        yield seat_key(seat.number), replace(seat, agent=holders.get(seat.number, ""))
    for record in configuration.agents.values():
        yield agent_key(record.id), record
        for name in record.user_names:
            yield user_name_key(name), UserName(record.id)
    for group, agents in _by_group(configuration).items():
        yield from _parts(group, agents)


def _by_group(configuration: Configuration) -> Mapping[str, list[str]]:
    agents: dict[str, list[str]] = {}
    for record in configuration.agents.values():
        for group in record.groups:
            agents.setdefault(group, []).append(record.id)
    return agents


def _parts(group: str, agents: list[str]) -> Iterator[tuple[EntryKey, GroupPart]]:
    """Cut a group into parts, a power of two: while it grows, hardly ever another part than an agent's own changes."""
    parts = 1 << (max(len(agents) - 1, 0) // MOST_IN_PART).bit_length()
    cut: list[list[str]] = [[] for _ in range(parts)]
    for agent in agents:
        cut[crc32(agent.encode()) % parts].append(agent)
    for part, some in enumerate(cut):
        yield group_key(group, part), GroupPart(tuple(sorted(some)), parts)


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a configuration changes: names of entries by what becomes of them, and of the other sections."""

    added: tuple[EntryKey, ...] = ()
    changed: tuple[EntryKey, ...] = ()
    removed: tuple[EntryKey, ...] = ()
    sections: tuple[str, ...] = ()

    def of(self, kind: EntryKind) -> "Difference":
        """Give what of it is about entries of this kind."""

        def those(keys: tuple[EntryKey, ...]) -> tuple[EntryKey, ...]:
            return tuple(key for key in keys if key.kind is kind)

        return Difference(those(self.added), those(self.changed), those(self.removed))


_TOLD_OF = (EntryKind.AGENT, EntryKind.SEAT)
"""User names are their agents', and a password that changes is known by its hash only when it is stored."""


def difference(before: Entries, after: Entries, old: Centre | None, new: Centre) -> Difference:
    """Compare what is in force, `old` and `before`, with what would be."""
    told_before = {key: before[key] for key in before if key.kind in _TOLD_OF}
    told_after = {key: after[key] for key in after if key.kind in _TOLD_OF}
    return Difference(
        added=tuple(key for key in told_after if key not in told_before),
        changed=tuple(key for key in told_after if key in told_before and told_before[key] != told_after[key]),
        removed=tuple(key for key in told_before if key not in told_after),
        sections=_changed_sections(old, new),
    )


def _changed_sections(old: Centre | None, new: Centre) -> tuple[str, ...]:
    before, after = to_centre_document(old) if old else {}, to_centre_document(new)
    return tuple(name for name in {**after, **before} if before.get(name) != after.get(name))
