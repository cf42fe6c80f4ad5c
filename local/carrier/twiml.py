"""TwiML read strictly: every verb, attribute, nesting and value is checked against a table.

Twilio warns about some of what is refused here and drops it. A laptop that refuses is worth more: the mistake is seen
the first time it is made. Verbs of TwiML that the emulated carrier does not speak are refused as such.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.carrier.voices import BASIC_LANGUAGES, languages_of

PARSE_FAILURE, SCHEMA, WRONG_TYPE, TOO_LARGE = 12100, 12200, 12300, 11750
SAY_LANGUAGE, SAY_VOICE, SAY_TEXT, BAD_LABEL = 13511, 13512, 13520, 16023
LARGEST_DOCUMENT = 64 * 1024
LONGEST_SPEECH = 4096
LONGEST_LABEL = 128
XML_TYPES = frozenset({"text/xml", "application/xml"})
AUDIO_TYPES = ("audio/",)


class TwimlError(Exception):
    """The product's document is at fault; `code` is the carrier's number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """One element of a document, checked."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A time in seconds."""
        return float(self.attributes.get(name, default))

    def flag(self, name: str, *, default: bool) -> bool:
        """A true or false."""
        value = self.attributes.get(name)
        return default if value is None else value == "true"


Check = Callable[[str], bool]


def _any(_value: str) -> bool:
    return True


def _one_of(*allowed: str) -> Check:
    return lambda value: value in allowed


def _whole(low: int, high: int) -> Check:
    return lambda value: value.isascii() and value.isdigit() and low <= int(value) <= high


def _words(*allowed: str) -> Check:
    return lambda value: set(value.split()) <= set(allowed)


def _address(value: str) -> bool:
    return bool(re.fullmatch(r"(https?://[^\s/]+)?(/[^\s]*)?|[^\s:]+", value)) and value != ""


def _address_or_nothing(value: str) -> bool:
    return value == "" or _address(value)


def _matching(pattern: str) -> Check:
    return lambda value: re.fullmatch(pattern, value) is not None


FLAG = _one_of("true", "false")
METHOD = _one_of("GET", "POST")
CONFERENCE_EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
RECORDING_EVENTS = ("in-progress", "completed", "absent", "failed")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one element may carry."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: bool = False


PARTY = {
    "statusCallback": _address,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": _words("initiated", "ringing", "answered", "completed"),
}
PROMPTS = frozenset({"Say", "Play", "Pause"})
GRAMMAR = {
    "Response": Grammar(children=PROMPTS | {"Gather", "Redirect", "Hangup", "Reject", "Dial"}),
    "Say": Grammar({"voice": _any, "language": _any, "loop": _whole(0, 1000)}, text=True),
    "Play": Grammar({"loop": _whole(0, 1000), "digits": _matching(r"[0-9A-D*#wW]+")}, text=True),
    "Pause": Grammar({"length": _whole(0, 600)}),
    "Gather": Grammar(
        {
            "input": _one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
            "action": _address,
            "method": METHOD,
            "timeout": _whole(0, 600),
            "numDigits": _whole(1, 1000),
            "finishOnKey": _matching(r"[0-9*#]?"),
            "actionOnEmptyResult": FLAG,
            "bargeIn": FLAG,
            "language": _any,
            "hints": _any,
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
            "action": _address,
            "method": METHOD,
            "timeout": _whole(1, 600),
            "hangupOnStar": FLAG,
            "timeLimit": _whole(1, 86400),
            "callerId": _any,
            "answerOnBridge": FLAG,
        },
        children=frozenset({"Conference", "Number", "Client", "Sip"}),
    ),
    "Number": Grammar(PARTY, text=True),
    "Client": Grammar(PARTY, text=True),
    "Sip": Grammar(PARTY, text=True),
    "Conference": Grammar(
        {
            "muted": FLAG,
            "beep": _one_of("true", "false", "onEnter", "onExit"),
            "startConferenceOnEnter": FLAG,
            "endConferenceOnExit": FLAG,
            "participantLabel": _any,
            "waitUrl": _address_or_nothing,
            "waitMethod": METHOD,
            "maxParticipants": _whole(2, 250),
            "record": _one_of("do-not-record", "record-from-start"),
            "trim": _one_of("trim-silence", "do-not-trim"),
            "region": _one_of("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"),
            "jitterBufferSize": _one_of("off", "small", "medium", "large"),
            "coach": _matching(r"CA[0-9a-f]{32}"),
            "statusCallback": _address,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": _words(*CONFERENCE_EVENTS),
            "recordingStatusCallback": _address,
            "recordingStatusCallbackMethod": METHOD,
            "recordingStatusCallbackEvent": _words(*RECORDING_EVENTS),
        },
        text=True,
    ),
}
SSML = frozenset({
    "break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w",
    "amazon:effect", "amazon:domain",
})  # fmt: skip


