"""YAML documents, read strictly: a key written twice is a mistake that nobody wants to find in a call."""

from pathlib import Path
from typing import Any

import yaml

from chalicelib.core.mistakes import Mistake, MistakesFound


class DocumentMistakes(MistakesFound):
    """The file is no YAML document."""


class _StrictLoader(yaml.SafeLoader):
    """Refuses keys that are written twice."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is written twice", key.start_mark)
        seen.add(key.value)
    return dict(loader.construct_pairs(node, deep=True))


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str) -> Any:
    """Give the document of a text, or raise yaml.YAMLError."""
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter


def read_yaml(path: Path) -> Any:
    """Give the file's document.

    Raises:
        DocumentMistakes: there is no such file, or it is no YAML; with the line.
    """
    try:
        return parse(path.read_text("utf-8"))
    except OSError as missing:
        raise DocumentMistakes([Mistake(str(path), missing.strerror or "cannot be read")]) from None
    except UnicodeDecodeError:
        raise DocumentMistakes([Mistake(str(path), "is not UTF-8 text")]) from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 0
        raise DocumentMistakes([Mistake(f"{path}, line {line}", wrong.problem or "is no YAML")]) from None
