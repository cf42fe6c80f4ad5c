"""Whatever a call, an agent or a recording holds comes back from the store as it was."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.codec import (
    READABLE_BYTES,
    decode,
    decode_all,
    encode,
    encode_all,
    pack,
    to_text,
    unpack,
)
from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Outbox
from chalicelib.core.carrier.commands import Command
from chalicelib.core.told.notices import AgentEvent, Timer
from chalicelib.core.told.recordings import Recording
from tests.adapters.dynamodb import examples

STORED = (Call, Agent, Outbox, AgentEvent, Timer, Recording)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)
PLAIN = {NoneType: st.none(), str: TEXTS, int: st.integers(-(2**53), 2**53), bool: st.booleans(), Any: JSON}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Give any value of a type hint: so no field that is ever added can be forgotten here."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (Union, UnionType):
        return st.one_of([values(each) for each in arguments])
    if isinstance(origin, type):
        inner = values(arguments[-1] if issubclass(origin, Mapping) else arguments[0])
        return st.dictionaries(TEXTS, inner, max_size=2) if issubclass(origin, Mapping) else several(inner)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    assert is_dataclass(kind), f"Say here how values of {kind} are made, and see that codec.py can store them."
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind) if field.compare})


def several(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=2).map(tuple)


@pytest.mark.parametrize("kind", STORED)
def test_what_is_stored_comes_back_as_it_was(kind):
    @settings(max_examples=25, deadline=None)
    @given(values(kind))
    def comes_back(thing):
        again = decode(kind, json.loads(to_text(encode(thing))))
        assert again == thing
        assert repr(again) == repr(thing)

    comes_back()


@settings(max_examples=25, deadline=None)
@given(st.lists(values(Command), max_size=3).map(tuple))
def test_commands_of_all_kinds_come_back_in_order(commands):
    assert decode_all(Command, json.loads(to_text(encode_all(Command, commands)))) == commands


@pytest.mark.parametrize("kind", [Call, Agent])
def test_every_field_of_the_state_that_differs_from_its_default_is_stored(kind):
    @settings(max_examples=25, deadline=None)
    @given(values(kind))
    def is_stored(thing):
        differing = {
            field.name
            for field in fields(kind)
            if field.compare and getattr(thing, field.name) != getattr(kind(**required(thing)), field.name)
        }
        assert differing <= encode(thing).keys()

    is_stored()


def required(thing: Any) -> dict[str, Any]:
    names = ("id", "direction", "carrier", "caller", "called", "started_at")
    return {name: getattr(thing, name) for name in names if hasattr(thing, name)}


def test_what_a_change_wants_told_is_not_part_of_the_state():
    agent = examples.ready()
    assert agent.events
    assert agent.timers
    assert not {"events", "timers", "outbox"} & (encode(agent).keys() | encode(examples.waiting()).keys())


def test_chinese_is_stored_readably():
    assert "请输入您的运单号" in pack(encode(examples.call()))


def test_a_document_is_readable_while_it_is_small_and_compressed_when_not():
    small, large = {"text": "路" * 100}, {"text": "路" * READABLE_BYTES}
    assert isinstance(pack(small), str)
    assert isinstance(pack(large), bytes)
    assert (unpack(pack(small)), unpack(pack(large))) == (small, large)


def test_a_row_without_a_field_that_was_added_later_gets_its_default():
    stored = encode(replace(examples.call(), disposition="sold", turn=0))
    del stored["disposition"]
    assert decode(Call, stored).disposition == ""
    assert decode(Call, stored).turn == 0


def test_a_row_with_a_field_that_is_no_more_is_read_without_it():
    assert decode(Call, encode(examples.call()) | {"forgotten": 1}) == examples.call()
