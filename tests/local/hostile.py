"""Documents that somebody might send to stop us, or by mistake: each as YAML, with where its mistake stands."""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple


class Hostile(NamedTuple):
    """A YAML text, and how its refusal begins after the file's name: line, column and words."""

    text: str
    refusal: str


def _bomb(levels: int = 9) -> str:
    names = "abcdefghijklm"[:levels]
    inner = [f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    return "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *inner])


HOSTILE: Mapping[str, Hostile] = {
    "an alias bomb": Hostile(_bomb(), "5:11: makes it more than 20000 values"),
    "an alias bomb made of mappings": Hostile(
        "a: &a {x: 1, y: 2}\n"
        + "\n".join(
            f"{b}: &{b} {{x: *{a}, y: *{a}}}" for a, b in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)
        ),
        "13:11: makes it more than 20000 values",
    ),
    "a tower of aliases": Hostile(
        "a: &a [x]\n"
        + "\n".join(
            f"{b}: &{b} [*{a}]" for a, b in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
        ),
        "20:8: makes more than 20 stand one inside the other",
    ),
    "an alias of what it stands in": Hostile("&a [*a]", "1:5: is an alias (*) of what it stands in"),
    "an alias of nothing": Hostile("a: *b", "1:4: is an alias (*) of nothing before it"),
    "a list as a name": Hostile("? [a]\n: b", "1:3: must be a name"),
    "an alias as a name": Hostile("a: &a b\n*a : c", "2:1: must be a name"),
    "nothing as a name": Hostile("a: b\n~: c", "2:1: has an entry without a name"),
    "a number of 5,000 digits": Hostile("a: 1\nb: " + "5" * 5000, "2:4: b: is a whole number beyond 9007199254740991"),
    "a number of 5,000 digits with a fraction": Hostile(f"a: 1.{'5' * 5000}", "1:4: a: is no number: infinite"),
    "an infinite number": Hostile("a: [1, 1e999]", "1:8: a[1]: is no number: infinite"),
    "a control character": Hostile("a: b\nc: d\x01", "2:5: has a control character"),
    "a control character in disguise": Hostile('a: "b\\x01"', "1:1: a: has a control character"),
    "half a character": Hostile('a: "\\ud83d"', "1:7: found invalid Unicode character escape code"),
    "lists within lists": Hostile("[" * 20_000, "1:22: stands in more than 20 others"),
    "lists within lists by dashes": Hostile("- " * 20_000, "1:43: stands in more than 20 others"),
    "mappings within mappings": Hostile("{a: " * 20_000, "1:85: stands in more than 20 others"),
    "mappings as names of mappings": Hostile("{" * 20_000, "1:2: must be a name"),
    "very many values": Hostile("- a\n" * 60_000, "20000:3: makes it more than 20000 values"),
    "very many names": Hostile(
        "".join(f"a{n}: b\n" for n in range(60_000)), "20000:9: makes it more than 20000 values"
    ),
    "a very long text": Hostile("a: " + "x" * 400_000, "1:4: makes it more than 300000 characters"),
    "a very long name": Hostile("x" * 1000 + ": b", "1:1: has a name of more than 200"),
    "a name written twice": Hostile("a: b\nc: d\na: e", "3:1: a: is written twice"),
    "a tag": Hostile("a: !!python/object:os.system x", "1:4: a: has a tag"),
    "two documents": Hostile("a: b\n---\nc: d", "2:1: has a second document"),
    "an unfinished list": Hostile("a: [b,\n  c", "3:1: did not find expected"),
    "a tabulator": Hostile("a:\n\tb: c", "2:1: found character that cannot start any token"),
}
"""What no document of ours may be, whatever it is about."""
