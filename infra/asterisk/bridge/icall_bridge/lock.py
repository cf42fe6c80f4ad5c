"""A lock in the state folder: one machine runs one bridge."""

import fcntl
from pathlib import Path
from typing import IO


class Taken(Exception):
    """Another bridge works with this state folder."""


def lock(folder: Path) -> IO[str]:
    """Take the lock, which the process holds until it ends, or raise Taken."""
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Taken("Another bridge works with this state folder.") from None
    return file
