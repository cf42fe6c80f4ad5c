"""Until the real ones are there: prompts that lie beside each other as files, recordings that stay where they are."""

from collections.abc import Iterable
from pathlib import Path

from icall_bridge.messages import Play, Prompt
from icall_bridge.ports import PromptUnavailable

_MEDIA = "media:"


class Shelf:
    """Prompts in a folder: `media:{name}` is {name}.wav; speech is nothing to hear."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def expect(self, prompts: Iterable[Prompt]) -> None:
        """All lie here already."""

    async def path(self, prompt: Prompt) -> Path | None:
        """Give the file without its extension."""
        if not isinstance(prompt, Play):
            return None
        path = self._folder / prompt.sound.removeprefix(_MEDIA)
        if not prompt.sound.startswith(_MEDIA) or not path.with_suffix(".wav").exists():
            raise PromptUnavailable
        return path