def read(document: bytes, content_type: str) -> tuple[Verb, ...]:
    """The verbs of a document in their order; raises TwimlError on anything Twilio would not carry out."""
    if content_type.partition(";")[0].strip().lower() not in XML_TYPES:
        raise TwimlError(WRONG_TYPE, f"TwiML must come as text/xml or application/xml, not {content_type or 'untyped'}")
    if len(document) > LARGEST_DOCUMENT:
        raise TwimlError(TOO_LARGE, f"TwiML may have at most 64 KB, this has {len(document)} bytes")
    return parse(document)


def parse(document: bytes | str) -> tuple[Verb, ...]:
    """The verbs of a document whose type does not matter (the REST parameter Twiml)."""
    try:
        root = ET.fromstring(document)  # noqa: S314  the document is the product's own, on one machine
    except (ET.ParseError, ValueError) as error:
        raise TwimlError(PARSE_FAILURE, f"not well-formed XML: {error}") from None
    if root.tag != "Response":
        raise TwimlError(PARSE_FAILURE, f"the root must be <Response>, not <{root.tag}>")
    return _verb(root).children


def _verb(element: ET.Element) -> Verb:
    grammar = GRAMMAR[element.tag]
    _check_attributes(element, grammar)
    _check_text(element, grammar)
    children = () if element.tag == "Say" else tuple(_child(element, child, grammar) for child in element)
    text = " ".join("".join(element.itertext()).split()) if grammar.text else ""
    verb = Verb(element.tag, dict(element.attrib), text, children)
    EXTRA_CHECKS.get(element.tag, _nothing_more)(element, verb)
    return verb


def _child(parent: ET.Element, child: ET.Element, grammar: Grammar) -> Verb:
    if child.tag not in GRAMMAR:
        raise TwimlError(SCHEMA, f"<{child.tag}> is not a verb that this carrier speaks")
    if child.tag not in grammar.children:
        raise TwimlError(SCHEMA, f"<{child.tag}> may not stand in <{parent.tag}>")
    return _verb(child)


def _check_attributes(element: ET.Element, grammar: Grammar) -> None:
    for name, value in element.attrib.items():
        check = grammar.attributes.get(name)
        if check is None:
            raise TwimlError(SCHEMA, f"<{element.tag}> has no attribute {name!r}")
        if not check(value):
            raise TwimlError(SCHEMA, f"<{element.tag} {name}={value!r}> is not a value the carrier takes")


def _check_text(element: ET.Element, grammar: Grammar) -> None:
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    if not grammar.text and any(piece.strip() for piece in pieces):
        raise TwimlError(SCHEMA, f"<{element.tag}> may not contain text")


def _nothing_more(_element: ET.Element, _verb: Verb) -> None:
    return


def _check_say(element: ET.Element, verb: Verb) -> None:
    strange = [child.tag for child in element.iter() if child is not element and child.tag not in SSML]
    if strange:
        raise TwimlError(SCHEMA, f"<{strange[0]}> is not speech markup that <Say> understands")
    if not verb.text or len(verb.text) > LONGEST_SPEECH:
        raise TwimlError(SAY_TEXT, f"<Say> needs 1 to {LONGEST_SPEECH} characters of text")
    _check_voice(verb.get("voice"), verb.get("language"))


def _check_voice(voice: str, language: str) -> None:
    spoken = languages_of(voice) if voice else BASIC_LANGUAGES
    if not spoken:
        raise TwimlError(SAY_VOICE, f"there is no voice {voice!r}")
    if language and language not in spoken:
        raise TwimlError(SAY_LANGUAGE, f"the voice {voice or 'of the account'} does not speak {language!r}")


def _check_play(_element: ET.Element, verb: Verb) -> None:
    if bool(verb.text) == ("digits" in verb.attributes):
        raise TwimlError(SCHEMA, "<Play> needs either an address or digits")
    if verb.text and not _address(verb.text):
        raise TwimlError(SCHEMA, f"<Play> cannot play {verb.text!r}")


def _check_redirect(_element: ET.Element, verb: Verb) -> None:
    if not _address(verb.text):
        raise TwimlError(SCHEMA, f"<Redirect> cannot go to {verb.text!r}")


def _check_dial(_element: ET.Element, verb: Verb) -> None:
    if len(verb.children) != 1:
        raise TwimlError(SCHEMA, "<Dial> needs exactly one of <Conference>, <Number>, <Client> and <Sip>")


def _check_conference(_element: ET.Element, verb: Verb) -> None:
    if not verb.text:
        raise TwimlError(SCHEMA, "<Conference> needs a name")
    if not label_is_good(verb.get("participantLabel")):
        raise TwimlError(BAD_LABEL, "a participant's label has at most 128 characters, no '/' and is no CallSid")


def label_is_good(label: str) -> bool:
    """Whether a participant may be labelled so; an empty label is none."""
    short = len(label) <= LONGEST_LABEL
    return short and "/" not in label and "%2f" not in label.lower() and not re.fullmatch("CA[0-9a-f]{32}", label)


EXTRA_CHECKS: Mapping[str, Callable[[ET.Element, Verb], None]] = {
    "Say": _check_say,
    "Play": _check_play,
    "Redirect": _check_redirect,
    "Dial": _check_dial,
    "Conference": _check_conference,
}
