"""Apply a configuration: store what differs from the one in force, then put it in force at once, for everybody."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.centre.model import Configuration
from chalicelib.core.centre.people import (
    Difference,
    Entries,
    EntryKey,
    EntryKind,
    KeptPassword,
    difference,
    entries_of,
    password_key,
)
from chalicelib.core.centre.permissions import permissions_of
from chalicelib.core.centre.reading import without_people
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import Applying, World
from chalicelib.usecases.configure import centre_in_force, check_configuration
from chalicelib.usecases.dismiss import dismiss
from chalicelib.usecases.prove import AT_WORK

Progress = Callable[[int, int], None]
"""Told how many entries of how many are stored."""

STORED_AT_ONCE = 297

SEAL_KEY = "icall/password-seal"
"""The secret's name: by it a password is known again without hashing it; who has none waits longer, that is all."""

SHORTEST_SEAL_KEY = 32


@dataclass(frozen=True, slots=True)
class Applied:
    """The configuration in force, and what changed by that."""

    configuration: Configuration
    difference: Difference


def apply_configuration(document: Any, world: World, progress: Progress = lambda _done, _of: None) -> Applied:
    """Put the document in force as the next version, checked whole: what differs is stored, and then seen at once.

    Whoever is an agent no more is signed out, or once their call is over. `progress` is told how many of
    how many entries are stored.

    Raises:
        CentreMistakes: every mistake with its place, what it refers to in vain among them; nothing was changed.
        Conflict: somebody else applied, or began to apply, another one meanwhile; nothing was changed.
    """
    checked, old = check_configuration(document, world), centre_in_force(world)
    applying = world.catalogue.applying(checked.configuration.version - 1)
    wanted = dict(entries_of(checked.configuration))
    told = difference(applying.in_force, wanted, old, checked.configuration)
    _store(applying, wanted, checked.passwords, world, progress)
    applying.finish(without_people(document))
    _dismiss(checked.configuration, world)
    return Applied(checked.configuration, told)


def compare_configuration(document: Any, world: World) -> Difference:
    """Give what `apply_configuration` would change, or raise CentreMistakes; nothing is changed."""
    checked = check_configuration(document, world)
    wanted = dict(entries_of(checked.configuration))
    return difference(world.catalogue.people(), wanted, centre_in_force(world), checked.configuration)


def _store(applying: Applying, wanted: Entries, passwords: Mapping[str, str], world: World, progress: Progress) -> None:
    """Store what differs, and of what somebody stored who never finished; a batch is hashed, then written.

    A hash that was stored is not made again, however often applying begins anew.
    """
    keep = _keeper(applying, passwords, world)
    keys = [key for key, entry in wanted.items() if applying.stored.get(key) != entry]
    keys += [password_key(agent_id) for agent_id in passwords]
    keys += [key for key in applying.stored if key not in wanted and _is_gone(key, passwords)]
    for first in range(0, len(keys), STORED_AT_ONCE):
        some = keys[first : first + STORED_AT_ONCE]
        hashed = world.workers.each(keep, [key.name for key in some if key.name in passwords and _is_password(key)])
        applying.store({key: wanted.get(key) for key in some} | dict(hashed))
        progress(first + len(some), len(keys))


def _is_password(key: EntryKey) -> bool:
    return key.kind is EntryKind.PASSWORD


def _is_gone(key: EntryKey, passwords: Mapping[str, str]) -> bool:
    return not _is_password(key) or key.name not in passwords


def _keeper(
    applying: Applying, passwords: Mapping[str, str], world: World
) -> Callable[[str], tuple[EntryKey, KeptPassword]]:
    """Give what makes an agent's password an entry.

    A hash that is kept stays: another salt would change a row for nothing. That it is this password's is told by its
    seal; where there is none, or no key to seals, by hashing.
    """
    key = _seal_key(world)

    def keep(agent_id: str) -> tuple[EntryKey, KeptPassword]:
        password, kept = passwords[agent_id], applying.stored.get(password_key(agent_id))
        if not isinstance(kept, KeptPassword) or not _fits(password, kept, key, world):
            kept = KeptPassword(world.passwords.hash(password))
        seal = world.passwords.seal(key, password, kept.hashed) if key else ""
        return password_key(agent_id), replace(kept, seal=seal)

    return keep


def _fits(password: str, kept: KeptPassword, key: str, world: World) -> bool:
    if key and world.tokens.same(world.passwords.seal(key, password, kept.hashed), kept.seal):
        return True
    return world.passwords.verify(password, kept.hashed)


def _seal_key(world: World) -> str:
    """Give the key to the passwords' seals, "" without one: then every apply verifies every password."""
    try:
        key = world.secrets.get(SEAL_KEY)
    except NotConfigured:
        return ""
    if len(key) < SHORTEST_SEAL_KEY:
        raise NotConfigured(
            f"The secret {SEAL_KEY!r} has fewer than {SHORTEST_SEAL_KEY} characters: make a random one."
        )
    return key


def _dismiss(configuration: Configuration, world: World) -> None:
    """Let those go who are no agents or may not work, also whom one that died removed: no call is to ring there."""
    roles, agents = configuration.roles, configuration.agents.values()
    staff = {record.id for record in agents if AT_WORK in permissions_of(record.roles, roles)}
    world.workers.each(lambda agent_id: dismiss(agent_id, world), world.desk.signed_in() - staff)
