"""YAML documents, read strictly and within bounds: one door for every flow, plugin, story and configuration.

Of YAML we take what JSON can say, and comments, anchors and texts without quotes. A plain word is `null`, `true`,
`false`, or a number written as JSON writes it; everything else is a text: `no`, `12:30:00`, `2026-03-05` and `0755` are
what they look like. Sources: https://yaml.org/spec/1.2.2 (section 10.3.2, the core schema), RFC 8259 (numbers).

Nothing is made of the file before it is known to be small enough, and an alias costs what it stands for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from chalicelib.core.documents.examining import LONGEST_NAME, MANY, MOST_DEPTH, USUAL, Bounds, fault_of
from chalicelib.core.ground.mistakes import MOST_MISTAKES, Mistake, MistakesFound

MOST_BYTES: Final[Mapping[Bounds, int]] = {USUAL: 1_000_000, MANY: 100_000_000}
"""Of a file; what it says has bounds of its own, and the rest are comments and blanks."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<broken>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_LONGEST_NUMBER: Final = 40
_WORDS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Mark = tuple[int, int]
"""Line and column, from 1."""


class DocumentMistakes(MistakesFound):
    """The file is no document, or what it says has mistakes; each with the file, and where in it."""


@dataclass(frozen=True)
class Document:
    """What a file says; `marks` has where each place of it stands (a name, or an item of a list)."""

    value: Any
    file: str
    marks: Mapping[str, Mark]

    def located(self, found: MistakesFound) -> DocumentMistakes:
        """Give the mistakes with file, line and column, those of the nearest place around where one is missing."""
        placed = sorted(
            ((self._mark(mistake.place), mistake) for mistake in found.mistakes), key=lambda it: it[0] or (0, 0)
        )
        return DocumentMistakes(_mistake(self.file, mark, it.place, it.message) for mark, it in placed)

    def _mark(self, place: str) -> Mark | None:
        while place and place not in self.marks:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self.marks.get(place)


def read_yaml(path: Path, bounds: Bounds = USUAL) -> Document:
    """Give the file's document, which is within `bounds`.

    Raises:
        DocumentMistakes: there is no such file, or it is no YAML that we take; with line and column.
    """
    file, most = shown(path), MOST_BYTES[bounds]
    try:
        with path.open("rb") as opened:
            data = opened.read(most + 1)
        text = data.decode("utf-8-sig")
    except OSError as missing:
        raise DocumentMistakes([Mistake(file, missing.strerror or "cannot be read")]) from None
    except UnicodeDecodeError as wrong:
        raise _found(file, _mark_at(data[: wrong.start].decode("utf-8"), wrong.start), "is not UTF-8 text") from None
    if len(data) > most:
        raise DocumentMistakes([Mistake(file, f"has more than {most} bytes: divide it")])
    return parse(text, file, bounds)


def parse(text: str, file: str = "", bounds: Bounds = USUAL) -> Document:
    """Give the document of a text; raises DocumentMistakes."""
    if unprintable := _UNPRINTABLE.search(text):
        raise _found(file, _mark_at(text, unprintable.start()), "has a control character, or half a character")
    return _Composer(text, file, bounds).document()


