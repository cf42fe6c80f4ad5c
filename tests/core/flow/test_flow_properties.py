import json
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from conversations import Caller
from flow_examples import EVERYTHING, KNOWN, everything, mistakes_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chalicelib.core.flow import kinds
from chalicelib.core.flow.engine import (
    Ask,
    AskPlugin,
    Began,
    Context,
    Digits,
    End,
    NoInput,
    PluginAnswered,
    PluginFailed,
    QueueLeft,
    Run,
    TransferOut,
    advance,
)
from chalicelib.core.flow.plugins import PluginMistakes, read_plugin
from chalicelib.core.flow.reading import FlowMistakes, read_flow

FLOW = everything()
SCHEMA = Draft202012Validator(kinds.schema())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
OUTPUTS = st.fixed_dictionaries({}, optional={"found": st.booleans(), "balance": JSON, "name": JSON, "title": JSON})
ENTRY = st.text("0123456789*#", max_size=10) | st.sampled_from("01239")
EVENTS = st.one_of(
    st.builds(Began),
    st.builds(Digits, ENTRY | st.text(max_size=5)),
    st.builds(NoInput),
    st.builds(PluginAnswered, OUTPUTS | st.dictionaries(st.text(max_size=5), JSON, max_size=4)),
    st.builds(PluginFailed, st.text(max_size=5), st.just({}) | st.just({"en-US": "Sorry."})),
    st.builds(QueueLeft, st.sampled_from(["timeout", "full", "closed", "failed", "completed", "key:9", "key:", ""])),
)
RUNS = st.builds(
    Run,
    st.just("everything"),
    st.just(1),
    st.sampled_from([*EVERYTHING["steps"], "gone", ""]),
    st.sampled_from(["en-US", "zh-CN", ""]),
    attempts=st.integers(0, 20),
    turns=st.integers(0, 70),
    entered=st.text("0123456789", max_size=6),
    results=st.dictionaries(st.sampled_from(["account", "greeting", "visits"]), JSON, max_size=3),
    asked=st.sampled_from(["", "account", "visits"]),
    passed=st.integers(0, 50),
    faults=st.integers(0, 5),
)
CONTEXTS = st.builds(
    Context,
    caller=st.text(max_size=10),
    tags=st.dictionaries(st.sampled_from(["ACCOUNT", "NAME"]), st.text(max_size=10), max_size=2),
    now=st.sampled_from(["", "2026-03-05T14:05:00", "tomorrow"]),
    zone=st.none() | st.sampled_from(["Asia/Shanghai", "Nowhere/Land"]),
)


@given(RUNS, EVENTS, CONTEXTS)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_wherever_a_call_is_there_is_an_outcome(run: Run, event: Any, context: Context) -> None:
    outcome = advance(FLOW, run, event, context)
    json.dumps(asdict(outcome.run))
    assert all(isinstance(value, str) for value in outcome.tags.values())
    assert len(outcome.prompts) < 200


@given(st.lists(EVENTS, min_size=80, max_size=80))
@settings(max_examples=40, deadline=None)
def test_every_call_comes_to_an_end(events: list[Any]) -> None:
    caller = Caller(FLOW)
    for event in events:
        if isinstance(caller.outcome, End | TransferOut):
            return
        fits = isinstance(event, PluginAnswered | PluginFailed) == isinstance(caller.outcome, AskPlugin)
        caller.meets(event if fits else PluginFailed("down") if isinstance(caller.outcome, AskPlugin) else NoInput())
    assert caller.outcome.run.turns <= FLOW.max_turns + 5


@given(st.integers(1000, 9999).map(lambda number: f"7{number}"[:4]), st.lists(EVENTS, max_size=6), OUTPUTS)
@settings(max_examples=150, deadline=None)
def test_sensitive_digits_are_nowhere_in_what_is_kept_or_said(pin: str, after: list[Any], outputs: Any) -> None:
    caller = Caller(FLOW, caller="", now="").is_failed().presses("1", "00000000", "1", pin)
    outcomes = [caller.outcome]
    answer = PluginAnswered({name: value for name, value in outputs.items() if pin not in repr(value)})
    outcomes += [caller.meets(event).outcome for event in (answer, *after) if not isinstance(event, Digits)]
    for outcome in outcomes:
        kept = [asdict(outcome.run), dict(outcome.tags), repr(outcome.prompts), repr(outcome)]
        assert pin not in json.dumps(kept, ensure_ascii=False)
        assert pin not in (repr(outcome.gather) if isinstance(outcome, Ask) else "")


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the path of everything inside a document."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [inner for name, value in items for inner in [(*path, name), *places(value, (*path, name))]]


def with_change(path: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    document: Any = deepcopy(EVERYTHING)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    if gone:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return document


@given(
    path=st.sampled_from(places(EVERYTHING)),
    value=JSON | st.sampled_from(["goodbye", "1", 3, "tags.X"]),
    gone=st.booleans(),
)
@example(path=("on_fault",), value=None, gone=False)
@example(path=("steps",), value=None, gone=False)
@settings(max_examples=80, deadline=None)
def test_a_document_changed_anywhere_is_read_or_refused_and_editors_agree(path: Any, value: Any, *, gone: bool) -> None:
    document = with_change(path, value, gone=gone)
    mistakes = mistakes_of(document)
    assert all(mistakes.values())
    if not mistakes:
        assert SCHEMA.is_valid(document)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_no_document_makes_the_readers_fail_otherwise(document: Any) -> None:
    for read in (lambda: read_flow(document, KNOWN), lambda: read_plugin(document)):
        try:
            read()
        except (FlowMistakes, PluginMistakes):
            continue
        raise AssertionError("read as if it were a flow")
