"""From a document that somebody wrote to a flow that can be walked, or to every mistake in it with its place."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.documents.examining import examine
from chalicelib.core.documents.fields import Record
from chalicelib.core.flow import checks
from chalicelib.core.flow.kinds import MOST_STEPS, Vocabulary, flow_fields, vocabulary
from chalicelib.core.flow.model import Flow, Known, Step
from chalicelib.core.flow.scalars import STEP_NAME
from chalicelib.core.ground.mistakes import MistakesFound, Notes, did_you_mean
from chalicelib.core.speech.forms import LANGUAGES


class FlowMistakes(MistakesFound):
    """The flow cannot be used; `mistakes` says everything that is wrong with it."""


def read_flow(document: Any, known: Known) -> Flow:
    """Read a flow.

    Args:
        document: what the YAML or JSON of the flow says.
        known: what the flow may refer to.

    Raises:
        FlowMistakes: it holds every mistake of the document at once.
    """
    notes = Notes(error=FlowMistakes)
    examine(document, notes)
    flow = _read(document, notes)
    if flow.steps:
        checks.check(flow, known, notes)
    notes.refuse()
    return flow


def _read(document: Any, notes: Notes) -> Flow:
    values = Record(flow_fields()).read(document, notes)
    words = _vocabulary(values, notes)
    steps = {} if values["steps"] is None else _steps(values["steps"], words, notes.at("steps"))
    fault = values["on_fault"]
    return Flow(
        name=values["name"] or "",
        description=values["description"] or "",
        language=words.spoken.language,
        languages=words.spoken.languages,
        start=values["start"] or next(iter(steps), ""),
        steps=steps,
        on_fault=None if fault is None else words.way.read(fault, notes.at("on_fault")),
        max_turns=values["max_turns"] or 1,
        private=tuple(name for name in values["private"] if name),
    )


def _vocabulary(values: Mapping[str, Any], notes: Notes) -> Vocabulary:
    """Give the tables; where a language was refused, nobody is blamed for speaking it, or not."""
    language = values["language"] or LANGUAGES[0]
    languages = tuple(name for name in values["languages"] or (language,) if name)
    if values["language"] is None or None in (values["languages"] or ()):
        return vocabulary(language, tuple(dict.fromkeys((language, *languages))), sure=False)
    if language not in languages:
        notes.at("languages").add(f"does not name the flow's own language {language}")
    if len(set(languages)) < len(languages):
        notes.at("languages").add("names a language twice")
    return vocabulary(language, tuple(dict.fromkeys((language, *languages))))


def _steps(value: Any, words: Vocabulary, notes: Notes) -> dict[str, Step]:
    items = notes.mapping(value)
    if isinstance(value, Mapping) and not 0 < len(items) <= MOST_STEPS:
        notes.add(f"must have 1 to {MOST_STEPS} steps")
        return {}
    steps: dict[str, Step] = {}
    for name, document in items.items():
        place = notes.at(str(name))
        STEP_NAME.read(name, place)
        steps[str(name)] = _step(str(name), document, words, place)
    return steps


def _step(name: str, document: Any, words: Vocabulary, notes: Notes) -> Step:
    """Give the step; a bare `Step` stands for one of no known kind, so that others may still refer to it."""
    given = notes.mapping(document)
    what = given.get("do")
    kind = words.steps.get(what) if isinstance(what, str) else None
    if kind is None:
        if isinstance(document, Mapping):
            close = did_you_mean(str(what), words.steps)
            notes.at("do").add(f"must say what the step does: one of {', '.join(words.steps)}{close}")
        return Step(id=name)
    fields = Record(kind.fields).read({field: given[field] for field in given if field != "do"}, notes)
    return kind.make(id=name, **fields)
