"""What an agent in a terminal can type: a word for each action and control, with what belongs to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.core.agents.action_codes import ACTION_CODES
from chalicelib.core.agents.control_codes import CONTROL_CODES

Read = Callable[[str], tuple[int, str]]
"""Gives iParam and sParam for what was typed after the word."""

KINDS: Mapping[str, int] = {"auto": 0, "seat": 1, "agent": 2, "outside": 3, "queue": 4, "flow": 5}
"""Words for what a target is; a number without one is outside."""

DEVICES = ("browser", "sip", "phone")


class CannotRead(Exception):
    """What was typed cannot be read; the message says what belongs to the word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word: which action or control it asks for, what may follow it, what it does, and how that is read."""

    asks: str
    takes: str
    does: str
    read: Read


def _text(i_param: int = 0) -> Read:
    return lambda typed: (i_param, typed)


def _target(typed: str) -> tuple[int, str]:
    kind, _, rest = typed.partition(" ")
    return (KINDS[kind], rest.strip()) if kind in KINDS else (KINDS["outside"], typed)


def _number(typed: str) -> tuple[int, str]:
    number, _, rest = typed.partition(" ")
    if typed and not number.isdecimal():
        raise CannotRead("A number belongs there.")
    return int(number or 0), rest.strip()


def _one_of(choices: Mapping[str, int]) -> Read:
    """Read a first word that is one of the choices, which say iParam; the first choice where there is none."""

    def read(typed: str) -> tuple[int, str]:
        first, _, rest = typed.partition(" ")
        return (choices[first], rest.strip()) if first in choices else (next(iter(choices.values())), typed)

    return read


def _choice(choices: Mapping[str, int]) -> Read:
    """Read a first word that has to be one of the choices."""
    read = _one_of(choices)

    def chosen(typed: str) -> tuple[int, str]:
        if typed.partition(" ")[0] not in choices:
            raise CannotRead(f"One of these belongs there: {', '.join(filter(None, choices))}.")
        return read(typed)

    return chosen


def _device(typed: str) -> tuple[int, str]:
    if typed not in DEVICES:
        raise CannotRead(f"The telephones are {', '.join(DEVICES)}.")
    return DEVICES.index(typed), ""


def _seat_or_any(typed: str) -> tuple[int, str]:
    return (1, typed) if typed else (0, "")


_ACTION_WORDS: Mapping[str, Word] = {
    "ready": Word("resume", "", "take calls, or end the wrap-up", _text()),
    "pause": Word("pause", "REASON", "take none, for a reason's code", _number),
    "next": Word("nextState", "STATE", "the code of the state after this call", _number),
    "answer": Word("answer", "", "answer what rings", _text()),
    "pickUp": Word("pickUp", "[SEAT]", "take what rings in one's groups, or at a seat", _seat_or_any),
    "hangup": Word(
        "hangup", "[all | one [LEG]]", "leave, end all of it, or let one go", _choice({"": 0, "all": 1, "one": 2})
    ),
    "hold": Word("hold", "[silent] [LEG]", "music, or nothing, for the others, or one", _one_of({"": 0, "silent": 1})),
    "retrieve": Word("retrieve", "[LEG]", "bring them back", _text()),
    "mute": Word("mute", "[LEG]", "not to be heard, or one of the others", _text(1)),
    "unmute": Word("mute", "[LEG]", "to be heard again", _text(0)),
    "digits": Word("sendDtmf", "KEYS", "send keys; in a flow that one called, by one's own telephone", _text()),
    "call": Word("call", "[KIND] TARGET", "call a number, or: seat 2, agent 200, queue service, flow echo", _target),
    "consult": Word("consult", "[KIND] TARGET", "ask somebody while the customer hears music", _target),
    "transfer": Word("transfer", "[KIND] TARGET", "hand the customer over, and leave", _target),
    "complete": Word("completeTransfer", "", "give the customer to who is consulted", _text()),
    "conference": Word("conference", "", "bring everybody together", _text()),
    "cancel": Word("cancelConsult", "", "let go of who is consulted", _text()),
    "swap": Word("swap", "", "turn from the one side to the other", _text()),
    "automatic": Word("toAutomatic", "FLOW", "send the customer into a flow, and leave", _text(0)),
    "aside": Word("toAutomatic", "FLOW", "send the customer into a flow, to come back", _text(1)),
    "survey": Word("survey", "FLOW", "send the customer into a survey, and leave", _text()),
    "tags": Word("setTags", "NAME:VALUE|...", "give the call tags", _text(0)),
    "retag": Word("setTags", "NAME:VALUE|...", "give the call these tags alone", _text(1)),
    "record": Word(
        "recording",
        "start | stop | pause | resume",
        "the recording",
        _choice({"start": 1, "stop": 0, "pause": 2, "resume": 3}),
    ),
    "save": Word("wrapUp", "RESULT", "save how the call turned out", _text(0)),
    "wrapped": Word("wrapUp", "[RESULT]", "finish writing the call up", _text(1)),
    "longer": Word("wrapUp", "SECONDS", "more time to write up", _text(2)),
    "callback": Word("scheduleCallback", "NUMBER;TIME;NOTE", "promise to call back", _text()),
    "say": Word("sendMessage", "AGENT;TEXT", "send a message", _text(2)),
    "device": Word("signIn", " | ".join(DEVICES), "use another telephone", _device),
    "leave": Word("signOut", "[after] [REASON]", "sign out, now or after this call", _one_of({"": 0, "after": 1})),
    "reset": Word("reset", "", "put right a state that does not fit", _text()),
    "sync": Word("synchronise", "", "ask for the whole state", _text()),
}

_KNOWN = {name: code for code, name in ACTION_CODES.items()}

WORDS: Mapping[str, Word] = {typed: word for typed, word in _ACTION_WORDS.items() if word.asks in _KNOWN}
"""Words for actions: all that the server knows."""

CONTROL_WORDS: Mapping[str, int] = {
    ("take" if name == "pickUp" else name): code for code, name in CONTROL_CODES.items()
}
"""Words for a supervisor's controls, each with a seat after it: their own names, but for the pick-up."""


def action_typed(word: str, text: str) -> tuple[int, int, str]:
    """Give act, iParam and sParam of what was typed.

    Raises:
        CannotRead: what belongs to the word is not there.
    """
    i_param, s_param = WORDS[word].read(text.strip())
    return _KNOWN[WORDS[word].asks], i_param, s_param


def control_typed(word: str, text: str) -> tuple[int, int]:
    """Give the seat and the code of a control that was typed.

    Raises:
        CannotRead: no seat was given.
    """
    if not text.strip().isdecimal():
        raise CannotRead("A seat's number belongs there.")
    return int(text), CONTROL_WORDS[word]


def help_text() -> str:
    """Tell every word, what belongs to it and what it does."""
    lines = [f"  {f'{typed} {word.takes}'.strip():40} {word.does}" for typed, word in WORDS.items()]
    kinds, controls = ", ".join(KINDS), ", ".join(CONTROL_WORDS)
    ends = [
        f"  KIND is one of {kinds}; LEG is told with the members",
        f"  a supervisor, with a SEAT after it: {controls}",
    ]
    return "\n".join([*lines, *ends, "  help, q"])
