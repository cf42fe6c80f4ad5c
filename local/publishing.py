"""Publishing from files: plugins, flows and sounds, and a centre's configuration."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.core.centre.people import Difference
from chalicelib.core.documents.examining import MANY
from chalicelib.core.documents.placeholders import SettingsMissing, fill_known
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.plugins import Plugin
from chalicelib.core.ground.mistakes import Mistake, MistakesFound
from chalicelib.ports import World
from chalicelib.usecases.apply_configuration import Applied, Progress, apply_configuration, compare_configuration
from chalicelib.usecases.configure import (
    known_to,
    mistakes_of_configuration,
    plugin_that_can_be_asked,
    publish_flow,
    publish_plugin,
)
from local import packages
from local.documents import DocumentMistakes, read_yaml, shown
from local.packages import Package

ROOT = Path(__file__).parents[1]
FLOWS = ROOT / "flows"
DEMO_CENTRE = ROOT / "config" / "demo.yaml"

PutSound = Callable[[str, bytes], None]
MakeSpeech = Callable[[Iterable[Flow], Iterable[Plugin]], list[str]]
"""Has fixed texts spoken ahead, and tells how much was made."""

_SETTING = re.compile(rb"\$\{([A-Za-z0-9_]+)\}")


@dataclass
class Publisher:
    """Publishes through the use cases; `settings` fill the documents' `${NAME}`s.

    `make_speech` is for carriers that have no voice of their own.
    """

    world: World
    put_sound: PutSound
    settings: Mapping[str, str]
    make_speech: MakeSpeech | None = None

    def publish(self, paths: Sequence[Path] = (FLOWS,)) -> list[str]:
        """Publish the sounds, plugins and flows of files and folders, in this order, and tell what was published.

        Raises:
            DocumentMistakes: every mistake of every file, with its place; nothing was changed.
            NothingThere: a folder has nothing to publish.
        """
        package = self._read(paths)
        if package.mistakes:
            raise DocumentMistakes(package.mistakes)
        return self._put(package)

    def publish_what_can_be(self, folder: Path = FLOWS) -> tuple[list[str], list[Mistake]]:
        """Publish what has no mistakes and rests on nothing that has; tell what was published, and what is wrong."""
        package = self._read([folder])
        packages.drop_what_rests_on_mistakes(
            package, {*self.world.catalogue.plugins(), *self.world.catalogue.flow_names()}
        )
        return self._put(package), package.mistakes

    def apply(self, path: Path = DEMO_CENTRE, progress: Progress = lambda _done, _of: None) -> Applied:
        """Put a configuration in force and tell what changed by it.

        Raises:
            DocumentMistakes: every mistake of the file with its place, missing settings, flows and secrets among
                them; nothing was changed.
            Conflict: somebody else applied one meanwhile; nothing was changed.
        """
        document = read_yaml(path, MANY)
        try:
            return apply_configuration(self._filled(document.value), self.world, progress)
        except MistakesFound as wrong:
            raise document.located(wrong) from None

    def compare(self, path: Path = DEMO_CENTRE) -> Difference:
        """Tell what `apply` would change, or raise what it would; nothing is changed."""
        document = read_yaml(path, MANY)
        try:
            return compare_configuration(self._filled(document.value), self.world)
        except MistakesFound as wrong:
            raise document.located(wrong) from None

    def _filled(self, document: Any) -> Any:
        """Give the configuration with its settings, or raise what is missing together with what else is wrong."""
        filled, missing = fill_known(document, self.settings)
        if not missing:
            return filled
        places = {mistake.place for mistake in missing}
        others = (mistake for mistake in mistakes_of_configuration(filled, self.world) if mistake.place not in places)
        raise SettingsMissing([*missing, *others])

    def _read(self, paths: Sequence[Path]) -> Package:
        def known(package: Package) -> Known:
            return known_to(self.world, package.shapes(), package.flow_names())

        files = [(kind, path) for kind, path in packages.files_of(paths) if kind != "story"]
        if not files:
            raise packages.NothingThere(f"{', '.join(map(shown, paths))}: only stories, and those are not published")
        return packages.read(files, self.settings, known, lambda plugin: plugin_that_can_be_asked(plugin, self.world))

    def _put(self, package: Package) -> list[str]:
        told = []
        for path in package.sounds:
            self.put_sound(path.stem, path.read_bytes())
            told.append(f"sound {path.stem}")
        told += [f"plugin {publish_plugin(part.filled, self.world)}" for part in package.plugins if part.meaning]
        beside = frozenset(part.name for part in package.flows if part.meaning)
        for flow in package.flows:
            if flow.meaning:
                name, version = publish_flow(flow.filled, self.world, beside)
                told.append(f"{name} version {version}")
        return told + self._speech_of(package)

    def _speech_of(self, package: Package) -> list[str]:
        if self.make_speech is None:
            return []
        flows = (part.meaning for part in package.flows if part.meaning)
        return self.make_speech(flows, (part.meaning for part in package.plugins if part.meaning))


def digest_of(folders: Iterable[Path], settings: Mapping[str, str]) -> str:
    """Give a fingerprint of everything that would be published, with the settings that it names."""
    seen = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        named = {name.decode() for name in _SETTING.findall(content)} if path.suffix == ".yaml" else set()
        seen.update(content + repr([(name, settings.get(name)) for name in sorted(named)]).encode())
    return seen.hexdigest()
