"""A small flow with a step of every kind, and a way to change one place of it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from chalicelib.core.flow.model import Flow, Known, PluginShape
from chalicelib.core.flow.reading import FlowMistakes, read_flow

KNOWN = Known(
    plugins={
        "account": PluginShape(
            frozenset({"number", "pin"}), frozenset({"found", "balance", "name"}), frozenset({"pin"})
        ),
        "greeting": PluginShape(frozenset(), frozenset({"title"})),
    },
    queues=frozenset({"service", "vip"}),
    sounds=frozenset({"bell", "hold-music"}),
    flows=frozenset({"survey"}),
)

EVERYTHING: Mapping[str, Any] = {
    "name": "everything",
    "description": "A step of every kind.",
    "language": "en-US",
    "on_fault": {"say": "Something is wrong.", "next": "goodbye"},
    "steps": {
        "welcome": {"do": "say", "text": [{"sound": "bell"}, {"pause": 1}, "Hello."], "next": "greet"},
        "greet": {
            "do": "plugin",
            "ask": "greeting",
            "next": {"say": "Dear {{ plugin.title | name }}.", "next": "choose"},
            "on_failure": "choose",
            "on_error": "choose",
        },
        "choose": {
            "do": "menu",
            "prompt": "Press 1, 2, 3 or 0.",
            "keys": {"1": "ask_number", "2": "jingle", "3": "route", "0": {"say": "One moment.", "next": "person"}},
            "attempts": 2,
            "on_timeout": "goodbye",
            "on_no_match": {"say": "No such key.", "next": "person"},
        },
        "jingle": {"do": "play", "sound": "hold-music", "loop": 2, "next": "mark"},
        "mark": {
            "do": "set",
            "tags": {"HEARD": "jingle", "MANY": {"expression": "length(caller)"}},
            "values": {"visits": 1},
            "next": "choose",
        },
        "ask_number": {
            "do": "collect",
            "prompt": "Your number, please.",
            "digits": {"min": 4, "max": 8},
            "into": "ACCOUNT",
            "confirm": {"prompt": "You entered {{ entered | digits }}."},
            "next": "ask_pin",
            "on_timeout": "goodbye",
            "on_no_match": "person",
        },
        "ask_pin": {
            "do": "collect",
            "prompt": "Your PIN, please.",
            "digits": {"min": 4, "max": 4},
            "sensitive": True,
            "attempts": 2,
            "next": "balance",
            "on_timeout": "goodbye",
            "on_no_match": "person",
        },
        "balance": {
            "do": "plugin",
            "ask": "account",
            "inputs": {"number": "{{ tags.ACCOUNT }}", "pin": "{{ entered }}"},
            "into": {"NAME": "name"},
            "next": "tell",
            "on_not_found": {"say": "There is no such account.", "next": "ask_number"},
            "on_failure": "person",
        },
        "tell": {
            "do": "say",
            "text": "You have {{ plugin.balance | money }}.",
            "next": "satisfied",
            "on_error": {"say": "Your balance cannot be said.", "next": "satisfied"},
        },
        "satisfied": {
            "do": "confirm",
            "prompt": "Are you satisfied? 1 for yes, 2 for no.",
            "on_yes": "goodbye",
            "on_no": "over_to_survey",
            "on_timeout": "goodbye",
            "on_no_match": "goodbye",
        },
        "route": {
            "do": "branch",
            "cases": [{"when": "clock.hhmm >= `2200`", "say": "It is late.", "next": "night_desk"}],
            "otherwise": "person",
        },
        "person": {
            "do": "queue",
            "queue": "service",
            "priority": 2,
            "say": "Please hold.",
            "keys": {"9": "choose"},
            "max_wait": 60,
            "on_timeout": "goodbye",
            "on_full": "goodbye",
            "on_closed": {"say": "We are closed.", "next": "goodbye"},
        },
        "night_desk": {
            "do": "transfer",
            "number": "+8675583000099",
            "say": "To the night desk.",
            "on_failure": "person",
        },
        "over_to_survey": {"do": "transfer", "flow": "survey"},
        "goodbye": {"do": "hangup", "text": "Goodbye."},
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    """Give EVERYTHING with places changed: `steps__choose__attempts=9`; None takes the place away."""
    document = deepcopy(dict(EVERYTHING))
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner: Any = document
        for name in outer:
            inner = inner[name]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return document


def everything() -> Flow:
    """Give the flow."""
    return read_flow(EVERYTHING, KNOWN)


def mistakes_of(document: Any, known: Known = KNOWN) -> dict[str, str]:
    """Give the mistakes by place, those of one place joined; none for a good document."""
    try:
        read_flow(document, known)
    except FlowMistakes as error:
        found: dict[str, str] = {}
        for mistake in error.mistakes:
            found[mistake.place] = "; ".join(filter(None, [found.get(mistake.place), mistake.message]))
        return found
    return {}
