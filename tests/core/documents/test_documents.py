"""Whatever somebody sends as a document, parsed already: it is refused in words, and costs little."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.centre.reading import read_configuration
from chalicelib.core.documents.examining import MOST_DEPTH, USUAL, examine
from chalicelib.core.documents.placeholders import fill
from chalicelib.core.flow.model import Known
from chalicelib.core.flow.plugins import read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.flow.stories import read_story
from chalicelib.core.ground.mistakes import MOST_MISTAKES, MistakesFound, Notes

READERS = {
    "flow": lambda document: read_flow(document, Known(plugins={}, queues=frozenset(), flows=frozenset())),
    "plugin": read_plugin,
    "story": read_story,
    "centre": lambda document: read_configuration(document, 1),
    "settings": lambda document: fill(document, {}),
}


def bomb():
    value = ["x"]
    for _ in range(40):
        value = [value] * 9
    return {"a": value}


def endless():
    value = {}
    value["a"] = value
    return value


def deep(levels=100_000):
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


HOSTILE = {
    "a part that stands in itself again and again": (bomb, "stands in more than 20 others"),
    "a document within itself": (endless, "stands in more than 20 others"),
    "lists within lists": (deep, "stands in more than 20 others"),
    "a wide list": (lambda: {"steps": [1] * 10**6}, f"more than {USUAL.nodes} values"),
    "one part in a thousand places": (lambda: [["x"] * 1000] * 1000, f"more than {USUAL.nodes} values"),
    "a long text": (lambda: {"a": "x" * 10**7}, f"more than {USUAL.characters} characters"),
    "a long name": (lambda: {"x" * 201: 1}, "a name of more than 200 characters"),
    "no number": (lambda: {"a": float("nan")}, "a: is no number"),
    "an infinite number": (lambda: {"a": float("-inf")}, "a: is no number"),
    "a number of 5,000 digits": (lambda: {"a": [10**5000]}, "a[0]: is a whole number beyond 9007199254740991"),
    "a number of 5,000 digits as a name": (
        lambda: {10**5000: 1},
        "has a name that is a whole number beyond 9007199254740991",
    ),
    "half a character": (lambda: {"a": "x\ud83d"}, "a: has a control character, or half a character"),
    "half a character in a name": (lambda: {"x\ud83d": 1}, "has a name that has a control character, or half"),
    "a control character": (lambda: {"a": "x\x00"}, "a: has a control character"),
    "a flag as a name": (lambda: {True: 1}, "has a name that must be a text, not yes or no"),
    "nothing as a name": (lambda: {None: 1}, "has a name that must be a text, not nothing"),
    "what JSON does not know": (lambda: {"a": b"x"}, "a: must be a text, a number, true or false"),
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_before_anything_is_made_of_it(name, kind):
    make, told = HOSTILE[name]
    with pytest.raises(MistakesFound) as refused:
        READERS[kind](make())
    assert told in str(refused.value)
    assert len(refused.value.mistakes) == 1


@pytest.mark.parametrize("kind", READERS)
def test_a_text_of_nothing_but_openings_is_read_once(kind):
    with pytest.raises(MistakesFound):
        READERS[kind]({"name": "${" * 140_000, "description": "{{" * 900})


def test_a_flow_of_very_many_steps_is_refused_before_they_are_looked_at():
    steps = {f"a{number}": {} for number in range(9_000)}
    with pytest.raises(MistakesFound) as refused:
        READERS["flow"]({"name": "x", "language": "en-US", "steps": steps})
    assert [str(mistake) for mistake in refused.value.mistakes] == ["steps: must have 1 to 300 steps"]


def test_a_document_with_very_many_mistakes_is_refused_at_the_hundredth():
    with pytest.raises(MistakesFound) as refused:
        READERS["centre"]({f"quees{number}": 1 for number in range(9_000)})
    assert len(refused.value.mistakes) == MOST_MISTAKES + 1
    assert str(refused.value.mistakes[-1]) == "there may be more mistakes: mend these first"


ODD = st.floats() | st.integers() | st.text(st.characters()) | st.none() | st.booleans() | st.binary(max_size=2)
NAMES = st.text(st.characters(), max_size=5) | st.integers(-3, 3) | st.booleans() | st.none()
ANYTHING = st.recursive(ODD, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


@given(ANYTHING)
@settings(deadline=None)
def test_what_is_taken_can_be_stored_and_is_the_same_afterwards(document):
    try:
        examine(document, Notes())
    except MistakesFound:
        return
    stored = json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False).encode())
    assert json.dumps(stored) == json.dumps(json.loads(json.dumps(document)))


@given(st.integers(0, 2 * MOST_DEPTH))
def test_the_bound_on_depth_is_what_it_says(levels):
    notes = Notes()
    if levels > MOST_DEPTH:
        with pytest.raises(MistakesFound):
            examine(deep(levels), notes)
    else:
        examine(deep(levels), notes)
