"""What the bridge needs of its surroundings, besides Asterisk, the cloud and its orders: one sentence each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from icall_bridge.messages import Prompt


class PromptUnavailable(Exception):
    """A prompt cannot be had in time."""


class UploadFailed(Exception):
    """A recording could not be put where the stack wants it."""


class Prompts(Protocol):
    """Sounds as files that Asterisk plays."""

    def expect(self, prompts: Iterable[Prompt]) -> None:
        """Begin to fetch these in the background; never raises."""

    async def path(self, prompt: Prompt) -> Path | None:
        """Give the absolute path without its extension, None when there is nothing to hear, or PromptUnavailable."""


@dataclass(frozen=True, slots=True)
class Filler:
    """What a leg hears that waits longer than `after` seconds for a prompt: a path without its extension."""

    path: Path
    after: float


class Recordings(Protocol):
    """The files that Asterisk has recorded."""

    async def upload(self, vocid: str, url: str) -> None:
        """PUT a recording's file there, or raise UploadFailed."""

    async def delete(self, vocid: str) -> None:
        """Remove a recording's file; one that is gone is no error."""

    async def fill(self, vocid: str) -> None:
        """Let a recording that was broken off be silent from its end until now; never raises."""

    async def seconds(self, vocid: str) -> float:
        """Tell how long a recording's file is, whether or not it was closed; 0 where there is none."""
