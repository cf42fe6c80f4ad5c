"""The flows, plugins and stories that ship with the product, read from their files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.core.documents.placeholders import fill
from chalicelib.core.flow.model import Flow, Known
from chalicelib.core.flow.plugins import Plugin, read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.flow.stories import Story, read_story
from local.documents import parse

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "flows"
SETTINGS = dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example.com")


def document(text: str) -> Any:
    """Parse YAML strictly."""
    return parse(text).value


def documents(folder: Path) -> Mapping[str, Any]:
    """Give the folder's documents by file name."""
    return {path.stem: document(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))}


def plugins() -> Mapping[str, Plugin]:
    """Give the plugins by name."""
    read = (read_plugin(fill(found, SETTINGS)) for found in documents(FLOWS / "plugins").values())
    return {plugin.name: plugin for plugin in read}


def known() -> Known:
    """Give what the demo centre offers to flows."""
    centre = document((ROOT / "config" / "demo.yaml").read_text("utf-8"))
    return Known(
        plugins={name: plugin.shape() for name, plugin in plugins().items()},
        queues=frozenset(centre["queues"]),
        flows=frozenset(documents(FLOWS)),
    )


def flows() -> Mapping[str, Flow]:
    """Give the flows by name."""
    return {name: read_flow(found, known()) for name, found in documents(FLOWS).items()}


def stories() -> Mapping[str, Story]:
    """Give the stories by file name."""
    return {name: read_story(found) for name, found in documents(FLOWS / "stories").items()}
