"""JMESPath within bounds: what an expression may be when it is published, and what it may cost in a call.

The language can multiply what it looks at, `[@, @]` in `[@, @]`, so that 255 characters take minutes and gigabytes. An
expression is therefore refused when it is deep or multiplies much, whatever it would look at; and while it is looked
at, every node visited and every value walked through is paid for from a budget.

The language: https://jmespath.org/specification.html; `call_function` and the table of signatures are the library's.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import prod
from typing import Any, Final

from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

from chalicelib.core.ground.mistakes import Notes

Node = Mapping[str, Any]

MOST_DEPTH: Final = 60
"""Nodes within each other; a chain of `||` has one for each of its members."""
TOO_DEEP: Final = f"is nested too deeply: more than {MOST_DEPTH} within each other"

MOST_COPIES: Final = 200
"""How many times what is looked at may stand in what is found; a table of 200 fields is a long one."""

BUDGET: Final = 200_000
"""Nodes visited and values walked through in one evaluation: half a second on a small function, at the very worst."""

_CHARACTERS_FOR_ONE: Final = 100
"""Looking through so many characters costs no more than visiting a node."""

_GREATEST: Final = 10**64
"""Greater than any number that somebody is told; infinity is, and what is no number at all is not less."""

_MULTIPLYING = frozenset(
    ["subexpression", "index_expression", "projection", "value_projection", "filter_projection", "pipe"]
)
_ADDING = frozenset(["multi_select_list", "multi_select_dict"])

# Functions that do not look into what they are given; three of these visit nodes, which are paid for singly.
_GLANCING = frozenset(["length", "map", "max_by", "min_by", "not_null", "to_array", "type"])
# Functions that go through it once, and no deeper.
_SHALLOW = frozenset(["keys", "merge", "reverse", "sort_by", "values"])


class NothingToTell(ValueError):
    """The expression finds nothing that can be used: a function refuses its argument, or it would cost too much."""


def evaluate(parsed: Node, document: Any) -> Any:
    """Give what the parsed expression finds in `document`.

    Raises:
        NothingToTell: whatever goes wrong, whatever the document is; nobody's data is in the text.
    """
    try:
        found = _Interpreter().visit(parsed, document)
    except NothingToTell:
        raise
    except JMESPathError as error:
        raise NothingToTell(f"JMESPath: {type(error).__name__}") from None
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError) as error:
        raise NothingToTell(f"the expression fails: {type(error).__name__}") from None
    if isinstance(found, int | float) and not -_GREATEST < found < _GREATEST:
        raise NothingToTell("the expression finds a number that cannot be told")
    return found


def check(parsed: Node, notes: Notes) -> None:
    """Note functions that there are none of or that are given the wrong arguments, and what would cost too much."""
    if _depth_exceeds(parsed, MOST_DEPTH):
        notes.add(TOO_DEEP)
        return
    for node in _nodes(parsed):
        if node["type"] == "function_expression":
            _check_function(node, notes)
    if parsed["type"] == "expref" or _misplaced(parsed):
        notes.add("has a & that is no argument of a function")
    if _copies(parsed) > MOST_COPIES:
        notes.add(f"may repeat what it looks at more than {MOST_COPIES} times: use fewer lists within lists")


def _check_function(node: Node, notes: Notes) -> None:
    name, given = node["value"], node["children"]
    known = Functions.FUNCTION_TABLE
    if not notes.refers(name, known, "function"):
        return
    wanted = known[name]["signature"]
    variadic = bool(wanted and wanted[-1].get("variadic"))
    if len(given) < len(wanted) or (len(given) > len(wanted) and not variadic):
        notes.add(f"gives {name}() {len(given)} arguments, and it takes {'at least ' * variadic}{len(wanted)}")
        return
    surplus = wanted[-1:] * (len(given) - len(wanted))
    for number, (argument, takes) in enumerate(zip(given, (*wanted, *surplus), strict=True), start=1):
        if (takes["types"] == ["expref"]) != (argument["type"] == "expref"):
            hint = "begin with &" if takes["types"] == ["expref"] else "not begin with &"
            notes.add(f"argument {number} of {name}() must {hint}")


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in _children(node):
        yield from _nodes(child)


def _children(node: Node) -> list[Node]:
    """Give the nodes inside: a slice has numbers there."""
    return [child for child in node["children"] if isinstance(child, dict)]


def _depth_exceeds(node: Node, most: int) -> bool:
    row = [node]
    for _ in range(most):
        row = [child for above in row for child in _children(above)]
    return bool(row)


def _misplaced(node: Node) -> bool:
    """Tell whether a reference to an expression stands where only values do."""
    allowed = node["type"] == "function_expression"
    return any((child["type"] == "expref" and not allowed) or _misplaced(child) for child in _children(node))


def _copies(node: Node) -> int:
    """Give how many times what the node looks at may stand in what it gives."""
    kind, children = node["type"], _children(node)
    if kind in _MULTIPLYING:
        return prod(map(_copies, children[:2] if kind == "filter_projection" else children))
    if kind in _ADDING:
        return sum(map(_copies, children))
    if kind == "function_expression":
        return _copies_of_function(node["value"], children)
    return max(map(_copies, children), default=1)


def _copies_of_function(name: str, children: list[Node]) -> int:
    copies = [_copies(child) for child in children]
    return prod(copies) if name == "map" else max(1, sum(copies))


class _Interpreter(TreeInterpreter):  # type: ignore[misc]  # the library has no types
    """The library's interpreter, which pays for what it does."""

    def __init__(self) -> None:
        super().__init__()
        self._left = BUDGET
        self.COMPARATOR_FUNC = {
            name: partial(self._compare, by) for name, by in TreeInterpreter.COMPARATOR_FUNC.items()
        }

    def visit(self, node: Node, *args: Any, **named: Any) -> Any:
        self._pay(1)
        return super().visit(node, *args, **named)

    def visit_flatten(self, node: Node, value: Any) -> Any:
        base = self.visit(node["children"][0], value)
        for element in base if isinstance(base, list) else ():
            self._pay(len(element) if isinstance(element, list) else 1)
        return super().visit_flatten({"children": [_literal(base)]}, value)

    def visit_slice(self, node: Node, value: Any) -> Any:
        self._pay(_length(value))
        return super().visit_slice(node, value)

    def visit_function_expression(self, node: Node, value: Any) -> Any:
        given = [self.visit(child, value) for child in node["children"]]
        for argument in given:
            self._look(argument, node["value"])
        if node["value"] == "join":
            self._pay(_length(given[0]) * _length(given[1]) // _CHARACTERS_FOR_ONE)
        return self._functions.call_function(node["value"], given)

    def _compare(self, by: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
        self._walk(left)
        self._walk(right)
        return by(left, right)

    def _look(self, argument: Any, function: str) -> None:
        if function in _GLANCING:
            return
        if function in _SHALLOW:
            self._pay(_length(argument) // (_CHARACTERS_FOR_ONE if isinstance(argument, str) else 1))
        else:
            self._walk(argument)

    def _walk(self, value: Any) -> None:
        """Pay for a value as it is written: what stands in it twice is walked through twice."""
        self._pay(1)
        ahead = [value]
        while ahead:
            here = ahead.pop()
            if isinstance(here, str):
                self._pay(len(here) // _CHARACTERS_FOR_ONE)
            elif isinstance(here, Mapping | list):
                self._pay(len(here))
                ahead += here.values() if isinstance(here, Mapping) else here

    def _pay(self, price: int) -> None:
        self._left -= price
        if self._left < 0:
            raise NothingToTell("the expression would cost too much on this document")


def _literal(value: Any) -> Node:
    """Give a node for what is known already."""
    return {"type": "literal", "value": value, "children": []}


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | Mapping) else 0
