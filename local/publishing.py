"""Publishing from files: plugins, flows and sounds, and a centre's configuration."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.core.placeholders import fill
from chalicelib.ports import World
from chalicelib.usecases.configure import apply_configuration, publish_flow, publish_plugin
from local.documents import read_yaml

ROOT = Path(__file__).parents[1]
FLOWS = ROOT / "flows"
DEMO_CENTRE = ROOT / "config" / "demo.yaml"

PutSound = Callable[[str, bytes], None]


@dataclass
class Publisher:
    """Publishes through the use cases; `settings` fill the documents' `${NAME}`s."""

    world: World
    put_sound: PutSound
    settings: Mapping[str, str]

    def publish(self, folder: Path = FLOWS) -> list[str]:
        """Publish a folder's sounds, plugins and flows, in this order, and tell what was published.

        Raises:
            BadRequest: every mistake of the first document that has any, with its place.
        """
        told = [self._sound(path) for path in sorted(folder.glob("media/*.wav"))]
        told += [self._plugin(path) for path in sorted(folder.glob("plugins/*.yaml"))]
        flows = sorted(folder.glob("*.yaml"))
        beside = frozenset(path.stem for path in flows)
        return told + [self.publish_flow(path, beside) for path in flows]

    def publish_flow(self, path: Path, beside: frozenset[str] = frozenset()) -> str:
        """Publish one flow, of several `beside` it, and tell its name and version."""
        name, version = publish_flow(self._read(path), self.world, beside)
        return f"{name} version {version}"

    def apply(self, path: Path = DEMO_CENTRE) -> int:
        """Put a configuration in force and give its version."""
        return apply_configuration(self._read(path), self.world).version

    def _read(self, path: Path) -> Any:
        return fill(read_yaml(path), self.settings)

    def _sound(self, path: Path) -> str:
        self.put_sound(path.stem, path.read_bytes())
        return f"sound {path.stem}"

    def _plugin(self, path: Path) -> str:
        return f"plugin {publish_plugin(self._read(path), self.world)}"


def digest_of(folders: Iterable[Path], settings: Mapping[str, str]) -> str:
    """Give a fingerprint of everything that would be published."""
    seen = hashlib.sha256(repr(sorted(settings.items())).encode())
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        seen.update(path.read_bytes())
    return seen.hexdigest()
