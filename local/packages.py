"""What people write for a centre, read together: flows, the plugins they ask, the sounds they play, their stories.

A folder has flows (`*.yaml`), `plugins/*.yaml`, `stories/*.yaml` and `media/*.wav`. Every mistake of every file is
found at once, and none is blamed on a file that only refers to a wrong one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeVar

from chalicelib.core.documents.placeholders import fill_known
from chalicelib.core.flow.model import Flow, Known, PluginStep, TransferStep
from chalicelib.core.flow.plugins import Plugin, read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.flow.stories import Story, StoryBroken, read_story, tell
from chalicelib.core.ground.mistakes import Mistake, MistakesFound, did_you_mean
from local.documents import Document, DocumentMistakes, read_yaml, shown

T = TypeVar("T")
Kind = Literal["flow", "plugin", "story", "sound", "centre"]

_FOLDERS: Final[Mapping[Kind, str]] = {
    "sound": "media/*.wav",
    "plugin": "plugins/*.yaml",
    "flow": "*.yaml",
    "story": "stories/*.yaml",
}
_TOLD_BY: Final[Mapping[str, Kind]] = {"story": "story", "steps": "flow", "outputs": "plugin", "time_zone": "centre"}
"""The field by which a file is known for what it is, wherever it lies."""


class NothingThere(Exception):
    """The named files and folders hold nothing of ours; the message says what was looked for."""


@dataclass
class Part(Generic[T]):
    """One file: `filled` is what is published, with its settings; `meaning` is None when it has mistakes."""

    path: Path
    document: Document
    filled: Any
    unfilled: frozenset[str] = frozenset()
    meaning: T | None = None

    @property
    def name(self) -> str:
        """What others call it: its own name, or the file's where it has none."""
        name = self.filled.get("name") if isinstance(self.filled, Mapping) else None
        return name if isinstance(name, str) else self.path.stem