def shown(path: Path) -> str:
    """Give the path as whoever works in this folder would write it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@dataclass
class _Anchored:
    """What an alias stands for, and what it costs; `value` is None until all of it is known."""

    value: tuple[Any] | None = None
    nodes: int = 0
    characters: int = 0
    height: int = 0


@dataclass
class _Composer:
    """Makes a document of the parser's events, counting what it makes."""

    text: str
    file: str
    bounds: Bounds
    found: list[Mistake] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    nodes: int = 0
    characters: int = 0

    def document(self) -> Document:
        """Give the document, or raise DocumentMistakes."""
        self._events: Iterator[Any] = yaml.parse(self.text, Loader=_LOADER)
        try:
            value = self._whole()
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            self._stop(mark, wrong.problem or "is no YAML")
        except yaml.YAMLError:
            self._stop(None, "is no YAML")
        if self.found:
            raise DocumentMistakes(self.found)
        return Document(value, self.file, self.marks)

    def _whole(self) -> Any:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value, _ = self._value(next(self._events), "", 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._stop(after.start_mark, "has a second document: one file holds one")
        return value

    def _value(self, event: Any, place: str, depth: int) -> tuple[Any, int]:
        """Give the value that begins with the event, and how high it is."""
        self._count(event)
        if depth > MOST_DEPTH:
            self._stop(event.start_mark, f"stands in more than {MOST_DEPTH} others, one inside the other")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if event.tag is not None:
            self._note(event.start_mark, place, "has a tag (a word after !): leave it out")
        anchored = _Anchored(nodes=self.nodes, characters=self.characters)
        if event.anchor is not None:
            self.anchors[event.anchor] = anchored
        value, height = self._content(event, place, depth)
        anchored.value, anchored.height = (value,), height
        anchored.nodes, anchored.characters = self.nodes - anchored.nodes, self.characters - anchored.characters
        return value, height

    def _content(self, event: Any, place: str, depth: int) -> tuple[Any, int]:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place), 0
        return (self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence)(place, depth)

    def _alias(self, event: Any, depth: int) -> tuple[Any, int]:
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            self._stop(event.start_mark, "is an alias (*) of nothing before it")
        if anchored.value is None:
            self._stop(event.start_mark, "is an alias (*) of what it stands in: that would have no end")
        if depth + anchored.height > MOST_DEPTH:
            self._stop(event.start_mark, f"makes more than {MOST_DEPTH} stand one inside the other")
        self.nodes += anchored.nodes
        self.characters += anchored.characters
        self._bound(event.start_mark)
        return anchored.value[0], anchored.height

    def _sequence(self, place: str, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        height = 0
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            inner = f"{place}[{len(items)}]"
            self.marks[inner] = _mark_of(event.start_mark)
            value, high = self._value(event, inner, depth + 1)
            items.append(value)
            height = max(height, high + 1)
        return items, height

    def _mapping(self, place: str, depth: int) -> tuple[dict[str, Any], int]:
        items: dict[str, Any] = {}
        height = 0
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._name(event, place)
            inner = f"{place}.{name}" if place else name
            if name in items:
                self._note(event.start_mark, inner, "is written twice")
            self.marks[inner] = _mark_of(event.start_mark)
            items[name], high = self._value(next(self._events), inner, depth + 1)
            height = max(height, high + 1)
        return items, height

    def _name(self, event: Any, place: str) -> str:
        """Give a name as it is written: digits without quotes are its letters."""
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(event.start_mark, "must be a name, which is a text: no list, mapping or alias")
        self.characters += len(event.value)
        self._bound(event.start_mark)
        if event.tag is not None or event.anchor is not None:
            self._note(event.start_mark, place, "has a name with a tag (!) or an anchor (&): leave it out")
        if event.implicit[0] and event.value in ("", "~", "<<"):
            self._note(event.start_mark, place, "has an entry without a name" if event.value != "<<" else "knows no <<")
        if len(event.value) > LONGEST_NAME:
            self._stop(event.start_mark, f"has a name of more than {LONGEST_NAME} characters")
        return str(event.value)

    def _scalar(self, event: Any, place: str) -> Any:
        self.characters += len(event.value)
        self._bound(event.start_mark)
        if not event.implicit[0]:
            return event.value
        if event.value in _WORDS:
            return _WORDS[event.value]
        number = _NUMBER.fullmatch(event.value)
        if not number:
            return event.value
        value = _number(event.value, broken=bool(number["broken"]))
        if fault := fault_of(value):
            self._note(event.start_mark, place, fault)
        return value

    def _count(self, event: Any) -> None:
        self.nodes += 1
        self._bound(event.start_mark)

    def _bound(self, mark: Any) -> None:
        if self.nodes > self.bounds.nodes:
            self._stop(
                mark, f"makes it more than {self.bounds.nodes} values, those of aliases counted: divide the document"
            )
        if self.characters > self.bounds.characters:
            self._stop(mark, f"makes it more than {self.bounds.characters} characters: divide the document")

    def _note(self, mark: Any, place: str, message: str) -> None:
        self.found.append(_mistake(self.file, _mark_of(mark), place, message))
        if len(self.found) >= MOST_MISTAKES:
            raise DocumentMistakes(self.found)

    def _stop(self, mark: Any, message: str) -> NoReturn:
        raise DocumentMistakes([*self.found, _mistake(self.file, _mark_of(mark) if mark else None, "", message)])


def _number(text: str, *, broken: bool) -> int | float:
    """Give the number; one of very many digits is as bad as infinity, and Python would refuse to read it."""
    if len(text) > _LONGEST_NUMBER:
        return float("inf") if broken else 10**_LONGEST_NUMBER
    return float(text) if broken else int(text)


def _mark_of(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


def _mark_at(text: str, index: int) -> Mark:
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def _mistake(file: str, mark: Mark | None, place: str, message: str) -> Mistake:
    where = ":".join(map(str, (*filter(None, [file]), *(mark or ()))))
    return Mistake(": ".join(filter(None, [where, place])), message)


def _found(file: str, mark: Mark, message: str) -> DocumentMistakes:
    return DocumentMistakes([_mistake(file, mark, "", message)])
