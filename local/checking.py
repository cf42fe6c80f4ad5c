"""`./icall flows check`: flows, plugins and stories read and told without a centre; nothing is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.core.documents.examining import MANY
from chalicelib.core.flow.model import Known
from chalicelib.core.ground.mistakes import Mistake
from local import packages
from local.documents import read_yaml
from local.packages import Package


@dataclass(frozen=True)
class Checked:
    """Every mistake, or a line for each thing that is as it should be."""

    mistakes: Sequence[Mistake]
    told: Sequence[str]


def check(paths: Sequence[Path], settings: Mapping[str, str], centre: Path | None = None) -> Checked:
    """Check files and folders; of a file's folder the rest is read too, since flows refer to it.

    Args:
        paths: flows, plugins and stories, or folders of them.
        settings: what fills `${NAME}`.
        centre: a configuration whose queues flows may name; without one their names are not checked.

    Raises:
        NothingThere: there is nothing to check.
        DocumentMistakes: the configuration cannot be read.
    """
    named = list(packages.files_of(paths))
    queues = None if centre is None else _queues(centre)

    def known(package: Package) -> Known:
        return Known(plugins=package.shapes(), queues=queues, flows=package.flow_names())

    package = packages.chosen(packages.read([*packages.beside(paths), *named], settings, known), paths)
    packages.tell_stories(package)
    return Checked(package.mistakes, [*_told(package)])


def _queues(centre: Path) -> frozenset[str]:
    document = read_yaml(centre, MANY).value
    queues = document.get("queues") if isinstance(document, Mapping) else None
    return frozenset(queues) if isinstance(queues, Mapping) else frozenset()


def _told(package: Package) -> list[str]:
    parts = [("plugin", part) for part in package.plugins], [("flow", part) for part in package.flows]
    told = [f"{part.document.file}: {kind} {part.name}" for kinds in parts for kind, part in kinds]
    return told + [
        f"{part.document.file}: story came true: {part.meaning.title}" for part in package.stories if part.meaning
    ]
