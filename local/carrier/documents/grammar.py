"""What a document may hold: the whole of Twilio's vocabulary, and of that what this carrier carries out.

`vocabulary.json` has every element's attributes and children by name, as Twilio's own library knows them (a test
compares them). `GRAMMAR` has what is emulated, with the values that are right. What stands in the first alone is
refused as not emulated, what stands in neither as wrong.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

Check = Callable[[str], bool]


class Vocabulary(NamedTuple):
    """What Twilio lets stand at an element and in it."""

    attributes: frozenset[str]
    children: frozenset[str]


@cache
def vocabulary() -> Mapping[str, Vocabulary]:
    """Twilio's elements by name."""
    content = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
    return {
        name: Vocabulary(frozenset(element["attributes"]), frozenset(element["children"]))
        for name, element in content.items()
    }


def _any(_value: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Values:
    """The values of an attribute: those that are right, and of them those that are emulated."""

    right: Check = _any
    emulated: Check = _any


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one element may carry."""

    attributes: Mapping[str, Values] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: bool = False


def is_address(value: str) -> bool:
    """Whether a document may point there: a whole address, or one as seen from the document."""
    return bool(re.fullmatch(r"(https?://[^\s/]+)?(/[^\s]*)?|[^\s:]+", value)) and value != ""


def _one_of(*allowed: str, not_emulated: tuple[str, ...] = ()) -> Values:
    return Values(lambda value: value in {*allowed, *not_emulated}, lambda value: value not in not_emulated)


def _words(*allowed: str, not_emulated: tuple[str, ...] = ()) -> Values:
    return Values(
        lambda value: {*value.split()} <= {*allowed, *not_emulated},
        lambda value: not {*value.split()} & {*not_emulated},
    )


def _whole(low: int, high: int) -> Values:
    return Values(lambda value: re.fullmatch(r"[0-9]{1,9}", value) is not None and low <= int(value) <= high)


def _matching(pattern: str) -> Values:
    return Values(lambda value: re.fullmatch(pattern, value) is not None)


ANYTHING = Values()
ADDRESS = Values(is_address, lambda value: re.match(r"https?://[^/?#]*@", value) is None)
ADDRESS_OR_NOTHING = Values(lambda value: value == "" or is_address(value), ADDRESS.emulated)
FLAG = _one_of("true", "false")
METHOD = _one_of("GET", "POST")
KEYS = _matching(r"[0-9A-D*#wW]+")
PROMPTS = frozenset({"Say", "Play", "Pause"})
PARTIES = frozenset({"Number", "Client", "Sip"})
PARTY = {
    "statusCallback": ADDRESS,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": _words("initiated", "ringing", "answered", "completed"),
}
RECORDED = (
    "true", "record-from-answer", "record-from-answer-dual", "record-from-ringing", "record-from-ringing-dual",
)  # fmt: skip
GRAMMAR = {
    "Response": Grammar(children=PROMPTS | {"Gather", "Redirect", "Hangup", "Reject", "Dial"}),
    "Say": Grammar({"voice": ANYTHING, "language": ANYTHING, "loop": _whole(0, 1000)}, text=True),
    "Play": Grammar({"loop": _whole(0, 1000), "digits": KEYS}, text=True),
    "Pause": Grammar({"length": _whole(0, 600)}),
    "Gather": Grammar(
        {
            "input": _one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "action": ADDRESS,
            "method": METHOD,
            "timeout": _whole(0, 600),
            "numDigits": _whole(1, 1000),
            "finishOnKey": _matching(r"[0-9*#]?"),
            "actionOnEmptyResult": FLAG,
            "bargeIn": FLAG,
            "language": ANYTHING,
            "hints": ANYTHING,
            "speechTimeout": _matching(r"auto|[1-9]\d*"),
            "profanityFilter": FLAG,
        },
        children=PROMPTS,
    ),
    "Redirect": Grammar({"method": METHOD}, text=True),
    "Hangup": Grammar(),
    "Reject": Grammar({"reason": _one_of("rejected", "busy")}),
    "Dial": Grammar(
        {
            "action": ADDRESS,
            "method": METHOD,
            "timeout": _whole(1, 600),
            "hangupOnStar": FLAG,
            "timeLimit": _whole(1, 86400),
            "callerId": ANYTHING,
            "answerOnBridge": FLAG,
            "sequential": FLAG,
            "record": _one_of("false", "do-not-record", not_emulated=RECORDED),
        },
        children=PARTIES | {"Conference"},
        text=True,
    ),
    "Number": Grammar(PARTY | {"sendDigits": KEYS}, text=True),
    "Client": Grammar(PARTY, text=True),
    "Sip": Grammar(PARTY, text=True),
    "Conference": Grammar(
        {
            "muted": FLAG,
            "beep": _one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": FLAG,
            "endConferenceOnExit": FLAG,
            "participantLabel": ANYTHING,
            "waitUrl": ADDRESS_OR_NOTHING,
            "waitMethod": METHOD,
            "maxParticipants": _whole(2, 250),
            "record": _one_of("do-not-record", "record-from-start"),
            "trim": _one_of("do-not-trim", not_emulated=("trim-silence",)),
            "region": _one_of("us1", not_emulated=("us2", "ie1", "de1", "sg1", "br1", "au1", "jp1")),
            "jitterBufferSize": _one_of("large", not_emulated=("off", "small", "medium")),
            "coach": _matching(r"CA[0-9a-f]{32}"),
            "statusCallback": ADDRESS,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": _words(
                "start", "end", "join", "leave", "mute", "hold", "modify", "announcement", not_emulated=("speaker",)
            ),
            "recordingStatusCallback": ADDRESS,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": _words("in-progress", "completed", "absent", "failed"),
        },
        text=True,
    ),
}