@dataclass
class Package:
    """Everything that was read; `unread` are the names of files that are no documents at all."""

    sounds: list[Path] = field(default_factory=list)
    plugins: list[Part[Plugin]] = field(default_factory=list)
    flows: list[Part[Flow]] = field(default_factory=list)
    stories: list[Part[Story]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def shapes(self) -> Mapping[str, Any]:
        """Give what flows may assume of the plugins, None of those with mistakes."""
        told = {part.name: part.meaning.shape() if part.meaning else None for part in self.plugins}
        return dict.fromkeys(self.unread) | told

    def flow_names(self) -> frozenset[str]:
        """Give the names of its flows, those with mistakes too."""
        return frozenset(part.name for part in self.flows) | self.unread


def files_of(paths: Iterable[Path]) -> Iterator[tuple[Kind, Path]]:
    """Give the named files, and those in the named folders, with what each is.

    Raises:
        NothingThere: one of the paths does not exist, or there is nothing of ours.
    """
    for path in paths:
        if not path.exists():
            raise NothingThere(f"{shown(path)}: there is no such file or folder")
        found = list(_inside(path)) if path.is_dir() else [(_kind_of(path), path)]
        found = [(kind, file) for kind, file in found if kind != "centre"]
        if not found:
            raise NothingThere(f"{shown(path)}: there is no flow here, and no plugin, story or sound")
        yield from found


def check_there(paths: Iterable[Path]) -> None:
    """Raise NothingThere if one of the paths has nothing of ours."""
    for _ in files_of(paths):
        pass


def beside(paths: Iterable[Path]) -> Iterator[tuple[Kind, Path]]:
    """Give everything in the folders that the named files belong to."""
    for path in paths:
        yield from _inside(path if path.is_dir() else _home_of(path))


def read(
    files: Iterable[tuple[Kind, Path]],
    settings: Mapping[str, str],
    known: Callable[[Package], Known],
    plugin: Callable[[Any], Plugin] = read_plugin,
) -> Package:
    """Read the files, plugins by `plugin`; `known` says what flows may refer to once these are read."""
    package = Package()
    by_kind: dict[Kind, list[Path]] = {kind: [] for kind in _FOLDERS}
    for path, kind in {path.absolute(): kind for kind, path in files}.items():
        by_kind.setdefault(kind, []).append(path)
    package.sounds = by_kind["sound"]
    package.plugins = [_meant(part, plugin, package) for part in _parts(by_kind["plugin"], settings, package)]
    package.flows = list(_parts(by_kind["flow"], settings, package))
    what = known(package)
    for flow in package.flows:
        _meant(flow, lambda document: read_flow(document, what), package)
    package.stories = [_meant(part, read_story, package) for part in _parts(by_kind["story"], settings, package)]
    return package


def drop_what_rests_on_mistakes(package: Package, published: Collection[str]) -> None:
    """Let flows mean nothing that ask a plugin, or lead to a flow, which has mistakes and is not `published` either."""
    while resting := [(part, name) for part in package.flows if (name := _lacking(part, package, published))]:
        for part, name in resting:
            told = f"is not published: it needs {name}, which has mistakes"
            package.mistakes.append(Mistake(part.document.file, told))
            part.meaning = None


def _lacking(part: Part[Flow], package: Package, published: Collection[str]) -> str | None:
    lacking = (_asked(part) & _broken(package.plugins)) | (_led_to(part) & _broken(package.flows))
    unread = (_asked(part) | _led_to(part)) & package.unread
    return min((lacking | unread) - {*published}, default=None)


def _broken(parts: Iterable[Part[Any]]) -> frozenset[str]:
    return frozenset(part.name for part in parts if part.meaning is None)


def _asked(part: Part[Flow]) -> frozenset[str]:
    steps = part.meaning.steps.values() if part.meaning else ()
    return frozenset(step.ask for step in steps if isinstance(step, PluginStep))


def _led_to(part: Part[Flow]) -> frozenset[str]:
    steps = part.meaning.steps.values() if part.meaning else ()
    return frozenset(step.flow for step in steps if isinstance(step, TransferStep) and step.flow)


def tell_stories(package: Package) -> int:
    """Tell every story of a flow that has no mistakes, and give how many; what does not come true is a mistake."""
    told = 0
    flows = {part.name: part.meaning for part in package.flows}
    for part in package.stories:
        if not part.meaning:
            continue
        flow = flows.get(part.meaning.flow)
        if flow:
            told += 1
            _tell(part, part.meaning, flow, package)
        elif part.meaning.flow not in package.flow_names():
            close = did_you_mean(part.meaning.flow, package.flow_names())
            wrong = Mistake("flow", f"there is no flow {part.meaning.flow!r} beside it{close}")
            package.mistakes += part.document.located(MistakesFound([wrong])).mistakes
    return told


def chosen(package: Package, paths: Sequence[Path]) -> Package:
    """Give what belongs to the named files alone: themselves, the stories of named flows, and what those rest on."""
    stories = [part for part in package.stories if _is_named(part.path, paths)]
    told_of = {part.meaning.flow for part in stories if part.meaning}
    flows = [part for part in package.flows if _is_named(part.path, paths) or part.name in told_of]
    names = {part.name for part in flows if _is_named(part.path, paths)}
    stories += [part for part in package.stories if part not in stories and part.meaning and part.meaning.flow in names]
    asked = frozenset[str]().union(*map(_asked, flows))
    plugins = [part for part in package.plugins if _is_named(part.path, paths) or part.name in asked]
    parts: list[Part[Any]] = [*stories, *flows, *plugins]
    files = {part.document.file for part in parts}
    mistakes = [it for it in package.mistakes if _file_of(it) in files or _is_named(Path(_file_of(it)), paths)]
    return replace(package, flows=flows, plugins=plugins, stories=stories, mistakes=mistakes)


def _is_named(file: Path, paths: Iterable[Path]) -> bool:
    whole = file.resolve()
    return any(whole == path.resolve() or path.resolve() in whole.parents for path in paths)


def _file_of(mistake: Mistake) -> str:
    return mistake.place.split(":")[0]


def _inside(folder: Path) -> Iterator[tuple[Kind, Path]]:
    for kind, pattern in _FOLDERS.items():
        for path in sorted(folder.glob(pattern)):
            yield (_kind_of(path) if kind == "flow" else kind), path


def _home_of(path: Path) -> Path:
    folders = {Path(pattern).parent.name for pattern in _FOLDERS.values()} - {""}
    return path.absolute().parent.parent if path.absolute().parent.name in folders else path.parent


def _kind_of(path: Path) -> Kind:
    """Tell by its fields what a file is; one that cannot be read is taken for a flow, and its mistake is told later."""
    try:
        value = read_yaml(path).value
    except DocumentMistakes:
        return "flow"
    fields = value if isinstance(value, Mapping) else {}
    return next((kind for name, kind in _TOLD_BY.items() if name in fields), "flow")


def _parts(paths: Iterable[Path], settings: Mapping[str, str], package: Package) -> Iterator[Part[Any]]:
    """Give the files that are documents at all, with their settings filled in; the others' mistakes are noted."""
    for path in paths:
        try:
            document = read_yaml(path)
        except DocumentMistakes as wrong:
            package.mistakes += wrong.mistakes
            package.unread.add(path.stem)
            continue
        try:
            filled, missing = fill_known(document.value, settings)
        except MistakesFound as wrong:
            filled, missing = None, wrong.mistakes
        package.mistakes += document.located(MistakesFound(missing)).mistakes if missing else ()
        yield Part(path, document, filled, frozenset(mistake.place for mistake in missing))


def _meant(part: Part[T], reader: Callable[[Any], T], package: Package) -> Part[T]:
    """Let the part mean something; a place whose setting is missing has had its mistake told already."""
    if "" in part.unfilled:
        return part
    try:
        meaning = reader(part.filled)
    except MistakesFound as wrong:
        others = [mistake for mistake in wrong.mistakes if mistake.place not in part.unfilled]
        package.mistakes += part.document.located(MistakesFound(others)).mistakes if others else ()
    else:
        part.meaning = None if part.unfilled else meaning
    return part


def _tell(part: Part[Story], story: Story, flow: Flow, package: Package) -> None:
    try:
        tell(story, flow)
    except StoryBroken as broken:
        place = f"lines[{broken.line - 1}]"
        package.mistakes += part.document.located(MistakesFound([Mistake(place, str(broken))])).mistakes
