"""Conditions and mappings: JMESPath over what the call knows, compiled when the flow is read."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Self

import jmespath
from jmespath.exceptions import JMESPathError

from chalicelib.core.flow import evaluation
from chalicelib.core.flow.templates import ROOTS as TEMPLATE_ROOTS
from chalicelib.core.ground.mistakes import Notes, did_you_mean
from chalicelib.core.ground.values import dataclass

# What the caller has just keyed in is for templates of two places only: a condition would let it out into tags.
ROOTS = tuple(name for name in TEMPLATE_ROOTS if name != "entered")

# Literals stand in backticks in JMESPath; without them they are names, and quietly find nothing.
_LITERALS = frozenset({"true", "false", "null"})

# Nodes whose first child alone looks at the whole; the rest look at what that child found.
_FIRST_CHILD = frozenset(
    ["subexpression", "index_expression", "projection", "value_projection", "filter_projection", "flatten", "pipe"]
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A JMESPath expression; two are equal when their texts are."""

    text: str
    compiled: Any = field(compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Compile `text`; raises JMESPathError when it is no JMESPath."""
        return cls(text, jmespath.compile(text))

    def value(self, scene: Mapping[str, Any]) -> Any:
        """Give what the expression finds in `scene`; raises NothingToTell when it fails, or costs too much there."""
        return evaluation.evaluate(self.compiled.parsed, scene)

    def holds(self, scene: Mapping[str, Any]) -> bool:
        """Tell whether the value is true as JMESPath counts it: 0 is, and empty things are not."""
        value = self.value(scene)
        return value is not None and value is not False and value not in ("", [], {})


def read_expression(text: str, notes: Notes, roots: tuple[str, ...] | None = ROOTS) -> Expression | None:
    """Compile an expression; notes a syntax error, functions wrongly called, and what would cost too much.

    Names that nothing answers to are noted too, unless `roots` is None.
    """
    if max(map(text.count, "([{")) > evaluation.MOST_DEPTH:
        notes.add(evaluation.TOO_DEEP)
        return None
    try:
        expression = Expression.of(text)
    except JMESPathError as error:
        notes.add(f"is not JMESPath: {' '.join(str(error).split())}")
        return None
    except RecursionError:
        notes.add(evaluation.TOO_DEEP)
        return None
    before = len(notes.found)
    evaluation.check(expression.compiled.parsed, notes)
    if len(notes.found) > before:
        return None
    for name in _looked_up(expression.compiled.parsed) if roots else ():
        if name not in (roots or ()):
            hint = f"; did you mean `{name}`?" if name in _LITERALS else did_you_mean(name, roots or ())
            notes.add(f"there is no {name!r} to look at{hint}")
    return expression


def _looked_up(node: Mapping[str, Any]) -> Iterator[str]:
    """Give the names that the expression takes from the whole: `tags` of `tags.CITY`."""
    if node["type"] == "field":
        yield node["value"]
    elif node["type"] != "expref":
        children = node["children"]
        for child in children[:1] if node["type"] in _FIRST_CHILD else children:
            yield from _looked_up(child)
