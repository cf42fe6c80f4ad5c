"""What applying a configuration changes, and how far it is, in words for whoever applies it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from chalicelib.core.centre.people import Difference, EntryKey, EntryKind
from chalicelib.usecases.apply_configuration import Progress

MOST_NAMED: Final = 10
SECONDS_BETWEEN: Final = 2.0

_KINDS: Final[Mapping[EntryKind, str]] = {EntryKind.AGENT: "agents", EntryKind.SEAT: "seats"}


def told_of(difference: Difference) -> Iterator[str]:
    """Give a line for each thing that differs; of many agents or seats the first are named."""
    told = [line for kind in _KINDS for line in _of_kind(_KINDS[kind], difference.of(kind))]
    told += [f"changed: {', '.join(difference.sections)}"] if difference.sections else []
    yield from told or ["nothing differs from what is in force"]


def progress(say: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> Progress:
    """Give what says how far it is, every two seconds at most: nothing of what is over sooner."""
    said = now()

    def tell(done: int, of: int) -> None:
        nonlocal said
        if now() - said >= SECONDS_BETWEEN:
            said = now()
            say(f"{done} of {of} entries are stored")

    return tell


def _of_kind(kind: str, difference: Difference) -> Iterator[str]:
    parts = {"added": difference.added, "changed": difference.changed, "removed": difference.removed}
    for what, keys in parts.items():
        if keys:
            yield f"{kind} {what}: {len(keys)} ({_named(keys)})"


def _named(keys: Sequence[EntryKey]) -> str:
    named = ", ".join(key.name for key in keys[:MOST_NAMED])
    return named if len(keys) <= MOST_NAMED else f"{named}, ..."
